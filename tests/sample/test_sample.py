"""The sample province: true where it states facts, labelled where it does not."""

import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from geo_relocation.geo.crs import WGS84, parse_crs, transform
from geo_relocation.model import schema, split_codes
from geo_relocation.model.land_use import categorise
from geo_relocation.sample import LAYERS, build_sample
from geo_relocation.sample.tables import rows

SOUTH = {"718", "721", "723", "724", "725"}
NEIGHBOURS = {
    "718-721",
    "718-723",
    "718-725",
    "719-720",
    "719-721",
    "719-722",
    "719-726",
    "720-721",
    "721-723",
    "721-726",
    "722-726",
    "723-724",
    "723-725",
    "723-726",
    "724-725",
}


def test_frames_fit_the_dictionary_in_the_working_crs(province):
    assert set(province) == set(LAYERS)
    for name, frame in province.items():
        assert_frame_equal(pd.DataFrame(schema(name).conform(frame)), pd.DataFrame(frame))
        assert not frame.duplicated(list(schema(name).key)).any(), name
        required = [a.name for a in schema(name).fields if a.required]
        assert frame[required].notna().all().all(), name
        if schema(name).geometry:
            assert frame.crs == parse_crs("EPSG:9210")
            assert frame.geometry.dropna().is_valid.all(), name


def test_everything_says_what_it_is(province):
    for name in set(LAYERS) - {"admin_crosswalk"}:
        frame = province[name]
        assert frame["record_kind"].isin(["schematic", "sample"]).all(), name
        assert frame["source"].notna().all(), name
        assert frame["note"].notna().all(), name
    invented = province["parks"][province["parks"]["free_ha"].notna()]
    assert (invented["record_kind"] == "sample").all()
    assert invented["note"].str.startswith("Giá trị mẫu").all()
    assert (invented["free_ha_source"] == "giá trị mẫu").all()
    assert (invented["rent_source"] == "giá trị mẫu").all()


def test_districts_have_their_official_areas(province):
    units = province["admin_units"].set_index("code")
    official = {row["district_code"]: float(row["area_km2"]) for row in rows("districts.csv")}
    assert len(units) == len(official) == 9
    for code, area in official.items():
        assert units.geometry[code].area / 1e6 == pytest.approx(area, rel=0.001)
    assert set(units.index[units["scheme_zone"] == "south"]) == SOUTH


def test_districts_share_edges_without_gaps_or_overlaps(districts):
    shapes = list(districts.values())
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.union_all(shapes)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    touching = {
        f"{a}-{b}"
        for a in districts
        for b in districts
        if a < b and districts[a].intersection(districts[b]).length > 100
    }
    assert touching == NEIGHBOURS


def test_parks_repeat_the_facts_and_add_none(province):
    parks = province["parks"].set_index("park_id")
    facts = pd.DataFrame(rows("parks.csv")).set_index("park_id")
    assert list(parks.index) == list(facts.index)
    for column in ("area_ha", "leasable_ha", "occupancy_pct"):
        stated = pd.to_numeric(facts[column])
        pd.testing.assert_series_equal(parks[column], stated, check_names=False, check_dtype=False)
    years = facts["opens"].str.fullmatch(r"\d{4}")
    assert (parks.loc[years, "opens"] == facts.loc[years, "opens"].astype(int)).all()
    assert parks.loc[~years & (parks["receives"] != True), "opens"].isna().all()  # noqa: E712
    guessed = parks["opens"].notna() & ~years
    assert parks.loc[guessed, "note"].str.contains("năm mở").all()
    wood = parks.loc[["P52", "P53"]]
    assert [split_codes(codes) for codes in wood["specialisation"]] == [("16", "31")] * 2


def test_only_northern_parks_that_stay_receive(province):
    parks = province["parks"].set_index("park_id")
    zone = pd.Series({row["park_id"]: row["zone"] for row in rows("parks.csv")})
    receiving = parks[parks["receives"]]
    assert (zone[receiving.index] == "north").all()
    assert receiving["status"].isin(["operating", "building", "planned", "proposed"]).all()
    assert len(receiving) == 28
    assert 800 <= receiving["free_ha"].sum() <= 1_150
    assert parks.loc[~parks["receives"], "free_ha"].isna().all()


