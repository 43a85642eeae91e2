// Rows and levels: taken from a free list, else from the end of their arena (rules/arena.py). One thread does it.
#pragma once

#include "records.cuh"

namespace hanami {

constexpr i64 SECTION_BYTES = 2 * LANES + 6, LEVEL_BYTES = 28;

DEVICE bool affords(Net& net, i64 cost) {
  if (net.bytes + cost <= net.limit) return true;
  net.full = 1;
  return false;
}

DEVICE void bound(Net& net, i64 level, float low, float high) {
  Level& record = net.levels[level];
  record.low = low, record.high = high;
  record.inverse = 32767.0f / (high - low);
}

DEVICE i64 take_level(Net& net, float low, float high) {
  i64 level = net.free_level;
  if (level > 0) {
    net.free_level = net.levels[level].next;
  } else {
    level = net.levels_used++;
  }
  ++net.level_count;
  net.bytes += LEVEL_BYTES;
  Level& record = net.levels[level];
  record.section = 0, record.next = 0, record.tension = 0.0f, record.used = 0;
  record.rate = u16(2 * net.threshold < 65535 ? 2 * net.threshold : 65535);
  bound(net, level, low, high);
  return level;
}

DEVICE i64 take_section(Net& net, i64 level, i64 block) {
  i64 row = net.free_row;
  if (row > 0) {
    net.free_row = net.sections[row].next();
  } else {
    row = net.rows++;
  }
  ++net.section_count;
  ++net.born;
  net.bytes += SECTION_BYTES;
  net.sections[row].set_next(net.levels[level].section);
  net.sections[row].block = u16(block);
  net.levels[level].section = i32(row);
  return row;
}

DEVICE void free_levels(Net& net, i64 level) {
  while (level > 0) {
    i64 row = net.levels[level].section;
    while (row > 0) {
      const i64 following = net.sections[row].next();
      net.sections[row].set_next(net.free_row);
      net.sections[row].block = NOWHERE;
      net.free_row = row;
      --net.section_count;
      ++net.freed;
      net.bytes -= SECTION_BYTES;
      row = following;
    }
    const i64 following = net.levels[level].next;
    net.levels[level].section = 0, net.levels[level].next = i32(net.free_level);
    net.free_level = level;
    --net.level_count;
    net.bytes -= LEVEL_BYTES;
    level = following;
  }
}

}  // namespace hanami
