"""The page on screening names every reason and every parameter, with its default."""

import re
from pathlib import Path

import pytest

from geo_relocation.model import schema
from geo_relocation.model.enums import FindingReason
from geo_relocation.screening import ScreeningParameters, shipped_tables

PAGE = (Path(__file__).parents[2] / "docs" / "screening.md").read_text("utf-8")


def section(title):
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def first_column(title):
    rows = re.findall(r"^\| (`[^|]+`) \|", section(title), flags=re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_every_reason_is_explained_once():
    assert sorted(first_column("Verdicts and reasons")) == sorted(r.value for r in FindingReason)


def test_every_parameter_is_explained_once_in_its_order():
    assert first_column("Parameters") == list(ScreeningParameters.model_fields)


@pytest.mark.parametrize("name", [*ScreeningParameters.model_fields])
def test_defaults_are_as_written(name):
    written = re.search(rf"^\| `{name}` \| ([^|]+) \|", PAGE, flags=re.MULTILINE).group(1)
    default = getattr(ScreeningParameters(), name)
    if name == "precedence":
        listed = re.search(r"`precedence` \(([^)]+)\)", PAGE).group(1)
        assert listed.split(", ") == [category.value for category in default]
    elif isinstance(default, dict):
        assert written == ", ".join(f"{key.value} {value:.0f}" for key, value in default.items())
    elif isinstance(default, bool) or default is None:
        assert written == {False: "false", None: "none"}[default]
    elif isinstance(default, str):
        assert written == default
    else:
        assert float(written) == default


def test_columns_named_exist():
    assert set(first_column("What is measured")) <= set(schema("findings").columns)


def test_shipped_tables_are_named():
    assert all(f"`{name}`" in section("Required distances") for name in shipped_tables())
