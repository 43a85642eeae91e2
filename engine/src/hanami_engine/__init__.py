"""A network that grows while it learns, one raw sample at a time."""

from hanami_engine.errors import EngineError, InputError, SnapshotError, TemplateError
from hanami_engine.jit import is_warm, warm_up
from hanami_engine.layout import Hexagon
from hanami_engine.network import Answer, AnswerReport, Learned, LearnReport, Network, Stats
from hanami_engine.template import Template
from hanami_engine.windows import windows

__all__ = [
    "Answer",
    "AnswerReport",
    "EngineError",
    "Hexagon",
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
    "windows",
]
