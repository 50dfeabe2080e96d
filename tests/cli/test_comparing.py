"""A base and changes on a province that is reckoned by hand: who is forced, who follows."""

from __future__ import annotations

import pytest

from geo_relocation.testing import at, layer
from geo_relocation.workspace import create_workspace

BASE = """
id = "goc"
title = "Phương án gốc"
phases = [2026, 2027, 2028]
[factors]
detour = 1.0
[limits]
deadlines = false
[weights]
later_phase_per_year = 1.0
"""


@pytest.fixture
def land(run, tmp_path):
    """Three firms of 4 ha: A at 0 km, B at 10 km, C at 30 km on a line; three parks of 4 ha.

    W at −10 km, M at 20 km, E at 40 km. Cheapest: A–W (10), B–M (10), C–E (10).
    """
    url = str(tmp_path / "tinh.gpkg")
    sites = [("A", 0), ("B", 10), ("C", 30)]
    parks = [("W", -10, "KCN Tây"), ("M", 20, "KCN Cây Trường"), ("E", 40, "KCN Đông")]
    layers = {
        "sites": [
            {"site_id": site, "name": f"Xưởng {site}", "vsic": "C16", "land_m2": 4e4,
             "accuracy_m": 0.0, "geometry": at(km).buffer(100)}
            for site, km in sites
        ],
        "zones": [
            {"zone_id": site, "category": "residential", "status": "planned",
             "geometry": at(km).buffer(2000)}
            for site, km in sites
        ],
        "parks": [
            {"park_id": park, "name": name, "status": "operating", "receives": True, "opens": 2026,
             "free_ha": 4.0, "geometry": at(km).buffer(300)}
            for park, km, name in parks
        ],
    }  # fmt: skip
    with create_workspace(url) as made, made.store.transaction() as transaction:
        for name, rows in layers.items():
            transaction.append(name, layer(name, rows))
    assert run("screen", workspace=url).code == 0
    return url


@pytest.fixture
def asked(run, land, tmp_path):
    """``asked("id", text)``: a scenario matched; the first is the base."""

    def made(name, text="", base=True):
        path = tmp_path / f"{name}.toml"
        head = f'id = "{name}"\ntitle = "Kịch bản {name}"\n' if base else ""
        path.write_text(head + text, "utf-8")
        done = run("match", path, "--work", 1, "--json", workspace=land)
        assert done.code == 0, done.err
        return done.json

    made("goc", BASE, base=False)
    return made


def compared(run, land, *plans):
    done = run("scenario", "compare", *plans, "--json", workspace=land)
    assert done.code == 0, done.err
    return done.json


def by_site(found):
    return {one["site_id"]: one for one in found["firms"]}


def test_a_park_a_year_late_moves_its_firm_and_nobody_else(run, land, asked) -> None:
    asked("muon", 'extends = "goc.toml"\nopening = [{ park = "Cây Trường", year = 2027 }]\n')
    found = compared(run, land, "goc", "muon")
    firms = by_site(found)
    # B waits a year at M (10 + 1) rather than go to E or W, which are full.
    assert set(firms) == {"B"}
    assert firms["B"]["kind"] == "forced"
    assert firms["B"]["before"] == {"park_id": "M", "phase": 2026}
    assert firms["B"]["after"] == {"park_id": "M", "phase": 2027}
    assert firms["B"]["chain"] == ["B"]
    assert firms["B"]["more_km"] == pytest.approx(1.0)
    cost = found["indicators"]["cost_km"]
    assert cost["values"] == {
        found["plans"][0]["plan_id"]: pytest.approx(30.0),
        found["plans"][1]["plan_id"]: pytest.approx(31.0),
    }
    assert cost["difference"] == pytest.approx(1.0)
    assert cost["distinguishable"] is True
    assert cost["best"] == found["plans"][0]["plan_id"]
    assert [one["base"] for one in found["plans"]] == [True, False]


def test_a_lock_forces_one_firm_and_the_others_follow_in_a_chain(run, land, asked) -> None:
    asked("chot", 'extends = "goc.toml"\n[[locks]]\nsite = "B"\npark = "KCN Tây"\n')
    firms = by_site(compared(run, land, "Phương án gốc", "newest"))
    # B takes W; A goes to M (20), or to E with C in M (40 + 10): the former costs less.
    assert {site: one["after"]["park_id"] for site, one in firms.items()} == {"A": "M", "B": "W"}
    assert {site: one["kind"] for site, one in firms.items()} == {
        "A": "consequent", "B": "forced",
    }  # fmt: skip
    assert firms["A"]["chain"] == ["B", "A"]
    assert "B" in firms["A"]["why"]
    assert "locked to another park" in firms["B"]["why"]


def test_the_same_question_twice_has_no_difference_and_no_better(run, land, asked) -> None:
    asked("lai", 'extends = "goc"\n')
    found = compared(run, land, 1, 2)
    assert found["firms"] == []
    for one in found["indicators"].values():
        assert (one["distinguishable"], one["best"]) == (False, None)
        assert one["difference"] in (0.0, None)


def test_tables_are_in_words_of_either_language(run, land, asked) -> None:
    asked("chot", 'extends = "goc"\n[[locks]]\nsite = "B"\npark = "KCN Tây"\n')
    shown = run("scenario", "compare", "1", "2", "--firms", "--lang", "vi", workspace=land)
    assert shown.code == 0, shown.err
    for words in ("Bắt buộc", "Kéo theo", "B → A", "W (2026)"):
        assert words in shown.out
    figures = run("scenario", "compare", "1", "2", "--lang", "vi", workspace=land)
    assert "không phân biệt được" in figures.out
    assert "phương án 1" in figures.out


@pytest.mark.parametrize("plans", [["1"], ["1"] * 7, ["1", "khong-co"]])
def test_what_cannot_be_compared_is_refused(run, land, asked, plans) -> None:
    done = run("scenario", "compare", *plans, workspace=land)
    assert done.code == 2


def test_a_plan_is_meant_by_whatever_names_it(run, land, asked) -> None:
    plan = asked("chot", 'extends = "goc"\n')["plan_id"]
    for name in (plan, "newest", "2", "kịch bản CHOT", "chot"):
        done = run("scenario", "show", name, "--json", workspace=land)
        assert (done.code, done.json["plan_id"]) == (0, plan), done.err
    listed = run("scenario", "show", "--json", workspace=land).json
    assert [one["number"] for one in listed] == [1, 2]
    unknown = run("scenario", "show", "3", workspace=land)
    assert unknown.code == 2
    assert plan in " ".join(unknown.err.split())
