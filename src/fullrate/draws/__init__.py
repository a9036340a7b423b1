"""Named random streams, distributions of uncertain values, and their draws.

Every stream is keyed by the seed and by what it is for, so adding or removing one thing leaves the luck of all others
alone.
"""

from fullrate.draws.applied import applied, left
from fullrate.draws.drawing import Draws, Each, chunks, draw
from fullrate.draws.inputs import RHO, Input, inputs
from fullrate.draws.shapes import Lognormal, Pert, Triangular
from fullrate.draws.streams import event_uniform, name_key, stream

__all__ = [
    "RHO",
    "Draws",
    "Each",
    "Input",
    "Lognormal",
    "Pert",
    "Triangular",
    "applied",
    "chunks",
    "draw",
    "event_uniform",
    "inputs",
    "left",
    "name_key",
    "stream",
]
