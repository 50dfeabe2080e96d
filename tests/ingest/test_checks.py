"""Each named check finds what it is named for, says what to do, and is silent otherwise."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.ingest.check_rules import RULES
from geo_relocation.ingest.checks import checks, run_checks
from geo_relocation.model import schema
from geo_relocation.testing import layer
from geo_relocation.words import say

from .making import EAST, NORTH, TM3, square


def units(*rows: dict) -> gpd.GeoDataFrame:
    base = {"level": "commune", "valid_from": "2025-07-01", "valid_to": None, "name": "P",
            "scheme_zone": None}  # fmt: skip
    return layer("admin_units", [base | row for row in rows])


def zone(zone_id: str, place: object, **more: object) -> dict:
    return {"zone_id": zone_id, "category": "residential", "status": "planned",
            "geometry": place} | more  # fmt: skip


CLEAN = {
    "admin_units": units(
        {"code": "1", "geometry": square(0, 0, 1000)},
        {"code": "2", "geometry": square(1000, 0, 1000), "scheme_zone": "south"},
    ),
    "zones": layer("zones", [zone("Z1", square(0, 0), area_m2=10_000.0),
                             zone("Z2", square(100, 0), area_m2=9_990.0)]),
    "sites": layer("sites", [
        {"site_id": "A", "name": "Gỗ", "tax_code": "0100112437", "land_m2": 10_000.0,
         "accuracy_m": 0.0, "workers": 10, "workers_women": 10, "earliest_phase": 2026,
         "latest_phase": 2026, "wish_place": "P1", "new_unit_code": "1",
         "geometry": square(0, 0)},
        {"site_id": "B", "name": "Sắt", "land_m2": 5.0, "accuracy_m": 30.0,
         "geometry": shapely.Point(EAST + 10, NORTH + 10)},
    ]),
    "parks": layer("parks", [
        {"park_id": "P1", "name": "KCN 1", "receives": True, "status": "operating",
         "area_ha": 1.0, "leasable_ha": 0.8, "free_ha": 0.5, "geometry": square(0, 500)},
        {"park_id": "P2", "name": "KCN 2", "receives": False, "status": "converting",
         "geometry": square(1500, 500)},
    ]),
    "lots": layer("lots", [
        {"lot_id": "L1", "park_id": "P1", "area_m2": 2500.0, "state": "free",
         "geometry": square(0, 500, 50)},
        {"lot_id": "L2", "park_id": "P1", "area_m2": 2500.0, "geometry": square(50, 500, 50)},
    ]),
}  # fmt: skip


def test_a_consistent_workspace_is_silent():
    for result in run_checks(CLEAN):
        assert result.ran, result.check.name
        assert (result.check.name, result.examples) == (result.check.name, ())


def spoilt(name: str, row: int, **values: object) -> dict:
    frame = CLEAN[name].copy()
    for column, value in values.items():
        cells = frame[column].astype(object).copy()
        cells.iloc[row] = value
        frame[column] = gpd.GeoSeries(cells, crs=TM3) if column == "geometry" else cells
    return CLEAN | {name: schema(name).conform(frame)}


def extended(name: str, **values: object) -> dict:
    frame = pd.concat([CLEAN[name], layer(name, [values])], ignore_index=True)
    return CLEAN | {name: frame}


CASES = {
    "overlapping-zones": (extended("zones", **zone("Z3", square(50, 0))), {"Z1", "Z2"}),
    "zones-uncategorised": (spoilt("zones", 0, category="unknown"), {"Z1"}),
    "zone-area-differs": (spoilt("zones", 0, area_m2=1.0), {"Z1"}),
    "sites-without-location": (spoilt("sites", 1, geometry=None), {"B"}),
    "sites-without-accuracy": (spoilt("sites", 1, accuracy_m=None), {"B"}),
    "sites-outside-area": (spoilt("sites", 1, geometry=shapely.Point(EAST - 9, NORTH)), {"B"}),
    "site-unit-contradiction": (spoilt("sites", 0, new_unit_code="2"), {"A"}),
    "site-area-differs": (spoilt("sites", 0, land_m2=1.0), {"A"}),
    "sites-without-land": (spoilt("sites", 1, land_m2=None), {"B"}),
    "duplicate-tax-codes": (spoilt("sites", 1, tax_code="0100112437"), {"0100112437"}),
    "invalid-tax-codes": (spoilt("sites", 0, tax_code="0100112438"), {"A"}),
    "site-worker-parts": (spoilt("sites", 0, workers_women=11), {"A"}),
    "site-phases": (spoilt("sites", 0, earliest_phase=2027), {"A"}),
    "unknown-wish-places": (spoilt("sites", 0, wish_place="P1;P9"), {"A"}),
    "parks-receive-converting": (spoilt("parks", 0, status="converting"), {"P1"}),
    "parks-receive-south": (spoilt("parks", 1, receives=True, status="operating"), {"P2"}),
    "park-area-differs": (spoilt("parks", 0, area_ha=2.0), {"P1"}),
    "park-areas-order": (spoilt("parks", 0, free_ha=0.9), {"P1"}),
    "lots-outside-parks": (spoilt("lots", 0, geometry=square(-10, 500, 50)), {"L1"}),
    "lots-without-park": (spoilt("lots", 0, park_id="P9"), {"L1"}),
    "overlapping-lots": (spoilt("lots", 0, geometry=square(10, 500, 50)), {"L1"}),
    "lot-area-differs": (spoilt("lots", 0, area_m2=25.0), {"L1"}),
    "lots-exceed-park": (spoilt("parks", 0, free_ha=0.1), {"P1"}),
    "overlapping-periods": (
        CLEAN | {"admin_units": pd.concat([
            units({"code": "1", "valid_from": "2004-01-01", "valid_to": "2025-07-01",
                   "geometry": square(5000, 5000)}),
            CLEAN["admin_units"]], ignore_index=True)}, {"1"}),
    "foreign-objects": (
        {"foreign": pd.DataFrame([("help on runs", "the trigger help")],
                                 columns=["name", "words"])}, {"help on runs"}),
    "overlapping-units": (
        spoilt("admin_units", 1, geometry=square(500, 0, 1000)), {"1"}),
}  # fmt: skip


@pytest.mark.parametrize("name", checks())
def test_each_check_finds_its_case(name):
    frames, expected = CASES[name]
    (result,) = run_checks(frames, names=[name])
    assert {record for record, _ in result.examples} == expected
    assert result.count == len(expected)


def test_texts_and_rules_belong_together():
    assert set(checks()) == set(RULES)
    for check in checks().values():
        assert check.text("vi") != check.text("en")
        assert check.remedy("vi") != check.remedy("en")


def test_a_stated_unit_within_reach_of_the_location_is_no_contradiction():
    """A point good to 30 m, 10 m beyond the boundary, may lie in the unit it names."""
    point = shapely.Point(EAST + 1010, NORTH + 10)
    frames = spoilt("sites", 1, geometry=point, new_unit_code="1")
    (result,) = run_checks(frames, names=["site-unit-contradiction"])
    assert result.count == 0
    frames = spoilt("sites", 1, geometry=point, new_unit_code="1", accuracy_m=5.0)
    (result,) = run_checks(frames, names=["site-unit-contradiction"])
    assert result.count == 1


def test_checks_measure_in_metres_whatever_the_unit_of_the_workspace():
    feet = schema("lots").conform(gpd.GeoDataFrame(
        {"lot_id": ["L"], "park_id": ["P"], "area_m2": [100 * 100 * (1200 / 3937) ** 2]},
        geometry=[shapely.box(6e6, 2e6, 6e6 + 100, 2e6 + 100)], crs=2227))  # fmt: skip
    (result,) = run_checks({"lots": feet}, names=["lot-area-differs"])
    assert result.count == 0


def test_what_lacks_its_layer_is_skipped_and_what_is_strict_raises():
    results = run_checks({"sites": CLEAN["sites"]}, names=["lots-outside-parks"])
    assert [result.ran for result in results] == [False]
    frames, _ = CASES["site-phases"]
    with pytest.raises(DataError, match="site-phases: 1"):
        run_checks(frames, strict=["site-phases"])
    with pytest.raises(DataError):
        run_checks(frames, strict=["all"])
    assert run_checks(frames, strict=["overlapping-zones"])
    with pytest.raises(UnknownNameError, match="nonsense"):
        run_checks(frames, names=["nonsense"])


def test_figures_are_written_as_the_reader_writes_them():
    (result,) = run_checks(spoilt("zones", 0, area_m2=12_345.0), names=["zone-area-differs"])
    ((_, detail),) = result.examples
    assert say(detail, "vi") == "12.345 m² ↔ 10.000 m²"
    assert say(detail, "en") == "12,345 m² ↔ 10,000 m²"
    (result,) = run_checks(spoilt("sites", 0, workers_women=1200), names=["site-worker-parts"])
    assert say(result.examples[0][1], "vi").endswith(": 1.200 > 10")
    assert "workers_women" not in say(result.examples[0][1], "en")
