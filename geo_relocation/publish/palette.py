"""One palette and legend for the web map, the QGIS project, the workbook and the document.

The colours keep apart for people with protanopia, deuteranopia and tritanopia: every pair
within one legend differs by at least 12 units of CIE76 in simulated vision (a test measures
it with the matrices of Machado, Oliveira and Fernandes 2009). Colour is never the only sign:
the words stand beside it everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo_relocation.messages import Language, Message, _
from geo_relocation.model.enums import LabelledEnum, ParkStatus, Verdict, ZoneCategory
from geo_relocation.words import say


@dataclass(frozen=True)
class LegendEntry:
    """One line of a legend.

    Attributes
    ----------
    value
        What is stored; empty for a missing value.
    color
        Colour as ``#RRGGBB``.
    words
        What it stands for, for people.
    """

    value: str
    color: str
    words: LabelledEnum | Message

    def label(self, language: Language = "vi") -> str:
        """Words for people, in `language`."""
        if isinstance(self.words, Message):
            return say(self.words, language)
        return self.words.label(language)


def _legend(colors: Mapping[LabelledEnum, str]) -> tuple[LegendEntry, ...]:
    return tuple(LegendEntry(member.value, color, member) for member, color in colors.items())


NOT_SCREENED = LegendEntry("", "#8A8A8A", _("Not screened"))
"""For a site without a finding."""

VERDICTS = (
    *_legend(
        {
            Verdict.CONFLICT: "#C0281C",
            Verdict.CHECK: "#F2C230",
            Verdict.CLEAR: "#2B7BBA",
        }
    ),
    NOT_SCREENED,
)
"""Screening verdicts, the most urgent first."""

ZONE_CATEGORIES = _legend(
    {
        ZoneCategory.RESIDENTIAL: "#F9C563",
        ZoneCategory.MIXED: "#EA7A2E",
        ZoneCategory.COMMERCIAL: "#C26B9E",
        ZoneCategory.INDUSTRIAL: "#8163B8",
        ZoneCategory.GREEN: "#3FA864",
        ZoneCategory.PUBLIC: "#8A4A38",
        ZoneCategory.AGRICULTURE: "#D2F0AE",
        ZoneCategory.TRANSPORT: "#B4A7A4",
        ZoneCategory.WATER: "#8CC8EE",
        ZoneCategory.OTHER: "#F4EFEA",
        ZoneCategory.UNKNOWN: "#4A4A4A",
    }
)
"""Land-use categories in the order of screening."""

PARK_STATUSES = _legend(
    {
        ParkStatus.OPERATING: "#5D2A98",
        ParkStatus.BUILDING: "#8D79D8",
        ParkStatus.PLANNED: "#0F7A90",
        ParkStatus.PROPOSED: "#7FDDBE",
        ParkStatus.CONVERTING: "#C2602F",
        ParkStatus.REMOVED: "#8F7A74",
        ParkStatus.UNKNOWN: "#D6C4DC",
    }
)
"""Stages of a park's life."""

PLACED = LegendEntry("placed", "#1B7F79", _("Has a destination"))
UNPLACED = LegendEntry("unplaced", "#7A0F4E", _("Not placed"))
ASSIGNMENTS = (PLACED, UNPLACED)
"""Whether the plan has a place for a firm."""

NOT_KNOWN = LegendEntry("", NOT_SCREENED.color, _("Not known"))
"""For a value that a legend does not name."""

FREE_LAND = "#D9D9D9"
"""Land of a park that the plan leaves free."""

BOUNDARY = "#3D3D3D"
"""Outlines of administrative units."""

ROAD = "#7D7468"
"""Road centre lines."""

INK = "#222222"
"""Text and outlines of symbols."""

LEGENDS: Mapping[str, tuple[LegendEntry, ...]] = MappingProxyType(
    {
        "verdict": VERDICTS,
        "category": ZONE_CATEGORIES,
        "park_status": PARK_STATUSES,
        "assignment": ASSIGNMENTS,
    }
)
"""All legends by name."""
