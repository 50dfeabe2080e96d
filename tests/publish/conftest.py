"""A small invented town: 50 firms, four parks, planned and existing land use, one plan."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, sync_playwright
from pyproj import CRS
from shapely import LineString, Point, box

from geo_relocation.model import Attribute, schema
from geo_relocation.publish import Content

CHROMIUM = "/usr/bin/chromium"
VN = CRS.from_epsg(9210)
EAST, NORTH = 603_000.0, 1_206_000.0
EVIL = "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'>"
BRACES = "{{ 7*7 }} {% raw %} Công ty ${window.hacked=3}"
FORMULA = '=HYPERLINK("http://example.org","Công ty")'

VERDICTS = ("conflict", "check", "clear")
REASONS = {"conflict": "residential", "check": "too-near-housing", "clear": "outside"}


def make_sites(count: int = 50) -> gpd.GeoDataFrame:
    """Polygons in a grid; every tenth is a point, the last has no location."""
    rows = []
    for i in range(count):
        x, y = EAST + (i % 10) * 400, NORTH + (i // 10) * 400
        rows.append(
            {
                "site_id": f"CS{i:04d}",
                "name": f"Công ty TNHH Gỗ Thuận Phát {i}",
                "tax_code": f"37{i:08d}",
                "old_commune": "Phường Lái Thiêu" if i % 2 else "Phường An Phú",
                "old_district": "Thành phố Thuận An" if i % 3 else "Thành phố Dĩ An",
                "vsic": "16",
                "activity": "Sản xuất đồ gỗ",
                "land_m2": 4000.0 + i,
                "workers": 100 + i,
                "accuracy_m": 0.0,
                "record_kind": "sample",
                "geometry": Point(x, y) if i % 10 == 0 else box(x, y, x + 80, y + 50),
            }
        )
    rows[1]["name"] = EVIL
    rows[2]["name"] = BRACES
    rows[3]["name"] = FORMULA
    rows[4]["name"] = None
    rows[-1]["geometry"] = None
    frame = gpd.GeoDataFrame(rows, crs=VN)
    return schema("sites").conform(frame)


def make_zones() -> gpd.GeoDataFrame:
    """A checkerboard of planned zones, and one existing zone."""
    categories = ("residential", "industrial", "green", "agriculture", "mixed")
    rows = [
        {
            "zone_id": f"QH{i}{j}",
            "status": "planned",
            "category": categories[(i + j) % 5],
            "land_use_code": "ODT",
            "land_use_text": "Đất ở tại đô thị",
            "code_system": "vn-2024",
            "record_kind": "schematic",
            "geometry": box(x, y, x + 800, y + 500),
        }
        for i in range(5)
        for j in range(4)
        for x, y in [(EAST - 100 + i * 800, NORTH - 100 + j * 500)]
    ]
    rows.append(
        {
            "zone_id": "HT1",
            "status": "existing",
            "category": "residential",
            "geometry": box(EAST, NORTH, EAST + 1000, NORTH + 900),
        }
    )
    return schema("zones").conform(gpd.GeoDataFrame(rows, crs=VN))


def make_parks() -> gpd.GeoDataFrame:
    """Two outlines and two points; one does not receive."""
    north = NORTH + 9000
    rows = [
        ("KCN1", "KCN Bàu Bàng mở rộng với một cái tên rất dài", "operating", True, 12.0),
        ("KCN2", "CCN Tam Lập 2", "planned", True, 3.0),
        ("KCN3", "KCN Bình Đường", "converting", False, None),
        ("KCN4", "KCN Cây Trường", "building", True, 40.0),
    ]
    frame = gpd.GeoDataFrame(
        [
            {
                "park_id": park_id,
                "name": name,
                "status": status,
                "receives": receives,
                "free_ha": free,
                "area_ha": 100.0,
                "opens": 2025,
                "geometry": box(EAST + i * 1500, north, EAST + i * 1500 + 900, north + 700)
                if i % 2
                else Point(EAST + i * 1500, north),
            }
            for i, (park_id, name, status, receives, free) in enumerate(rows)
        ],
        crs=VN,
    )
    return schema("parks").conform(frame)


def make_findings(sites: pd.DataFrame) -> pd.DataFrame:
    """Every verdict in turn."""
    rows = []
    for i, site_id in enumerate(sites["site_id"]):
        verdict = VERDICTS[i % 3]
        share = {"conflict": 0.8, "check": 0.2, "clear": 0.0}[verdict]
        rows.append(
            {
                "site_id": site_id,
                "run_id": "RS1",
                "verdict": verdict,
                "reason": REASONS[verdict],
                "residential_share": share,
                "residential_probability": share,
                "housing_distance_m": np.nan if i == 5 else 35.0 + i,
                "shares": json.dumps({"residential": share, "industrial": 1 - share}),
                "city_code": "725" if i % 3 else "724",
                "detail": f"{share:.0%} đất nằm trong đất ở quy hoạch.",
            }
        )
    return schema("findings").conform(pd.DataFrame(rows))


def make_admin_units() -> gpd.GeoDataFrame:
    """Two districts and one commune with a code used before."""
    rows = [
        ("724", "district", "Thành phố Dĩ An", box(EAST - 500, NORTH - 500, EAST, NORTH + 10_000)),
        (
            "725",
            "district",
            "Thành phố Thuận An",
            box(EAST, NORTH - 500, EAST + 6000, NORTH + 10_000),
        ),
        ("25747", "commune", "Phường Phú Cường", box(EAST, NORTH, EAST + 1000, NORTH + 1000)),
    ]
    frame = gpd.GeoDataFrame(
        [
            {
                "code": code,
                "valid_from": "2011-01-13",
                "level": level,
                "name": name,
                "scheme_zone": "south",
                "geometry": shape,
            }
            for code, level, name, shape in rows
        ],
        crs=VN,
    )
    return schema("admin_units").conform(frame)


def make_decisions(sites: pd.DataFrame) -> pd.DataFrame:
    """A decision for each firm in conflict; of the first an override, and a later run."""
    rows = [
        {
            "decision_id": f"QD{i}",
            "site_id": site_id,
            "run_id": "DG1",
            "ruleset": "four-groups-2022",
            "ruleset_version": "1",
            "ruleset_hash": "abc",
            "decided_at": "2024-03-01T08:00:00Z",
            "route": "relocate",
            "compulsory": True,
            "group": "I",
            "batch": "Đợt 1",
            "deadline": "2028-12-31",
            "triggers": json.dumps(
                [
                    {
                        "id": "planning",
                        "result": "hit",
                        "title": "Trái quy hoạch",
                        "title_en": "Contrary to the plan",
                        "ground": "QĐ 3210/QĐ-UBND",
                        "fixable": False,
                        "note": False,
                        "points": None,
                        "values": {"residential_share": 0.8, "verdict": "conflict"},
                        "threshold": {"residential_share": 0.5},
                        "margin": {"residential_share": 0.3},
                    },
                    {
                        "id": "fire",
                        "result": "unknown",
                        "title": "Vi phạm PCCC",
                        "title_en": "Fire safety",
                        "ground": "",
                        "fixable": None,
                        "note": False,
                        "points": None,
                        "values": {"fire_breach": None, "distance_ratio": 0.35},
                        "threshold": {"distance_ratio": 1},
                        "margin": {"distance_ratio": -0.65},
                    },
                ],
                ensure_ascii=False,
            ),
            "missing": "fire_accepted;env_licence",
            "input_hash": "def",
            "author": "geo-relocation",
            "explanation": "80 % đất nằm trong đất ở quy hoạch nên thuộc diện phải di dời.",
        }
        for i, site_id in enumerate(sites["site_id"])
        if i % 3 == 0
    ]
    rows.append(
        rows[0]
        | {
            "decision_id": "QD-thay",
            "decided_at": "2024-05-01T08:00:00Z",
            "route": "convert",
            "author": "Nguyễn Văn A",
            "ground": "Biên bản kiểm tra 12/BB",
            "replaces": "QD0",
        }
    )
    rows.append(rows[0] | {"decision_id": "QD-moi", "decided_at": "2024-09-01T08:00:00Z"})
    return schema("decisions").conform(pd.DataFrame(rows))


def make_assignments(sites: pd.DataFrame) -> pd.DataFrame:
    """Firms in conflict get a place, every fifth of them none."""
    rows = []
    for i, site_id in enumerate(sites["site_id"]):
        if i % 3:
            continue
        if i % 15 == 0:
            rows.append(
                {
                    "plan_id": "P1",
                    "site_id": site_id,
                    "reason": "Không khu nào còn đủ đất.",
                    "reason_code": "land",
                    "smallest_change": "Thêm 0,4 ha tại CCN Tam Lập 2.",
                }
            )
            continue
        rows.append(
            {
                "plan_id": "P1",
                "site_id": site_id,
                "park_id": "KCN1" if i % 2 else "KCN4",
                "phase": 2025,
                "land_m2": 4000.0 + i,
                "distance_km": 9.5,
                "cost_km": 11.2,
                "reason": "Gần nhất trong các khu nhận ngành gỗ.",
                "alternatives": json.dumps([{"park_id": "KCN2", "cost_km": 14.0}]),
            }
        )
    return schema("assignments").conform(pd.DataFrame(rows))


COSTS = {"distance": 9.5, "specialisation": 1.7, "rent": 0.0, "made-up": 0.0}
"""Cost by term of every firm that has a place, km-equivalents."""


def make_cost_columns() -> dict[str, Attribute]:
    """The columns for them, in words."""
    return {
        term: Attribute(
            "assignments", f"cost_{term}", "real", "km", required=False, default="",
            vi=f"Chi phí {term}", en=f"Cost {term}", description="", source="",
        )
        for term in COSTS
    }  # fmt: skip


def with_costs(assignments: pd.DataFrame) -> pd.DataFrame:
    """Assignments with a column for each term of the cost."""
    placed = assignments["park_id"].notna()
    shown = {f"cost_{term}": placed.map({True: km, False: None}) for term, km in COSTS.items()}
    return assignments.assign(**{name: values.astype(float) for name, values in shown.items()})


def make_cost_terms(assignments: pd.DataFrame) -> pd.DataFrame:
    """The same costs as a store keeps them."""
    placed = assignments[assignments["park_id"].notna()]
    rows = [
        {"plan_id": plan, "site_id": site, "term": term, "value": km, "unit": "km"}
        for plan, site in zip(placed["plan_id"], placed["site_id"], strict=True)
        for term, km in COSTS.items()
        if km
    ]
    return schema("cost_terms").conform(pd.DataFrame(rows))


def make_scenario() -> pd.DataFrame:
    """The plan's row."""
    row = {
        "plan_id": "P1",
        "scenario": "thi-diem",
        "title": "Thí điểm",
        "created_at": "2024-06-01T00:00:00Z",
        "specification": "{}",
        "status": "feasible",
        "placed": 13,
        "unplaced": 4,
        "unplaced_bound": 4,
        "cost": 145.6,
        "bound": 144.0,
        "gap": 0.011,
        "seconds": 2.5,
        "seed": 1,
        "input_hash": "x",
        "version": "0.1.0",
    }
    return schema("scenarios").conform(pd.DataFrame([row]))


