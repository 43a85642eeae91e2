"""Real digits, and templates of every shape that this version trains."""

import pytest
from hanami_engine import Template
from hanami_examples import digits as digit_files


def template(inputs, hidden=128, outputs=10, values="class", settings="{}"):
    return Template.parse(
        f"""
version: 1
hexagons:
  - {{position: [1, 1, 1], type: input, size: {inputs}}}
  - {{position: [2, 1, 1], type: internal, size: {hidden}}}
  - {{position: [3, 1, 1], type: output, size: {outputs}, values: {values}}}
settings: {settings}
"""
    )


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """MNIST, or scikit-learn's digits where it is not at hand."""
    return digit_files.load(digit_files.find(tmp_path_factory.mktemp("digits")))


@pytest.fixture(scope="session")
def is_mnist(digits):
    return digits.train_images.shape[1] == 784


@pytest.fixture(name="template", scope="session")
def template_fixture():
    return template


@pytest.fixture(scope="session")
def grain(digits):
    """Points that two test images amount to: no test set can tell apart less."""
    return 200 / len(digits.test_images)
