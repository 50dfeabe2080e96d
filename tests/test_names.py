"""One word, one meaning: words that once named several things name one."""

import ast
from pathlib import Path

import pytest

import geo_relocation

PACKAGE = Path(geo_relocation.__file__).parent
FILES = [
    path for path in PACKAGE.rglob("*.py") if "matching" not in path.relative_to(PACKAGE).parts
]


@pytest.mark.parametrize("word", ["places", "core", "trial", "demo"])
def test_one_module_bears_the_name(word):
    assert len([path for path in FILES if path.stem == word]) <= 1


@pytest.mark.parametrize(
    "word", ["Decision", "Outcome", "Ground", "Evidence", "Unit", "Condition", "Words"]
)
def test_one_class_bears_the_name(word):
    found = [
        path
        for path in FILES
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == word
    ]
    assert len(found) <= 1


def test_units_are_administrative_wherever_a_module_is_named_after_them():
    for path in FILES:
        if path.stem == "units":
            words = ast.get_docstring(ast.parse(path.read_text("utf-8"))).lower()
            assert "district" in words or "administrative" in words, path


def test_the_kinds_of_arrays_are_named_in_one_module():
    """By their names; an alias made elsewhere is for a kind that no other module knows."""
    named = {
        ast.unparse(node.value)
        for node in ast.parse((PACKAGE / "arrays.py").read_text("utf-8")).body
        if isinstance(node, ast.Assign)
    }
    again = [
        f"{path.relative_to(PACKAGE)}: {ast.unparse(node)}"
        for path in PACKAGE.rglob("*.py")
        if path.name != "arrays.py"
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.value) in named
    ]
    assert named
    assert not again
