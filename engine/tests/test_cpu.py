from hanami_engine import Network

from .contract import NetworkContract


class TestCpu(NetworkContract):
    @classmethod
    def make(cls, template=None, seed=0):
        return Network(template, seed=seed)

    @classmethod
    def restore(cls, data):
        return Network.from_bytes(data)
