"""A kernel reads where nothing is, which breaks the GPU for this process; the networks on it go on."""

import numpy as np
from hanami_engine import DeviceLostError, Network
from hanami_engine.cuda import real

NOWHERE = 1 << 44


def expect_lost(function, *arguments):
    """Call a function that must say that the GPU is lost."""
    try:
        function(*arguments)
    except DeviceLostError as error:
        return error
    raise AssertionError(f"{function.__qualname__} did not notice")


if __name__ == "__main__":
    random = np.random.default_rng(2)
    samples, labels = random.integers(0, 256, (200, 30)).astype(np.uint8), random.integers(0, 3, 200)
    network = Network(seed=1).to("cuda")
    network.learn_many(samples[:100], labels[:100])
    state = network.to_bytes()
    network, twin = Network.from_bytes(state).to("cuda"), Network.from_bytes(state)

    stream = real.expect_devices()[0].stream()
    stream.launch("hanami_learn", 128, 1, *[NOWHERE] * 8)  # more words than it takes: the others are not read
    expect_lost(stream.finish)

    error = expect_lost(network.learn_many, samples[100:], labels[100:])
    assert error.samples == 0, error.samples
    assert network.to_bytes() == state
    for one in (network, twin):
        one.learn_many(samples[100:], labels[100:])
    assert network.to_bytes() == twin.to_bytes()
    np.testing.assert_array_equal(network.predict_many(samples), twin.predict_many(samples))
    print("went on on the CPU")
