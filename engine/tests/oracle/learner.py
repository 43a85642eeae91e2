"""What a network does with a sample: from the inputs to the answers, and when it learns, all the way back."""

import struct

import numpy as np
from hanami_engine.records import BITS, CLASS, LEVEL_BYTES, SCALED, SECTION_BYTES
from hanami_engine.state import DEAD_ZONES

from .answers import answer, conclude, miss, rescale
from .backward import backward
from .forward import excite, read_out, sum_up
from .layout import lay_out, outputs_behind
from .need import need, settle
from .parts import ZERO, Moment, Output
from .reduction import reduce
from .senses import list_firing, perceive, touch

CODES = {"class": CLASS, "real": SCALED}  # all others are bits


class Oracle:
    """A network that grows while it learns.

    Samples and targets are mappings from the name of an input or output hexagon to a list of rows; the target of a
    hexagon of classes is a list of numbers.
    """

    def __init__(self, template, seed):
        settings = template.settings
        self.seed = seed
        self.limit, self.fan_out = settings.memory_limit, settings.fan_out
        self.first_rate = np.float32(settings.learning_rate)
        self.dead_zone = settings.dead_zone
        self.fade = min(round(32768 / settings.neuron_cooldown), 32767)  # of 32768 parts of a potential
        self.refractory = settings.refractory_time
        self.spiking = self.fade > 0 or self.refractory > 1
        self.reduction, self.threshold = settings.enable_reduction, round(settings.reduction_threshold * 65535)
        self.samples = self.announced = self.elapsed = 0
        self.levels = self.sections = self.most_levels = self.most_sections = 0  # now, and ever at the same time
        self.born = self.freed = self.bytes = 0
        self.full = False  # growth was refused
        self.turn = self.cursor = self.due = 0  # of reduction
        self.hexagons = lay_out(template)
        self.outputs = [hexagon for hexagon in self.hexagons if hexagon.kind == "output"]
        for hexagon in self.hexagons:
            if hexagon.kind != "internal" and hexagon.size:
                self.become(hexagon, hexagon.values, hexagon.size)

    def become(self, hexagon, values, size):
        """Let an input or output hexagon have so many values of a kind."""
        hexagon.values, hexagon.width = values, size * outputs_behind(values)
        if hexagon.kind == "output":
            usual = DEAD_ZONES[CODES.get(values or "class", BITS)]
            hexagon.dead_zone = np.float32(usual if self.dead_zone is None else self.dead_zone)
            for index in range(len(hexagon.outputs), hexagon.width):
                hexagon.outputs.append(Output(hexagon.first_output + index))

    def count(self, levels=0, sections=0):
        """Keep the books when levels and sections come (or go, where negative)."""
        self.levels, self.sections = self.levels + levels, self.sections + sections
        self.most_levels = max(self.most_levels, self.levels)
        self.most_sections = max(self.most_sections, self.sections)
        self.born, self.freed = self.born + max(sections, 0), self.freed + max(-sections, 0)
        self.bytes += levels * LEVEL_BYTES + sections * SECTION_BYTES

    def announce(self, samples):
        self.announced, self.elapsed = samples or 0, 0

    def rest(self):
        """Forget the echoes of earlier samples."""
        for hexagon in self.hexagons:
            for block in hexagon.blocks:
                block.echo[:], block.rest[:] = 0, 0

    @np.errstate(over="ignore")  # what is too large is infinite, and cut to an end
    def learn(self, x, y):
        """Learn samples; give their mean loss, the sections born, novelty of each, and its answers before the truth."""
        known = {goal.name: goal.width for goal in self.outputs}
        self.fit(x, y)
        settle(self)
        before, loss, novelty, told = self.born, 0.0, [], []
        count = len(next(iter(x.values())))
        for i in range(count):
            self.let_in(y, i, known)
            truth = {goal.position: encode(goal.values, y[goal.name][i]) for goal in self.outputs}
            for goal in self.outputs:
                if goal.values == "real":
                    rescale(self, goal, truth[goal.position])
            moment = self.carry({name: rows[i] for name, rows in x.items()}, learning=True)
            told.append({goal.name: answer(moment, goal) for goal in self.outputs})
            loss += self.teach(moment, truth)
            reduce(self)
            novelty.append(moment.novelty)
            self.samples, self.elapsed = self.samples + 1, self.elapsed + 1
        return loss / count, self.born - before, novelty, told

    def fit(self, x, y):
        """Let open hexagons become as wide as the data; a first target decides what unmarked outputs mean."""
        for hexagon in self.hexagons:
            if hexagon.kind == "input" and hexagon.size is None:
                self.become(hexagon, hexagon.values, len(x[hexagon.name][0]))
            elif hexagon.kind == "output":
                rows = y[hexagon.name]
                values = hexagon.values or ("class" if isinstance(rows[0], int) else "real")
                size = max(rows) + 1 if values == "class" else len(rows[0])
                self.become(hexagon, values, hexagon.size or max(size, hexagon.width // outputs_behind(values)))

    def let_in(self, y, i, known):
        """Let classes take part from their first sample on, although weights for all of a call are drawn at once."""
        for goal in self.outputs:
            if goal.values == "class" and goal.size is None:
                goal.width = known[goal.name] = max(known[goal.name], y[goal.name][i] + 1)
        settle(self)

    @np.errstate(over="ignore")
    def ask(self, x):
        """Answer samples; give for each the raw answers of all output hexagons by name, and the novelty."""
        found = []
        for i in range(len(next(iter(x.values())))):
            moment = self.carry({name: rows[i] for name, rows in x.items()}, learning=False)
            found.append(({goal.name: answer(moment, goal) for goal in self.outputs}, moment.novelty))
        return found

    def carry(self, row, *, learning):
        """Carry a sample from the inputs to the answers."""
        moment = Moment()
        for hexagon in self.hexagons:
            if hexagon.kind == "input":
                touch(self, moment, hexagon, perceive(hexagon, row[hexagon.name]), learning)
            elif hexagon.kind == "internal":
                excite(self, moment, hexagon)
                read_out(moment, hexagon)
                if hexagon.reach:
                    touch(self, moment, hexagon, list_firing(hexagon, moment), learning)
        for goal in self.outputs:
            sum_up(moment, goal)
            conclude(moment, goal)
        return moment

    def teach(self, moment, truth):
        """Compare the answers with the truth; where they are wrong, correct and grow what led to them."""
        error, loss = ZERO, 0.0
        for goal in self.outputs:
            largest, part = miss(moment, goal, truth[goal.position])
            error, loss = max(error, largest), loss + part
        if error > 0:
            backward(self, moment)
            need(self, moment, error)
        return loss


def encode(values, truth):
    """Give what outputs are compared with: of whole and floating numbers the bits, the least significant first."""
    if values not in ("int", "float"):
        return truth
    coded = [struct.pack("<Q", number) if values == "int" else struct.pack("<f", number) for number in truth]
    return [byte >> bit & 1 for number in coded for byte in number for bit in range(8)]
