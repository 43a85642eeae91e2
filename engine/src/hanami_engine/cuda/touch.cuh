// From a row of values, or from potentials, to active sources, the levels they reach and the sections they drive
// (rules/perceive.py, rules/touch.py). The first block of a team does it.
#pragma once

#include "grow.cuh"

namespace hanami {

constexpr float FAINTEST = 1e-30f, LOUDEST = 1e30f, FULL = 32767.0f;
constexpr int MOST_USES = 65535;

// Lists what counts, in order: each warp looks at a stretch of its own, first to count and then to write.
template <class Counts, class Write>
DEVICE i64 list(Team& team, i64 extent, Counts counts, Write write) {
  const i64 share = (extent + THREADS - 1) / THREADS * WARP, begin = share * team.warp();
  const i64 end = begin + share < extent ? begin + share : extent;
  i32 mine = 0, total;
  for (i64 first = begin; first < end; first += WARP) {
    const i64 i = first + team.lane();
    mine += __popc(__ballot_sync(EVERYONE, i < end && counts(i)));
  }
  i32 at = team.scan(team.lane() == WARP - 1 ? mine : 0, total);
  at = __shfl_sync(EVERYONE, at, 0);  // what the warps before this one have
  for (i64 first = begin; first < end; first += WARP) {
    const i64 i = first + team.lane();
    const bool is = i < end && counts(i);
    const u32 mask = __ballot_sync(EVERYONE, is);
    if (is) write(at + __popc(mask & team.below()), i);
    at += __popc(mask);
  }
  team.sync();
  return total;
}

DEVICE i64 perceive(Team& team, const Row& row, const Hexagon& hexagon, Work& work) {
  const bool binary = hexagon.code == BINARY;
  const i64 first = hexagon.column;
  return list(
      team, hexagon.width,
      [=](i64 i) { return binary ? row[first + i] > 0 : fabsf(row[first + i]) > FAINTEST; },
      [&](i64 at, i64 i) {
        const float value = row[first + i];
        work.active[at] = i32(hexagon.start + 2 * i + (value < 0));
        work.values[at] = binary ? 1.0f : smaller(fabsf(value), LOUDEST);
      });
}

DEVICE i64 list_firing(Team& team, const Hexagon& hexagon, Work& work) {
  const i16* potentials = work.potentials + i64(hexagon.block) * LANES;
  return list(
      team, i64(hexagon.open) * LANES, [=](i64 neuron) { return potentials[neuron] > 0; },
      [&](i64 at, i64 neuron) {
        work.active[at] = i32(hexagon.start + neuron), work.values[at] = float(potentials[neuron]);
      });
}

DEVICE void note(Work& work, i64 at, i64 source, i64 level, float value, i16 force) {
  Touch& touch = work.touches[at];
  touch.source = i32(source), touch.level = i32(level), touch.value = value, touch.force = force;
}

DEVICE i32 count_reached(const Net& net, i64 level, float value) {
  i32 count = 0;
  for (; level > 0 && value > net.levels[level].low; level = net.levels[level].next) ++count;
  return count;
}

DEVICE void climb(Net& net, Work& work, i64 at, i64 source, i64 level, float value, bool counting) {
  for (; level > 0 && value > net.levels[level].low; level = net.levels[level].next) {
    Level& record = net.levels[level];
    if (counting && record.used < MOST_USES) ++record.used;
    note(work, at++, source, level, value, i16(smaller(FULL, (value - record.low) * record.inverse)));
  }
}

// Lines up the sections of some touches, one for each thread, in the window of blocks that begins here. Who leads to a
// block before a touch does is counted in masks, so that the order is that of the touches: sums that saturate depend on it.
DEVICE void line_up(Team& team, const Net& net, Work& work, i64 window, i64 level, i16 force) {
  u32* masks = team.shared.masks;
  for (i64 row = level > 0 ? net.levels[level].section : 0; row > 0; row = net.sections[row].next()) {
    const i64 block = net.sections[row].block - window;
    if (block >= 0 && block < STRIP) atomicOr(masks + block * WARPS + team.warp(), 1u << team.lane());
  }
  team.sync();
  for (i64 row = level > 0 ? net.levels[level].section : 0; row > 0; row = net.sections[row].next()) {
    const i64 block = net.sections[row].block - window;
    if (block < 0 || block >= STRIP) continue;
    const u32* mine = masks + block * WARPS;
    i64 at = work.counts[window + block] + __popc(mine[team.warp()] & team.below());
    for (int warp = 0; warp < team.warp(); ++warp) at += __popc(mine[warp]);
    work.visits[(window + block) * work.stride + at] = {i32(row), force};
  }
  team.sync();
  const i64 end = net.block_count - window < STRIP ? net.block_count - window : STRIP;
  for EACH(block, 0, end) {
    i32 more = 0;
    for (int warp = 0; warp < WARPS; ++warp) more += __popc(masks[block * WARPS + warp]), masks[block * WARPS + warp] = 0;
    if (more > 0) work.counts[window + block] += more;
  }
  team.sync();
}

// Lines up the sections of all levels that were reached since a touch, block by block. A level has one section to a block
// at most.
DEVICE void visit(Team& team, const Net& net, Work& work, i64 begin, i64 end) {
  for EACH(t, begin, end) {
    Touch& touch = work.touches[t];
    touch.sections = touch.level > 0 ? i32(count_sections(net, touch.level)) : 0;
  }
  for (i64 window = 0; window < net.block_count; window += STRIP) {
    for (i64 first = begin; first < end; first += team.size) {
      const i64 t = first + team.place;
      line_up(team, net, work, window, t < end ? work.touches[t].level : 0, t < end ? work.touches[t].force : i16(0));
    }
  }
}

DEVICE i64 remember(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 source, float value, i64 active) {
  const i64 count = sections_wanted(net, hexagon);
  if (count == 0 || !affords(net, LEVEL_BYTES + count * SECTION_BYTES)) return 0;
  const i64 level = take_level(net, value, value * 2.0f);
  net.levels[level].next = net.sources[source].level;
  net.sources[source].level = i32(level);
  for (i64 each = 0; each < count; ++each) join(team, net, work, hexagon, source, level, active);
  return level;
}

DEVICE i64 find_match(const Net& net, i64 source, float value) {
  i64 level = net.sources[source].level;
  while (level > 0 && net.levels[level].low != value) level = net.levels[level].next;
  return level;
}

// Notes the levels of a matching input that were made for these very values, and no others.
DEVICE i64 match_all(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 count, bool learning) {
  i64 touched = work.touched;
  for (i64 first = 0; first < count; first += team.size) {
    const i64 q = first + team.place;
    const i64 source = q < count ? work.active[q] : 0;
    const float value = q < count ? work.values[q] : 0.0f;
    i64 level = q < count ? find_match(net, source, value) : 0;
    if (team.vote(q < count && level == 0, team.shared.strays)) {
      for (int at = 0; at < team.size; ++at) {
        if (!(team.shared.strays[at / WARP] >> at % WARP & 1)) continue;
        if (team.leads()) {
          work.novelty += 1.0f;
          if (learning) remember(team, net, work, hexagon, work.active[first + at], work.values[first + at], count);
        }
        if (learning) deliver(team, net, work);
      }
      if (q < count && level == 0) level = find_match(net, source, value);
    }
    if (learning && level > 0) {
      if (net.levels[level].used < MOST_USES) ++net.levels[level].used;
      if (net.sources[source].hits < MATURE) ++net.sources[source].hits;
    }
    i32 total;
    const i64 at = touched + team.rank(level > 0, total);
    if (level > 0) note(work, at, source, level, value, 32767);
    touched += total;
  }
  return touched;
}

// Lets those of some sources follow their values whose levels do not hold them, one after the other, as growth has an order.
DEVICE void follow_strays(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 first, i64 count, bool learning) {
  const i64 q = first + team.place;
  bool strays = false;
  if (q < count) {
    const Source& record = net.sources[work.active[q]];
    strays = record.level == 0 || work.values[q] > net.levels[record.level].high || record.hits < DOUBTFUL;
  }
  if (!team.vote(strays, team.shared.strays)) return;
  for (int at = 0; at < team.size; ++at) {
    if (!(team.shared.strays[at / WARP] >> at % WARP & 1)) continue;
    if (team.leads()) {
      const i64 source = work.active[first + at];
      const float value = work.values[first + at];
      if (hexagon.kind == INPUT) work.novelty += surprise(net, source, value);
      if (learning) follow(team, net, work, hexagon, source, value, count);
    }
    if (learning) deliver(team, net, work);
  }
}

DEVICE i64 touch_all(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 count, bool learning) {
  const bool counting = learning && (net.reduction > 0 || net.full > 0);
  i64 touched = work.touched;
  for (i64 first = 0; first < count; first += team.size) {
    follow_strays(team, net, work, hexagon, first, count, learning);
    const i64 q = first + team.place;
    i64 source = 0, level = 0;
    i32 reached = 0, total;
    float value = 0.0f;
    if (q < count) {
      source = work.active[q], value = work.values[q];
      Source& record = net.sources[source];
      level = record.level;
      if (learning && level > 0 && record.hits < MATURE) ++record.hits;
      reached = level > 0 ? count_reached(net, level, value) : learning && record.hits > 0;
    }
    const i64 at = touched + team.scan(reached, total);
    if (level > 0) {
      climb(net, work, at, source, level, value, counting);
    } else if (reached > 0) {
      note(work, at, source, 0, value, 0);
    }
    touched += total;
  }
  return touched;
}

DEVICE void touch(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 count, bool learning) {
  const i64 begin = work.touched;
  const bool matching = hexagon.kind == INPUT && hexagon.code == MATCH;
  const i64 end = matching ? match_all(team, net, work, hexagon, count, learning)
                           : touch_all(team, net, work, hexagon, count, learning);
  team.sync();
  if (team.leads()) work.touched = end;
  visit(team, net, work, begin, end);
}

}  // namespace hanami
