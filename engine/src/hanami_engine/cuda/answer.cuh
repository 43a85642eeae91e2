// From output sums to answers, and from answers and targets to errors (rules/answer.py). The first block of a team does it.
#pragma once

#include "forward.cuh"

namespace hanami {

constexpr float TARGET = 0.91f, REST = 0.09f, SURE = 0.95f, LEAST = 1e-12f, LOWEST = -80.0f;

// The polynomial of the Cephes library in explicit steps, as on the CPU: no fused multiplication may join two of them.
DEVICE float exponential(float x) {
  x = larger(x, LOWEST);
  const float n = floorf(1.44269504f * x + 0.5f);
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 0.16666665459f;
  p = p * r + 0.5f;
  p = (p * (r * r) + r) + 1.0f;
  return ldexpf(p, int(n));
}

// Sums and maxima over outputs have an order; every thread finds them by itself, which needs no barrier.
DEVICE void soften(Team& team, float* outputs, i64 width) {
  float largest = outputs[0], total = 0.0f;
  for (i64 k = 1; k < width; ++k) largest = larger(largest, outputs[k]);
  team.sync();
  for EACH(k, 0, width) outputs[k] = exponential(outputs[k] - largest);
  team.sync();
  for (i64 k = 0; k < width; ++k) total += outputs[k];
  team.sync();
  for EACH(k, 0, width) outputs[k] /= total;
}

DEVICE float sigmoid(float x) {
  const float small = exponential(-fabsf(x));
  return (x >= 0 ? 1.0f : small) / (1.0f + small);
}

DEVICE void conclude(Team& team, Work& work, const Hexagon& goal) {
  float* outputs = work.outputs + goal.start;
  if (goal.code == CLASS) {
    if (goal.width > 0) soften(team, outputs, goal.width);
  } else if (goal.code == BITS) {
    for EACH(k, 0, goal.width) outputs[k] = sigmoid(outputs[k]);
  }
}

DEVICE float error_of_class(const float* outputs, i64 width, i64 label, i64 k) {
  if (width == 1) return 0.0f;
  return k == label ? outputs[k] - TARGET : outputs[k] - REST / float(width - 1);
}

DEVICE float error_of_bit(float output, float truth) { return output - (truth > 0 ? SURE : 1.0f - SURE); }

DEVICE float error_of_real(const Scale& scale, float output, float truth) {
  if (truth != truth) return 0.0f;  // NaN: it is not known
  const float wanted = scale.hits > 0 ? smaller(larger(truth / scale.border, -1.0f), 1.0f) : 0.0f;
  return smaller(larger(output - wanted, -1.0f), 1.0f);
}

// One thread does it: the loss is a sum in the order of the outputs.
DEVICE double loss_of(const Hexagon& goal, const float* outputs, const float* truth, const float* errors) {
  const i64 width = goal.width;
  if (goal.code == CLASS) return width == 1 ? 0.0 : -logf(larger(outputs[i64(truth[0])], LEAST));
  double total = 0.0;
  for (i64 k = 0; k < width; ++k) {
    if (goal.code == BITS) {
      total -= logf(larger(truth[k] > 0 ? outputs[k] : 1.0f - outputs[k], LEAST));
    } else {
      total += errors[k] * errors[k];
    }
  }
  return total / double(width);
}

// Finds the errors of an output hexagon and adds its loss; gives the largest, 0 within the dead zone.
DEVICE float miss(Team& team, Net& net, Work& work, const Hexagon& goal, const float* truth) {
  if (goal.width == 0) return 0.0f;
  const float *outputs = work.outputs + goal.start, *wanted = truth + goal.truth;
  float* errors = work.errors + goal.start;
  for EACH(k, 0, goal.width) {
    if (goal.code == CLASS) {
      errors[k] = error_of_class(outputs, goal.width, i64(wanted[0]), k);
    } else if (goal.code == BITS) {
      errors[k] = error_of_bit(outputs[k], wanted[k]);
    } else {
      errors[k] = error_of_real(net.scales[goal.start + k], outputs[k], wanted[k]);
    }
  }
  team.sync();
  if (team.leads()) net.loss += loss_of(goal, outputs, wanted, errors);
  float largest = 0.0f;
  for (i64 k = 0; k < goal.width; ++k) largest = larger(largest, fabsf(errors[k]));
  team.sync();
  if (largest >= goal.dead_zone) return largest;
  for EACH(k, 0, goal.width) errors[k] = 0.0f;
  return 0.0f;
}

}  // namespace hanami
