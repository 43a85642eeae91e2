// Growth where the error asks for it, reduction of what stays unused, and ranges that follow their targets (rules/need.py,
// rules/reduce.py, rules/scale.py). The first block of a team does it.
#pragma once

#include "backward.cuh"

namespace hanami {

constexpr float SPLIT_NEED = 12.0f, BLOCK_NEED = 8.0f, NARROWEST = 1e-3f, CHARGE_UNITS = 1024.0f;
constexpr float READOUT_RANGE = float(0.1 * 1048576);
constexpr i64 MOST_LEVELS = 64, REGROW_NEED = 16 * 1024, MOST_CHARGE = 65535, WINDOW = 2000, ALL = 65535;
constexpr u32 MOST_HITS = 1u << 30;
constexpr int READOUTS = 3;

// Draws the weights from a block of neurons to some outputs of a hexagon.
SELDOM void draw_readout(Team team, const Net& net, const Work& work, const Hexagon& goal, i64 block, i64 neurons,
                         i64 first, i64 last) {
  for (i64 k = goal.start + first; k < goal.start + last; ++k) {
    const u64 bits = stream(net.seed, READOUTS, (number_of(net, work, goal, k) << 20) + block);
    for EACH(lane, 0, LANES) {
      const float drawn = READOUT_RANGE * signed_of(scramble(bits + STEP * u64(lane + 1)));
      net.readout_at(block, k)[lane] = lane < neurons ? i32(drawn) : 0;
    }
  }
}

DEVICE i64 readout_bytes(const Net& net, const Hexagon& hexagon) {
  i64 outputs = 0;
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target)
    outputs += net.hexagons[net.targets[target].hexagon].drawn;
  return outputs * LANES * 4;
}

// All threads of a block come to the same conclusion before the leader changes what it depends on.
SELDOM void open_block(Team team, Net& net, const Work& work, Hexagon& hexagon) {
  const i64 cost = readout_bytes(net, hexagon), open = hexagon.open;
  if (open >= hexagon.most) return;
  const bool affordable = net.bytes + cost <= net.limit;
  team.sync();
  if (team.leads()) affords(net, cost);
  if (!affordable) return;
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    draw_readout(team, net, work, goal, i64(hexagon.block) + open, hexagon.neurons - open * LANES, 0, goal.drawn);
  }
  if (team.leads()) ++hexagon.open, hexagon.need = 0.0f, net.bytes += cost;
  team.sync();
}

DEVICE void prepare(Team& team, Net& net, const Work& work, const Hexagon& hexagon) {
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    const i64 fresh = goal.width > goal.drawn ? goal.width - goal.drawn : 0;
    for (i64 block = 0; block < hexagon.open; ++block)
      draw_readout(team, net, work, goal, hexagon.block + block, hexagon.neurons - block * LANES, goal.drawn, goal.width);
    if (team.leads()) net.bytes += hexagon.open * fresh * LANES * 4;
  }
}

// Draws weights to outputs that are new, and opens the first block of every internal hexagon.
SELDOM void settle(Team team, Net& net, const Work& work) {
  for (i64 index = 0; index < net.hexagon_count; ++index)
    if (net.hexagons[index].kind == INTERNAL) prepare(team, net, work, net.hexagons[index]);
  team.sync();
  for EACH(index, 0, net.hexagon_count) {
    Hexagon& hexagon = net.hexagons[index];
    if (hexagon.width > hexagon.drawn) hexagon.drawn = hexagon.width;
    const i32 wanted = (hexagon.width + LANES - 1) / LANES;
    if (hexagon.kind == OUTPUT) hexagon.open = hexagon.most < wanted ? hexagon.most : wanted;
  }
  team.sync();
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind == INTERNAL && hexagon.open == 0) open_block(team, net, work, hexagon);
  }
}