def test_parks_lie_in_their_stated_districts_and_apart(province, districts):
    parks = province["parks"]
    drawn = parks[parks["geometry"].notna()]
    assert set(parks["park_id"]) - set(drawn["park_id"]) == {"P37"}
    names = {row["district"]: row["district_code"] for row in rows("districts.csv")}
    areas = {row["park_id"]: float(row["drawn_area_ha"]) for row in rows("parks.csv")}
    for park in drawn.itertuples():
        codes = [names[name.strip()] for name in park.old_district.split("/")]
        home = shapely.union_all([districts[code] for code in codes])
        assert home.contains(park.geometry), park.park_id
        assert park.geometry.area / 1e4 == pytest.approx(areas[park.park_id], rel=0.001)
    first, second = shapely.STRtree(drawn.geometry).query(drawn.geometry, predicate="intersects")
    assert (first == second).all()


def test_positions_are_only_as_sure_as_stated(province):
    parks = province["parks"].set_index("park_id")
    for row in rows("parks.csv"):
        if not row["lat"] or row["park_id"] == "P06":
            continue
        x, y = transform(
            np.array([float(row["lon"])]),
            np.array([float(row["lat"])]),
            WGS84,
            parse_crs("EPSG:9210"),
        )
        centre = parks.geometry[row["park_id"]].centroid
        shift = np.hypot(centre.x - x[0], centre.y - y[0])
        base = 1500 if row["coord_basis"].startswith("recalled") else 3000
        assert parks["accuracy_m"][row["park_id"]] >= max(base, shift)
    # The table puts Bình Đường of Dĩ An 45 km away in Phú Giáo.
    assert "nằm ngoài huyện" in parks["note"]["P06"]
    assert parks["location_source"]["P06"] == "unit"


def test_sites_have_the_size_of_the_scheme(province):
    sites = province["sites"]
    assert len(sites) == 2_900
    assert sites["land_m2"].sum() / 1e4 == pytest.approx(1_800, rel=0.01)
    assert sites["workers"].sum() == pytest.approx(289_000, rel=0.03)
    by_city = sites["old_district_code"].value_counts()
    assert set(by_city.index) == SOUTH
    assert by_city[["723", "724", "725"]].sum() > 0.6 * len(sites)
    divisions = sites["vsic"].str[:2].value_counts(normalize=True)
    assert set(divisions.index[:4]) == {"31", "16", "25", "22"}
    logs = np.log(sites["land_m2"].to_numpy())
    assert 0.8 < logs.std() < 1.2  # lognormal: many small, few large
    assert sites["land_m2"].max() < 20 * sites["land_m2"].median()


def test_sites_are_nobody(province):
    sites = province["sites"]
    assert sites[["tax_code", "landholder_tax_code"]].isna().all().all()
    assert sites["name"].str.fullmatch(r"Cơ sở mẫu \d{4}").all()
    assert sites["address"].dropna().str.contains("(mẫu)", regex=False).all()


def test_sites_stay_in_their_city_and_off_each_other(province, districts):
    sites = province["sites"]
    for code, group in sites.groupby("old_district_code"):
        assert shapely.contains(districts[code], group.geometry.dropna().to_numpy()).all()
    plots = sites[sites.geometry.geom_type == "Polygon"]
    first, second = shapely.STRtree(plots.geometry).query(plots.geometry, predicate="intersects")
    assert (first == second).all()
    parks = province["parks"]
    shut = parks[(parks["status"] != "removed") & parks["geometry"].notna()]
    inside, park = shapely.STRtree(shut.geometry).query(plots.geometry, predicate="intersects")
    assert set(shut["park_id"].iloc[park]) == {"P06"}
    assert len(inside) == 11  # the tenants of Bình Đường
    stated = plots["land_m2"] / plots.geometry.area
    assert ((stated - 1).abs() < 0.01).mean() > 0.9
    assert stated.between(0.79, 1.21).all()


def test_locations_are_as_good_as_their_source(province):
    sites = province["sites"]
    lost = sites.geometry.isna()
    points = sites.geometry.geom_type == "Point"
    assert lost.sum() == 3
    assert (points | lost).mean() == pytest.approx(0.10, abs=0.005)
    assert sites.loc[~points & ~lost, "accuracy_m"].between(0, 2).all()
    assert sites.loc[points, "accuracy_m"].between(10, 1500).all()
    assert set(sites.loc[points, "location_source"]) == {"coordinates", "map", "geocoder", "unit"}
    assert (sites.loc[lost, "location_source"] == "unknown").all()


