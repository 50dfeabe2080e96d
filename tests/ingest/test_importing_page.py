"""The page on importing names every check and kind of issue, and the figures it gives hold."""

from pathlib import Path

import pytest

from geo_relocation.ingest.checks import checks
from geo_relocation.ingest.dossier import CODE_SYSTEM, LAND_USE_CLASS
from geo_relocation.ingest.draft import Assumptions
from geo_relocation.ingest.duplicates import ON_DUPLICATES
from geo_relocation.ingest.issues import issue_kinds
from geo_relocation.model.enums import LocationSource
from geo_relocation.settings import ReadingLimits
from geo_relocation.text.detection import CONFIDENT

PAGE = (Path(__file__).parents[2] / "docs" / "importing.md").read_text("utf-8")
SHOWN = {
    LocationSource.SURVEY: "surveyed outline", LocationSource.PARCEL: "parcel",
    LocationSource.COORDINATES: "coordinates", LocationSource.MAP: "map",
    LocationSource.UNKNOWN: "unknown", LocationSource.RECALLED: "recalled",
    LocationSource.GEOCODER: "geocoder", LocationSource.UNIT: "commune only",
}  # fmt: skip


@pytest.mark.parametrize("check", checks().values(), ids=lambda check: check.name)
def test_every_check_is_there_with_its_words(check):
    row = f"| `{check.name}` | {check.severity.value} | {check.en} | {check.remedy_en} |"
    assert row in PAGE


@pytest.mark.parametrize("kind", issue_kinds().values(), ids=lambda kind: kind.kind)
def test_every_kind_of_issue_is_there(kind):
    assert f"| `{kind.kind}` | {kind.severity.value} | {kind.action.en.lower()} |" in PAGE


def test_every_limit_on_reading_is_there_with_its_value():
    for name, value in ReadingLimits().model_dump().items():
        assert f"| `{name}` | {value:,} | " in PAGE


def test_assumed_accuracies_are_the_ones_in_force():
    for source, metres in Assumptions().accuracy_m.items():
        assert f"{SHOWN[source]} {metres:,.0f} m" in PAGE


def test_choices_and_names_are_spelt_as_the_program_spells_them():
    for decision in ON_DUPLICATES:
        assert f"--duplicates {decision}" in PAGE
    assert LAND_USE_CLASS in PAGE
    assert f"`{CODE_SYSTEM}`" in PAGE
    assert f"{CONFIDENT:.0%}".replace("%", " %") in PAGE
