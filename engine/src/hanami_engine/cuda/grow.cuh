// Which blocks sections reach, their birth, borders that follow the values, and levels above them (rules/targets.py,
// rules/grow.py). One thread does it.
#pragma once

#include "arena.cuh"
#include "noise.cuh"

namespace hanami {

constexpr int DRAWS = 1, WEIGHTS = 2, PATIENCE = 16;
constexpr float STRETCH = 1.05f, BROKEN = 256.0f, ASCENT = 3.0f, NEURON_RANGE = 4 * 2048;
constexpr float INPUT_WEIGHTS = float(0.6 * 4096), NEURON_WEIGHTS = float(1.2 * 4096);
constexpr int DOUBTFUL = 16, MATURE = 512, BEYOND = 8;

DEVICE float smaller(float a, float b) { return b < a ? b : a; }
DEVICE float larger(float a, float b) { return b > a ? b : a; }

DEVICE i64 choices(const Net& net, const Hexagon& hexagon) {
  i64 total = 0;
  for (int target = hexagon.target; target < hexagon.target + hexagon.sums; ++target)
    total += net.hexagons[net.targets[target].hexagon].open;
  return total;
}

DEVICE bool is_joined(const Net& net, i64 level, i64 block) {
  for (i64 row = net.levels[level].section; row > 0; row = net.sections[row].next())
    if (net.sections[row].block == block) return true;
  return false;
}

DEVICE i64 draw_block(const Net& net, const Hexagon& hexagon, u64 bits) {
  const u64 share = bits >> 32;
  int target = hexagon.target;
  while (target < hexagon.target + hexagon.sums - 1 && share >= net.targets[target].until) ++target;
  const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
  if (goal.open == 0) return -1;
  return goal.block + i64(((bits & 0xFFFFFFFFull) * u64(goal.open)) >> 32);
}

DEVICE i64 choose_block(const Net& net, const Hexagon& hexagon, i64 source, i64 level) {
  u64 bits = stream(net.seed, DRAWS, source);
  for (int draw = 0; draw < PATIENCE * net.fan_out; ++draw) {
    bits += STEP;
    const i64 block = draw_block(net, hexagon, scramble(bits));
    if (block >= 0 && !is_joined(net, level, block)) return block;
  }
  for (int target = hexagon.target; target < hexagon.target + hexagon.sums; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    for (i64 block = goal.block; block < goal.block + goal.open; ++block)
      if (!is_joined(net, level, block)) return block;
  }
  return -1;
}

DEVICE void draw_weights(Net& net, i64 row, i64 source, float range, i64 active) {
  const float largest = range / sqrtf(float(active));
  u64 bits = stream(net.seed, WEIGHTS, (source << 16) + net.sections[row].block);
  i16* weights = net.weights_at(row);
  for (int lane = 0; lane < LANES; ++lane) {
    bits += STEP;
    weights[lane] = i16(largest * signed_of(scramble(bits)));
  }
}

DEVICE void join(Net& net, const Hexagon& hexagon, i64 source, i64 level, i64 active) {
  const i64 row = take_section(net, level, choose_block(net, hexagon, source, level));
  if (net.hexagons[net.owners[net.sections[row].block]].kind == INTERNAL) {
    draw_weights(net, row, source, hexagon.kind == INPUT ? INPUT_WEIGHTS : NEURON_WEIGHTS, active);
  } else {
    for (int lane = 0; lane < LANES; ++lane) net.weights_at(row)[lane] = 0;
  }
}

DEVICE i64 sections_wanted(const Net& net, const Hexagon& hexagon) {
  const i64 most = choices(net, hexagon);
  return net.fan_out < most ? net.fan_out : most;
}

DEVICE void bear(Net& net, const Hexagon& hexagon, i64 source, float value, i64 active) {
  const i64 count = sections_wanted(net, hexagon);
  if (count <= 0 || !affords(net, LEVEL_BYTES + count * SECTION_BYTES)) return;
  const i64 level = take_level(net, 0.0f, value);
  net.sources[source].level = i32(level), net.sources[source].hits = 0, net.sources[source].wish = 0;
  for (i64 each = 0; each < count; ++each) join(net, hexagon, source, level, active);
}

DEVICE i64 count_sections(const Net& net, i64 level) {
  i64 count = 0;
  for (i64 row = net.levels[level].section; row > 0; row = net.sections[row].next()) ++count;
  return count;
}

DEVICE void ascend(Net& net, i64 top, float value) {
  if (!affords(net, LEVEL_BYTES + count_sections(net, top) * SECTION_BYTES)) return;
  const float border = net.levels[top].high;
  const i64 level = take_level(net, border, smaller(value, border * ASCENT));
  for (i64 row = net.levels[top].section; row > 0; row = net.sections[row].next()) {
    i16* weights = net.weights_at(take_section(net, level, net.sections[row].block));
    for (int lane = 0; lane < LANES; ++lane) weights[lane] = 0;
  }
  net.levels[top].next = i32(level);
}

DEVICE i64 top_of(const Net& net, i64 level) {
  while (net.levels[level].next > 0) level = net.levels[level].next;
  return level;
}

DEVICE void stretch(Net& net, Source& record, float value) {
  const i64 level = top_of(net, record.level);
  const float border = net.levels[level].high;
  if (!(value > border)) return;
  const float limit = border * STRETCH;
  if (value <= limit || record.hits < MATURE) {
    bound(net, level, net.levels[level].low, smaller(value, limit));
  } else if (++record.wish >= BEYOND) {
    record.wish = 0;
    ascend(net, level, value);
  }
}

DEVICE void follow(Net& net, const Hexagon& hexagon, i64 source, float value, i64 active) {
  Source& record = net.sources[source];
  if (record.level == 0) {
    if (record.hits == 0) bear(net, hexagon, source, hexagon.kind == INPUT ? value : NEURON_RANGE, active);
  } else if (hexagon.kind == INTERNAL) {
    return;
  } else if (record.hits < DOUBTFUL && net.levels[top_of(net, record.level)].high > BROKEN * value) {
    free_levels(net, record.level);
    record.level = 0, record.hits = 0;
    bear(net, hexagon, source, value, active);
  } else if (value > net.levels[record.level].high) {
    stretch(net, record, value);
  }
}

DEVICE float surprise(const Net& net, i64 source, float value) {
  const Source& record = net.sources[source];
  if (record.level == 0) return record.hits == 0 ? 1.0f : 0.0f;
  const float border = net.levels[top_of(net, record.level)].high;
  return value <= border ? 0.0f : float(log2(double(value) / double(border)));
}

}  // namespace hanami
