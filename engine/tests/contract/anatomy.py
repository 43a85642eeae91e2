"""A look inside: every backend keeps the same snapshot, and so shows the same sources, levels and sections."""

from typing import NamedTuple

import numpy as np
from hanami_engine import snapshot
from hanami_engine.lattice import HexagonType
from hanami_engine.records import LANES


class Level(NamedTuple):
    """A level: its borders, and the row of weights of every block that it has a section to."""

    low: float
    high: float
    rows: dict


class Anatomy:
    """Everything that a network is, read from its snapshot.

    A snapshot is refused where its lists do not hang together, so that to look at a network is to audit it.
    """

    def __init__(self, network):
        self.template, self.state = snapshot.read(network.to_bytes())
        self.arrays, self.record = self.state.arrays, self.state.record[0]

    def levels(self, source):
        """Levels of a source, in their order."""
        found, level = [], int(self.arrays.sources["level"][source])
        while level:
            rows, row = {}, int(self.arrays.levels["section"][level])
            while row:
                block = int(self.arrays.sections["block"][row])
                assert block not in rows, "two sections of a level to one block"
                rows[block], row = row, int(self.arrays.sections["next"][row])
            found.append(Level(float(self.arrays.levels["low"][level]), float(self.arrays.levels["high"][level]), rows))
            level = int(self.arrays.levels["next"][level])
        return found

    def source(self, column, *, negative=False, port=0):
        """Source of an input, for one sign of its values."""
        return int(self.arrays.hexagons["start"][self.state.inputs[port]]) + 2 * column + negative

    def sources(self, index):
        """Sources of a hexagon that have levels."""
        entry, kind = self.arrays.hexagons[index], self.state.hexagons[index].type
        count = 2 * int(entry["width"]) if kind is HexagonType.INPUT else int(entry["open"]) * LANES
        if kind is HexagonType.OUTPUT:
            return []
        begin = int(entry["start"])
        return [int(s) for s in begin + np.flatnonzero(self.arrays.sources["level"][begin : begin + count])]

    def owner(self, block):
        """Position of the hexagon that a block belongs to."""
        return self.state.hexagons[self.arrays.owners[block]].position

    def weights(self, source):
        """Weights of all sections of a source, level by level."""
        rows = [row for level in self.levels(source) for row in level.rows.values()]
        return self.arrays.weights[rows].copy()

    def index(self, position):
        """Place of a hexagon in the order of paths."""
        return next(i for i, hexagon in enumerate(self.state.hexagons) if hexagon.position == position)

    def open_blocks(self, position):
        """Blocks in use of a hexagon."""
        return int(self.arrays.hexagons["open"][self.index(position)])

    def reads(self, position, output):
        """Tell whether an output hexagon lies within reach of a hexagon."""
        wanted = self.state.hexagons[output].position
        return wanted in {target.position for target in self.template.paths.reach[position]}
