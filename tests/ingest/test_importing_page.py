"""The page on importing names every check and kind of issue, and the figures it gives hold."""

import ast
import re
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

HOUSE = Path(__file__).parents[2] / "geo_relocation"
PAGE = (Path(__file__).parents[2] / "docs" / "importing.md").read_text("utf-8")
DEFECTS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.partition("## All defects")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| `")
]
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
    """A row says its kind, what the log says of it, how bad it is and what was done."""
    row = next((row for row in DEFECTS if row[0] == f"`{kind.kind}`"), None)
    assert row is not None, f"docs/importing.md, All defects: | `{kind.kind}` | … | … | … |"
    assert len(row[1]) > 5
    assert row[2:] == [kind.severity.value, kind.action.en.lower()]


def test_every_kind_that_a_parser_finds_is_there():
    found: dict[str, set[str]] = {}
    for path in (HOUSE / "text").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                kind, severity = ast.literal_eval(node.args[0]), ast.unparse(node.args[1])
                found.setdefault(kind, set()).update(re.findall(r"Severity\.(\w+)", severity))
    assert len(found) > 30
    shown = {row[0].strip("`"): set(row[2].upper().split(" OR ")) for row in DEFECTS}
    assert {kind: shown.get(kind) for kind in found} == found


def test_a_kind_stands_once():
    kinds = [row[0] for row in DEFECTS]
    assert len(kinds) == len(set(kinds))


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
