"""Units and what became of old communes come in; sites get theirs, and it can be taken back."""

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo_relocation.ingest.dossier import LAND_USE_CLASS
from geo_relocation.model import schema
from geo_relocation.workspace import open_workspace

EAST, NORTH = 600_000, 1_210_000

# Two old communes side by side; the second was cut at x = 1500 when three units became two.
OLD = [("1", "Tây", "commune", 0, 1000), ("2", "Đông", "commune", 1000, 2000),
       ("90", "Bắc", "district", 0, 2000)]  # fmt: skip
NEW = [("1", "Mới", "commune", 0, 1500), ("3", "Xa", "commune", 1500, 2000)]
CROSSWALK = """\
old_district_code,old_district,old_ward_code,old_ward,new_ward_code,new_ward,kind,is_default
90,Huyện Bắc,1,Xã Tây,1,Phường Mới,whole,True
90,Huyện Bắc,2,Xã Đông,1,Phường Mới,divided,True
90,Huyện Bắc,2,Xã Đông,3,Phường Xa,divided,False
"""


def box(west, east):
    return shapely.box(EAST + west, NORTH, EAST + east, NORTH + 1000)


def at(x):
    return shapely.Point(EAST + x, NORTH + 500)


# id, old commune, place, source of the place → new unit that is expected, kind of issue
SITES = [
    ("whole", "1", None, None, "1", None),
    ("divided-west", "2", at(1200), "coordinates", "1", None),
    ("divided-east", "2", at(1800), "coordinates", "3", None),
    ("divided-nowhere", "2", None, None, None, "unit-undecided"),
    ("divided-near-the-border", "2", at(1495), "coordinates", None, "unit-undecided"),
    ("divided-middle-of-commune", "2", at(1800), "unit", None, "unit-undecided"),
    ("contradiction", "1", at(1800), "coordinates", None, "unit-contradiction"),
    ("by-place", None, at(1800), "coordinates", "3", None),
    ("by-outline", None, box(1400, 1550), "survey", "1", None),
    ("between", None, at(1505), "coordinates", None, "unit-undecided"),
    ("geocoded", None, at(1800), "geocoder", None, None),
    ("unknown-commune", "77", None, None, None, "unit-undecided"),
    ("unknown-commune-placed", "77", at(200), "coordinates", "1", None),
    ("nothing", None, None, None, None, None),
]
# A commune that is known tells its district, a place within it too.
WITHOUT_DISTRICT = {"contradiction", "geocoded", "unknown-commune", "nothing"}


@pytest.fixture
def workspace(run, tmp_path, both_stores):
    url = both_stores
    assert run("init", workspace=url).code == 0
    for rows, period in ((OLD, ("1997-01-01", "2025-06-30")), (NEW, ("2025-07-01", None))):
        code, name, level, west, east = zip(*rows, strict=True)
        path = tmp_path / f"don-vi-{period[0]}.gpkg"
        shapes = [box(*pair) for pair in zip(west, east, strict=True)]
        frame = gpd.GeoDataFrame({"code": code, "name": name, "level": level}, geometry=shapes,
                                 crs=9210)  # fmt: skip
        frame.to_file(path)
        ends = ("--set", f"valid_to={period[1]}") if period[1] else ()
        done = run("import", "admin-units", path, "--set", f"valid_from={period[0]}", *ends,
                   "--json", workspace=url)  # fmt: skip
        assert (done.code, done.json["rows_added"]) == (0, len(rows)), done.err
    return url


@pytest.fixture
def crosswalk(run, workspace, tmp_path):
    path = tmp_path / "chuyen-doi.csv"
    path.write_text(CROSSWALK, "utf-8")
    done = run("import", "admin-crosswalk", path, "--json", workspace=workspace)
    assert (done.code, done.json["rows_added"]) == (0, 3), done.err
    assert run("import", "admin-crosswalk", path, "--json", workspace=workspace).json[
        "rows_unchanged"
    ] == 3  # fmt: skip


@pytest.fixture
def sites(workspace):
    names, communes, places, sources, *_ = zip(*SITES, strict=True)
    frame = gpd.GeoDataFrame(
        {"site_id": names, "name": names, "old_commune_code": communes, "accuracy_m": 30.0,
         "location_source": sources, "land_m2": [1000.0] * 13 + [None], "workers": 10},
        geometry=list(places), crs=9210,
    )  # fmt: skip
    with open_workspace(workspace) as opened, opened.store.transaction() as transaction:
        transaction.append("sites", schema("sites").conform(frame))


def read(workspace):
    with open_workspace(workspace) as opened:
        return opened.read("sites").set_index("site_id")


def test_sites_get_their_units_and_what_cannot_be_told_is_logged(run, workspace, crosswalk, sites):
    before = read(workspace)
    tried = run("units", "--dry-run", "--json", workspace=workspace).json
    pd.testing.assert_frame_equal(pd.DataFrame(read(workspace)), pd.DataFrame(before))
    done = run("units", "--json", workspace=workspace)
    assert done.code == 0, done.err
    assert done.json["filled"] == tried["filled"]
    assert done.json["still_empty"] == {"old_district": 4, "new_unit": 8}

    after = read(workspace)
    expected = {site: unit for site, *_, unit, _ in SITES}
    found = after["new_unit_code"].astype(object).where(after["new_unit_code"].notna(), None)
    assert found.to_dict() == expected
    # Named as the crosswalk names it, also where the map told.
    assert after.loc["by-place", "new_unit"] == "Phường Xa"
    assert after.loc["by-place", "old_district"] == "Huyện Bắc"
    assert set(after.index[after["old_district_code"].isna()]) == WITHOUT_DISTRICT
    issues = run("--lang", "vi", "issues", "--layer", "sites", "--json", workspace=workspace).json
    told = {issue["record_id"]: issue["kind"] for issue in issues}
    assert told == {site: kind for site, *_, kind in SITES if kind}
    words = {issue["record_id"]: issue["message"] for issue in issues}
    assert "chia cho Phường Mới, Phường Xa" in words["divided-nowhere"]
    assert "Phường Xa" in words["contradiction"]
    assert "sát ranh Phường Mới, Phường Xa" in words["between"]

    listed = run("issues", "--kind", "unit-contradiction", workspace=workspace).out
    assert " contradiction " in listed  # there is no row of a file: the site is named

    again = run("units", "--json", workspace=workspace).json
    assert again["sites_filled"] == 0
    assert len(run("issues", "--layer", "sites", "--json", workspace=workspace).json) == len(told)
    assert run("undo", done.json["import_id"], workspace=workspace).code == 0
    pd.testing.assert_frame_equal(pd.DataFrame(read(workspace)), pd.DataFrame(before))


