"""An address gives a commune, and a position only with the radius of that commune."""

import geopandas as gpd
import pytest
import shapely

from geo_relocation.geo.crs import WGS84, transform
from geo_relocation.ingest.merge import plan_upsert
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table
from geo_relocation.model import schema

from .making import EAST, NORTH, TM3, issue


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    """Old commune An Phú (25975) and new unit An Phú of the same code, drawn as squares."""
    rows = [
        ("25975", "Phường An Phú", "commune", "2004-01-01", "2025-06-30", 0, 2000),
        ("25975", "Phường An Phú", "commune", "2025-07-01", None, 0, 3000),
        ("725", "Thành phố Thuận An", "district", "2020-02-01", "2025-06-30", 0, 9000),
    ]
    return schema("admin_units").conform(gpd.GeoDataFrame(
        [row[:5] for row in rows], columns=["code", "name", "level", "valid_from", "valid_to"],
        geometry=[shapely.box(EAST, NORTH, EAST + row[6], NORTH + row[6]) for row in rows],
        crs=TM3))  # fmt: skip


def degrees(x: float, y: float) -> str:
    lon, lat = transform(x, y, TM3, WGS84)
    return f"{float(lon):.8f},{float(lat):.8f}"


def test_a_site_of_which_only_the_address_is_known(import_csv, units):
    done = import_csv(
        "Mã cơ sở,Địa chỉ,Tên doanh nghiệp\n"
        'A,"12 Lê Lợi, phường An Phú, thành phố Thuận An, Bình Dương",Gỗ\n'
        'B,"Đường số 5",Sắt\n', "sites", admin_units=units)  # fmt: skip
    site = done.frame.iloc[0]
    codes = ["old_commune_code", "old_district_code", "new_unit_code"]
    assert site[codes].tolist() == ["25975", "725", "25975"]
    assert site["location_source"] == "unit"
    # The middle of the old commune, and its half diagonal rounded up.
    assert (site.geometry.x - EAST, site.geometry.y - NORTH) == pytest.approx((1000, 1000))
    assert site["accuracy_m"] == 1415
    assert issue(done, "placed-by-unit")["row"].tolist() == [2]
    assert done.frame.geometry.isna().tolist() == [False, True]
    assert issue(done, "address-unknown")["row"].tolist() == [3]


def test_a_location_in_another_commune_than_the_address_is_reported(import_csv, units):
    address = '"phường An Phú, thành phố Thuận An, Bình Dương"'
    done = import_csv(
        "Mã cơ sở,Địa chỉ,Kinh độ,Vĩ độ,Độ chính xác vị trí (m)\n"
        f"A,{address},{degrees(EAST + 500, NORTH + 500)},10\n"
        f"B,{address},{degrees(EAST + 5000, NORTH + 500)},10\n"
        f"C,{address},{degrees(EAST + 2005, NORTH + 500)},10\n",
        "sites",
        admin_units=units,
    )
    found = issue(done, "outside-address-unit")
    assert found["row"].tolist() == [3]
    assert "3.000 m" in found["message"].iloc[0]
    assert done.frame["location_source"].tolist() == ["coordinates"] * 3


def test_a_position_from_the_address_never_replaces_a_known_one(import_csv, units):
    place = degrees(EAST + 500, NORTH + 500)
    first = import_csv(f"Mã cơ sở,Tên doanh nghiệp,Kinh độ,Vĩ độ\nA,Gỗ,{place}\n", "sites")
    again = import_csv(
        'Mã cơ sở,Địa chỉ\nA,"phường An Phú, thành phố Thuận An, Bình Dương"\n', "sites",
        admin_units=units, existing=first.frame, import_id="I2")  # fmt: skip
    plan = plan_upsert("sites", first.frame, again.frame, import_id="I2", given=again.given)
    changed = plan.changed.iloc[0]
    assert changed.geometry.equals(first.frame.geometry.iloc[0])
    assert (changed["accuracy_m"], changed["location_source"]) == (30.0, "coordinates")
    assert changed["address"].startswith("phường An Phú")


@pytest.mark.real
def test_a_divided_commune_is_placed_over_all_that_it_may_be(tmp_path, real_data):
    wards = prepare(
        read_table(real_data / "bd_wards_2025_36.geojson"), "admin_units", import_id="W",
        working_crs=TM3, constants={"level": "commune", "valid_from": "2025-07-01"},
    ).frame  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_text(
        'Mã cơ sở,Địa chỉ\nA,"phường Hiệp Thành, thành phố Thủ Dầu Một, Bình Dương"\n', "utf-8"
    )
    done = prepare(read_table(path), "sites", import_id="I1", working_crs=TM3, admin_units=wards)
    site = done.frame.iloc[0]
    assert site["old_commune_code"] == "25741"
    parts = wards[wards["code"].isin(["25747", "25750"])]
    within = shapely.buffer(site.geometry, site["accuracy_m"] * 1.001, quad_segs=64)
    assert shapely.covers(within, shapely.union_all(parts.geometry.to_numpy()))
    assert "address-divided" in set(done.issues["kind"])


def test_the_new_address_stands_in_until_the_old_one_comes(import_csv, units):
    new = '"12 Lê Lợi, phường An Phú, TP Hồ Chí Minh"'
    old = '"12 Lê Lợi, phường An Phú, thành phố Thuận An, Bình Dương"'
    header = "Mã cơ sở,Tên doanh nghiệp,Địa chỉ cũ,Địa chỉ mới\n"
    first = import_csv(f"{header}A,Gỗ,,{new}\nB,Sắt,{old},{new}\n", "sites", admin_units=units)
    written = [text.strip('"') for text in (new, old)]
    assert first.frame["address"].tolist() == written
    assert first.frame["new_address"].tolist() == [written[0]] * 2
    used = issue(first, "new-address-used")
    assert used["message"].str.contains("1 dòng").tolist() == [True]
    assert first.frame["new_unit_code"].tolist() == ["25975"] * 2
    # What stood in is replaced by the old address, and never replaces it.
    second = import_csv(f"{header}A,Gỗ,{old},\nB,Sắt,,{new}\n", "sites", admin_units=units)
    plan = plan_upsert("sites", first.frame, second.frame, import_id="I2", given=second.given)
    assert plan.changed.set_index("site_id")["address"].to_dict() == {"A": written[1]}
