"""Real digits for the tests that need them, and the plugin that keeps proofs."""

import pytest
from hanami_examples import digits as digit_files

from .proofs import Proofs

pytest.register_assert_rewrite(__name__.replace("conftest", "contract"))


def pytest_configure(config):
    config.pluginmanager.register(Proofs(config), "proofs")


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """MNIST, or scikit-learn's digits where it is not at hand."""
    return digit_files.load(digit_files.find(tmp_path_factory.mktemp("digits")))


@pytest.fixture(scope="session")
def is_mnist(digits):
    return digits.train_images.shape[1] == 784


@pytest.fixture(scope="session")
def grain(digits):
    """Points that two test images amount to: no test set can tell apart less."""
    return 200 / len(digits.test_images)