def make_content(**changes: object) -> Content:
    """The whole town, with parts replaced."""
    sites = make_sites()
    roads = gpd.GeoDataFrame(
        [
            {
                "road_id": "R1",
                "name": "ĐT 743",
                "geometry": LineString([(EAST, NORTH), (EAST, NORTH + 9000)]),
            }
        ],
        crs=VN,
    )
    lots = gpd.GeoDataFrame(
        [
            {
                "lot_id": "L1",
                "park_id": "KCN2",
                "area_m2": 9000.0,
                "geometry": box(EAST + 1600, NORTH + 9100, EAST + 1690, NORTH + 9200),
            }
        ],
        crs=VN,
    )
    parts: dict[str, object] = {
        "title": "Rà soát & di dời <Thuận An>",
        "crs": VN,
        "sites": sites,
        "zones": make_zones(),
        "parks": make_parks(),
        "lots": schema("lots").conform(lots),
        "roads": schema("roads").conform(roads),
        "admin_units": make_admin_units(),
        "findings": make_findings(sites),
        "decisions": make_decisions(sites),
        "scenario": make_scenario(),
        "assignments": with_costs(make_assignments(sites)),
        "cost_columns": make_cost_columns(),
        "parameters": {"residential_threshold": 0.5, "housing_buffer_m": 100.0},
        "notes": ("Chạy thử.",),
    }
    return Content(**(parts | changes))


@pytest.fixture(scope="session")
def content() -> Content:
    """The whole town."""
    return make_content()


@pytest.fixture(scope="session")
def bare_content() -> Content:
    """Sites without names, findings only, nothing around them: a foreign data set."""
    shapes = [box(x, 0, x + 100, 90) for x in range(2_000_000, 2_001_000, 200)]
    feet = CRS.from_epsg(2227)
    frame = gpd.GeoDataFrame(
        {"site_id": [f"p{i}" for i in range(len(shapes))]},
        geometry=gpd.GeoSeries(shapes, crs=feet).translate(4_150_000, 1_950_000),
        crs=feet,
    )
    return Content(title="San José", crs=feet, sites=schema("sites").conform(frame), language="en")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    if not shutil.which(CHROMIUM):
        if os.environ.get("GEORELOC_TEST_ALLOW_SKIP") == "1":
            pytest.skip("Chromium is not installed (GEORELOC_TEST_ALLOW_SKIP=1)")
        pytest.fail("Chromium is not installed: apt-get install chromium.", pytrace=False)
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield instance
        instance.close()
