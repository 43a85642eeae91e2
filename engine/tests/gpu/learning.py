"""Run under compute-sanitizer: small networks grow, reduce and answer on the GPU, alone and as they do on the CPU."""

import cupy
import numpy as np
from hanami_engine import Network, Template

TEMPLATE = """version: 1
settings: {enable_reduction: true, reduction_threshold: 0.1}
hexagons:
  - {position: [1, 1, 1], type: input}
  - {position: [2, 1, 1], type: internal, size: 300}
  - {position: [3, 1, 1], type: internal, size: 200}
  - {position: [4, 1, 1], type: output}
"""


def life(place, samples, labels):
    """Learn some samples and answer them; gives all of the network and what it said."""
    network = Network(Template.parse(TEMPLATE), seed=3).to(place)
    network.learn_many(samples, labels)
    network.learn(samples[0], int(labels[0]))
    answers = network.predict_many(samples)
    return network.to_bytes(), answers.tobytes()


if __name__ == "__main__":
    cupy.cuda.set_allocator(None)  # every piece of memory on its own: in a pool, one that is overrun reaches the next
    random = np.random.default_rng(1)
    labels = random.integers(0, 4, 60)
    centres = random.integers(0, 256, (4, 40))
    samples = np.clip(centres[labels] + random.integers(-30, 30, (60, 40)), 0, 255).astype(np.uint8)
    for values in (samples, samples.astype(np.float32)):
        assert life("cuda", values, labels) == life("cpu", values, labels)
    print("the same as on the CPU")
