"""A network that grows while it learns, one raw sample at a time."""

from hanami_engine.errors import EngineError, InputError, SnapshotError, TemplateError
from hanami_engine.jit import is_warm, warm_up
from hanami_engine.network import Network
from hanami_engine.template import Template

__all__ = [
    "EngineError",
    "InputError",
    "LearnReport",
    "Learned",
    "Network",
    "SnapshotError",
    "Stats",
    "Template",
    "TemplateError",
    "is_warm",
    "warm_up",
]
