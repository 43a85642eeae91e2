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
}

// Carries a sample from the inputs to the answers. Only the first block of a team has the answers at once.
DEVICE void carry(Team& team, Net& net, Work& work, const Row& row, bool learning) {
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
DEVICE bool begin(Team& team, Net& net, Work& work, const Row& row, const float* truth) {
  if (!has_room(team, net, work, row)) return false;
  rescale(team, net, truth);
  return true;
}

// Learns rows, or only answers them.
template <bool teaches>
DEVICE void work_off(Team& team, const Order& rows) {
  Net& net = *rows.net;
  Work& work = *rows.work;
  for EACH(mask, 0, STRIP * WARPS) team.shared.masks[mask] = 0;
  if (team.place == 0) team.shared.jobs = 0;
  if (team.leads()) work.stopped = 0;
  if (teaches && team.first()) settle(team, net, work);
  i64 done = 0;
  for (; done < rows.count; ++done) {
    const float* truth = rows.targets + done * rows.wanted;
    const Row row = rows.row(done);
    if (teaches) {
      if (team.first() && !begin(team, net, work, row, truth) && team.leads()) work.stopped = 1;
      team.meet();
      if (work.stopped) break;
    }
    carry(team, net, work, row, teaches);
    if (team.first() && rows.answers) tell(team, net, work, rows.answers + done * rows.told);
    if (team.leads()) rows.novelty[done] = work.novelty;
    if (teaches) {
      teach(team, net, work, truth);
      if (team.leads()) reduce(net), ++net.samples, ++net.elapsed;
    }
    team.meet();
  }
  if (team.leads()) work.done = done;
}

}  // namespace hanami

// Each team has an order: a network, its room and its rows; `groups` blocks of threads are a team.
KERNEL(512) hanami_learn(const hanami::Order* orders, i64 groups) {
  SHARED(hanami::Shared, shared);
  const hanami::Order& rows = orders[blockIdx.x / groups];
  hanami::Team team(shared, rows.work->gate, int(blockIdx.x % groups), int(groups));
  hanami::work_off<true>(team, rows);
}

// The same for who only asks. A network may stand in several orders, each with room of its own, unless it spikes.
KERNEL(512) hanami_ask(const hanami::Order* orders, i64) {
  SHARED(hanami::Shared, shared);
  const hanami::Order& rows = orders[blockIdx.x];
  hanami::Team team(shared, rows.work->gate, 0, 1);
  hanami::work_off<false>(team, rows);
}
