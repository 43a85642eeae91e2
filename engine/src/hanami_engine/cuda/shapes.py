"""How many threads work on a network together, by how many networks there are and how large they are."""

from __future__ import annotations

from typing import NamedTuple

LARGE = 32  # blocks of neurons from which on several blocks of threads are worth their meetings
BLOCKS_EACH = 4  # blocks of neurons for each of these
REQUEST_ROWS = 64  # of one network that a warp answers at least
REQUEST_THREADS = 32


class Team(NamedTuple):
    """Threads of a block, and blocks that work on one network together."""

    threads: int
    blocks: int


def learning_team(networks: int, neuron_blocks: int, processors: int, most_blocks: int) -> Team:
    """Say who learns a network of a launch.

    Few networks are learned fastest by many threads each; many networks fill the device by themselves, and fewer
    threads wait less for each other.

    Parameters
    ----------
    networks : int
        In the launch.
    neuron_blocks : int
        Of the largest of them.
    processors : int
        Of the device.
    most_blocks : int
        Blocks of threads that run at the same time.
    """
    if neuron_blocks >= LARGE and networks < processors:
        blocks = min(neuron_blocks // BLOCKS_EACH, most_blocks // networks)
        if blocks > 1:
            return Team(256, blocks)
    if networks >= 16 * processors:
        return Team(32, 1)
    return Team(64 if networks >= 4 * processors else 128, 1)


def request_slices(rows: int, networks: int, processors: int) -> int:
    """Say into how many parts the rows of one network are cut; a warp answers each, and 16 of them fill a processor."""
    return max(1, min(rows // REQUEST_ROWS, 16 * processors // networks))
