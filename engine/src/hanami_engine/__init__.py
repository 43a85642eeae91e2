"""A network that grows while it learns, one raw sample at a time."""

from hanami_engine.errors import DeviceError, DeviceLostError, EngineError, InputError, SnapshotError, TemplateError
from hanami_engine.jit import is_warm, warm_up
from hanami_engine.layout import Hexagon
from hanami_engine.network import Network
from hanami_engine.ports import MOST_OUTPUTS, Port
from hanami_engine.reports import Answer, AnswerReport, Learned, LearnReport, Stats
from hanami_engine.template import Template
from hanami_engine.windows import windows

__all__ = [
    "MOST_OUTPUTS",
    "Answer",
    "AnswerReport",
    "DeviceError",
    "DeviceLostError",
    "EngineError",
    "Hexagon",
    "InputError",
    "LearnReport",
    "Learned",
    "Network",
    "Port",
    "SnapshotError",
    "Stats",
    "Template",
    "TemplateError",
    "is_warm",
    "warm_up",
    "windows",
]
