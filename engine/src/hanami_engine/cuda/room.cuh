// Whether the arenas have room for all that the next sample may grow: if not, its block stops before it, and the host
// enlarges them. So no sample is ever half learned.
#pragma once

#include "need.cuh"

namespace hanami {

constexpr float RIPE = SPLIT_NEED - 2.0f;  // a sample charges a level with 1 at most: see `charge_of`

struct Demand {
  i64 sections = 0, levels = 0;
};

// How many sources of a hexagon one sample can make active.
DEVICE i64 reach_of(const Hexagon& hexagon) {
  if (hexagon.kind == INPUT) return hexagon.width;
  return hexagon.kind == INTERNAL && hexagon.sums > 0 ? i64(hexagon.open) * LANES : 0;
}

// The most that a sample may grow, whatever it is: births of all it may make active, and a split and one more section of
// all levels.
DEVICE Demand most_growth(const Net& net) {
  Demand most;
  i64 widest = 0;
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    const i64 sections = sections_wanted(net, hexagon), reach = reach_of(hexagon);
    widest = sections > widest ? sections : widest;
    most.sections += reach * sections, most.levels += reach;
  }
  most.sections += net.level_count * (widest + 2), most.levels += net.level_count;
  return most;
}

// What a source may grow if it takes part: a birth or a level on top, one more section for each of its levels, splits.
DEVICE Demand growth_of(const Net& net, const Hexagon& hexagon, i64 source, float value) {
  const bool matching = hexagon.kind == INPUT && hexagon.code == MATCH;
  const i64 wanted = sections_wanted(net, hexagon);
  const Source& record = net.sources[source];
  Demand demand;
  bool grows = record.level == 0 || record.hits < DOUBTFUL || matching;
  i64 sections = wanted;
  for (i64 level = record.level; level > 0; level = net.levels[level].next) {
    const Level& each = net.levels[level];
    const i64 count = count_sections(net, level);
    if (count < wanted) ++demand.sections;
    if (each.tension >= RIPE) demand.sections += count + 1, ++demand.levels;
    if (each.next == 0 && value > each.high) grows = true;
    sections = count > sections ? count : sections;
  }
  if (grows) demand.sections += sections, ++demand.levels;
  return demand;
}

// The most that this very sample may grow.
SELDOM Demand growth_of_sample(Team team, const Net& net, Work& work, Row row) {
  i64 sections = 0, levels = 0;
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    const bool given = hexagon.kind == INPUT;
    const i64 count = given ? perceive(team, row, hexagon, work) : reach_of(hexagon);
    for EACH(at, 0, count) {
      const Demand one = growth_of(net, hexagon, given ? work.active[at] : hexagon.start + at, given ? work.values[at] : 0);
      sections += one.sections, levels += one.levels;
    }
  }
  const Demand most = {team.sum(sections), team.sum(levels)};
  team.sync();
  return most;
}

// The first block of a team does it; all its threads get the answer.
DEVICE bool has_room(Team& team, const Net& net, Work& work, Row row) {
  const i64 sections = work.most_sections - net.section_count, levels = work.most_levels - net.level_count;
  Demand most = most_growth(net);
  if (most.sections <= sections && most.levels <= levels) return true;
  most = growth_of_sample(team, net, work, row);
  if (most.sections <= sections && most.levels <= levels) return true;
  if (team.leads()) work.wants_sections = most.sections, work.wants_levels = most.levels;
  return false;
}

}  // namespace hanami
