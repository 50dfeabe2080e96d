"""The error tree: drawn as it is, and every error says what to do."""

import re

import pytest

from geo_relocation import errors

CLASSES = {
    name: cls
    for name, cls in vars(errors).items()
    if isinstance(cls, type) and issubclass(cls, errors.GeoRelocationError)
}


def test_the_drawing_shows_every_error_under_its_parent():
    drawn = {}
    path = []
    for line in errors.__doc__.splitlines():
        match = re.search(r"(\w+Error)\b", line)
        if not match:
            continue
        depth = (match.start() - 4) // 4
        path = [*path[:depth], match.group(1)]
        drawn[match.group(1)] = path[-2] if depth else None
    public = {name for name in CLASSES if not name.startswith("_")}
    assert set(drawn) == public
    for name, parent in drawn.items():
        if parent:
            assert issubclass(CLASSES[name], CLASSES[parent])


def test_codes_are_unique_among_leaves():
    public = [cls for name, cls in CLASSES.items() if not name.startswith("_")]
    codes = [cls.code for cls in public]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.UsageError("x"), 2),
        (errors.FileMissingError("x"), 2),
        (errors.DataError("x"), 1),
        (errors.StoreError("x"), 1),
        (errors.InvalidPlanError(["a", "b"]), 1),
        (errors.CancelledError("x"), 130),
    ],
)
def test_exit_codes(error, expected):
    assert error.exit_code == expected


def test_what_why_and_hint_are_all_in_the_text():
    error = errors.StoreError("What.", why="Why.", hint="Next.")
    assert str(error) == "What. Why. Next."
    assert "--crs" in str(errors.UnknownCrsError("roads.shp states no CRS."))


def test_mistakes_are_listed_together():
    error = errors.RuleSetError("The rule set", ["first", "second"])
    assert error.mistakes == ("first", "second")
    assert "2 mistakes" in str(error)
    assert "- second" in str(error)
