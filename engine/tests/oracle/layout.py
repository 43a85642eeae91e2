"""From a template to hexagons that own nothing yet."""

from hanami_engine.records import LANES
from hanami_engine.state import MOST_INPUTS, MOST_OUTPUTS

from .parts import Hexagon, Reach

BITS = {"int": 64, "float": 32}  # outputs behind one value; all others have one


def outputs_behind(values):
    return BITS.get(values, 1)


def lay_out(template):
    """Give all hexagons, sources before targets, numbered through: sources, blocks and outputs hexagon by hexagon.

    The numbers count what a hexagon may come to have, so that they never change; random numbers depend on them.
    """
    by_position = {hexagon.position: hexagon for hexagon in template.hexagons}
    reach = template.paths.reach
    reached_by_inputs = {target.position for hexagon in template.inputs for target in reach[hexagon.position]}
    found = {}
    sources = blocks = outputs = 0
    for position in template.paths.order:
        given = by_position[position]
        most_sources = most_blocks = most_outputs = 0
        if given.type == "input":
            most_sources = 2 * (given.size or MOST_INPUTS)
        elif given.type == "internal":
            most_blocks = -(-given.size // LANES)
            most_sources = most_blocks * LANES
        else:
            most_outputs = given.size * outputs_behind(given.values) if given.size else MOST_OUTPUTS
            if position in reached_by_inputs:
                most_blocks = -(-most_outputs // LANES)
        kind, values = str(given.type), given.values and str(given.values)
        hexagon = Hexagon(str(position), given.label, kind, values, given.size, sources, blocks, outputs, most_blocks)
        found[position] = hexagon
        sources, blocks, outputs = sources + most_sources, blocks + most_blocks, outputs + most_outputs
    for position, targets in reach.items():
        connect(found, found[position], targets)
    return list(found.values())


def connect(found, hexagon, targets):
    """Tell whom a hexagon may reach, and how likely.

    Inputs reach neurons and outputs by sections.  Neurons reach neurons by sections; outputs read them.
    """
    by_sections = [t for t in targets if hexagon.kind == "input" or found[t.position].kind == "internal"]
    hexagon.readers = [found[t.position] for t in targets if t not in by_sections]
    whole, so_far = sum(target.probability for target in by_sections), 0.0
    for target in by_sections:
        so_far += target.probability / whole
        hexagon.reach.append(Reach(found[target.position], min(round(so_far * 2.0**32), 2**32 - 1)))
