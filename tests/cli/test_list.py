"""A decision made, overridden, complained about and reversed: a history nothing rewrites."""

import sqlite3

import geopandas as gpd
import psycopg
import pytest
import shapely

from geo_relocation.errors import AppendOnlyError
from geo_relocation.model import schema
from geo_relocation.workspace import create_workspace, open_workspace


def square(x, y, side=100):
    return shapely.box(600_000 + x, 1_206_000 + y, 600_000 + x + side, 1_206_000 + y + side)


@pytest.fixture
def workspace(both_stores):
    """Two firms: one in housing, one in industry."""
    url = both_stores
    sites = gpd.GeoDataFrame(
        {"site_id": ["IN", "OUT"], "name": ["Trong", "Ngoài"], "accuracy_m": [0.0, 0.0]},
        geometry=[square(100, 100), square(3100, 100)],
        crs=9210,
    )
    zones = gpd.GeoDataFrame(
        {
            "zone_id": ["R", "I"],
            "category": ["residential", "industrial"],
            "status": ["planned", "planned"],
        },
        geometry=[square(0, 0, 1000), square(2000, 0, 3000)],
        crs=9210,
    )
    with create_workspace(url) as made, made.store.transaction() as transaction:
        transaction.append("sites", schema("sites").conform(sites))
        transaction.append("zones", schema("zones").conform(zones))
    return url


@pytest.fixture
def decided(run, workspace):
    assert run("screen", workspace=workspace).code == 0
    done = run(
        "assess", "--rules", "any-of-four-2024", "--deadlines", "press-2025",
        "--json", workspace=workspace,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["sites"] == 2
    return workspace


def test_the_whole_story_reads_back_in_order(run, decided):
    def ok(*command):
        done = run(*command, "--json", workspace=decided)
        assert done.code == 0, done.err
        return done.json

    ok("list", "move", "IN", "listed", "--ground", "Danh sách phường")
    complaint = ok("list", "complain", "IN", "--ground", "Đã có giấy phép")[0]["event_id"]
    early = run(
        "list", "resolve", complaint, "upheld", "--ground", "Kết luận thanh tra",
        workspace=decided,
    )  # fmt: skip
    assert early.code == 1  # an upheld complaint needs a decision in place of the old one
    ok("override", "IN", "--route", "stay", "--ground", "Kết luận thanh tra số 5")
    ok("list", "resolve", complaint, "upheld", "--ground", "Kết luận thanh tra số 5")

    story = ok("list", "history", "IN")
    assert len(story) == 5
    with open_workspace(decided) as opened:
        decisions = opened.read("decisions", where={"site_id": "IN"})
        assert len(decisions) == 2
        assert opened.decisions.decision("IN")["route"] == "stay"
        assert opened.decisions.decision("IN")["author"] == "Cán bộ thử"
        first = decisions[decisions["replaces"].isna()].iloc[0]
        assert first["route"] != "stay"
        assert opened.decisions.decision("IN")["replaces"] == first["decision_id"]
    states = {row["site_id"]: row["state"] for row in ok("list", "show")}
    assert states == {"IN": "listed", "OUT": "candidate"}
    before = {row["site_id"]: row["state"] for row in ok("list", "show", "--as-of", "2020-01-01")}
    assert before["IN"] == "candidate"
    assert [row["site_id"] for row in ok("list", "diff", "2020-01-01")] == ["IN"]


def test_the_explanation_names_place_rule_values_and_author(run, decided, tmp_path):
    page = run("explain", "IN", workspace=decided)
    assert page.code == 0, page.err
    assert "Trong" in page.out
    assert "100" in page.out
    english = run("explain", "IN", "--lang", "en", workspace=decided)
    assert "What is not known" in english.out
    assert run("explain", "IN", "--out", tmp_path / "p.html", workspace=decided).code == 0
    assert "<html" in (tmp_path / "p.html").read_text("utf-8")
    assert run("explain", "NOBODY", workspace=decided).code == 2


def test_illegal_steps_and_entries_without_author_are_refused(run, decided, monkeypatch):
    jump = run("list", "move", "IN", "done", "--ground", "x", workspace=decided)
    assert jump.code in (1, 2)
    assert "listed" in jump.err
    monkeypatch.delenv("GEORELOC_AUTHOR")
    nobody = run("list", "move", "IN", "listed", "--ground", "x", workspace=decided)
    assert nobody.code == 2
    assert "author" in nobody.err
    with open_workspace(decided) as opened:
        assert opened.read("events").empty


def test_robustness_is_shown(run, decided, tmp_path):
    table = run(
        "robustness", "--rules", "any-of-four-2024", "--chart", tmp_path / "r.svg", "--json",
        workspace=decided,
    )  # fmt: skip
    assert table.code == 0, table.err
    assert table.json
    assert (tmp_path / "r.svg").read_text("utf-8").startswith("<svg")
    other = run(
        "robustness", "--rules", "any-of-four-2024", "--against", "plan-2022", "--json",
        workspace=decided,
    )  # fmt: skip
    assert other.code == 0, other.err


def test_nothing_rewrites_what_was_decided(run, decided):
    with open_workspace(decided) as opened:
        decisions = opened.read("decisions")
        changed = decisions.assign(route="stay")
        for verb in ("replace", "upsert"):
            with (
                pytest.raises(AppendOnlyError),
                opened.store.transaction() as transaction,
            ):
                getattr(transaction, verb)("decisions", changed)
        with pytest.raises(AppendOnlyError), opened.store.transaction() as transaction:
            transaction.delete("decisions", where={"site_id": "IN"})
        assert opened.read("decisions").equals(decisions)
    for statement in ("UPDATE {} SET route = 'stay'", "DELETE FROM {}"):
        if decided.startswith("postgresql"):
            with psycopg.connect(decided) as connection, pytest.raises(psycopg.Error):
                connection.execute(statement.format("georeloc.decisions"))
        else:
            database = sqlite3.connect(decided)
            with pytest.raises(sqlite3.Error):
                database.execute(statement.format("decisions"))
            database.close()


def test_schools_and_houses_come_from_files(run, workspace, tmp_path):
    near = gpd.GeoDataFrame(geometry=[square(3250, 100, 20)], crs=9210).to_crs(4756)
    near.to_file(tmp_path / "truong.gpkg")
    plain = run("screen", "--housing-buffer", 100, "--json", workspace=workspace).json
    assert plain["verdicts"] == {"conflict": 1, "clear": 1, "check": 0}
    school = run(
        "screen", "--housing-buffer", 100, "--sensitive", tmp_path / "truong.gpkg", "--json",
        workspace=workspace,
    )  # fmt: skip
    assert school.code == 0, school.err
    assert school.json["reasons"] == {"residential": 1, "too-near-sensitive": 1}
    house = run(
        "screen", "--housing-buffer", 100, "--houses", tmp_path / "truong.gpkg", "--json",
        workspace=workspace,
    )  # fmt: skip
    assert house.json["reasons"] == {"residential": 1, "too-near-housing": 1}
    missing = run("screen", "--houses", tmp_path / "none.gpkg", workspace=workspace)
    assert missing.code == 2
