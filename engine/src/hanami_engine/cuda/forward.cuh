// From driven sections to the potentials of neurons, and on to the outputs (rules/forward.py). A thread has its lanes.
#pragma once

#include "touch.cuh"

namespace hanami {

constexpr float POTENTIAL_UNIT = 0x1p-11f, READOUT_UNIT = 0x1p-20f;

DEVICE i16 high(i16 a, i16 b) { return i16((i32(a) * i32(b)) >> 16); }

DEVICE i16 saturate(i32 value) { return i16(value < -32768 ? -32768 : value > 32767 ? 32767 : value); }

DEVICE void forward(Team& team, const Net& net, Work& work, i64 block) {
  const i64 count = work.counts[block];
  const Visit* visits = work.visits + block * work.stride;
  i16 parts[OWN];
  for (i16& part : parts) part = i16(count >> 1 < 32767 ? count >> 1 : 32767);
  for (i64 v = 0; v < count; ++v) {
    const i16 *row = net.weights_at(visits[v].row) + team.place, force = visits[v].force;
    for (int own = 0; own < OWN; ++own) parts[own] = saturate(i32(parts[own]) + high(row[own * Team::size], force));
  }
  for (int own = 0; own < OWN; ++own) work.potentials[block * LANES + own * Team::size + team.place] = parts[own];
}

DEVICE i16 spike(const Net& net, i64 at, i16 part) {
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
  for (i64 index = 0; index < hexagon.open; ++index) {
    const i64 block = hexagon.block + index;
    forward(team, net, work, block);
    for EACH(lane, 0, LANES) {
      i16& part = work.potentials[block * LANES + lane];
      if (net.spiking) part = spike(net, block * LANES + lane, part);
      if (part < 0 || index * LANES + lane >= hexagon.neurons) part = 0;
    }
  }
  team.sync();
}

DEVICE void read_out(Team& team, const Net& net, Work& work, const Hexagon& hexagon) {
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    for EACH(k, goal.start, goal.start + goal.width) {
      i64 total = 0;
      for (i64 block = hexagon.block; block < hexagon.block + hexagon.open; ++block) {
        const i32* row = net.readout_at(block, k);
        for (int lane = 0; lane < LANES; ++lane) total += i64(work.potentials[block * LANES + lane]) * row[lane];
      }
      work.totals[k] += total;
    }
  }
  team.sync();
}

DEVICE float unit_of(const Net& net, i64 k) {
  const Scale& scale = net.scales[k];
  return scale.hits > 0 ? scale.anchor / scale.border : 1.0f;
}

DEVICE void sum_up(Team& team, const Net& net, Work& work, const Hexagon& goal) {
  for EACH(k, goal.start, goal.start + goal.width)
    work.outputs[k] = net.bias[k] + float(work.totals[k]) * (POTENTIAL_UNIT * READOUT_UNIT);
  team.sync();
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