def test_a_breach_is_fixable_or_not_only_where_there_is_one(province):
    sites = province["sites"]
    for kind in ("env", "fire", "construction"):
        breach, fixable = sites[f"{kind}_breach"], sites[f"{kind}_fixable"]
        assert breach.isna().any()
        assert fixable[breach.fillna(False)].isna().any()
        assert fixable[~breach.fillna(False)].isna().all()
        assert fixable.notna().sum() > 100


def test_a_believable_share_lies_mostly_in_housing(province):
    sites = province["sites"]
    plots = sites[sites.geometry.geom_type == "Polygon"]
    zones = province["zones"]
    homes = zones[(zones["status"] == "planned") & (zones["category"] == "residential")]
    home, site = shapely.STRtree(plots.geometry).query(homes.geometry)
    within = np.zeros(len(plots))
    pieces = shapely.intersection(plots.geometry.to_numpy()[site], homes.geometry.to_numpy()[home])
    np.add.at(within, site, shapely.area(pieces))
    share = within / plots.geometry.area
    assert 0.30 < (share >= 0.5).mean() < 0.50
    assert ((share > 0.05) & (share < 0.5)).mean() > 0.03  # and some straddle


def test_zone_codes_agree_with_their_categories(province):
    zones = province["zones"]
    assert 3_000 <= len(zones) <= 6_000
    for system, group in zones.groupby("code_system"):
        assert list(categorise(system, group["land_use_code"])) == list(group["category"])
    assert set(zones["code_system"]) == {"vn-2024", "tt16"}
    assert set(zones["status"]) == {"planned", "existing"}


def test_zones_hold_the_traps_of_real_plans(province, districts):
    zones = province["zones"]
    planned = zones[zones["status"] == "planned"]
    base = planned[~planned["plan_name"].str.startswith("Điều chỉnh")]
    overlapping = shapely.area(base.geometry).sum() - shapely.union_all(base.geometry).area
    assert overlapping < 1_000  # m², of rounding only
    assert (planned["plan_name"].str.startswith("Điều chỉnh")).sum() == 36
    south = shapely.union_all([districts[code] for code in SOUTH])
    gap = south.difference(shapely.union_all(planned.geometry)).area / south.area
    assert 0.001 < gap < 0.02
    existing = zones[zones["status"] == "existing"]
    middles = shapely.point_on_surface(existing.geometry.to_numpy())
    here, there = shapely.STRtree(base.geometry).query(middles, predicate="intersects")
    now = existing["category"].to_numpy()[here]
    then = base["category"].to_numpy()[there]
    assert 0.05 < (now != then).mean() < 0.4


def test_lots_lie_in_receiving_parks_and_apart(province):
    lots = province["lots"]
    parks = province["parks"].set_index("park_id")
    assert set(lots["park_id"]) == set(parks.index[parks["receives"]])
    assert shapely.contains(
        parks.geometry[lots["park_id"]].to_numpy(), lots.geometry.to_numpy()
    ).all()
    first, second = shapely.STRtree(lots.geometry).query(lots.geometry, predicate="intersects")
    assert (first == second).all()
    assert np.allclose(lots["area_m2"], lots.geometry.area, atol=0.06)
    assert lots["area_m2"].between(5_000, 50_000).all()
    offered = lots[lots["state"] != "leased"].groupby("park_id")["area_m2"].sum() / 1e4
    assert (offered <= parks["free_ha"][offered.index]).all()
    assert (offered >= 0.7 * parks["free_ha"][offered.index]).all()
    assert (lots.loc[lots["divisible"], "min_area_m2"] == 5_000).all()


def test_the_same_seed_gives_the_same_province():
    one, two, other = (
        build_sample(7, sites=60),
        build_sample(7, sites=60),
        build_sample(8, sites=60),
    )
    for name in LAYERS:
        assert_frame_equal(pd.DataFrame(one[name]), pd.DataFrame(two[name]))
    assert len(one["sites"]) == 60
    assert not one["sites"]["workers"].equals(other["sites"]["workers"])
    assert one["admin_units"].geometry.equals(other["admin_units"].geometry)
