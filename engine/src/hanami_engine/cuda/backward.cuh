// How fast a sample may teach, and corrections of the weights from the errors of the outputs (rules/schedule.py,
// rules/backward.py).
#pragma once

#include "answer.cuh"

namespace hanami {

constexpr float CORRECTION_UNITS = 8192.0f, SLOPE_UNITS = 4096.0f, LIMIT = 32000.0f, READOUT_LIMIT = 0x1p30f;
constexpr float FLOOR = 0.02f, HALF_LIFE = 20000.0f;
constexpr int ROUNDING = 4, SPREADING = 5;

DEVICE i16 rounded_high(i16 a, i16 b, u16 noise) {
  const u16 half = u16(u16(u32(u16(a)) * u32(u16(b))) >> 1);
  return i16(high(a, b) + i16(u16(half + noise) >> 15));
}

DEVICE i32 store(float value) { return i32(rintf(smaller(larger(value, -READOUT_LIMIT), READOUT_LIMIT))); }

DEVICE float rate_of(const Net& net) {
  if (net.announced > 0) return net.first_rate * larger(FLOOR, 1.0f - float(net.elapsed) / float(net.announced));
  return net.first_rate / (1.0f + float(net.samples) / HALF_LIFE);
}

DEVICE bool reads(const Net& net, const Hexagon& hexagon, const Hexagon& goal) {
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target)
    if (net.hexagons[net.targets[target].hexagon].start == goal.start) return true;
  return false;
}

DEVICE float energy(Team& team, const Net& net, const Work& work, const Hexagon& goal) {
  i64 mine = 0;
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind != INTERNAL || !reads(net, hexagon, goal)) continue;
    for EACH(neuron, i64(hexagon.block) * LANES, (i64(hexagon.block) + hexagon.open) * LANES)
      mine += i64(work.potentials[neuron]) * work.potentials[neuron];
  }
  return 1.0f + float(team.sum(mine)) * (POTENTIAL_UNIT * POTENTIAL_UNIT);
}

DEVICE void set_steps(Team& team, const Net& net, Work& work, float rate) {
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& goal = net.hexagons[index];
    if (goal.kind != OUTPUT) continue;
    float step = rate;
    if (goal.code == SCALED) step = rate / larger(1.0f, rate * energy(team, net, work, goal));
    for EACH(k, goal.start, goal.start + goal.width) work.steps[k] = step;
  }
  team.sync();
}

DEVICE void correct_readout(Team& team, const Net& net, Work& work, i64 block, i64 k) {
  const float error = work.errors[k], gain = error * READOUT_UNIT;
  const float change = work.steps[k] * error * (POTENTIAL_UNIT / READOUT_UNIT);
  i32* row = net.readout_at(block, k);
  for EACH(lane, 0, LANES) {
    const float weight = float(row[lane]);
    work.blame[block * LANES + lane] += gain * weight;
    row[lane] = store(weight - change * float(work.potentials[block * LANES + lane]));
  }
}

DEVICE void round_corrections(Team& team, Work& work, i64 block, float rate, u32 dither) {
  const float gain = rate * CORRECTION_UNITS;
  for EACH(lane, 0, LANES) {
    const i64 at = block * LANES + lane;
    const float noise = float(hashed(dither + u32(lane)) >> 8) * 0x1p-24f;
    const bool fires = work.potentials[at] > 0;
    const float wanted = smaller(larger(gain * work.blame[at], -LIMIT), LIMIT);
    work.corrections[at] = fires ? i16(floorf(wanted + noise)) : i16(0);
    const float slope = smaller(larger(SLOPE_UNITS * work.blame[at], -LIMIT), LIMIT);
    work.slopes[at] = fires ? i16(rintf(slope)) : i16(0);
  }
}

DEVICE i64 blame_of(Team& team, const Net& net, const Work& work, i64 level) {
  i64 mine = 0;
  for (i64 row = net.levels[level].section; row > 0; row = net.sections[row].next()) {
    const i64 block = net.sections[row].block;
    for EACH(lane, 0, LANES) mine += i32(net.weights_at(row)[lane]) * i32(work.slopes[block * LANES + lane]);
  }
  return team.sum(mine);
}

