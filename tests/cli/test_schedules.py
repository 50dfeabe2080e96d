"""Another version of deadlines or batches: who would change, through the commands."""

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook

from geo_relocation.model import schema
from geo_relocation.workspace import create_workspace, open_workspace

MINE = """
id = "mine"
version = "1"
vi = "Của tôi"
en = "Mine"
source = "Thử"
date = 2026-01-01
status = "draft"
pilot_cities = []
routes = ["relocate"]
order = ["severity"]
[[batch]]
id = "1"
year = 2028
quota_firms = 1
"""


def square(x, y, side):
    return shapely.box(600_000 + x, 1_206_000 + y, 600_000 + x + side, 1_206_000 + y + side)


@pytest.fixture
def workspace(tmp_path):
    """Two firms in housing: TA in Thuận An, TDM in Thủ Dầu Một; one in industry."""
    url = str(tmp_path / "w.gpkg")
    layers = {
        "sites": gpd.GeoDataFrame(
            {"site_id": ["TA", "TDM", "OUT"], "name": ["An", "Một", "Ngoài"], "accuracy_m": 0.0},
            geometry=[square(100, 100, 100), square(1100, 100, 100), square(2100, 100, 100)],
            crs=9210,
        ),
        "zones": gpd.GeoDataFrame(
            {"zone_id": ["R", "I"], "category": ["residential", "industrial"], "status": "planned"},
            geometry=[shapely.box(600_000, 1_206_000, 602_000, 1_207_000), square(2000, 0, 1000)],
            crs=9210,
        ),
        "admin_units": gpd.GeoDataFrame(
            {
                "code": ["725", "718", "721"],
                "name": ["Thuận An", "Thủ Dầu Một", "Bến Cát"],
                "level": "district",
                "valid_from": "1997-01-01",
                "valid_to": "2025-06-30",
            },
            geometry=[square(0, 0, 1000), square(1000, 0, 1000), square(2000, 0, 1000)],
            crs=9210,
        ),
    }
    with create_workspace(url) as made, made.store.transaction() as transaction:
        for name, frame in layers.items():
            transaction.append(name, schema(name).conform(frame))
    return url


@pytest.fixture
def decided(run, workspace):
    assert run("screen", workspace=workspace).code == 0
    assess(run, workspace)
    return workspace


def assess(run, workspace, *more):
    done = run("assess", "--rules", "any-of-four-2024", *more, "--json", workspace=workspace)
    assert done.code == 0, done.err
    return done.json


def compare(run, workspace, *more):
    return run("schedules", "compare", *more, workspace=workspace)


def test_what_ships_is_listed_and_printed(run):
    found = run("schedules", "show", "--json").json
    assert {(row["for"], row["id"]) for row in found} == {
        ("deadlines", "plan-2022"),
        ("deadlines", "committee-2023"),
        ("deadlines", "press-2025"),
        ("batches", "plan-2022"),
        ("batches", "template"),
    }
    assert all(row["source"] for row in found)
    assert 'name = "Thuận An"' in run("schedules", "show", "--deadlines", "press-2025").out
    assert "quota_firms = 300" in run("schedules", "show", "--batches", "template").out
    unknown = run("schedules", "show", "--batches", "press-2025")
    assert unknown.code == 2
    assert "template" in unknown.err


def test_other_deadlines_change_the_firms_they_concern(run, decided):
    done = compare(run, decided, "committee-2023", "press-2025", "--json")
    assert done.code == 0, done.err
    found = done.json
    assert (found["sites"], found["changed"], found["deadline_earlier"]) == (3, 1, 1)
    assert found["sites_changed"] == [
        {
            "site_id": "TDM", "name": "Một", "city_code": "Thủ Dầu Một",
            "deadline_a": "2030-06-30", "deadline_b": "2029-12-31",
            "batch_a": None, "batch_b": None, "days": -181,
        }
    ]  # fmt: skip
    shown = compare(run, decided, "committee-2023", "press-2025")
    assert "Thủ Dầu Một" in shown.out
    assert "-181" in shown.out
    with open_workspace(decided) as opened:
        assert len(opened.read("runs")) == 2  # nothing is stored


def test_another_batch_policy_from_a_file_and_the_list_as_a_workbook(run, decided, tmp_path):
    mine, book = tmp_path / "mine.toml", tmp_path / "doi-dot.xlsx"
    mine.write_text(MINE, "utf-8")
    done = compare(
        run, decided, "press-2025", "press-2025", "--batches", "plan-2022",
        "--second-batches", mine, "--rows", 0, "--xlsx", book, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["batches_before"] == {"1": 1, "2": 1}
    assert done.json["batches_after"] == {"1": 1}
    assert done.json["batch_changed"] == len(done.json["sites_changed"]) > 0
    sheet = load_workbook(book).active
    assert [cell.value for cell in sheet[1]][:3] == [
        "Mã cơ sở",
        "Tên doanh nghiệp",
        "Huyện/thành phố cũ",
    ]
    assert sheet.max_row == done.json["batch_changed"] + 1
    cut = compare(run, decided, "committee-2023", "press-2025", "--rows", 0)
    assert "0 of 1" in cut.out


def test_what_is_missing_or_wrong_is_said(run, workspace, decided, tmp_path):
    assert compare(run, decided, "press-2025").code == 2
    done = compare(run, decided, "press-2025", "press-1999")
    assert done.code == 2
    assert "committee-2023" in done.err
    assert compare(run, decided, "press-2025", "press-2025", "--second-batches", "x").code == 2
    broken = tmp_path / "mine.toml"
    broken.write_text(MINE.replace('"relocate"', '"fly"'), "utf-8")
    wrong = compare(run, decided, "press-2025", "press-2025", "--batches", broken)
    assert wrong.code == 1
    assert "fly" in wrong.err
    with create_workspace(str(tmp_path / "empty.gpkg")):
        pass
    bare = compare(run, tmp_path / "empty.gpkg", "press-2025", "plan-2022")
    assert bare.code == 1
    assert "geo-relocation assess" in bare.err


def test_assess_says_who_is_in_no_batch_and_which_overrides_to_look_at_again(
    run, decided, tmp_path
):
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE, "utf-8")
    assert (
        run("override", "TA", "--route", "stay", "--ground", "Kết luận 5", workspace=decided).code
        == 0
    )
    again = assess(run, decided, "--batches", mine)
    assert again["unbatched"] == 1
    assert again["overrides_to_review"] == []
    with open_workspace(decided) as opened, opened.store.transaction() as transaction:
        site = opened.read("sites", where={"site_id": "TA"})
        transaction.upsert("sites", site.assign(env_breach=True, env_fixable=False))
    later = assess(run, decided)
    assert later["unbatched"] is None
    assert later["overrides_to_review"] == [
        {"site_id": "TA", "route": "stay", "later_route": "relocate"}
    ]
