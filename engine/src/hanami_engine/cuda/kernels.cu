// Learning and asking: a team of threads for every network, which takes its samples one after the other.
#include "room.cuh"

namespace hanami {

DEVICE void clear(Team& team, const Net& net, Work& work) {
  if (team.leads()) work.touched = 0, work.novelty = 0.0f;
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    for EACH(block, hexagon.block, i64(hexagon.block) + hexagon.open) work.counts[block] = 0;
    if (hexagon.kind != OUTPUT) continue;
    for EACH(k, hexagon.start, i64(hexagon.start) + hexagon.width) work.totals[k] = 0;
  }
  team.sync();
}

// Carries a sample from the inputs to the answers. Only the first block of a team has the answers at once.
template <class Value>
DEVICE void carry(Team& team, Net& net, Work& work, const Value* row, bool learning) {
  if (team.first()) clear(team, net, work);
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    if (team.leads()) work.bounds[index] = i32(work.touched);
    if (hexagon.kind == INPUT) {
      if (team.first()) touch(team, net, work, hexagon, perceive(team, row, hexagon, work), learning);
    } else if (hexagon.kind == INTERNAL) {
      team.meet();
      excite(team, net, work, hexagon);
      read_out(team, net, work, hexagon);
      if (hexagon.sums == 0) continue;
      team.meet();
      if (team.first()) touch(team, net, work, hexagon, list_firing(team, hexagon, work), learning);
    }
  }
  team.meet();
  if (!team.first()) return;
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
  if (team.first()) {
    float error = 0.0f;
    for (i64 index = 0; index < net.hexagon_count; ++index)
      if (net.hexagons[index].kind == OUTPUT) error = larger(error, miss(team, net, work, net.hexagons[index], truth));
    if (team.leads()) work.error = error;
    if (error > 0) set_steps(team, net, work, rate_of(net));
  }
  team.meet();
  const float error = work.error;
  if (!(error > 0)) return;
  backward(team, net, work, rate_of(net));
  if (team.first()) need(team, net, work, error);
}

// What the first block of a team does before a sample; false where there is no room for it.
template <class Value>
DEVICE bool begin(Team& team, Net& net, Work& work, const Value* row, const float* truth) {
  if (!has_room(team, net, work, row)) return false;
  rescale(team, net, truth);
  return true;
}

DEVICE void finish(Team& team, Net& net, const Work& work, float& novelty) {
  team.sync();
  if (!team.leads()) return;
  reduce(net);
  novelty = work.novelty;
  ++net.samples, ++net.elapsed;
}

template <class Value>
DEVICE void learn(Team& team, Net& net, Work& work, const Order& rows) {
  if (team.leads()) work.stopped = 0;
  if (team.first()) settle(team, net, work);
  i64 done = 0;
  for (; done < rows.count; ++done) {
    const float* truth = rows.targets + done * rows.wanted;
    const Value* row = static_cast<const Value*>(rows.samples) + done * rows.columns;
    if (team.first() && !begin(team, net, work, row, truth) && team.leads()) work.stopped = 1;
    team.meet();
    if (work.stopped) break;
    carry(team, net, work, row, true);
    if (team.first() && rows.answers) tell(team, net, work, rows.answers + done * rows.told);
    teach(team, net, work, truth);
    if (team.first()) finish(team, net, work, rows.novelty[done]);
    team.meet();
  }
  if (team.leads()) work.done = done;
}

template <class Value>
DEVICE void predict(Team& team, Net& net, Work& work, const Order& rows) {
  for (i64 i = 0; i < rows.count; ++i) {
    carry(team, net, work, static_cast<const Value*>(rows.samples) + i * rows.columns, false);
    if (team.leads()) rows.novelty[i] = work.novelty;
    if (team.first()) tell(team, net, work, rows.answers + i * rows.told);
    team.meet();
  }
  if (team.leads()) work.done = rows.count;
}

}  // namespace hanami

// Each team has an order: a network, its room and its rows; `groups` blocks of threads are a team.
KERNEL(THREADS) hanami_rows(const hanami::Order* orders, i64 groups) {
  SHARED(hanami::Shared, shared);
  const hanami::Order& rows = orders[blockIdx.x / groups];
  hanami::Net& net = *rows.net;
  hanami::Work& work = *rows.work;
  hanami::Team team(shared, work.gate, int(blockIdx.x % groups), int(groups));
  for EACH(mask, 0, hanami::STRIP * hanami::WARPS) shared.masks[mask] = 0;
  if (team.place == 0) shared.jobs = 0;
  team.sync();
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
