"""CuPy and the driver do what `real` expects of them."""

import threading

import numpy as np
import pytest
from hanami_engine.cuda import compiler


def test_it_says_what_it_is(device):
    facts, health = device.facts(), device.health()
    assert facts.name
    assert facts.architecture in compiler.supported()
    assert facts.processors > 0
    assert 0 < health.memory_free <= facts.memory
    assert health.temperature is None or 0 < health.temperature < 120
    assert health.power is None or 0 < health.power < 2000


def test_memory_keeps_what_is_put_there(device, stream):
    random = np.random.default_rng(0)
    for size in (1, 1000, 10 << 20):
        memory = device.allocate(size)
        assert memory.address % 256 == 0
        plain, pinned = random.integers(0, 256, size).astype(np.uint8), device.pinned(size)
        stream.upload(memory.address, plain)
        stream.zero(memory.address + size // 2, size // 4)
        stream.download(pinned, memory.address)
        stream.finish()
        plain[size // 2 : size // 2 + size // 4] = 0
        np.testing.assert_array_equal(pinned, plain)


def test_streams_wait_for_each_other(device):
    one, other = device.stream(), device.stream()
    memory, size = device.allocate(64 << 20), 64 << 20
    full, back = np.full(size, 7, np.uint8), device.pinned(size)
    one.upload(memory.address, full)
    other.wait(one.mark())
    other.download(back, memory.address)
    other.finish()
    assert (back == 7).all()


def test_more_memory_than_there_is(device):
    with pytest.raises(MemoryError, match=device.id):
        device.allocate(2 * device.facts().memory)
    device.stream().finish()


@pytest.mark.parametrize("threads", [32, 64, 128, 256])
def test_kernels_take_what_their_compiler_said(device, threads):
    """As many blocks run at the same time as registers, shared memory and threads of a multiprocessor allow."""
    needs = compiler.resources(device.facts().architecture, threads)["hanami_learn"]
    kernel = device.kernel("hanami_learn", threads, together=False)
    with device.asked():
        assert kernel.num_regs == needs.registers
        assert kernel.max_threads_per_block >= threads
    most = device.most_blocks("hanami_learn", threads) / device.facts().processors
    assert 1 <= most <= 65536 // (needs.registers * threads)


def test_other_threads_use_it_too(device):
    failures = []

    def work():
        try:
            stream, memory, back = device.stream(), device.allocate(100), np.zeros(100, np.uint8)
            stream.upload(memory.address, np.full(100, 3, np.uint8))
            stream.download(back, memory.address)
            stream.finish()
            assert (back == 3).all()
        except BaseException as error:  # noqa: BLE001  a thread's own would be printed only
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
