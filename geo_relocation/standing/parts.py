"""What people call the parts that figures of a plan are broken down by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from geo_relocation.messages import Language, _
from geo_relocation.model.enums import AdminLevel
from geo_relocation.model.figures import UNKNOWN_PART, Breakdown
from geo_relocation.model.money import Payer
from geo_relocation.model.sectors import divisions
from geo_relocation.standing.units import Districts
from geo_relocation.words import say

if TYPE_CHECKING:
    import pandas as pd

_GROUPS = {
    "compulsory": _("compelled to move"),
    "encouraged": _("encouraged to move"),
}
"""Groups of the rule sets that ship; a user's own go by their id."""


def part_names(
    by: Breakdown,
    *,
    parks: pd.DataFrame,
    units: pd.DataFrame,
    crosswalk: pd.DataFrame | None,
    known: Districts,
    language: Language,
) -> Mapping[str, str]:
    """Names of the parts of a breakdown by code; a code without a name is not in it.

    Parameters
    ----------
    by
        The breakdown.
    parks, units
        Layers `parks` and `admin_units`.
    crosswalk
        Table of old communes and the units that they went to, if there is one.
    known
        Old districts.
    language
        Of names that are not proper names.
    """
    found: dict[str, str] = {}
    if by is Breakdown.CITY:
        found = dict(known.names)
    elif by is Breakdown.UNIT:
        found = _units(units, crosswalk)
    elif by is Breakdown.PARK:
        found = _pairs(parks, "park_id", "name")
    elif by is Breakdown.SECTOR:
        found = {code: one.label(language) for code, one in divisions().items()}
    elif by is Breakdown.PAYER:
        found = {one.value: one.label(language) for one in Payer}
    elif by is Breakdown.GROUP:
        found = {group: say(words, language) for group, words in _GROUPS.items()}
    return found | {UNKNOWN_PART: say(_("not known"), language)}


def _units(units: pd.DataFrame, crosswalk: pd.DataFrame | None) -> dict[str, str]:
    """Names of the units since the reform: codes of old communes were used again."""
    today = units[(units["level"] == AdminLevel.COMMUNE.value) & units["valid_to"].isna()]
    table = {} if crosswalk is None else _pairs(crosswalk, "new_code", "new_name")
    return table | _pairs(today, "code", "name")


def _pairs(frame: pd.DataFrame, code: str, name: str) -> dict[str, str]:
    named = frame[frame[code].notna() & frame[name].notna()]
    return dict(zip(named[code], named[name], strict=True))
