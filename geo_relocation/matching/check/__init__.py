"""The independent checker: the rules written a second time, on the layers as they are stored.

It is told the raw frames of a workspace and what was asked, and reads them row by row in plain
Python with exact fractions. Nothing that was made to find a plan is used here: not who was taken
to be in scope, not the arrays, not the model. So a mistake there cannot hide itself. What holds
now (the decision in force, the state of the list, districts by code and name) it asks where
everybody asks, in `geo_relocation.standing`.
"""

from geo_relocation.matching.check.layers import Layers
from geo_relocation.matching.check.plan import check
from geo_relocation.matching.check.violation import Violation

__all__ = ["Layers", "Violation", "check"]
