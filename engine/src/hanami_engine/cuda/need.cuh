// Growth where the error asks for it, reduction of what stays unused, and ranges that follow their targets (rules/need.py,
// rules/reduce.py, rules/scale.py).
#pragma once

#include "backward.cuh"

namespace hanami {

constexpr float SPLIT_NEED = 12.0f, BLOCK_NEED = 8.0f, NARROWEST = 1e-3f, CHARGE_UNITS = 1024.0f;
constexpr float READOUT_RANGE = float(0.1 * 1048576);
constexpr i64 MOST_LEVELS = 64, REGROW_NEED = 16 * 1024, MOST_CHARGE = 65535, WINDOW = 2000, ALL = 65535;
constexpr u32 MOST_HITS = 1u << 30;
constexpr int READOUTS = 3;

DEVICE void draw_readout(const Net& net, i64 block, i64 neurons, i64 first, i64 last) {
  for (i64 k = first; k < last; ++k) {
    u64 bits = stream(net.seed, READOUTS, (k << 20) + block);
    for (i64 lane = 0; lane < LANES; ++lane) {
      bits += STEP;
      net.readout_at(block, k)[lane] = lane < neurons ? i32(READOUT_RANGE * signed_of(scramble(bits))) : 0;
    }
  }
}

DEVICE i64 readout_bytes(const Net& net, const Hexagon& hexagon) {
  i64 outputs = 0;
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target)
    outputs += net.hexagons[net.targets[target].hexagon].drawn;
  return outputs * LANES * 4;
}

DEVICE void open_block(Net& net, Hexagon& hexagon) {
  const i64 cost = readout_bytes(net, hexagon);
  if (hexagon.open >= hexagon.most || !affords(net, cost)) return;
  const i64 block = i64(hexagon.block) + hexagon.open;
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    draw_readout(net, block, hexagon.neurons - i64(hexagon.open) * LANES, goal.start, i64(goal.start) + goal.drawn);
  }
  ++hexagon.open;
  hexagon.need = 0.0f;
  net.bytes += cost;
}

DEVICE void prepare(Net& net, const Hexagon& hexagon) {
  for (int target = hexagon.target + hexagon.sums; target < hexagon.target + hexagon.targets; ++target) {
    const Hexagon& goal = net.hexagons[net.targets[target].hexagon];
    for (i64 block = 0; block < hexagon.open; ++block) {
      const i64 room = hexagon.neurons, first = i64(goal.start) + goal.drawn;
      draw_readout(net, hexagon.block + block, room - block * LANES, first, i64(goal.start) + goal.width);
      net.bytes += i64(goal.width > goal.drawn ? goal.width - goal.drawn : 0) * LANES * 4;
    }
  }
}

// Draws weights to outputs that are new, and opens the first block of every internal hexagon.
DEVICE void settle(Net& net) {
  for (i64 index = 0; index < net.hexagon_count; ++index)
    if (net.hexagons[index].kind == INTERNAL) prepare(net, net.hexagons[index]);
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    Hexagon& hexagon = net.hexagons[index];
    if (hexagon.width > hexagon.drawn) hexagon.drawn = hexagon.width;
    const i32 wanted = (hexagon.width + LANES - 1) / LANES;
    if (hexagon.kind == OUTPUT) hexagon.open = hexagon.most < wanted ? hexagon.most : wanted;
  }
  for (i64 index = 0; index < net.hexagon_count; ++index)
    if (net.hexagons[index].kind == INTERNAL && net.hexagons[index].open == 0) open_block(net, net.hexagons[index]);
}

DEVICE void halve(Net& net, i64 level, float value) {
  Level& record = net.levels[level];
  const float part = (value - record.low) / (record.high - record.low);
  const i64 upper = take_level(net, value, record.high);
  for (i64 row = record.section; row > 0; row = net.sections[row].next()) {
    i16 *others = net.weights_at(take_section(net, upper, net.sections[row].block)), *weights = net.weights_at(row);
    for (int lane = 0; lane < LANES; ++lane) {
      const i16 lower = i16(rintf(float(weights[lane]) * part));
      others[lane] = i16(weights[lane] - lower);
      weights[lane] = lower;
    }
  }
  net.levels[upper].next = record.next, net.levels[upper].rate = record.rate;
  record.next = i32(upper), record.tension = 0.0f;
  bound(net, level, record.low, value);
}

