// The records of a network, as hanami_engine/records.py lays them out in memory, and those of cuda/layout.py.
#pragma once

#include "team.cuh"

namespace hanami {

constexpr int INPUT = 0, INTERNAL = 1, OUTPUT = 2;
constexpr int BINARY = 1, MATCH = 2;            // codes of inputs; 0 is a real value
constexpr int CLASS = 0, SCALED = 1, BITS = 2;  // codes of outputs
constexpr u16 NOWHERE = 0xFFFF;                 // block of a section on the free list

struct Hexagon {
  i32 kind, code, column, truth, width, start, block, open, most, neurons, target, targets, sums, drawn;
  float dead_zone, need;
};

struct Target {
  i32 hexagon;
  u32 until;
};

struct Source {
  i32 level;
  u16 hits, wish;
};

struct Level {
  float low, high, inverse;
  i32 next, section;
  float tension;
  u16 used, rate;
};

// Six bytes, one after the other: a GPU reads nothing that crosses its own size.
struct Section {
  u16 low, high, block;
  DEVICE i32 next() const { return i32(u32(low) | u32(high) << 16); }
  DEVICE void set_next(i64 row) { low = u16(row), high = u16(u64(row) >> 16); }
};

struct Scale {
  float border, anchor;
  u32 hits;
};

struct Touch {
  i32 source, level;
  float value;
  i32 sections;
  i16 force;
};

struct Visit {
  i32 row;
  i16 force;
};

struct Net {
  Hexagon* hexagons;
  Target* targets;
  Source* sources;
  Level* levels;
  Section* sections;
  i16* weights;
  i32* owners;
  i32* readout;
  float* bias;
  Scale* scales;
  i16* echoes;
  u16* rests;
  i64 hexagon_count, block_count, output_count, limit;
  float first_rate, dead_zone;
  i32 fan_out, fade, refractory, spiking, reduction, threshold;
  u64 seed;
  i64 samples, announced, elapsed, rows, free_row, section_count, levels_used, free_level, level_count, born, freed, bytes;
  i64 full, turn, cursor, due;
  double loss;

  DEVICE i16* weights_at(i64 row) const { return weights + row * LANES; }
  DEVICE i32* readout_at(i64 block, i64 output) const { return readout + (block * output_count + output) * LANES; }
};

// What the lanes of a row that was just born still have to be given; the leader says what, all do it.
struct Job {
  i32 row, other;  // of weights; of `HALVE`, the upper half
  u64 bits;        // of `DRAW`: where its random numbers begin
  float factor;    // largest weight, or the part that stays below
  i32 kind;
};
constexpr i32 ZERO = 0, DRAW = 1, HALVE = 2;

// What one sample needs besides the network; nothing in it outlives the sample, but for what it tells the host.
struct Work {
  i32* active;
  float* values;
  Touch* touches;
  i32* bounds;
  Visit* visits;
  i32* counts;
  i16 *potentials, *slopes, *corrections;
  float* blame;
  i64* totals;
  float *outputs, *errors, *steps;
  Job* jobs;
  const i32* shifts;  // by hexagon: what its sources and outputs are short of their numbers, for arrays are packed
  Gate* gate;
  i64 stride;                    // visits that a block has room for
  i64 most_sections, most_levels;  // that the arenas have room for, number 0 not counted
  i64 touched;
  i64 done;                          // rows
  i64 stopped, wants_sections, wants_levels;  // for want of room; more than there is
  float novelty, error;
};

// One sample, in bytes or in floats.
struct Row {
  const void* at;
  bool octets;

  DEVICE float operator[](i64 i) const {
    return octets ? float(static_cast<const unsigned char*>(at)[i]) : static_cast<const float*>(at)[i];
  }
};

// The rows of one network.
struct Order {
  Net* net;
  Work* work;
  const void* samples;
  const float* targets;
  float* answers;
  float* novelty;
  i64 count, columns, wanted, told;  // of samples: their columns, those of the targets, those of the answers
  i32 octets, teaches;

  DEVICE Row row(i64 number) const {
    const i64 begin = number * columns;
    return {octets ? static_cast<const char*>(samples) + begin : static_cast<const char*>(samples) + 4 * begin, octets != 0};
  }
};

static_assert(sizeof(Hexagon) == 64 && sizeof(Target) == 8 && sizeof(Source) == 8 && sizeof(Level) == 28, "as in records.py");
static_assert(sizeof(Job) == 24 && sizeof(Order) == 88 && sizeof(Gate) == 8, "as in cuda/layout.py");
static_assert(sizeof(Section) == 6 && sizeof(Scale) == 12 && sizeof(Touch) == 20 && sizeof(Visit) == 8, "as in records.py");

}  // namespace hanami
