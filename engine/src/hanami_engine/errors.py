"""What the engine raises, as a tree.

EngineError
├── TemplateError   the text of a template cannot be used; names line and key
├── InputError      a sample or target cannot be used; names the field
├── SnapshotError   bytes are not a snapshot that this version can load
└── DeviceError     a GPU cannot be used; says what is missing
    └── DeviceLostError   a GPU stopped answering; networks are safe on the host
"""

from __future__ import annotations


class EngineError(ValueError):
    """Base of every error that the engine raises on purpose."""


class TemplateError(EngineError):
    """A template cannot be used.

    Attributes
    ----------
    message : str
        What was expected.
    line : int or None
        Line of the text, counted from 1, where it is known.
    key : str or None
        Path of the offending key, such as ``hexagons[1].size``.
    """

    def __init__(self, message: str, *, line: int | None = None, key: str | None = None) -> None:
        self.message, self.line, self.key = message, line, key
        where = [f"line {line}"] if line is not None else []
        where += [f"key '{key}'"] if key is not None else []
        super().__init__(f"{', '.join(where)}: {message}" if where else message)


class InputError(EngineError):
    """A sample or a target cannot be used; the network is unchanged.

    Attributes
    ----------
    field : str
        ``x`` or ``y``.
    message : str
        What was expected.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(f"{field}: {message}")


class SnapshotError(EngineError):
    """Bytes are not a snapshot of a network, are damaged, or come from an unknown version."""


class DeviceError(EngineError):
    """A GPU cannot be used; the message says what is missing."""


class DeviceLostError(DeviceError):
    """A GPU stopped answering, and is not used any more.

    Networks that lived there go on from their last state on the host, on the CPU.

    Attributes
    ----------
    samples : int
        Learned since then, of all networks of the call: they are not in that state.
    """

    def __init__(self, message: str, samples: int = 0) -> None:
        self.samples = samples
        super().__init__(message)
