"""A later year than the scenario's first."""

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.term import Ground, Term


def _years_late(ground: Ground) -> FloatArray:
    return np.asarray(ground.years, dtype=float) - ground.years[0]


def _idle(ground: Ground) -> str | None:
    return "chỉ xét một năm" if len(ground.years) == 1 else None


TERM = Term(
    name="phase",
    order=50,
    weight="later_phase_per_year",
    default=5.0,
    about="Each year after the scenario's first.",
    vi="Chi phí: chậm",
    en="Cost: later phase",
    reason="chờ năm sau",
    by_year=_years_late,
    idle=_idle,
)