DEVICE void split(Net& net, i64 source, i64 level, float value) {
  const Level& record = net.levels[level];
  i64 count = 0;
  for (i64 each = net.sources[source].level; each > 0; each = net.levels[each].next) ++count;
  if (record.tension < SPLIT_NEED * float(count) || count >= MOST_LEVELS) return;
  const float least = NARROWEST * record.high;
  if (value - record.low < least || record.high - value < least) return;
  if (affords(net, LEVEL_BYTES + count_sections(net, level) * SECTION_BYTES)) halve(net, level, value);
}

// What a sample charges to a level that was reached.
DEVICE float charge_of(const Touch& touch, float share) {
  const float inside = float(touch.force) * float(1.0 / 32767);
  return share * inside * (1.0f - inside);
}

DEVICE void charge(Net& net, const Hexagon& hexagon, const Touch& touch, i64 wanted, float error, float share, i64 touches) {
  if (touch.level == 0) {
    Source& source = net.sources[touch.source];
    const i64 sum = source.wish + i64(rintf(CHARGE_UNITS * error / float(touches)));
    source.wish = u16(sum < MOST_CHARGE ? sum : MOST_CHARGE);
    if (source.wish >= REGROW_NEED) source.hits = 0, source.wish = 0;
    return;
  }
  if (touch.sections < wanted && affords(net, SECTION_BYTES)) join(net, hexagon, touch.source, touch.level, touches);
  const float more = charge_of(touch, share);
  if (!(more > 0)) return;
  Level& level = net.levels[touch.level];
  level.tension += more;
  if (level.tension >= SPLIT_NEED) split(net, touch.source, touch.level, touch.value);
}

// Charges an error to what a hexagon drove. What only notes it is done at once; what grows, one after the other.
DEVICE void ask(Team& team, Net& net, const Work& work, i64 index, float error) {
  const Hexagon& hexagon = net.hexagons[index];
  const i64 begin = work.bounds[index], end = work.bounds[index + 1], touches = end - begin;
  const i64 wanted = sections_wanted(net, hexagon);
  const float share = 4.0f * error / float(touches > 1 ? touches : 1);
  team.sync();
  for (i64 first = begin; first < end; first += team.size) {
    const i64 t = first + team.place;
    bool grows = false;
    if (t < end) {
      const Touch& touch = work.touches[t];
      const float more = charge_of(touch, share);
      grows = touch.level == 0 || touch.sections < wanted || net.levels[touch.level].tension + more >= SPLIT_NEED;
      if (!grows && more > 0) net.levels[touch.level].tension += more;
    }
    team.shared.flags[team.place] = grows;
    if (team.sum(grows) > 0 && team.leads()) {
      for (i64 at = 0; at < team.size; ++at)
        if (team.shared.flags[at]) charge(net, hexagon, work.touches[first + at], wanted, error, share, touches);
    }
    team.sync();
  }
}

DEVICE void need(Team& team, Net& net, const Work& work, float error) {
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind != OUTPUT) ask(team, net, work, index, error);
    if (hexagon.kind == INTERNAL && team.leads()) {
      hexagon.need += error;
      if (hexagon.need >= BLOCK_NEED * float(hexagon.open)) open_block(net, hexagon);
    }
    team.sync();
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

DEVICE void reduce(Net& net) {
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

DEVICE void shrink(const Net& net, i64 k, float change) {
  net.bias[k] *= change;
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& hexagon = net.hexagons[index];
    if (hexagon.kind != INTERNAL) continue;
    for (i64 block = hexagon.block; block < hexagon.block + hexagon.open; ++block)
      for (int lane = 0; lane < LANES; ++lane) {
        i32& weight = net.readout_at(block, k)[lane];
        weight = store(float(weight) * change);
      }
  }
}

DEVICE void rescale(Net& net, const float* truth) {
  for (i64 index = 0; index < net.hexagon_count; ++index) {
    const Hexagon& goal = net.hexagons[index];
    if (goal.code != SCALED || goal.kind != OUTPUT) continue;
    for (i64 k = goal.start; k < goal.start + goal.width; ++k) {
      const float size = fabsf(truth[goal.truth + k - goal.start]);
      if (!(size > FAINTEST)) continue;
      const float grown = widen(net.scales[k], size);
      if (grown != 1.0f) shrink(net, k, 1.0f / grown);
    }
  }
}

}  // namespace hanami
