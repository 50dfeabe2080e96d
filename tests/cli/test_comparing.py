"""A base and changes on a province that is reckoned by hand: who is forced, who follows."""

from __future__ import annotations

import json
import re

import pytest

from geo_relocation.model.told import said
from geo_relocation.testing import at, layer
from geo_relocation.workspace import create_workspace, open_workspace

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
    parks = [("W", -10, "KCN Tây"), ("M", 20, "KCN Cây Trường"), ("E", 40, "KCN Đông")]
    world(url, [("A", 0), ("B", 10), ("C", 30)], [*parks, ("N", 15, "KCN Bắc")])
    assert run("screen", workspace=url).code == 0
    return url


def world(url, sites, parks):
    """A workspace of firms and parks of 4 ha on a line, kilometres; KCN Bắc does not receive."""
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
            {"park_id": park, "name": name, "status": "operating", "opens": 2026,
             "receives": name != "KCN Bắc", "free_ha": 4.0, "geometry": at(km).buffer(300)}
            for park, km, name in parks
        ],
    }  # fmt: skip
    with create_workspace(url) as made, made.store.transaction() as transaction:
        for name, rows in layers.items():
            transaction.append(name, layer(name, rows))


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


def test_a_plan_tells_what_each_change_did_and_keeps_it(run, land, asked) -> None:
    text = (
        'extends = "goc"\nopening = [{ park = "Cây Trường", year = 2027 }]\n'
        "[weights]\nrefused_wish = 11\n"
    )
    made = asked("muon", text)
    base = made["base"]
    assert (base["forced"], base["consequent"]) == (1, 0)
    assert (base["more_km"], base["given_up_km"]) == (pytest.approx(1.0), 0)
    assert base["changes"] == [
        (
            "Against plan Phương án gốc: 1 firm changes, 1 of them forced; "
            "1 km-equivalents more in all."
        ),
        (
            "KCN Cây Trường opens in 2027 (base: 2026): 1 firm changes, 1 of them forced; "
            "1 km-equivalents more."
        ),
        (
            "weights.refused_wish = 11.0 (base: 10.0): nothing changes, because the base holds "
            "under it as well, and no plan was found that is better beyond what is proven."
        ),
    ]
    with open_workspace(land) as opened:
        rows = opened.read("scenarios").set_index("plan_id")
    kept = json.loads(rows.loc[made["plan_id"], "specification"])
    assert kept["base"]["plan_id"] == rows.index[rows["scenario"] == "goc"][0]
    assert [said(one, "en") for one in kept["base"]["changes"]] == base["changes"]
    assert kept["where"]["opens"] == {"M": 2027}  # whole: nothing is left to the base
    assert kept["limits"]["deadlines"] is False
    # The reason that the notes have for a change without effect is that of the change.
    late = asked("dong", 'extends = "goc"\nclose = ["KCN Bắc"]\n')["base"]["changes"]
    assert late[0] == "Against plan Phương án gốc: no firm changes."
    assert late[1].startswith("KCN Bắc takes no part: nothing changes, because")
    assert "does not receive" in late[1]


def test_of_plans_that_cost_the_same_the_nearest_is_taken(run, tmp_path) -> None:
    url, scenario = str(tmp_path / "hai.gpkg"), tmp_path / "goc.toml"
    scenario.write_text(BASE, "utf-8")
    world(url, [("A", 0), ("B", 0)], [("W", -10, "KCN Tây"), ("E", 10, "KCN Đông")])
    assert run("screen", workspace=url).code == 0
    for park in ("W", "E"):
        locked = tmp_path / f"{park}.toml"
        text = f'id = "{park}"\ntitle = "{park}"\nextends = "goc.toml"\n'
        locked.write_text(f'{text}[[locks]]\nsite = "A"\npark = "{park}"\n', "utf-8")
        assert run("match", locked, "--work", 1, workspace=url).code == 0
        near = run("match", scenario, "--near", park, "--work", 1, "--json", workspace=url)
        assert near.code == 0, near.err
        assert near.json["cost"] == pytest.approx(20.0)
        # Both plans cost 20: with nothing locked any more, what was stays.
        assert compared(run, url, park, "newest")["firms"] == []
        assert near.json["base"]["changes"][1].startswith("the lock of A is dropped: nothing")


def test_a_base_without_a_plan_is_said(run, land, tmp_path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('id = "x"\ntitle = "X"\nextends = "by-conflict"\n', "utf-8")
    done = run("match", path, "--work", 1, "--json", workspace=land)
    assert done.code == 0, done.err
    assert "base" not in done.json
    assert any("There is no plan of by-conflict yet" in note for note in done.json["notes"])


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


def test_the_page_shows_figures_movers_and_parks(run, land, asked, tmp_path) -> None:
    asked("muon", 'extends = "goc.toml"\nopening = [{ park = "Cây Trường", year = 2027 }]\n')
    path = tmp_path / "so-sanh.html"
    for language, words in (
        ("vi", ("1 cơ sở thay đổi", "Bắt buộc", "Phương án 1: Phương án gốc", "Chỉ tiêu")),
        ("en", ("1 firm changes", "Forced", "Plan 1: Phương án gốc", "Indicator")),
    ):
        done = run(
            "scenario", "compare", "goc", "muon", "--page", path, "--lang", language, workspace=land
        )
        assert done.code == 0, done.err
        page = path.read_text("utf-8")
        assert all(word in page for word in words)
        assert (
            "<td>Xưởng B</td><td>KCN Cây Trường (2026)</td><td>KCN Cây Trường (2027)</td>" in page
        )
        assert "Xưởng A" not in page
        told = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in page.split("<tr>")[2:]]
        rows = {row[0]: row[1:] for row in told if len(row) == 4}
        share = {"vi": "Tỷ lệ được bố trí", "en": "Share placed"}[language]
        assert rows[share] == ["100%", "100%", ""]
        # Nobody said where workers live: nothing is known, which is not "cannot be told apart".
        (unknown,) = [row for name, row in rows.items() if name.startswith(
            {"vi": "Lao động biết nơi ở", "en": "Workers whose homes"}[language])]  # fmt: skip
        assert unknown == ["–", "–", ""]
        assert next(iter(rows)).startswith(
            {"vi": "Cơ sở được bố trí", "en": "Firms placed"}[language]
        )
        # 4 ha in 2026 by the base, in 2027 by the other.
        for year, base, other in ((2026, "4", "0"), (2027, "0", "4")):
            figures = f"<td class=n>{base}</td><td class=n>{other}</td>"
            assert f"<td>KCN Cây Trường</td><td>{year}</td>{figures}" in page
        assert page.count("<line ") == 1
        assert "plan-2" not in page
        assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    path.write_text("mine", "utf-8")
    assert run("scenario", "compare", "goc", "muon", "--page", path, workspace=land).code == 2
    assert path.read_text("utf-8") == "mine"
