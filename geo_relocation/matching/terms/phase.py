"""A later year than the scenario's first."""

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.term import Ground, Term
from geo_relocation.messages import Message
from geo_relocation.model.told import told


def _years_late(ground: Ground) -> FloatArray:
    return np.asarray(ground.years, dtype=float) - ground.years[0]


def _idle(ground: Ground) -> Message | None:
    return told("idle.one-year") if len(ground.years) == 1 else None


TERM = Term(
    name="phase",
    order=50,
    weight="later_phase_per_year",
    default=5.0,
    about="Each year after the scenario's first.",
    vi="Chi phí: chậm",
    en="Cost: later phase",
    reason_vi="chờ năm sau",
    reason_en="wait for a later year",
    by_year=_years_late,
    idle=_idle,
)
