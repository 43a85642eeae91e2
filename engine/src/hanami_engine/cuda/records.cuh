// The records of a network, as hanami_engine/records.py lays them out in memory.
#pragma once

#include "team.cuh"

namespace hanami {

constexpr int LANES = 128;              // neurons of a block
constexpr int OWN = LANES / Team::size;  // lanes of one thread
static_assert(OWN * Team::size == LANES, "every thread has as many lanes");
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
  i64 touched, stride;
  float novelty, padding;
};

static_assert(sizeof(Hexagon) == 64 && sizeof(Target) == 8 && sizeof(Source) == 8 && sizeof(Level) == 28, "as in records.py");
static_assert(sizeof(Section) == 6 && sizeof(Scale) == 12 && sizeof(Touch) == 20 && sizeof(Visit) == 8, "as in records.py");

}  // namespace hanami
