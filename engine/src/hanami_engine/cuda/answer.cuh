// From output sums to answers, and from answers and targets to errors (rules/answer.py).
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

DEVICE void soften(float* outputs, i64 width) {
  float largest = outputs[0], total = 0.0f;
  for (i64 k = 1; k < width; ++k) largest = larger(largest, outputs[k]);
  for (i64 k = 0; k < width; ++k) total += outputs[k] = exponential(outputs[k] - largest);
  for (i64 k = 0; k < width; ++k) outputs[k] /= total;
}

DEVICE float sigmoid(float x) {
  const float small = exponential(-fabsf(x));
  return (x >= 0 ? 1.0f : small) / (1.0f + small);
}

DEVICE void conclude(Team& team, Work& work, const Hexagon& goal) {
  float* outputs = work.outputs + goal.start;
  if (goal.code == CLASS) {
    if (goal.width > 0 && team.leads()) soften(outputs, goal.width);
  } else if (goal.code == BITS) {
    for EACH(k, 0, goal.width) outputs[k] = sigmoid(outputs[k]);
  }
  team.sync();
}

DEVICE double miss_class(const float* outputs, i64 width, i64 label, float* errors) {
  if (width == 1) {
    errors[0] = 0.0f;
    return 0.0;
  }
  const float rest = REST / float(width - 1);
  for (i64 k = 0; k < width; ++k) errors[k] = outputs[k] - rest;
  errors[label] = outputs[label] - TARGET;
  return -logf(larger(outputs[label], LEAST));
}

DEVICE double miss_bits(const float* outputs, i64 width, const float* truth, float* errors) {
  double total = 0.0;
  for (i64 k = 0; k < width; ++k) {
    const float right = truth[k] > 0 ? outputs[k] : 1.0f - outputs[k];
    errors[k] = outputs[k] - (truth[k] > 0 ? SURE : 1.0f - SURE);
    total -= logf(larger(right, LEAST));
  }
  return total / double(width);
}

DEVICE double miss_real(const Scale* scales, const float* outputs, i64 width, const float* truth, float* errors) {
  double total = 0.0;
  for (i64 k = 0; k < width; ++k) {
    errors[k] = 0.0f;
    if (truth[k] != truth[k]) continue;
    const float wanted = scales[k].hits > 0 ? smaller(larger(truth[k] / scales[k].border, -1.0f), 1.0f) : 0.0f;
    errors[k] = smaller(larger(outputs[k] - wanted, -1.0f), 1.0f);
    total += errors[k] * errors[k];
  }
  return total / double(width);
}

// One thread does it: the loss is a sum in the order of the outputs.
DEVICE float miss(Net& net, Work& work, const Hexagon& goal, const float* truth) {
  if (goal.width == 0) return 0.0f;
  const float *outputs = work.outputs + goal.start, *wanted = truth + goal.truth;
  float* errors = work.errors + goal.start;
  if (goal.code == CLASS) {
    net.loss += miss_class(outputs, goal.width, i64(wanted[0]), errors);
  } else if (goal.code == BITS) {
    net.loss += miss_bits(outputs, goal.width, wanted, errors);
  } else {
    net.loss += miss_real(net.scales + goal.start, outputs, goal.width, wanted, errors);
  }
  float largest = 0.0f;
  for (i64 k = 0; k < goal.width; ++k) largest = larger(largest, fabsf(errors[k]));
  if (largest >= goal.dead_zone) return largest;
  for (i64 k = 0; k < goal.width; ++k) errors[k] = 0.0f;
  return 0.0f;
}

}  // namespace hanami
