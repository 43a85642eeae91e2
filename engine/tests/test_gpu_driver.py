"""What the driver does around the kernels: fleets, arenas that end, portions, evictions, devices that are lost."""

import gc

import numpy as np
import pytest
from hanami_engine import DeviceError, DeviceLostError, InputError, Network
from hanami_engine.cuda import Fleet, Gpu, Order, emulated_gpu, gpu_of, launch, layout, shapes
from hanami_engine.cuda.emulated import EmulatedDevice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .oracle import compare
from .oracle.lives import lives
from .oracle.shapes import CHAIN, LINE, template

COLUMNS, CLASSES = 12, 4
TEMPLATES = (
    None,
    template(LINE, {"internal": "size: 300"}),
    template(CHAIN, {}, fan_out=2),
    template(LINE, {"internal": "size: 9"}, neuron_cooldown=1.5, refractory_time=2),
    template(LINE, {"internal": "size: 200"}, enable_reduction="true", reduction_threshold=0.4),
)


@pytest.fixture(scope="module")
def device():
    return EmulatedDevice()


@pytest.fixture
def gpu(device):
    return Gpu(device)


def rows(seed, count, columns=COLUMNS):
    random = np.random.default_rng(seed)
    labels = random.integers(0, CLASSES, count)
    samples = random.normal(20, 15, (count, columns)) * (random.random((count, columns)) < 0.6) * (1 + labels[:, None])
    return samples.astype(np.float32), labels


def network(seed):
    return Network(TEMPLATES[seed % len(TEMPLATES)], seed=seed)


def same(one, other):
    """Two networks are the same in every bit."""
    assert one.to_bytes() == other.to_bytes()


def learn_alone(seeds, counts):
    """Give networks on the CPU that learned rows of their own, and what they reported."""
    found = []
    for seed, count in zip(seeds, counts, strict=True):
        net = network(seed)
        found.append((net, net.learn_many(*rows(seed, count), answer=True)))
    return found


def check_report(ours, theirs):
    assert (ours.samples, ours.grown) == (theirs.samples, theirs.grown)
    np.testing.assert_allclose(ours.loss, theirs.loss, rtol=1e-5)
    np.testing.assert_array_equal(ours.novelty, theirs.novelty)
    np.testing.assert_array_equal(ours.outputs, theirs.outputs)


def test_a_fleet_of_all_shapes_is_what_each_of_them_is_alone(gpu):
    seeds, counts = range(12), [1, 40, 7, 64, 0, 33, 100, 5, 12, 90, 2, 50]
    fleet = Fleet([network(seed) for seed in seeds], gpu)
    samples, labels = zip(*(rows(seed, count) for seed, count in zip(seeds, counts, strict=True)), strict=True)
    reports = fleet.learn_many(samples, labels, answer=True)
    for net, report, (twin, theirs) in zip(fleet.networks, reports, learn_alone(seeds, counts), strict=True):
        check_report(report, theirs)
        same(net, twin)
    asked = [rows(99, 80)[0]] * len(fleet)
    known = [index for index, count in enumerate(counts) if count]
    answers = Fleet([fleet.networks[index] for index in known], gpu).request_many(asked[: len(known)])
    for index, answered in zip(known, answers, strict=True):
        twin, _ = learn_alone([seeds[index]], [counts[index]])[0]
        np.testing.assert_array_equal(answered.outputs, twin.predict_many(asked[0]))


def test_learning_and_asking_go_into_one_call(gpu):
    nets, twins = ([network(seed) for seed in range(4)] for _ in range(2))
    for net, twin in zip(nets, twins, strict=True):
        net.to(gpu).learn_many(*rows(1, 60))
        twin.learn_many(*rows(1, 60))
    x, y = rows(2, 70)
    before = gpu.launches
    outcomes = gpu.run([Order(net, x, y if index % 2 else None) for index, net in enumerate(nets)])
    assert gpu.launches == before + 2  # those who learn, and those who answer
    for index, (outcome, net, twin) in enumerate(zip(outcomes, nets, twins, strict=True)):
        if index % 2:
            assert outcome.loss == pytest.approx(twin.learn_many(x, y).loss)
        else:
            np.testing.assert_array_equal(outcome.outputs, twin.predict_many(x))
        same(net, twin)


