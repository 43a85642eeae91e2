"""What must hold for every network, whatever runs it: the fourteen properties of the engine.

A backend proves itself by inheriting `NetworkContract` and saying how a network is made and restored.  Where a property
is about what is inside a network, the tests read it from a snapshot, which is the same for all backends.
"""

from .bad_input import BadInput
from .birth import Birth
from .budget import Budget
from .change import Change
from .codes import Codes
from .determinism import Determinism
from .growth import Growth
from .lattice import Lattice
from .novelty import Novelty
from .reduction import Reduction
from .spiking import Spiking
from .values import Values

__all__ = ["NetworkContract"]


class NetworkContract(
    Birth, Growth, Values, Change, Codes, Lattice, Reduction, Spiking, Determinism, Budget, Novelty, BadInput
):
    """All properties together."""
