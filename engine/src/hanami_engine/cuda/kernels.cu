// Learning and asking: a block of threads for every network, which takes its samples one after the other.
#include "need.cuh"

namespace hanami {

DEVICE void clear(Team& team, const Net& net, Work& work) {
  if (team.leads()) work.touched = 0, work.novelty = 0.0f;
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    for EACH(block, hexagon.block, hexagon.block + hexagon.open) work.counts[block] = 0;
    if (hexagon.kind != OUTPUT) continue;
    for EACH(k, hexagon.start, hexagon.start + hexagon.width) work.totals[k] = 0;
  }
  team.sync();
}

template <class Value>
DEVICE void carry(Team& team, Net& net, Work& work, const Value* row, bool learning) {
  clear(team, net, work);
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    if (team.leads()) work.bounds[index] = i32(work.touched);
    if (hexagon.kind == INPUT) {
      touch(team, net, work, hexagon, perceive(team, row, hexagon, work), learning);
    } else if (hexagon.kind == INTERNAL) {
      excite(team, net, work, hexagon);
      read_out(team, net, work, hexagon);
      if (hexagon.sums > 0) touch(team, net, work, hexagon, list_firing(team, hexagon, work), learning);
    }
  }
  if (team.leads()) work.bounds[net.hexagon_count] = i32(work.touched);
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& goal = net.hexagons[index];
    if (goal.kind != OUTPUT) continue;
    sum_up(team, net, work, goal);
    conclude(team, work, goal);
  }
  team.sync();
}

DEVICE void tell(Team& team, const Net& net, const Work& work, float* answers) {
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& goal = net.hexagons[index];
    if (goal.kind != OUTPUT) continue;
    for EACH(k, 0, goal.width) {
      const float answer = work.outputs[goal.start + k];
      answers[goal.column + k] = goal.code == SCALED ? answer * net.scales[goal.start + k].border : answer;
    }
  }
}

DEVICE void teach(Team& team, Net& net, Work& work, const float* truth) {
  if (team.leads()) {
    float error = 0.0f;
    for (i64 index = 0; index < net.hexagon_count; ++index)
      if (net.hexagons[index].kind == OUTPUT) error = larger(error, miss(net, work, net.hexagons[index], truth));
    team.shared.error = error;
  }
  team.sync();
  const float error = team.shared.error;
  if (!(error > 0)) return;
  const float rate = rate_of(net);
  set_steps(team, net, work, rate);
  backward(team, net, work, rate);
  need(team, net, work, error);
}

// The rows of one network.
struct Rows {
  const void* samples;
  const float* targets;
  float* answers;
  float* novelty;
  i64 count, columns, wanted, told;  // of samples: their columns, those of the targets, those of the answers
  i32 octets, teaches;
};

template <class Value>
DEVICE void learn(Team& team, Net& net, Work& work, const Rows& rows) {
  if (team.leads()) settle(net);
  team.sync();
  for (i64 i = 0; i < rows.count; ++i) {
    const float* truth = rows.targets + i * rows.wanted;
    if (team.leads()) rescale(net, truth);
    team.sync();
    carry(team, net, work, static_cast<const Value*>(rows.samples) + i * rows.columns, true);
    if (rows.answers) tell(team, net, work, rows.answers + i * rows.told);
    teach(team, net, work, truth);
    team.sync();
    if (team.leads()) {
      reduce(net);
      rows.novelty[i] = work.novelty;
      ++net.samples, ++net.elapsed;
    }
    team.sync();
  }
}

template <class Value>
DEVICE void predict(Team& team, Net& net, Work& work, const Rows& rows) {
  for (i64 i = 0; i < rows.count; ++i) {
    carry(team, net, work, static_cast<const Value*>(rows.samples) + i * rows.columns, false);
    if (team.leads()) rows.novelty[i] = work.novelty;
    tell(team, net, work, rows.answers + i * rows.told);
    team.sync();
  }
}

}  // namespace hanami

// A block of threads has a network, its room and its rows.
KERNEL void hanami_rows(hanami::Net* const* nets, hanami::Work* const* works, const hanami::Rows* all) {
  SHARED(hanami::Shared, shared);
  hanami::Team team(shared);
  hanami::Net& net = *nets[blockIdx.x];
  hanami::Work& work = *works[blockIdx.x];
  const hanami::Rows& rows = all[blockIdx.x];
  if (rows.teaches) {
    if (rows.octets) {
      hanami::learn<unsigned char>(team, net, work, rows);
    } else {
      hanami::learn<float>(team, net, work, rows);
    }
  } else if (rows.octets) {
    hanami::predict<unsigned char>(team, net, work, rows);
  } else {
    hanami::predict<float>(team, net, work, rows);
  }
}
