"""The workspace and its parts: short names, one shared state, and what the pages promise."""

import re
from pathlib import Path

import pytest

import geo_relocation
from geo_relocation.errors import StoreError
from geo_relocation.workspace import Workspace
from geo_relocation.workspace.base import WorkspaceBase
from geo_relocation.workspace.workspace import ShortName
from workspace.province import fill

ROOT = Path(__file__).parents[2]
PARTS = (
    "imports",
    "screening",
    "decisions",
    "list",
    "plans",
    "searches",
    "approvals",
    "trials",
    "publications",
)


@pytest.fixture
def filled(workspace):
    fill(workspace)
    return workspace


def promised():
    """Names that the pages and notebooks call on a workspace."""
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "notebooks").glob("*.py*"),
    ]
    pages += (ROOT / "notebooks").glob("*.ipynb")
    return {name for page in pages for name in re.findall(r"\bws\.(\w+)", page.read_text("utf-8"))}


def test_every_name_that_the_pages_call_is_there(workspace):
    names = promised()
    assert {"import_layer", "screen", "match", "map", "content"} <= names
    assert [name for name in sorted(names) if not hasattr(workspace, name)] == []


def test_a_short_name_is_the_verb_of_a_part_with_its_words(workspace):
    parts = [getattr(workspace, name) for name in PARTS]
    owners = [*parts, workspace.plans.stored_plans]
    short = {
        name: getattr(workspace, name)
        for name, one in vars(Workspace).items()
        if isinstance(one, ShortName)
    }
    assert len(short) > 12
    for name, verb in short.items():
        assert verb.__self__ in owners, name
        assert verb == getattr(verb.__self__, name)
        assert verb.__doc__
        assert name in Workspace.__doc__ or name in type(verb.__self__).__dict__


def test_no_part_is_built_on_another():
    for base in (Workspace, *(type(part) for part in _parts())):
        assert base.__mro__[1:] == (WorkspaceBase, object)


def _parts():
    made = Workspace(store=object(), settings=object())
    return [getattr(made, name) for name in PARTS]


def test_all_parts_see_one_state(filled):
    with filled.snapshot():
        before = filled.plans.count("sites")
        with geo_relocation.open(filled.store.url) as other, other.screening.snapshot():
            assert other.publications.read("sites").equals(filled.imports.read("sites"))
        with pytest.raises(StoreError, match="written here"):
            filled.imports.undo_import("I1")
        assert filled.list.count("sites") == before
    with filled.decisions.writing() as transaction:
        transaction.delete("sites", where={"site_id": "S00"})
        assert filled.trials.count("sites") == before - 1
    assert filled.stored.rows == {"sites": 1}


def test_the_whole_way_by_the_parts(filled, tmp_path):
    filled.screening.screen()
    run = filled.searches.match(filled.plans.scenario("by-conflict"), work=1)
    assert filled.plans.stored_plans.latest_plan() == run.plan_id
    assert filled.trials.why("S00").placed
    assert filled.publications.map(tmp_path / "m.html").path.is_file()
    filled.list.step("S00", ground="Biên bản", author="A")
    assert len(filled.list.history("S00")) == 1
