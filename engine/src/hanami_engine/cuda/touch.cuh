// From a row of values, or from potentials, to active sources, the levels they reach and the sections they drive
// (rules/perceive.py, rules/touch.py).
#pragma once

#include "grow.cuh"

namespace hanami {

constexpr float FAINTEST = 1e-30f, LOUDEST = 1e30f, FULL = 32767.0f;
constexpr int MOST_USES = 65535;

template <class Value>
DEVICE i64 perceive(Team& team, const Value* row, const Hexagon& hexagon, Work& work) {
  const bool binary = hexagon.code == BINARY;
  i64 count = 0;
  for (i64 first = 0; first < hexagon.width; first += team.size) {
    const i64 i = first + team.place;
    const float value = i < hexagon.width ? float(row[hexagon.column + i]) : 0.0f;
    const bool counts = binary ? value > 0 : fabsf(value) > FAINTEST;
    i64 total;
    const i64 at = count + team.scan(counts, total);
    if (counts) {
      work.active[at] = i32(hexagon.start + 2 * i + (value < 0));
      work.values[at] = binary ? 1.0f : smaller(fabsf(value), LOUDEST);
    }
    count += total;
  }
  team.sync();
  return count;
}

DEVICE i64 list_firing(Team& team, const Hexagon& hexagon, Work& work) {
  i64 count = 0;
  for (i64 first = 0; first < i64(hexagon.open) * LANES; first += team.size) {
    const i64 neuron = first + team.place;
    const bool inside = neuron < i64(hexagon.open) * LANES;
    const i16 potential = inside ? work.potentials[i64(hexagon.block) * LANES + neuron] : i16(0);
    i64 total;
    const i64 at = count + team.scan(potential > 0, total);
    if (potential > 0) work.active[at] = i32(hexagon.start + neuron), work.values[at] = float(potential);
    count += total;
  }
  team.sync();
  return count;
}

DEVICE void note(Work& work, i64 at, i64 source, i64 level, float value, i16 force) {
  Touch& touch = work.touches[at];
  touch.source = i32(source), touch.level = i32(level), touch.value = value, touch.force = force;
}

DEVICE i64 count_reached(const Net& net, i64 level, float value) {
  i64 count = 0;
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

// Lines up the sections of all levels that were reached, block by block, in the order of the touches: sums that saturate
// depend on it. A level has one section to a block at most.
DEVICE void visit(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 begin) {
  const i64 end = work.touched;
  for EACH(t, begin, end) {
    Touch& touch = work.touches[t];
    touch.sections = touch.level > 0 ? i32(count_sections(net, touch.level)) : 0;
  }
  team.sync();
  for (int target = hexagon.target; target < hexagon.target + hexagon.sums; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    for (i64 block = goal.block; block < goal.block + goal.open; ++block) {
      i64 count = work.counts[block];
      for (i64 first = begin; first < end; first += team.size) {
        const i64 t = first + team.place;
        i64 row = 0;
        if (t < end && work.touches[t].level > 0) {
          row = net.levels[work.touches[t].level].section;
          while (row > 0 && net.sections[row].block != block) row = net.sections[row].next();
        }
        i64 total;
        const i64 at = count + team.scan(row > 0, total);
        if (row > 0) work.visits[block * work.stride + at] = {i32(row), work.touches[t].force};
        count += total;
      }
      if (team.leads() && end > begin) work.counts[block] = i32(count);  // others may not have read it yet, else
    }
  }
  team.sync();
}

DEVICE i64 remember(Net& net, const Hexagon& hexagon, i64 source, float value, i64 active) {
  const i64 count = sections_wanted(net, hexagon);
  if (count == 0 || !affords(net, LEVEL_BYTES + count * SECTION_BYTES)) return 0;
  const i64 level = take_level(net, value, value * 2.0f);
  net.levels[level].next = net.sources[source].level;
  net.sources[source].level = i32(level);
  for (i64 each = 0; each < count; ++each) join(net, hexagon, source, level, active);
  return level;
}

DEVICE void match(Net& net, Work& work, const Hexagon& hexagon, i64 source, float value, i64 active, bool learning) {
  i64 level = net.sources[source].level;
  while (level > 0 && net.levels[level].low != value) level = net.levels[level].next;
  if (level == 0) {
    work.novelty += 1.0f;
    if (learning) level = remember(net, hexagon, source, value, active);
  }
  if (level == 0) return;
  if (learning) {
    if (net.levels[level].used < MOST_USES) ++net.levels[level].used;
    if (net.sources[source].hits < MATURE) ++net.sources[source].hits;
  }
  note(work, work.touched++, source, level, value, 32767);
}

// Lets those of some sources follow their values whose levels do not hold them, one after the other, as growth has an order.
DEVICE void follow_strays(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 first, i64 count, bool learning) {
  const i64 q = first + team.place;
  bool strays = false;
  if (q < count) {
    const Source& record = net.sources[work.active[q]];
    strays = record.level == 0 || work.values[q] > net.levels[record.level].high || record.hits < DOUBTFUL;
  }
  team.shared.flags[team.place] = strays;
  if (team.sum(strays) == 0) return;
  if (team.leads()) {
    for (i64 at = 0; at < team.size; ++at) {
      if (!team.shared.flags[at]) continue;
      const i64 source = work.active[first + at];
      const float value = work.values[first + at];
      if (hexagon.kind == INPUT) work.novelty += surprise(net, source, value);
      if (learning) follow(net, hexagon, source, value, count);
    }
  }
  team.sync();
}

DEVICE void touch_all(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 count, bool learning) {
  const bool counting = learning && (net.reduction > 0 || net.full > 0);
  i64 touched = work.touched;
  team.sync();  // from here on the leader may change what has been read
  for (i64 first = 0; first < count; first += team.size) {
    follow_strays(team, net, work, hexagon, first, count, learning);
    const i64 q = first + team.place;
    i64 source = 0, level = 0, reached = 0;
    float value = 0.0f;
    if (q < count) {
      source = work.active[q], value = work.values[q];
      Source& record = net.sources[source];
      level = record.level;
      if (learning && level > 0 && record.hits < MATURE) ++record.hits;
      reached = level > 0 ? count_reached(net, level, value) : learning && record.hits > 0;
    }
    i64 total;
    const i64 at = touched + team.scan(reached, total);
    if (level > 0) {
      climb(net, work, at, source, level, value, counting);
    } else if (reached > 0) {
      note(work, at, source, 0, value, 0);
    }
    touched += total;
  }
  team.sync();
  if (team.leads()) work.touched = touched;
  team.sync();
}

DEVICE void touch(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 count, bool learning) {
  const i64 begin = work.touched;
  team.sync();
  if (hexagon.kind == INPUT && hexagon.code == MATCH) {
    if (team.leads())
      for (i64 q = 0; q < count; ++q) match(net, work, hexagon, work.active[q], work.values[q], count, learning);
    team.sync();
  } else {
    touch_all(team, net, work, hexagon, count, learning);
  }
  visit(team, net, work, hexagon, begin);
}

}  // namespace hanami
