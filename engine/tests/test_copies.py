"""Objects that hold memory addresses or a device refuse to be copied; networks are copied by snapshot."""

import copy
import pickle

import pytest
from hanami_engine import Network
from hanami_engine.cuda import Fleet, Gpu
from hanami_engine.cuda.emulated import EmulatedDevice

WAYS = (copy.copy, copy.deepcopy, pickle.dumps)


@pytest.fixture(scope="module")
def gpu():
    return Gpu(EmulatedDevice())


@pytest.fixture
def network(gpu):
    """A network on the GPU that has learned there."""
    network = Network(seed=4).to(gpu)
    network.learn_many([[1, 2, 3], [3, 2, 1]], [0, 1])
    return network


@pytest.fixture
def holders(network, gpu):
    return [gpu, Fleet([network], gpu), network.place, Network().place, network._state]


@pytest.mark.parametrize("way", WAYS)
def test_what_holds_addresses_is_neither_copied_nor_pickled(way, holders):
    assert [type(holder).__name__ for holder in holders] == ["Gpu", "Fleet", "Tenant", "Cpu", "State"]
    for holder in holders:
        name = type(holder).__name__
        with pytest.raises(TypeError, match=rf"^a {name} cannot be copied or pickled: .*copy or pickle its networks"):
            way(holder)


def test_a_copy_of_a_network_on_a_gpu_lives_on_the_cpu_and_the_original_stays(network, gpu):
    copied = copy.deepcopy(network)
    assert (network.device, copied.device) == (gpu.id, "cpu")
    assert copied.to_bytes() == network.to_bytes()


def test_networks_in_a_container_are_copied_with_it(network):
    one, other = copy.deepcopy([network, network])
    assert one is other is not network
    assert (one.samples, one.template) == (2, network.template)


def test_a_subclass_is_copied_as_that():
    class Own(Network):
        pass

    assert type(copy.deepcopy(Own())) is Own
