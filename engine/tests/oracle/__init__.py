"""The learning rule once more, in plain Python, written to be read.

Here a network is made of ordinary objects: hexagons with sources, sources with lists of levels, levels with lists of
sections, sections with their own weights.  Nothing is packed, linked, reserved or compiled, and so nothing is fast; but
every step that decides a bit is spelled out, and `test_oracle` holds the engine to it, bit for bit.

Where to begin: `parts` (what there is), `learner` (what a sample does), then `senses`, `growth`, `forward`, `answers`,
`backward`, `need` and `reduction` in this order.  From the engine come only `Template` and constants.

Conventions: an array of `LANES` numbers always speaks about the neurons of one block.  Numbers that the engine keeps as
float32 are `np.float32`, so that every operation on them rounds as it does there; sums of products are whole numbers.
"""

from .learner import Oracle

__all__ = ["Oracle"]
