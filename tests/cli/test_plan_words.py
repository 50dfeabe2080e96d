"""What commands say of a plan: in the language asked for, and no word of the other one."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest

from geo_relocation.model.told import recalled, said
from geo_relocation.testing import at, layer
from geo_relocation.workspace import create_workspace, open_workspace

VIETNAMESE = re.compile("[À-ÖØ-öø-ỹ]")
ENGLISH = re.compile(
    r"\b(the|of|is|are|not|has|have|and|or|its|it|in|to|from|with|without|firms?|parks?|scope|land|"
    r"plans?|years?|lacking|cheap\w*|allowed|placed|needs?|more|away|what|only|tried|lots?|quota|"
    r"counted|assumed|states?|known|yes|cost|share|reason|changes?|notes?|other|mean|total)\b",
    re.IGNORECASE,
)
CODES = re.compile(
    r"plan-\d{8}-[\w-]+|[\w.]*\.(toml|gpkg)|(limits|weights|where|factors|who|exclusions)\.?\w*"
    r"|\b[a-z]+(-[a-z]+)+\b|--\w+|scenario \w+|homes = \w+"
)
SCENARIO = """
id = "words"
title = "2026-2027"
phases = [2026, 2027]
[factors]
detour = 1.25
[where]
land = [{ park = "W", ha = 5.0, from_year = 2030 }]
exclude_parks = ["X"]
[weights]
refused_wish = 3.5
homes = 2.0
[limits]
moves_per_year = { 2026 = 1 }
wastewater = true
"""


@pytest.fixture
def asked(run, tmp_path, monkeypatch):
    """A workspace whose data are in no language, with a plan; and a second that starts from it."""
    monkeypatch.setenv("GEORELOC_AUTHOR", "A. B.")
    url = str(tmp_path / "w.gpkg")
    needs = {"A": (4, "C16"), "B": (4, "C16"), "C": (5, "C20"), "D": (0.05, "C20")}
    park = {"status": "operating", "receives": True, "wastewater_m3d": 50.0}
    home = {"category": "residential", "status": "planned", "geometry": at(0).buffer(2000)}
    layers = {
        "zones": [{"zone_id": "R", **home}],
        "sites": [
            {"site_id": site, "name": f"S{site}", "vsic": vsic, "land_m2": ha * 1e4,
             "wastewater_m3d": 3.5, "accuracy_m": 0.0, "geometry": at(0).buffer(100)}
            for site, (ha, vsic) in needs.items()
        ],
        "parks": [
            {"park_id": "W", "name": "PW", "free_ha": 5.0, "refused_sectors": "20",
             "geometry": at(-10).buffer(300), **park},
            {"park_id": "E", "name": "PE", "free_ha": 4.0, "geometry": at(20).buffer(300), **park},
            {"park_id": "X", "name": "PX", "geometry": at(30).buffer(300), **park},
        ],
    }  # fmt: skip
    with create_workspace(url) as made, made.store.transaction() as transaction:
        for name, rows in layers.items():
            transaction.append(name, layer(name, rows))
    assert run("screen", workspace=url).code == 0
    scenario = tmp_path / "words.toml"
    scenario.write_text(SCENARIO, "utf-8")
    first = run("match", scenario, "--work", 1, "--json", workspace=url)
    assert first.code == 0, first.err
    return url, scenario, first.json["plan_id"]


def commands(scenario, plan):
    return [
        ("match", scenario, "--work", 1, "--lots"),
        ("match", scenario, "--work", 1, "--replan", plan),
        *(("scenario", "why", site) for site in "ABCD"),
        ("scenario", "show", plan),
        ("scenario", "compare", plan, plan + "-2"),
    ]


def test_a_plan_is_told_in_the_language_asked_for_alone(run, asked) -> None:
    url, scenario, plan = asked
    second = run("match", scenario, "--work", 2, "--json", workspace=url).json["plan_id"]
    for language, command in product(("vi", "en"), commands(scenario, plan)):
        other = VIETNAMESE if language == "en" else ENGLISH
        words = [second if word == plan + "-2" else word for word in command]
        # What a search notes is one list, shown or in JSON.
        for more in ((),) if command[0] == "match" else ((), ("--json",)):
            done = run(*words, "--lang", language, *more, workspace=url)
            assert done.code == 0, done.err
            assert '{"say"' not in done.out
            told = [done.out]
            if more:
                told = list(sentences(done.json))
            for text in told:
                found = other.search(CODES.sub("", text))
                assert not found, (words[:2], found, text)


def sentences(value, key=""):
    """Texts in JSON that people read; codes stay as they are."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from sentences(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from sentences(part, key)
    elif isinstance(value, str) and key in {"reason", "obstacle", "message", "notes", "label",
                                            "changes"}:  # fmt: skip
        yield value


def test_a_plan_stores_codes_and_figures_and_no_sentence(asked) -> None:
    url, _, plan = asked
    with open_workspace(url) as opened:
        rows = opened.read("assignments", where={"plan_id": plan})
        row = opened.read("scenarios", where={"plan_id": plan}).iloc[0]
    notes = json.loads(row["specification"])["notes"]
    obstacles = [other["obstacle"] for text in rows["alternatives"] for other in json.loads(text)]
    kept = [*rows["reason"], *rows["smallest_change"].dropna(), *notes, *filter(None, obstacles)]
    assert len(kept) > 8
    for text in kept:
        assert json.loads(text)["say"]
        assert not isinstance(recalled(text), str)
        assert not VIETNAMESE.search(said(text, "en")), text
        assert not ENGLISH.search(CODES.sub("", said(text, "vi"))), said(text, "vi")


def test_a_plan_of_an_earlier_version_is_shown_as_it_told_itself(run, asked, tmp_path) -> None:
    url, _, plan = asked
    old = "Chưa bố trí: không khu nào được phép nhận (cần 5.00 ha)."
    with open_workspace(url) as opened:
        rows = opened.read("assignments", where={"plan_id": plan})
        with opened.store.transaction() as transaction:
            transaction.upsert("assignments", rows.assign(reason=old))
    assert (
        run("scenario", "why", "C", "--plan", plan, "--json", workspace=url).json["reason"] == old
    )