DEVICE void blame_sources(Team& team, const Net& net, Work& work, i64 index) {
  const Hexagon& hexagon = net.hexagons[index];
  team.sync();
  for (i64 t = work.bounds[index]; t < work.bounds[index + 1]; ++t) {
    const Touch& touch = work.touches[t];
    if (touch.level == 0 || (touch.force == 32767 && net.levels[touch.level].next > 0)) continue;
    const float share = float(blame_of(team, net, work, touch.level));
    const float slope = share * (0.5f / SLOPE_UNITS) * (net.levels[touch.level].inverse / 32767.0f);
    if (team.leads()) work.blame[i64(hexagon.block) * LANES + touch.source - hexagon.start] += slope;
  }
  team.sync();
}

DEVICE u32 rounding_of(const Net& net) { return u32(stream(net.seed, ROUNDING, net.samples) >> 32); }

DEVICE void judge(Team& team, const Net& net, Work& work, i64 index, float rate) {
  const Hexagon& hexagon = net.hexagons[index];
  for (i64 block = hexagon.block; block < hexagon.block + hexagon.open; ++block) {
    for EACH(lane, 0, LANES) work.blame[block * LANES + lane] = 0.0f;
    for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
      const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
      for (i64 k = goal.start; k < goal.start + goal.width; ++k) correct_readout(team, net, work, block, k);
    }
  }
  if (hexagon.sums > 0) blame_sources(team, net, work, index);
  for (i64 block = hexagon.block; block < hexagon.block + hexagon.open; ++block)
    round_corrections(team, work, block, rate, rounding_of(net) + u32(block * LANES));
  team.sync();
}

DEVICE void judge_output(Team& team, const Net& net, Work& work, const Hexagon& goal) {
  const float step = work.steps[goal.start];
  for EACH(k, goal.start, goal.start + goal.width) net.bias[k] -= step * work.errors[k];
  for (i64 index = 0; index < goal.open; ++index) {
    const i64 block = goal.block + index;
    if (work.counts[block] == 0) continue;
    for EACH(lane, 0, LANES) {
      const i64 k = goal.start + index * LANES + lane;
      const bool inside = index * LANES + lane < goal.width;
      work.blame[block * LANES + lane] = inside ? work.errors[k] * unit_of(net, k) : 0.0f;
      work.potentials[block * LANES + lane] = 1;  // every lane takes part
    }
    const float direct = step / larger(1.0f, step * float(work.counts[block]));
    round_corrections(team, work, block, direct, rounding_of(net) + u32(block * LANES));
  }
  team.sync();
}

DEVICE void correct(Team& team, const Net& net, const Work& work, i64 block) {
  const i64 count = work.counts[block];
  const Visit* visits = work.visits + block * work.stride;
  const u32 first = u32((stream(net.seed, SPREADING, net.samples) >> 32) + u64(block << 20));
  i16 parts[OWN];
  for (int own = 0; own < OWN; ++own) parts[own] = work.corrections[block * LANES + own * Team::size + team.place];
  for (i64 v = 0; v < count; ++v) {
    const u16 noise = u16(hashed(first + u32(v)) >> 17);
    const i16 force = visits[v].force;
    i16* row = net.weights_at(visits[v].row) + team.place;
    for (int own = 0; own < OWN; ++own) {
      i16& weight = row[own * Team::size];
      weight = saturate(i32(weight) - i32(rounded_high(parts[own], force, noise)));
    }
  }
}

DEVICE void backward(Team& team, const Net& net, Work& work, float rate) {
  for (i64 index = net.hexagon_count - 1; index >= 0; --index) {
    const Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind == INTERNAL) {
      judge(team, net, work, index, rate);
    } else if (hexagon.kind == OUTPUT && hexagon.width > 0) {
      judge_output(team, net, work, hexagon);
    }
  }
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    for (i64 block = hexagon.block; block < hexagon.block + hexagon.open; ++block) correct(team, net, work, block);
  }
  team.sync();
}

}  // namespace hanami
