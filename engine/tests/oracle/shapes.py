"""Templates of every shape: lines, chains, three dimensions, axons, several inputs and outputs."""

from hanami_engine import Template

LINE = ("input 1 1 1", "internal 2 1 1", "output 3 1 1")
CHAIN = ("input 1 1 1", "internal 2 1 1", "internal 3 1 1", "internal 4 1 1", "output 5 1 1")
CORNER = ("input 1 1 1", "internal 2 1 1", "output 2 2 1")  # the input touches the output, too
CUBE = ("input 1 1 1", "internal 2 1 1", "internal 1 1 2", "internal 2 1 2", "internal 3 1 1", "output 3 1 2")
FORK = ("input 1 1 1", "input 1 3 1", "internal 2 1 1", "internal 2 2 1", "output 3 1 1", "output 3 2 1")
APART = ("input 1 1 1", "internal 2 1 1", "internal 9 1 1", "output 10 1 1", "output 5 5 5")
AXONS = ("2 1 1 > 9 1 1", "1 1 1 > 5 5 5", "2 1 1 > 5 5 5")  # of `APART`


def template(hexagons, options=None, axons=(), **settings):
    """Make a template.

    Parameters
    ----------
    hexagons : sequence of str
        Such as "internal 2 1 1".
    options : dict
        More about hexagons of a type, such as {"internal": "size: 7"}, or about one, such as {"output 5 5 5": "…"}.
    axons : sequence of str
        Such as "2 1 1 > 9 1 1".
    """
    lines, options = ["version: 1", "hexagons:"], options or {}
    for hexagon in hexagons:
        kind = hexagon.split()[0]
        more = options.get(hexagon, options.get(kind, ""))
        lines.append(f"  - {{position: {place(hexagon[len(kind) :])}, type: {kind}{', ' if more else ''}{more}}}")
    if axons:
        lines.append("axons:")
        lines += ["  - {{from: {}, to: {}}}".format(*map(place, axon.split(">"))) for axon in axons]
    lines.append(f"settings: {{{', '.join(f'{name}: {value}' for name, value in settings.items())}}}")
    return Template.parse("\n".join(lines))


def place(text):
    return f"[{', '.join(text.split())}]"