DEVICE void halve(Team& team, Net& net, Work& work, i64 level, float value) {
  Level& record = net.levels[level];
  const float part = (value - record.low) / (record.high - record.low);
  const i64 upper = take_level(net, value, record.high);
  for (i64 row = record.section; row > 0; row = net.sections[row].next())
    enlist(team, work, {i32(row), i32(take_section(net, upper, net.sections[row].block)), 0, part, HALVE});
  net.levels[upper].next = record.next, net.levels[upper].rate = record.rate;
  record.next = i32(upper), record.tension = 0.0f;
  bound(net, level, record.low, value);
}

DEVICE void split(Team& team, Net& net, Work& work, i64 source, i64 level, float value) {
  const Level& record = net.levels[level];
  i64 count = 0;
  for (i64 each = net.sources[source].level; each > 0; each = net.levels[each].next) ++count;
  if (record.tension < SPLIT_NEED * float(count) || count >= MOST_LEVELS) return;
  const float least = NARROWEST * record.high;
  if (value - record.low < least || record.high - value < least) return;
  if (affords(net, LEVEL_BYTES + count_sections(net, level) * SECTION_BYTES)) halve(team, net, work, level, value);
}

// What a sample charges to a level that was reached.
DEVICE float charge_of(const Touch& touch, float share) {
  const float inside = float(touch.force) * float(1.0 / 32767);
  return share * inside * (1.0f - inside);
}

SELDOM void charge(Team team, Net& net, Work& work, const Hexagon& hexagon, const Touch& touch, i64 wanted, float error,
                   float share, i64 touches) {
  if (touch.level == 0) {
    Source& source = net.sources[touch.source];
    const i64 sum = source.wish + i64(rintf(CHARGE_UNITS * error / float(touches)));
    source.wish = u16(sum < MOST_CHARGE ? sum : MOST_CHARGE);
    if (source.wish >= REGROW_NEED) source.hits = 0, source.wish = 0;
    return;
  }
  if (touch.sections < wanted && affords(net, SECTION_BYTES))
    join(team, net, work, hexagon, touch.source, touch.level, touches);
  const float more = charge_of(touch, share);
  if (!(more > 0)) return;
  Level& level = net.levels[touch.level];
  level.tension += more;
  if (level.tension >= SPLIT_NEED) split(team, net, work, touch.source, touch.level, touch.value);
}

// Charges an error to what a hexagon drove. What only notes it is done at once; what grows, one after the other.
DEVICE void ask(Team& team, Net& net, Work& work, i64 index, float error) {
  const Hexagon& hexagon = net.hexagons[index];
  const i64 begin = work.bounds[index], end = work.bounds[index + 1], touches = end - begin;
  const i64 wanted = sections_wanted(net, hexagon);
  const float share = 4.0f * error / float(touches > 1 ? touches : 1);
  for (i64 first = begin; first < end; first += team.size) {
    const i64 t = first + team.place;
    bool grows = false;
    if (t < end) {
      const Touch& touch = work.touches[t];
      const float more = charge_of(touch, share);
      grows = touch.level == 0 || touch.sections < wanted || net.levels[touch.level].tension + more >= SPLIT_NEED;
      if (!grows && more > 0) net.levels[touch.level].tension += more;
    }
    if (team.vote(grows, team.shared.strays)) {
      for (int at = 0; at < team.size; ++at) {
        if (!(team.shared.strays[at / WARP] >> at % WARP & 1)) continue;
        if (team.leads()) charge(team, net, work, hexagon, work.touches[first + at], wanted, error, share, touches);
        deliver(team, net, work);
      }
    }
    team.sync();
  }
}

DEVICE void need(Team& team, Net& net, Work& work, float error) {
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind != OUTPUT) ask(team, net, work, index, error);
    if (hexagon.kind != INTERNAL) continue;
    const float sum = hexagon.need + error;
    const bool opens = sum >= BLOCK_NEED * float(hexagon.open);
    team.sync();
    if (team.leads()) hexagon.need = sum;
    if (opens) open_block(team, net, work, hexagon);
  }
}

