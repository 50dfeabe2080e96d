"""What holds is worked out in `standing` alone; every other module asks it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import geo_relocation

ROOT = Path(geo_relocation.__file__).parent
ORDERS = {"sort_values", "nlargest", "idxmax"}
DATES = {"decided_at", "recorded_at"}
LOOKS = {"isin", "eq", "ne", "intersection", "issubset", "isdisjoint"}
CODES = {"code", "codes", "districts_of"}
"""What makes codes of names."""

ALLOWED = {
    ("programme/history.py", "orders by date"),
    # Says how many sites state another state than the list has, and reckons with the list's.
    ("matching/scope.py", "reads the state of a site"),
}


def texts(node: ast.AST) -> set[object]:
    """Texts and names that an expression states."""
    stated: set[object] = set()
    for one in ast.walk(node):
        match one:
            case ast.Constant():
                stated.add(one.value)
            case ast.Attribute():
                stated.add(one.attr)
            case ast.Name():
                stated.add(one.id)
    return stated


def as_written(node: ast.AST) -> bool:
    """Whether an expression is the name of a district, not the code that was made of it."""
    said = texts(node)
    return "old_district" in said and not said & CODES


def names_of_districts(function: ast.AST) -> set[object]:
    """Variables that hold names of districts as they are written."""
    found: set[object] = set()
    for node in ast.walk(function):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            found |= {
                one.id for one, value in pairs if isinstance(one, ast.Name) and as_written(value)
            }
    return found


def sides(node: ast.AST) -> list[ast.expr]:
    """What a comparison compares; nothing where it is none."""
    match node:
        case ast.Compare():
            # A text alone is a column that a table is asked for.
            both = [node.left, *node.comparators]
            return [one for one in both if not isinstance(one, ast.Constant)]
        case ast.Call(func=ast.Attribute()) if node.func.attr in LOOKS:
            return [node.func.value, *node.args]
        case ast.BinOp(op=ast.BitAnd() | ast.Sub()):
            return [one for one in (node.left, node.right) if isinstance(one, ast.Set)]
    return []


def compares_districts(place: ast.AST) -> bool:
    """Whether a name of a district, as it is written, is compared with something."""
    held = names_of_districts(place) if isinstance(place, ast.FunctionDef) else set()
    return any(
        as_written(side) or bool(texts(side) & held and not texts(side) & CODES)
        for node in ast.walk(place)
        for side in sides(node)
    )


def reads_state(node: ast.AST) -> bool:
    """Whether the column `status` of the layer of sites is read."""
    if not isinstance(node, ast.Subscript | ast.Attribute) or isinstance(node.ctx, ast.Store):
        return False
    if isinstance(node, ast.Attribute) and node.attr != "status":
        return False
    if isinstance(node, ast.Subscript) and "status" not in texts(node.slice):
        return False
    return bool(texts(node.value) & {"site", "sites"})


def guilty(source: str) -> set[str]:
    """What a module does that only `standing` may do."""
    found, tree = set(), ast.parse(source)
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    if "old_district" in source and any(map(compares_districts, [*functions, tree])):
        found.add("compares names of districts")
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        ordered = isinstance(called, ast.Attribute) and called.attr in ORDERS
        if ordered and texts(node) & DATES:
            found.add("orders by date")
        if reads_state(node):
            found.add("reads the state of a site")
    return found


@pytest.mark.parametrize(
    ("source", "does"),
    [
        ("d.sort_values('decided_at').tail(1)", "orders by date"),
        ("events.loc[events['recorded_at'].idxmax()]", "orders by date"),
        ("sites[sites['status'] == 'done']", "reads the state of a site"),
        ("seen.read('sites')['status'].isin(FINISHED)", "reads the state of a site"),
        ("move.site['status']", "reads the state of a site"),
        ("sites.status.eq('done')", "reads the state of a site"),
        ("sites[['site_id', 'status']]", "reads the state of a site"),
        ("park['old_district'] in scheme.south", "compares names of districts"),
        ("sites['old_district'].isin(south)", "compares names of districts"),
        ("np.isin(sites['old_district'], south)", "compares names of districts"),
        ("cities & {city, site['old_district']}", "compares names of districts"),
        ("park.old_district == 'Dĩ An'", "compares names of districts"),
        (
            "def f():\n    a, b = park['old_district'], south\n    return a in b",
            "compares names of districts",
        ),
    ],
)
def test_what_only_standing_may_do_is_recognised(source: str, does: str) -> None:
    assert guilty(source) == {does}


@pytest.mark.parametrize(
    "source",
    [
        "d.sort_values('site_id')",
        "sites['status'] = 'candidate'",
        "parks['status'] == 'operating'",
        "known.code(park['old_district']) in codes",
        "'old_district' in sites.columns",
        "def f():\n    a = known.codes(sites['old_district'])\n    return a in b",
        "sites['old_district'].fillna('')",
    ],
)
def test_what_everybody_may_do_is_not(source: str) -> None:
    assert guilty(source) == set()


def test_nobody_else_works_out_what_holds() -> None:
    """Decisions by date, the state of a site by its column, districts by the name written."""
    found = {
        (str(path.relative_to(ROOT)), what)
        for path in ROOT.rglob("*.py")
        if not path.is_relative_to(ROOT / "standing")
        for what in guilty(path.read_text("utf-8"))
    }
    assert found == ALLOWED
