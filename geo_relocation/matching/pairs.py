"""Which firm may go to which park: the rules asked one by one, one bit a rule out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import IntArray
from geo_relocation.matching.problem import Firms, Note, Parks
from geo_relocation.matching.rule import Pairing
from geo_relocation.matching.rules import RULES, bit
from geo_relocation.model.told import told


def rules(pairing: Pairing) -> NDArray[np.uint32]:
    """Every rule that forbids each pair, one bit each; 0 where none does."""
    found = np.zeros((len(pairing.firms), len(pairing.parks)), dtype=np.uint32)
    for rule in RULES:
        found[np.broadcast_to(rule.forbids(pairing), found.shape)] |= np.uint32(bit(rule.code))
    return found


def own_parks(firms: Firms, parks: Parks, findings: pd.DataFrame | None) -> IntArray:
    """The park that each firm is certain to stand in already, -1 for none."""
    if findings is None:
        return np.full(len(firms), -1)
    certain = findings[findings["in_park"].fillna(value=False)]
    inside = certain.set_index("site_id")["park_id"]
    position = {park: i for i, park in enumerate(parks.park_id)}
    return np.array([position.get(inside.get(site), -1) for site in firms.site_id], dtype=np.int64)


def note_questions(firms: Firms, findings: pd.DataFrame | None) -> list[Note]:
    """Say how many firms may stand in a park already without anybody knowing."""
    if findings is None:
        return []
    asked = findings["in_park"].isna() & findings["park_probability"].notna()
    count = int(findings["site_id"][asked].isin(firms.site_id).sum())
    words = told("matching.perhaps-in-park", count=count)
    return [Note("perhaps-in-park", words, count)] if count else []