DEVICE i64 extent(const Hexagon& hexagon) {
  if (hexagon.kind == INPUT) return 2 * i64(hexagon.width);
  return hexagon.kind == INTERNAL && hexagon.sums > 0 ? i64(hexagon.open) * LANES : 0;
}

DEVICE bool renew(Net& net, i64 level) {
  Level& record = net.levels[level];
  const i64 recent = (record.used < WINDOW ? record.used : WINDOW) * ALL / WINDOW;
  i64 change = (recent - record.rate) * 3;
  change = change >= 0 ? change / 10 : -((9 - change) / 10);  // to the integer below
  record.rate = u16(record.rate + change);
  record.used = 0;
  return record.rate < net.threshold;
}

DEVICE void cut(Net& net, i64 source, i64 before, i64 following) {
  if (before > 0) {
    net.levels[before].next = i32(following);
  } else {
    net.sources[source].level = i32(following);
    if (following == 0) net.sources[source].wish = 0;
  }
}

DEVICE void weigh(Net& net, const Hexagon& hexagon, i64 source) {
  const bool alone = hexagon.kind == INPUT && hexagon.code == MATCH;
  i64 before = 0;
  for (i64 level = net.sources[source].level; level > 0;) {
    const i64 following = net.levels[level].next;
    if (!renew(net, level)) {
      before = level;
    } else {
      if (alone) net.levels[level].next = 0;
      cut(net, source, before, alone ? following : 0);
      free_levels(net, level);
      if (!alone) return;
    }
    level = following;
  }
}

SELDOM void reduce(Net& net) {
  if (!(net.reduction || net.full)) return;
  for (i64 index = 0; index < net.hexagon_count; ++index) net.due += extent(net.hexagons[index]);
  for (; net.due >= WINDOW; net.due -= WINDOW) {
    while (net.turn < net.hexagon_count && net.cursor >= extent(net.hexagons[net.turn])) ++net.turn, net.cursor = 0;
    if (net.turn == net.hexagon_count) {
      net.turn = 0, net.cursor = 0, net.full = 0;
    } else {
      const Hexagon& hexagon = net.hexagons[net.turn];
      weigh(net, hexagon, hexagon.start + net.cursor);
      ++net.cursor;
    }
  }
}

DEVICE float widen(Scale& scale, float size) {
  const float before = scale.border;
  if (scale.hits == 0 || (scale.hits < DOUBTFUL && before > BROKEN * size)) {
    scale.border = size, scale.anchor = size, scale.hits = 1;
    return 1.0f;
  }
  if (scale.hits < MOST_HITS) ++scale.hits;
  if (size > before) scale.border = smaller(size, before * STRETCH);
  return scale.border / before;
}

SELDOM void shrink(Team team, const Net& net, i64 k, float change) {
  if (team.leads()) net.bias[k] *= change;
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind != INTERNAL) continue;
    for (i64 block = hexagon.block; block < hexagon.block + hexagon.open; ++block)
      for EACH(lane, 0, LANES) {
        i32& weight = net.readout_at(block, k)[lane];
        weight = store(float(weight) * change);
      }
  }
}

// Lets the range of every real output follow its target; what the network answers stays the same.
DEVICE void rescale(Team& team, Net& net, const float* truth) {
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& goal = net.hexagons[index];
    if (goal.code != SCALED || goal.kind != OUTPUT) continue;
    for (i64 first = 0; first < goal.width; first += team.size) {
      const i64 k = first + team.place;
      const float size = k < goal.width ? fabsf(truth[goal.truth + k]) : 0.0f;
      const float grown = size > FAINTEST ? widen(net.scales[goal.start + k], size) : 1.0f;
      team.shared.factors[team.place] = grown;
      if (team.vote(grown != 1.0f, team.shared.strays)) {
        for (int at = 0; at < team.size; ++at)
          if (team.shared.strays[at / WARP] >> at % WARP & 1)
            shrink(team, net, goal.start + first + at, 1.0f / team.shared.factors[at]);
      }
      team.sync();
    }
  }
}

}  // namespace hanami
