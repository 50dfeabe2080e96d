"""A draft of a search is kept where it can be, in one place, and never ends the search."""

import resource
from pathlib import Path

import pandas as pd
import pytest

from geo_relocation.errors import ScenarioError
from geo_relocation.matching import solve
from geo_relocation.scenarios import parse_scenario
from geo_relocation.workspace import searches
from geo_relocation.workspace.drafts import SearchDraft, draft_path

PLAN = pd.DataFrame({"site_id": ["A"], "park_id": ["W"], "phase": [2026]})


@pytest.mark.parametrize(
    "name",
    [
        "../../out/x", "/out/x", "a/b", "a\\\\b", "..", ".", "a\\u0000b", "a\\nb", "a\\n", " a",
        "<img src=x>", "x'; drop table scenarios;--", "a" * 61, "{{7*7}}", "C:x", "-x", "",
    ],
)  # fmt: skip
def test_an_id_is_a_name_and_not_a_path(name):
    with pytest.raises(ScenarioError, match="id"):
        parse_scenario(f'id = "{name}"\ntitle = "x"\n')


@pytest.mark.parametrize("name", ["default", "thuan-an-2028", "A_b-3", "2026"])
def test_a_name_of_letters_digits_and_dashes_is_taken(name):
    assert parse_scenario(f'id = "{name}"\ntitle = "x"\n').id == name


def test_drafts_are_in_one_hidden_folder_beside_the_workspace(tmp_path):
    path = draft_path(str(tmp_path / "w.gpkg"), "match-1")
    assert path.parent == tmp_path / ".georelocation"
    draft = SearchDraft(path, "hash")
    draft.save(PLAN)
    assert [file.name for file in path.parent.iterdir()] == ["w.match-1.match-draft.json"]
    kept, same = draft.load()
    assert same
    assert kept.to_dict("list") == PLAN.to_dict("list")
    draft.discard()
    assert list(tmp_path.iterdir()) == []
    assert draft_path("postgresql://a@host/land", "match-1").parent == Path(".georelocation")


def test_a_search_goes_on_without_a_draft_and_says_so(run, province, scenario_file, monkeypatch):
    def kept_at_once(problem, *, keep, **given):
        keep(PLAN)
        return solve(problem, keep=keep, **given)

    # The search itself may be over before it would keep anything.
    monkeypatch.setattr(searches, "solve", kept_at_once)
    place = Path(province).parent / ".georelocation"
    place.write_text("a file where the folder should be")
    done = run("match", scenario_file(), "--work", 1, "--json", workspace=province)
    assert done.code == 0, done.err
    assert done.json["placed"] == 2
    assert any("draft" in note for note in done.json["notes"])
    assert place.read_text() == "a file where the folder should be"


def test_a_draft_on_a_full_disk_is_given_up_and_the_last_one_stays(tmp_path, caplog):
    path = draft_path(str(tmp_path / "w.gpkg"), "match-1")
    SearchDraft(path, "hash").save(PLAN)
    before = path.read_bytes()
    draft, limits = SearchDraft(path, "hash"), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        draft.save(PLAN)
        draft.save(PLAN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "cannot be written" in str(draft.trouble)
    assert caplog.text.count("No draft of this search is kept") == 1
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_draft_never_replaces_something_else(tmp_path):
    path = draft_path(str(tmp_path / "w.gpkg"), "match-1")
    path.parent.mkdir()
    path.write_text("mine")
    draft = SearchDraft(path, "hash")
    draft.save(PLAN)
    assert draft.trouble
    assert path.read_text() == "mine"