def test_what_is_recorded_stays_and_other_issues_stay_open(run, workspace, crosswalk, tmp_path):
    path = tmp_path / "co-so.csv"
    path.write_text(
        "site_id,name,old_commune_code,new_unit,new_unit_code,workers\n"
        "A,An,1,,3,nhiều\nB,Bình,1,Phường Khác,,5\nC,Chung,1,phường mới,,5\n",
        "utf-8",
    )
    options = ("--map", "site_id=site_id", "--duplicates", "keep")
    assert run("import", "sites", path, *options, workspace=workspace).code == 0
    open_before = run("issues", "--json", workspace=workspace).json
    assert any(issue["value"] == "nhiều" for issue in open_before)
    assert run("units", workspace=workspace).code == 0
    after = read(workspace)
    assert after["new_unit_code"].fillna("").to_dict() == {"A": "3", "B": "", "C": "1"}
    assert after.loc["B", "new_unit"] == "Phường Khác"
    assert after["old_district"].tolist() == ["Huyện Bắc"] * 3
    assert run("issues", "--json", workspace=workspace).json == open_before
    with open_workspace(workspace) as opened:
        imports = opened.read("imports").set_index("import_id")["file"]
    # What is known of the sites is still from the list, which `explain` names.
    assert set(after["import_id"].map(imports)) == {"co-so.csv"}


def test_totals_agree_however_sites_are_grouped(run, workspace, crosswalk, sites):
    assert run("units", workspace=workspace).code == 0
    for by, units in (("old-district", ["90"]), ("old-commune", ["1", "2", "77"]),
                      ("new-unit", ["1", "3"])):  # fmt: skip
        found = run("totals", "--by", by, "--json", workspace=workspace).json
        assert [row["code"] for row in found] == [*units, None]
        assert sum(row["sites"] for row in found) == len(SITES)
        assert sum(row["workers"] for row in found) == 10 * len(SITES)
        assert sum(row["land_m2"] for row in found) == 13_000
        assert sum(row["land_unknown"] for row in found) == 1
    shown = run("totals", "--by", "new-unit", workspace=workspace).out
    assert "New unit" in shown
    assert run("totals", "--by", "street", workspace=workspace).code == 2


def test_without_sites_or_units_it_says_what_to_import(run, tmp_path):
    url = tmp_path / "empty.gpkg"
    assert run("init", workspace=url).code == 0
    for command in (("units",), ("totals",)):
        done = run(*command, workspace=url)
        assert done.code == 1
        assert "import sites" in done.err
    with open_workspace(str(url)) as opened, opened.store.transaction() as transaction:
        site = gpd.GeoDataFrame({"site_id": ["A"]}, geometry=[at(0)], crs=9210)
        transaction.append("sites", schema("sites").conform(site))
    done = run("units", workspace=url)
    assert done.code == 1
    assert "import admin-crosswalk" in done.err


def test_a_plan_dossier_comes_in_as_existing_and_planned_zones(run, workspace, tmp_path):
    folder = tmp_path / "HoSoGIS"
    folder.mkdir()
    for part, uses in (("HienTrang", ["Nhóm nhà ở"]), ("QuyHoach", ["Nhóm nhà ở", "Chợ trời"])):
        shapes = [shapely.MultiPolygon([box(300 * i, 300 * i + 100)]) for i in range(len(uses))]
        frame = gpd.GeoDataFrame(
            {"maThongTinQH": "QH-7", "maHoSoQH": "HS-1", "chucNangSuDungDatMuc1": "Đất dân dụng",
             "chucNangSuDungDatMuc2": uses, "chucNangSuDungDatMuc3": None,
             "maDoiTuong": [f"{part}{i}" for i in range(len(uses))]},
            geometry=shapes, crs=9210,
        )  # fmt: skip
        pyogrio.write_dataframe(frame, folder / f"{part}.gdb", layer=LAND_USE_CLASS,
                                driver="OpenFileGDB")  # fmt: skip
    words = tmp_path / "words.csv"
    words.write_text("code,category\nChợ trời,commercial\n", "utf-8")
    plain = run("import", "zones", tmp_path, "--dry-run", "--json", workspace=workspace).json
    assert plain["issues"]["warning"] == 1  # the word that no table knows
    done = run("import", "zones", folder, "--code-table", words, "--json", workspace=workspace)
    assert done.code == 0, done.err
    assert (done.json["rows_read"], done.json["rows_added"]) == (3, 3)
    with open_workspace(workspace) as opened:
        zones = opened.read("zones")
    assert zones.groupby(["status", "category"]).size().to_dict() == {
        ("existing", "residential"): 1,
        ("planned", "commercial"): 1,
        ("planned", "residential"): 1,
    }
    assert set(zones["plan_id"]) == {"QH-7"}
