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
    if (net.hexagons + net.targets[target].hexagon == &goal) return true;
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

// The first block of a team does it.
DEVICE void set_steps(Team& team, const Net& net, Work& work, float rate) {
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& goal = net.hexagons[index];
    if (goal.kind != OUTPUT) continue;
    float step = rate;
    if (goal.code == SCALED) step = rate / larger(1.0f, rate * energy(team, net, work, goal));
    for EACH(k, goal.start, goal.start + goal.width) work.steps[k] = step;
  }
}

// Adds the share of every neuron of a block in the errors of the outputs to its blame, then corrects the weights.
DEVICE void correct_readouts(Team& team, const Net& net, Work& work, const Hexagon& hexagon, i64 block) {
  for EACH(lane, 0, LANES) {
    const float potential = float(work.potentials[block * LANES + lane]);
    float blame = 0.0f;
    for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
      const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
      UNROLL(4)
      for (i64 k = goal.start; k < i64(goal.start) + goal.width; ++k) {
        const float error = work.errors[k], gain = error * READOUT_UNIT;
        const float change = work.steps[k] * error * (POTENTIAL_UNIT / READOUT_UNIT);
        i32& stored = net.readout_at(block, k)[lane];
        const float weight = float(stored);
        blame += gain * weight;
        stored = store(weight - change * potential);
      }
    }
    work.blame[block * LANES + lane] = blame;
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

// The sum of slope · weight over the sections of a level; a warp does it.
DEVICE i64 blame_of(const Team& team, const Net& net, const Work& work, i64 level) {
  i64 mine = 0;
  for (i64 row = net.levels[level].section; row > 0; row = net.sections[row].next()) {
    const Pack<i16> weights = load(team, net.weights_at(row));
    const Pack<i16> slopes = load(team, work.slopes + i64(net.sections[row].block) * LANES);
    for (int own = 0; own < PACK; ++own) mine += i32(weights.of[own]) * i32(slopes.of[own]);
  }
  return team.warp_sum(mine);
}

// Gives the neurons of a hexagon their share in the errors of the neurons they drove. A neuron and all its levels, which
// stand side by side, belong to one warp: the shares are added in their order.
DEVICE void blame_sources(Team& team, const Net& net, Work& work, i64 index) {
  const Hexagon& hexagon = net.hexagons[index];
  const i64 begin = work.bounds[index], end = work.bounds[index + 1];
  for (i64 t = begin + team.group * WARPS + team.warp(); t < end; t += team.groups * WARPS) {
    const i32 source = work.touches[t].source;
    if (t > begin && work.touches[t - 1].source == source) continue;
    float& blame = work.blame[i64(hexagon.block) * LANES + source - hexagon.start];
    float sum = blame;
    for (i64 each = t; each < end && work.touches[each].source == source; ++each) {
      const Touch touch = work.touches[each];
      if (touch.level == 0 || (touch.force == 32767 && net.levels[touch.level].next > 0)) continue;
      const float share = float(blame_of(team, net, work, touch.level));
      sum += share * (0.5f / SLOPE_UNITS) * (net.levels[touch.level].inverse / 32767.0f);
    }
    __syncwarp(EVERYONE);  // all have read it
    if (team.lane() == 0) blame = sum;
  }
}

DEVICE u32 rounding_of(const Net& net) { return u32(stream(net.seed, ROUNDING, net.samples) >> 32); }

DEVICE void judge(Team& team, const Net& net, Work& work, i64 index, float rate) {
  const Hexagon& hexagon = net.hexagons[index];
  for OURS(block, hexagon) correct_readouts(team, net, work, hexagon, block);
  if (hexagon.sums > 0) {
    team.meet();  // slopes of the neurons that it drove are from all blocks
    blame_sources(team, net, work, index);
    team.meet();
  }
  for OURS(block, hexagon) round_corrections(team, work, block, rate, rounding_of(net) + u32(block * LANES));
}

// The first block of a team does it.
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
}

// Corrects all sections of a block of neurons that were driven; a warp has a row.
DEVICE void correct(Team& team, const Net& net, const Work& work, i64 block) {
  const i64 count = work.counts[block];
  const Visit* visits = work.visits + block * work.stride;
  const u32 first = u32((stream(net.seed, SPREADING, net.samples) >> 32) + u64(block << 20));
  const Pack<i16> parts = load(team, work.corrections + block * LANES);
  UNROLL(4)
  for (i64 v = team.warp(); v < count; v += WARPS) {
    const u16 noise = u16(hashed(first + u32(v)) >> 17);
    const i16 force = visits[v].force;
    Pack<i16>& row = reinterpret_cast<Pack<i16>*>(net.weights_at(visits[v].row))[team.lane()];
    Pack<i16> weights = row;
    for (int own = 0; own < PACK; ++own)
      weights.of[own] = saturate(i32(weights.of[own]) - i32(rounded_high(parts.of[own], force, noise)));
    row = weights;
  }
}

DEVICE void backward(Team& team, const Net& net, Work& work, float rate) {
  for (i64 index = net.hexagon_count - 1; index >= 0; --index) {
    const Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind == INTERNAL) {
      judge(team, net, work, index, rate);
    } else if (hexagon.kind == OUTPUT && hexagon.width > 0 && team.first()) {
      judge_output(team, net, work, hexagon);
    }
  }
  team.meet();
  for (i64 index = 0; index < net.hexagon_count; ++index)
    for OURS(block, net.hexagons[index]) correct(team, net, work, block);
  team.meet();
}

}  // namespace hanami
