// From driven sections to the potentials of neurons, and on to the outputs (rules/forward.py).
#pragma once

#include "touch.cuh"

namespace hanami {

constexpr float POTENTIAL_UNIT = 0x1p-11f, READOUT_UNIT = 0x1p-20f;

// What a thread has of a row: as wide as one access to memory where a warp has it.
template <class Value>
struct alignas(sizeof(Value) * PACK > 16 ? 16 : sizeof(Value) * PACK) Pack {
  Value of[PACK];
};

template <class Value>
DEVICE Pack<Value> load(const Team& team, const Value* row) {
  return reinterpret_cast<const Pack<Value>*>(row)[team.lane()];
}

DEVICE i16 high(i16 a, i16 b) { return i16((i32(a) * i32(b)) >> 16); }

DEVICE i16 saturate(i32 value) { return i16(value < -32768 ? -32768 : value > 32767 ? 32767 : value); }

// Sums the sections of a block of neurons that belong to a warp: the sum, and the least and most that it ever was.
DEVICE void add_part(const Team& team, const Net& net, const Visit* visits, i64 begin, i64 end) {
  i32 sum[PACK] = {}, least[PACK] = {}, most[PACK] = {};
  UNROLL(4)
  for (i64 v = begin; v < end; ++v) {
    const Visit visit = visits[v];
    const Pack<i16> weights = load(team, net.weights_at(visit.row));
    for (int own = 0; own < PACK; ++own) {
      sum[own] += high(weights.of[own], visit.force);
      least[own] = sum[own] < least[own] ? sum[own] : least[own];
      most[own] = sum[own] > most[own] ? sum[own] : most[own];
    }
  }
  for (int own = 0; own < PACK; ++own) {
    const int lane = team.lane() * PACK + own;
    team.shared.parts[0][team.warp()][lane] = sum[own];
    team.shared.parts[1][team.warp()][lane] = least[own];
    team.shared.parts[2][team.warp()][lane] = most[own];
  }
}

// The potential of a neuron, one section after the other.
SELDOM i16 add_slowly(const Net& net, const Visit* visits, i64 count, i64 lane, i32 begin) {
  i16 part = i16(begin);
  for (i64 v = 0; v < count; ++v)
    part = saturate(i32(part) + high(net.weights_at(visits[v].row)[lane], visits[v].force));
  return part;
}

// Sums the sections of a block of neurons, saturating after each. The warps have a stretch of them each; where a sum on the
// way would have saturated, which is seldom, the neuron is summed anew in order. The thread of a lane knows its potential
// at once, others after the next barrier.
DEVICE void forward(Team& team, const Net& net, Work& work, i64 block) {
  const i64 count = work.counts[block];
  const Visit* visits = work.visits + block * work.stride;
  add_part(team, net, visits, count * team.warp() / WARPS, count * (team.warp() + 1) / WARPS);
  team.sync();
  const i32 begin = i32(count >> 1 < 32767 ? count >> 1 : 32767);
  for EACH(lane, 0, LANES) {
    i32 sum = begin;
    bool fits = true;
    for (int warp = 0; warp < WARPS; ++warp) {
      fits = fits && sum + team.shared.parts[1][warp][lane] >= -32768 && sum + team.shared.parts[2][warp][lane] <= 32767;
      sum += team.shared.parts[0][warp][lane];
    }
    work.potentials[block * LANES + lane] = fits ? i16(sum) : add_slowly(net, visits, count, lane, begin);
  }
  team.sync();  // the parts are free again
}

SELDOM i16 spike(const Net& net, i64 at, i16 part) {
  const i32 left = (i32(net.echoes[at]) * net.fade) >> 15;
  if (net.rests[at] > 0) {
    --net.rests[at];
    part = i16(left);
  } else {
    if (part > 0) net.rests[at] = u16(net.refractory - 1);
    part = saturate(left + part);
  }
  net.echoes[at] = part > 0 ? part : i16(0);
  return part;
}

DEVICE void excite(Team& team, const Net& net, Work& work, const Hexagon& hexagon) {
  for OURS(block, hexagon) {
    forward(team, net, work, block);
    for EACH(lane, 0, LANES) {
      i16& part = work.potentials[block * LANES + lane];
      if (net.spiking) part = spike(net, block * LANES + lane, part);
      if (part < 0 || (block - hexagon.block) * LANES + lane >= hexagon.neurons) part = 0;
    }
  }
  team.sync();
}

// Adds what an internal hexagon gives to the outputs in its reach: a warp has an output.
DEVICE void read_out(Team& team, const Net& net, Work& work, const Hexagon& hexagon) {
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    for (i64 k = i64(goal.start) + team.warp(); k < i64(goal.start) + goal.width; k += WARPS) {
      i64 mine = 0;
      for OURS(block, hexagon) {
        const Pack<i16> parts = load(team, work.potentials + block * LANES);
        const Pack<i32> weights = load(team, net.readout_at(block, k));
        for (int own = 0; own < PACK; ++own) mine += i64(parts.of[own]) * weights.of[own];
      }
      mine = team.warp_sum(mine);
      if (team.lane() == 0) add_to(team, work.totals[k], mine);
    }
  }
}

DEVICE float unit_of(const Net& net, i64 k) {
  const Scale& scale = net.scales[k];
  return scale.hits > 0 ? scale.anchor / scale.border : 1.0f;
}

// The first block of a team does it.
DEVICE void sum_up(Team& team, const Net& net, Work& work, const Hexagon& goal) {
  for EACH(k, goal.start, goal.start + goal.width)
    work.outputs[k] = net.bias[k] + float(work.totals[k]) * (POTENTIAL_UNIT * READOUT_UNIT);
  for (i64 index = 0; index < goal.open; ++index) {
    const i64 block = goal.block + index;
    if (work.counts[block] == 0) continue;
    forward(team, net, work, block);
    for EACH(lane, 0, LANES) {
      const i64 k = goal.start + index * LANES + lane;
      if (index * LANES + lane < goal.width)
        work.outputs[k] += float(work.potentials[block * LANES + lane]) * POTENTIAL_UNIT * unit_of(net, k);
    }
  }
  team.sync();
}

}  // namespace hanami