def test_what_one_did_wrong_is_its_own(gpu):
    nets, twin = [network(seed).to(gpu) for seed in (0, 0, 0)], network(0)
    x, y = rows(3, 20)
    good, bad, other = gpu.run([Order(nets[0], x, y), Order(nets[1], x, y[:-1]), Order(nets[2], x, y)])
    twin.learn_many(x, y)
    assert isinstance(bad, InputError)
    assert nets[1].samples == 0
    assert good.loss == other.loss
    same(nets[0], twin)
    same(nets[1], network(0))
    with pytest.raises(InputError, match="expected one for each of 3 networks"):
        Fleet(nets, gpu).learn_many([x, x], [y, y])
    with pytest.raises(InputError):
        Fleet(nets, gpu).learn_many([x, x, x], [y, y, y[:-1]])


def test_a_network_stands_in_one_order(gpu):
    net, (x, y) = network(0).to(gpu), rows(0, 3)
    with pytest.raises(ValueError, match="at most once"):
        gpu.run([Order(net, x, y), Order(net, x)])
    with pytest.raises(ValueError, match="got one on cpu"):
        gpu.run([Order(network(1), x, y)])
    with pytest.raises(ValueError, match="expected networks that live on"):
        gpu.run([Order(network(1).to(emulated_gpu()), x, y)])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    counts=st.lists(st.integers(0, 60), min_size=1, max_size=5),
    least=st.sampled_from([1, 3, 40, 4000]),
    stage_bytes=st.sampled_from([1, 700, 5000, 1 << 20]),
    answer=st.booleans(),
)
def test_arenas_that_end_and_portions_lose_no_sample(device, counts, least, stage_bytes, answer):
    """However often a network stops for want of room, and however its rows are cut on their way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "LEAST_SECTIONS", least)
        patch.setattr(layout, "LEAST_LEVELS", least)
        gpu = Gpu(device, stage_bytes=stage_bytes)
        fleet = Fleet([network(seed) for seed in range(len(counts))], gpu)
        samples, labels = zip(*(rows(seed, count) for seed, count in enumerate(counts)), strict=True)
        reports = fleet.learn_many(samples, labels, answer=answer)
    for net, report, (twin, theirs) in zip(
        fleet.networks, reports, learn_alone(range(len(counts)), counts), strict=True
    ):
        assert report.grown == theirs.grown
        np.testing.assert_array_equal(report.novelty, theirs.novelty)
        if answer:
            np.testing.assert_array_equal(report.outputs, theirs.outputs)
        same(net, twin)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(life=lives(), least=st.sampled_from([1, 2, 9]), groups=st.sampled_from([1, 2, 3]))
def test_any_small_network_in_tight_arenas_and_between_several_blocks(device, life, least, groups):
    gpu = Gpu(device)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "LEAST_SECTIONS", least)
        patch.setattr(layout, "LEAST_LEVELS", least)
        if groups > 1:
            patch.setattr(launch, "LARGE", 0)
            patch.setattr(launch, "learning_team", lambda *_: shapes.Team(1, groups))
        patch.setattr(compare, "Network", lambda template, seed: Network(template, seed=seed).to(gpu))
        life.live()


def test_a_large_network_is_learned_by_several_blocks(device, monkeypatch):
    teams = []

    def team(*asked):
        teams.append(shapes.learning_team(*asked))
        return teams[-1]

    monkeypatch.setattr(launch, "learning_team", team)
    plan = template(LINE, {"internal": f"size: {40 * 128}"})
    net, twin = Network(plan).to(Gpu(device)), Network(plan)
    x, y = rows(5, 25)
    net.learn_many(x, y)
    twin.learn_many(x, y)
    assert teams[-1].blocks == 8
    same(net, twin)


def test_a_long_request_is_cut_into_slices(gpu):
    net, twin = network(1), network(1)
    x, y = rows(6, 400)
    for one in (net, twin):
        one.learn_many(x, y)
    net.to(gpu)
    np.testing.assert_array_equal(net.predict_many(x), twin.predict_many(x))
    assert shapes.request_slices(400, 1, 4) == 6
    wider = np.hstack([x, x])
    ours, theirs = net.request_many(wider), twin.request_many(wider)
    np.testing.assert_array_equal(ours.outputs, theirs.outputs)
    np.testing.assert_array_equal(ours.novelty, theirs.novelty)


def test_networks_that_do_not_fit_together_come_and_go(device):
    size = 3 * network_bytes(device)
    gpu = Gpu(device, budget=size)
    nets, twins = ([Network(TEMPLATES[1], seed=seed) for seed in range(8)] for _ in range(2))
    fleet = Fleet(nets, gpu)
    for turn in range(3):
        x, y = zip(*(rows(10 * turn + seed, 30) for seed in range(8)), strict=True)
        fleet.learn_many(x, y)
        for twin, samples, labels in zip(twins, x, y, strict=True):
            twin.learn_many(samples, labels)
        assert device.health().memory_free > 0
    for net, twin in zip(nets, twins, strict=True):
        same(net, twin)
    assert sum(tenant.bytes for tenant in gpu._tenants) <= size


def network_bytes(device):
    gpu = Gpu(device)
    net = Network(TEMPLATES[1]).to(gpu)
    net.learn_many(*rows(0, 30))
    return net.place.bytes


def test_a_network_that_fits_nowhere_is_told_so(device):
    gpu = Gpu(device, budget=network_bytes(device))
    large = Network(template(LINE, {"internal": f"size: {64 * 128}"})).to(gpu)
    small, twin = Network(TEMPLATES[1]).to(gpu), Network(TEMPLATES[1])
    x, y = rows(0, 30)
    refused, report = gpu.run([Order(large, x, y), Order(small, x, y)])
    assert isinstance(refused, MemoryError)
    assert str(refused).startswith("emulated:0 has no ")
    assert report.loss == pytest.approx(twin.learn_many(x, y).loss)
    same(small, twin)
    assert large.samples == 0
    large.to("cpu").learn_many(x, y)
    assert large.samples == 30


def test_moving_in_mid_training(gpu):
    net, twin = network(4), network(4)
    x, y = rows(8, 200)
    for turn, device in enumerate([gpu, "cpu", emulated_gpu(), gpu, gpu, "cpu"]):
        part = slice(30 * turn, 30 * turn + 30)
        net.to(device).learn_many(x[part], y[part])
        assert net.device == (device if device == "cpu" else device.id)
        twin.learn_many(x[part], y[part])
    same(net, twin)
    restored = Network.from_bytes(net.to_bytes()).to(gpu)
    for one in (restored, twin):
        one.learn_many(x[180:], y[180:])
    same(restored, twin)


def test_echoes_fade_there_too(gpu):
    net, twin = network(3).to(gpu), network(3)
    x, y = rows(9, 40)
    for one in (net, twin):
        one.learn_many(x, y)
        one.rest()
        one.request_many(x[:5])
        one.rest()
    same(net, twin)
    np.testing.assert_array_equal(net.predict_many(x), twin.predict_many(x))
    same(net, twin)


def test_memory_of_forgotten_networks_is_free_again(device):
    gc.collect()
    before = device.used
    gpu = Gpu(device)
    net = network(1).to(gpu)
    net.learn_many(*rows(0, 10))
    assert device.used > before
    del net, gpu
    gc.collect()
    assert device.used == before


class Brittle(EmulatedDevice):
    """Stops answering after so many launches."""

    def __init__(self):
        super().__init__()
        self.left = 10**9

    def call(self, kernel, orders, blocks, groups):
        self.left -= 1
        if self.left < 0:
            self.broken = True
        super().call(kernel, orders, blocks, groups)


def test_a_lost_device_leaves_networks_as_they_last_came_home():
    device = Brittle()
    gpu = Gpu(device)
    nets, twins = ([network(seed) for seed in range(3)] for _ in range(2))
    x, y = rows(11, 120)
    for net, twin in zip(nets, twins, strict=True):
        net.to(gpu).learn_many(x[:40], y[:40])
        net.stats()  # it comes home
        net.learn_many(x[40:60], y[40:60])
        twin.learn_many(x[:40], y[:40])
    device.left = 0
    wider = np.hstack([x, x])
    with pytest.raises(DeviceLostError, match="was broken") as raised:
        gpu.run([Order(nets[0], x[60:], y[60:]), Order(nets[1], x[60:], y[60:])])
    assert gpu.lost
    with pytest.raises(DeviceLostError, match="stopped answering") as told:  # it was not in that call
        nets[2].predict_many(x)
    assert raised.value.samples == sum(60 - net.samples for net in nets[:2]) > 0
    assert told.value.samples == 60 - nets[2].samples > 0
    for net, twin in zip(nets, twins, strict=True):
        assert net.device == "cpu"
        twin.learn_many(x[40 : net.samples], y[40 : net.samples])  # it came home once more where its arena ended
        same(net, twin)
        for one in (net, twin):
            one.learn_many(wider[60:], y[60:])
        same(net, twin)
    with pytest.raises(DeviceLostError):
        network(0).to(gpu)


@pytest.mark.parametrize("what", ["launch", "copy", "nothing yet"])
def test_a_device_that_is_lost_at_any_moment(what):
    device = Brittle()
    gpu = Gpu(device)
    net, twin = network(0).to(gpu), network(0)
    x, y = rows(12, 50)
    if what == "copy":
        net.learn_many(x, y)
        device.broken = True
        with pytest.raises(DeviceLostError) as raised:
            net.to_bytes()
        assert raised.value.samples == 50
    elif what == "launch":
        device.left = 2
        with pytest.raises(DeviceLostError):
            net.learn_many(x, y)
    else:
        device.broken = True
        with pytest.raises(DeviceLostError):
            net.learn_many(x, y)
    assert net.to("cpu").device == "cpu"
    same(net, twin)
    net.learn_many(x, y)
    twin.learn_many(x, y)
    same(net, twin)


def test_devices_by_name(gpu):
    assert gpu_of(gpu) is gpu
    with pytest.raises(DeviceError):
        Network().to("cuda:99")
    with pytest.raises(DeviceError):
        Network().to("tpu")
    assert "emulated" in repr(gpu)


def test_a_network_that_moves_to_a_lost_device_is_at_home(gpu):
    lost = Gpu(Brittle())
    lost._device.id = lost.id = "emulated:1"
    first, net, twin = network(1).to(lost), network(0).to(gpu), network(0)
    x, y = rows(13, 40)
    net.learn_many(x, y)
    twin.learn_many(x, y)
    lost._device.broken = True
    with pytest.raises(DeviceLostError):
        first.learn_many(x, y)
    with pytest.raises(DeviceLostError):
        net.to(lost)
    assert net.device == "cpu"
    net.learn_many(x, y)
    twin.learn_many(x, y)
    same(net, twin)


@pytest.mark.parametrize("device", ["banana", "", "cuda:", "cuda:x", "gpu", 3, None])
def test_what_is_no_device_is_named(device):
    with pytest.raises(DeviceError, match=f"there is no device {device!r}: expected cpu, cuda"):
        network(0).to(device)
