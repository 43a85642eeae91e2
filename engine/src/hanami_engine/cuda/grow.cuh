// Which blocks sections reach, their birth, borders that follow the values, and levels above them (rules/targets.py,
// rules/grow.py). The leader does it, but for the lanes of rows that are born.
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

// The number of a source, or of an output, for which random numbers are drawn.
DEVICE i64 number_of(const Net& net, const Work& work, const Hexagon& hexagon, i64 at) {
  return at + work.shifts[&hexagon - net.hexagons];
}

DEVICE i64 choose_block(const Net& net, const Hexagon& hexagon, i64 number, i64 level) {
  u64 bits = stream(net.seed, DRAWS, number);
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

DEVICE void enlist(Team& team, Work& work, Job job) { work.jobs[team.shared.jobs++] = job; }

// Gives the lanes of new rows what the leader ordered. The jobs of a lane are done in their order, whichever thread has it.
SELDOM void deliver(Team team, const Net& net, const Work& work) {
  team.sync();
  const i32 count = team.shared.jobs;
  for (i32 index = 0; index < count; ++index) {
    const Job job = work.jobs[index];
    i16* row = net.weights_at(job.row);
    for EACH(lane, 0, LANES) {
      if (job.kind == ZERO) {
        row[lane] = 0;
      } else if (job.kind == DRAW) {
        row[lane] = i16(job.factor * signed_of(scramble(job.bits + STEP * u64(lane + 1))));
      } else {
        const i16 lower = i16(rintf(float(row[lane]) * job.factor));
        net.weights_at(job.other)[lane] = i16(row[lane] - lower);
        row[lane] = lower;
      }
    }
  }
  team.sync();
  if (team.place == 0) team.shared.jobs = 0;
}

SELDOM void join(Team team, Net& net, Work& work, const Hexagon& hexagon, i64 source, i64 level, i64 active) {
  const i64 number = number_of(net, work, hexagon, source);
  const i64 row = take_section(net, level, choose_block(net, hexagon, number, level));
  const i64 block = net.sections[row].block;
  if (net.hexagons[net.owners[block]].kind == INTERNAL) {
    const float range = hexagon.kind == INPUT ? INPUT_WEIGHTS : NEURON_WEIGHTS;
    const u64 bits = stream(net.seed, WEIGHTS, (number << 16) + block);
    enlist(team, work, {i32(row), 0, bits, range / sqrtf(float(active)), DRAW});
  } else {
    enlist(team, work, {i32(row), 0, 0, 0.0f, ZERO});
  }
}

DEVICE i64 sections_wanted(const Net& net, const Hexagon& hexagon) {
  const i64 most = choices(net, hexagon);
  return net.fan_out < most ? net.fan_out : most;
}

DEVICE void bear(Team& team, Net& net, Work& work, const Hexagon& hexagon, i64 source, float value, i64 active) {
  const i64 count = sections_wanted(net, hexagon);
  if (count <= 0 || !affords(net, LEVEL_BYTES + count * SECTION_BYTES)) return;
  const i64 level = take_level(net, 0.0f, value);
  net.sources[source].level = i32(level), net.sources[source].hits = 0, net.sources[source].wish = 0;
  for (i64 each = 0; each < count; ++each) join(team, net, work, hexagon, source, level, active);
}

DEVICE i64 count_sections(const Net& net, i64 level) {
  i64 count = 0;
  for (i64 row = net.levels[level].section; row > 0; row = net.sections[row].next()) ++count;
  return count;
}

SELDOM void ascend(Team team, Net& net, Work& work, i64 top, float value) {
  if (!affords(net, LEVEL_BYTES + count_sections(net, top) * SECTION_BYTES)) return;
  const float border = net.levels[top].high;
  const i64 level = take_level(net, border, smaller(value, border * ASCENT));
  for (i64 row = net.levels[top].section; row > 0; row = net.sections[row].next())
    enlist(team, work, {i32(take_section(net, level, net.sections[row].block)), 0, 0, 0.0f, ZERO});
  net.levels[top].next = i32(level);
}

DEVICE i64 top_of(const Net& net, i64 level) {
  while (net.levels[level].next > 0) level = net.levels[level].next;
  return level;
}

DEVICE void stretch(Team& team, Net& net, Work& work, Source& record, float value) {
  const i64 level = top_of(net, record.level);
  const float border = net.levels[level].high;
  if (!(value > border)) return;
  const float limit = border * STRETCH;
  if (value <= limit || record.hits < MATURE) {
    bound(net, level, net.levels[level].low, smaller(value, limit));
  } else if (++record.wish >= BEYOND) {
    record.wish = 0;
    ascend(team, net, work, level, value);
  }
}

SELDOM void follow(Team team, Net& net, Work& work, const Hexagon& hexagon, i64 source, float value, i64 active) {
  Source& record = net.sources[source];
  if (record.level == 0) {
    if (record.hits == 0) bear(team, net, work, hexagon, source, hexagon.kind == INPUT ? value : NEURON_RANGE, active);
  } else if (hexagon.kind == INTERNAL) {
    return;
  } else if (record.hits < DOUBTFUL && net.levels[top_of(net, record.level)].high > BROKEN * value) {
    free_levels(net, record.level);
    record.level = 0, record.hits = 0;
    bear(team, net, work, hexagon, source, value, active);
  } else if (value > net.levels[record.level].high) {
    stretch(team, net, work, record, value);
  }
}

// Logarithm to base 2 of a number from 1 on, in explicit steps, as on the CPU.
DEVICE float doublings(double ratio) {
  int exponent;
  double mantissa = frexp(ratio, &exponent);
  if (mantissa < 0.7071067811865476) mantissa *= 2.0, --exponent;
  const double z = (mantissa - 1.0) / (mantissa + 1.0), square = z * z;
  double series = 1.0 / 11.0;
  for (double odd = 9.0; odd > 0.0; odd -= 2.0) series = series * square + 1.0 / odd;
  return float(double(exponent) + 2.8853900817779268 * z * series);
}

SELDOM float surprise(const Net& net, i64 source, float value) {
  const Source& record = net.sources[source];
  if (record.level == 0) return record.hits == 0 ? 1.0f : 0.0f;
  const float border = net.levels[top_of(net, record.level)].high;
  return value <= border ? 0.0f : doublings(double(value) / double(border));
}

}  // namespace hanami
