"""What all parts of the contract share: how a network is made, and how often Hypothesis tries."""

import os
from abc import ABC, abstractmethod

import numpy as np
from hanami_engine import Network
from hypothesis import HealthCheck, settings

from .plans import line

_SHARED = [HealthCheck.differing_executors, HealthCheck.too_slow]  # the same test in every backend that inherits it
EXAMPLES = int(os.environ.get("HANAMI_EXAMPLES", "1000"))  # at most: where every step is watched, few must do


def at_most(examples):
    """Give how many examples a property is tried with."""
    return min(examples, EXAMPLES)


few = settings(max_examples=at_most(25), deadline=None, suppress_health_check=_SHARED)
many = settings(max_examples=at_most(60), deadline=None, suppress_health_check=_SHARED)


def accuracy(network, images, labels):
    """Percentage of images that are read rightly."""
    return float((network.predict_many(images).argmax(axis=1) == labels).mean() * 100)


def explained(network, x, y):
    """Share of the variance of every output that the answers explain: R²."""
    y = np.reshape(y, (len(y), -1))
    return 1 - ((network.predict_many(x) - y) ** 2).mean(axis=0) / y.var(axis=0)


class Contract(ABC):
    """A backend says how networks are made and restored; everything else is inherited."""

    @classmethod
    @abstractmethod
    def make(cls, template=None, seed=0) -> Network:
        """Give a new network of the backend."""

    @classmethod
    @abstractmethod
    def restore(cls, data) -> Network:
        """Give the network of a snapshot."""

    @classmethod
    def read_digits(cls, digits, seed=0, change=lambda images: images, template=None, passes=1):
        """Learn the digits; give the network and its accuracy, both on changed images."""
        images = np.ascontiguousarray(change(digits.train_images))
        network = cls.make(template or line(images.shape[1], 256, 10), seed)
        network.announce(passes * len(images))
        for _ in range(passes):
            network.learn_many(images, digits.train_labels)
        return network, accuracy(network, np.ascontiguousarray(change(digits.test_images)), digits.test_labels)
