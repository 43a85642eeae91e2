"""Template: the trellis of a network, read from text.

A template names hexagons on the lattice, which of them take input and which give output, and a few settings.  Nothing
is connected by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hanami_engine import differences, picture
from hanami_engine.errors import TemplateError
from hanami_engine.lattice import HexagonType, Position
from hanami_engine.layout import DEFAULT_NEURONS, Hexagon, InputValues, OutputValues, Settings
from hanami_engine.paths import Paths

__all__ = ["Hexagon", "HexagonType", "InputValues", "OutputValues", "Paths", "Position", "Settings", "Template"]

LARGEST_TEXT = 1 << 18


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template.

    Attributes
    ----------
    text : str
        The text it was read from.
    hexagons : tuple of Hexagon
        In the order of the text.
    axons : tuple of (Position, Position)
        Connections beyond the lattice, from and to.
    settings : Settings
        Settings of the learning rule.
    paths : Paths
        Which hexagon may grow towards which; follows from the others.
    """

    text: str
    hexagons: tuple[Hexagon, ...]
    axons: tuple[tuple[Position, Position], ...]
    settings: Settings
    paths: Paths = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template from text: Hanami's own YAML, or one of the two historic formats.

        Raises
        ------
        TemplateError
            The text cannot be read or is not a usable template; names line and key.
        """
        from hanami_engine import historic, yaml_template  # noqa: PLC0415  a grammar and a YAML library come with them

        if len(text) > LARGEST_TEXT:
            raise TemplateError(f"expected at most {LARGEST_TEXT} characters, got {len(text)}")
        draft = (historic if historic.is_historic(text) else yaml_template).read(text)
        paths = draft.check()
        hexagons = tuple(hexagon for hexagon, _ in draft.hexagons)
        axons = tuple(axon for axon, _ in draft.axons)
        return cls(text, hexagons, axons, draft.settings, paths)

    @classmethod
    def for_data(
        cls, inputs: int | None = None, outputs: int | None = None, values: OutputValues | None = None
    ) -> Template:
        """Give a template that suits data: one internal hexagon between one input and one output hexagon.

        Parameters
        ----------
        inputs : int, optional
            Values of a sample; None where they grow with the data.
        outputs : int, optional
            Classes or values of a target; None where they grow with the data.
        values : OutputValues, optional
            What the outputs mean; None where the first targets decide it.

        Raises
        ------
        TemplateError
            A size out of range.
        """
        width, depth = ("" if size is None else f", size: {size}" for size in (inputs, outputs))
        return cls.parse(
            "version: 1\n"
            "hexagons:\n"
            f"  - {{position: [1, 1, 1], type: input{width}}}\n"
            f"  - {{position: [2, 1, 1], type: internal, size: {DEFAULT_NEURONS}}}\n"
            f"  - {{position: [3, 1, 1], type: output{depth}, values: {values or 'null'}}}\n"
        )

    @property
    def inputs(self) -> tuple[Hexagon, ...]:
        """The hexagons that take input, in the order of the text."""
        return self._all(HexagonType.INPUT)

    @property
    def internals(self) -> tuple[Hexagon, ...]:
        """The hexagons between, in the order of the text."""
        return self._all(HexagonType.INTERNAL)

    @property
    def outputs(self) -> tuple[Hexagon, ...]:
        """The hexagons that give output, in the order of the text."""
        return self._all(HexagonType.OUTPUT)

    @property
    def input_size(self) -> int | None:
        """Number of values of the only input hexagon; None where it is open or there are several."""
        return self.inputs[0].size if len(self.inputs) == 1 else None

    @property
    def output_size(self) -> int | None:
        """Number of values of the only output hexagon; None where it is open or there are several."""
        return self.outputs[0].size if len(self.outputs) == 1 else None

    @property
    def output_kind(self) -> OutputValues | None:
        """What the values of the only output hexagon mean; None where it is open or there are several."""
        values = self.outputs[0].values if len(self.outputs) == 1 else None
        return values if isinstance(values, OutputValues) else None

    def to_svg(self) -> str:
        """Draw the hexagons, layer by layer, and what each of them can reach; gives SVG text."""
        return picture.draw(self.hexagons, self.axons, self.paths)

    def difference(self, other: Template) -> str | None:
        """Say where another template differs in what it lays out and sets; None where it says the same.

        Returns
        -------
        str or None
            Such as ``hexagon 2,1,1: expected size 256, got 128``: this template is what was expected.
        """
        return differences.describe(self, other)

    def _all(self, wanted: HexagonType) -> tuple[Hexagon, ...]:
        return tuple(hexagon for hexagon in self.hexagons if hexagon.type is wanted)
