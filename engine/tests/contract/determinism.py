"""12. Determinism: the same seed and samples give the same bytes, for any slicing, threads, and across snapshots."""

import copy
import pickle
import threading
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from .base import Contract, at_most, few, many
from .plans import cases, line

COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda network: pickle.loads(pickle.dumps(network)),
}
WAYS = ("at once", "one by one", "with progress", "from a snapshot", "with questions")


class Determinism(Contract):
    def learn_in_parts(self, network, case, cuts, data):
        """Learn a case in parts; between them save, load, ask, and report progress."""
        for begin, end in pairwise([0, *sorted(min(cut, case.rows) for cut in cuts), case.rows]):
            way = data.draw(st.sampled_from(WAYS))
            if way == "from a snapshot":
                network = self.restore(network.to_bytes())
            if way == "with questions" and not case.spikes:
                network.request_many(case.part()[0])
            if way == "one by one":
                for index in range(begin, min(end, begin + 20)):
                    network.learn(*case.row(index))
                begin = min(end, begin + 20)  # noqa: PLW2901  the rest at once
            network.learn_many(*case.part(begin, end), progress=(lambda *_: None) if way == "with progress" else None)
        return network

    @many
    @given(
        case=cases(rows=(1, 40, 300)),
        cuts=st.lists(st.integers(0, 300), max_size=5),
        seed=st.integers(0, 2**64 - 1),
        data=st.data(),
    )
    def test_slicing_saving_and_loading_change_no_bit(self, case, cuts, seed, data):
        whole, sliced = (self.make(case.template, seed) for _ in range(2))
        if data.draw(st.booleans()):
            for network in (whole, sliced):
                network.announce(200)
        whole.learn_many(*case.part())
        sliced = self.learn_in_parts(sliced, case, cuts, data)
        assert whole.to_bytes() == sliced.to_bytes()
        np.testing.assert_equal(sliced.predict_many(case.part()[0]), whole.predict_many(case.part()[0]))

    @few
    @given(
        labels=st.lists(st.integers(0, 4), min_size=1, max_size=40),
        kind=st.sampled_from([np.uint8, np.float32]),
        fixed=st.booleans(),
        seed=st.integers(0, 99),
    )
    def test_one_sample_is_learned_the_same_in_whatever_form_it_comes(self, labels, kind, fixed, seed):
        """Arrays of known width and class take a shorter way through `learn_many`."""
        x = np.random.default_rng(seed).integers(0, 256, (len(labels), 6)).astype(kind)
        short, long = (self.make(line(6, outputs=5) if fixed else None, seed) for _ in range(2))
        for row, label in enumerate(labels):
            one = short.learn_many(x[row : row + 1], np.array([[label]], np.float32), answer=True)
            other = long.learn_many(x[row : row + 1].tolist(), [label], answer=True)
            assert (one.samples, one.loss, one.grown) == (other.samples, other.loss, other.grown)
            np.testing.assert_array_equal(one.novelty, other.novelty)
            np.testing.assert_array_equal(one.outputs, other.outputs)
        assert short.to_bytes() == long.to_bytes()

    @settings(few, max_examples=at_most(10))
    @given(case=cases(rows=(5000,), reduction=True), cuts=st.lists(st.integers(0, 5000), max_size=3), data=st.data())
    def test_slicing_changes_no_bit_of_what_reduction_leaves(self, case, cuts, data):
        whole, sliced = (self.make(case.template, 3) for _ in range(2))
        whole.learn_many(*case.part())
        assert self.learn_in_parts(sliced, case, cuts, data).to_bytes() == whole.to_bytes()

    @few
    @given(case=cases(rows=(40, 300)))
    def test_a_snapshot_comes_back_as_the_same_network(self, case):
        network = self.make(case.template, 9)
        network.learn_many(*case.part())
        copy = self.restore(network.to_bytes())
        assert copy.to_bytes() == network.to_bytes()
        assert copy.stats() == network.stats()
        assert copy.template == network.template
        one, other = (each.learn_many(*case.part()) for each in (network, copy))
        assert (one.loss, one.grown) == (other.loss, other.grown)
        np.testing.assert_array_equal(one.novelty, other.novelty)
        assert copy.to_bytes() == network.to_bytes()

    @few
    @given(case=cases(rows=(40, 300)), way=st.sampled_from(sorted(COPIES)), announced=st.sampled_from([None, 500]))
    def test_a_copy_shares_nothing_and_continues_as_the_same_network(self, case, way, announced):
        network = self.make(case.template, 9)
        network.announce(announced)
        network.learn_many(*case.part())
        before = network.to_bytes()
        copied = COPIES[way](network)
        assert (copied.device, copied.to_bytes()) == ("cpu", before)
        copied.learn_many(*case.part())
        assert copied.to_bytes() != before == network.to_bytes()
        network.learn_many(*case.part())
        assert network.to_bytes() == copied.to_bytes()
        np.testing.assert_equal(network.predict_many(case.part()[0]), copied.predict_many(case.part()[0]))

    @few
    @given(case=cases(rows=(300,)), cuts=st.lists(st.integers(0, 300), max_size=4))
    def test_reports_add_up_however_a_stream_is_cut(self, case, cuts):
        whole, sliced = (self.make(case.template) for _ in range(2))
        report = whole.learn_many(*case.part())
        parts = [sliced.learn_many(*case.part(begin, end)) for begin, end in pairwise([0, *sorted(cuts), case.rows])]
        assert sum(part.grown for part in parts) == report.grown
        np.testing.assert_array_equal(np.concatenate([part.novelty for part in parts]), report.novelty)
        np.testing.assert_allclose(sum(part.loss * part.samples for part in parts), report.loss * case.rows, rtol=1e-9)

    def test_the_same_seed_gives_the_same_bytes_and_another_one_others(self, digits):
        part = digits._replace(train_images=digits.train_images[:1000], train_labels=digits.train_labels[:1000])
        first, again, other = (self.read_digits(part, seed)[0].to_bytes() for seed in (1, 1, 2))
        assert first == again != other

    def test_threads_and_dtypes_change_no_bit(self, digits):
        images, labels = digits.train_images[:2000], digits.train_labels[:2000]
        networks = [self.make(line(images.shape[1], 256, 10), 3) for _ in range(4)]
        frozen = images.copy()
        frozen.setflags(write=False)
        forms = [images, frozen, images.astype(np.float32), np.asfortranarray(images)]
        threads = [
            threading.Thread(target=network.learn_many, args=(form, labels))
            for network, form in zip(networks, forms, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({network.to_bytes() for network in networks}) == 1

    def test_networks_of_other_shapes_share_a_thread(self):
        """Room for a sample is kept from call to call: a larger network must not be given that of a smaller one."""
        random = np.random.default_rng(0)
        shapes = [(3, 128, 2), (300, 1000, 40), (20, 300, 3), (700, 128, 2)]
        alone, mixed = ([self.make(line(*shape)) for shape in shapes] for _ in range(2))
        data = [(random.random((60, width)), random.integers(0, last, 60)) for width, _, last in shapes]
        for network, (x, y) in zip(alone, data, strict=True):
            network.learn_many(x, y)
        for row in range(60):
            for network, (x, y) in zip(mixed, data, strict=True):
                network.learn(x[row], y[row])
        assert [network.to_bytes() for network in alone] == [network.to_bytes() for network in mixed]

    def test_a_progress_function_may_stop_the_learning(self):
        x, y = np.random.default_rng(0).random((300, 3)), np.arange(300) % 5

        def stop(done, total):
            assert total == 300
            if done >= 100:
                raise InterruptedError

        network, other = self.make(), self.make()
        try:
            network.learn_many(x, y, progress=stop)
        except InterruptedError:
            done = network.stats().samples
        assert 100 <= done < 300
        network.learn_many(x[done:], y[done:])
        other.learn_many(x, y)
        assert network.to_bytes() == other.to_bytes()
