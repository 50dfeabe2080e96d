"""Planned and existing land use: an invented plan on the schematic map."""

# ruff: noqa: PLR2004 - the proportions of a drawing stand where they are used

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, GeometryArray
from geo_relocation.model.enums import RecordKind, ZoneStatus
from geo_relocation.model.land_use import land_use_codes
from geo_relocation.sample.blocks import Lattice, clip, split_some
from geo_relocation.sample.drawing import GRID_M, from_degrees, noise
from geo_relocation.sample.outline import Outline
from geo_relocation.sample.parks import standing_parks
from geo_relocation.sample.tables import rows

SOUTH = ("718", "721", "723", "724", "725")
"""Codes of the five cities that firms leave."""

_EXISTING_DRAWN = ("723", "724", "725")  # existing land use is drawn where most firms stand
# How built-up each district is before its centres are added, 0 to 1.
_BASE = {"718": 0.50, "721": 0.22, "723": 0.27, "724": 0.62, "725": 0.60}
# Height of the industry surface above which a block stays industrial in the plan.
_INDUSTRY = {"718": 1.05, "721": 1.0, "723": 0.9, "724": 0.62, "725": 0.62}
_CITY = {
    "718": "Thủ Dầu Một",
    "721": "Bến Cát",
    "723": "Tân Uyên",
    "724": "Dĩ An",
    "725": "Thuận An",
}
_RIVER_M = {"sai-gon": 140.0, "dong-nai": 180.0, "song-be": 60.0, "thi-tinh": 35.0, "lake": 300.0}
_MIXED = "Hỗn hợp nhóm nhà ở và dịch vụ"
_DUMMY_NOTE = "Quy hoạch giả định, không phải đồ án thật"
_CODES_OF = {
    "residential": (("ODT", 1.0),),
    "commercial": (("TMD", 0.93), ("DCH", 0.07)),
    "industrial": (("SKC", 1.0),),
    "green": (("DKV", 0.8), ("DTT", 0.2)),
    "public": (
        ("DGD", 0.45),
        ("DYT", 0.12),
        ("TSC", 0.16),
        ("DVH", 0.12),
        ("TON", 0.15),
    ),
    "agriculture": (("CLN", 0.86), ("HNK", 0.08), ("LUC", 0.06)),
    "transport": (("DGT", 0.6), ("DRA", 0.15), ("DNL", 0.25)),
    "water": (("SON", 1.0),),
    "other": (("CQP", 0.4), ("NTD", 0.6)),
}


@dataclass(frozen=True)
class Town:
    """What the plan is drawn on.

    Attributes
    ----------
    outline, parks
        The districts and the parks already drawn.
    lattice, rural
        Street grids of the south and of the north.
    main_roads
        Main road lines, metres.
    """

    outline: Outline
    parks: pd.DataFrame
    lattice: Lattice
    rural: Lattice
    main_roads: GeometryArray


def make_planned(town: Town, rng: np.random.Generator) -> pd.DataFrame:
    """Planned zones of the whole province, fine in the south and coarse in the north."""
    water = _rivers(town.outline)
    drawn = shapely.union_all([*standing_parks(town.parks)["geometry"], *water.values()])
    fields = _Fields(town, rng)
    frames = [_park_zones(town.parks), _water_zones(water)]
    cells = town.lattice.cells()
    for code in SOUTH:
        frame = town.outline.districts[code].difference(drawn)
        near = cells[shapely.intersects(frame, cells)]
        chance = np.clip(0.75 * fields.built_up(_middles(near), code), 0, 0.6)
        blocks = clip(split_some(near, chance, rng), frame, smallest_m2=600.0)
        frames.append(_south_blocks(blocks, code, fields, rng))
    for code in sorted(set(town.outline.districts) - set(SOUTH)):
        frame = town.outline.districts[code].difference(drawn)
        blocks = clip(town.rural.cells(), frame, smallest_m2=3_000.0)
        frames.append(_north_blocks(blocks, code, fields, rng))
    planned = pd.concat(frames, ignore_index=True)
    planned["status"] = ZoneStatus.PLANNED
    return planned


def make_existing(
    town: Town, planned: pd.DataFrame, sites: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Existing land use of the three cities with most firms; it often differs from the plan."""
    parks = standing_parks(town.parks)["geometry"].to_numpy()
    water = _rivers(town.outline)
    taken = shapely.union_all([*parks, *water.values()])
    cells = town.lattice.cells()
    tree = shapely.STRtree(planned["geometry"].to_numpy())
    centres = shapely.centroid(sites["geometry"].to_numpy())
    weights = sites["land_m2"].to_numpy(float)
    frames = []
    for code in _EXISTING_DRAWN:
        blocks = clip(cells, town.outline.districts[code].difference(taken), smallest_m2=2_000.0)
        middles = shapely.point_on_surface(blocks)
        block, zone = tree.query(middles, predicate="intersects")
        category = np.full(len(blocks), "agriculture", dtype=object)
        category[block] = planned["category"].to_numpy()[zone]
        built = np.zeros(len(blocks))
        holder, held = shapely.STRtree(centres).query(blocks, predicate="contains")
        np.add.at(built, holder, weights[held])
        share = built / shapely.area(blocks)
        luck = rng.random(len(blocks))
        # Not everything planned is built, and factories stand where houses are planned.
        category = np.where((category == "residential") & (luck < 0.18), "agriculture", category)
        category = np.where((category == "commercial") & (luck < 0.5), "residential", category)
        category = np.where((share > 0.16) & (luck < 0.75), "industrial", category)
        frames.append(_zones(blocks, category, code, "HT", rng))
    parks_now = _park_zones(town.parks[town.parks["old_district"].fillna("").map(_in_existing)])
    existing = pd.concat([*frames, parks_now, _water_zones(water)], ignore_index=True)
    existing["status"] = ZoneStatus.EXISTING
    existing["plan_name"] = "Hiện trạng sử dụng đất (mẫu)"
    converting = existing["land_use_text"] == "Khu công nghiệp sẽ chuyển đổi"
    existing.loc[converting, ["land_use_code", "category"]] = ["SKK", "industrial"]
    return existing


def make_overlaps(
    sites: pd.DataFrame, planned: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Local changes of the plan laid over it without being merged: zones that overlap."""
    homes = sites["geometry"].to_numpy()
    tree = shapely.STRtree(planned["geometry"].to_numpy())
    chosen = np.sort(rng.choice(len(homes), 36, replace=False))
    boxes, categories = [], []
    for number in chosen:
        middle = homes[number].centroid
        zone = tree.query(middle, predicate="intersects")
        below = planned["category"].iloc[zone[0]] if len(zone) else "other"
        width, height = rng.uniform(180, 420, 2)
        shift = rng.uniform(-60, 60, 2)
        x, y = middle.x + shift[0], middle.y + shift[1]
        boxes.append(shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        categories.append("commercial" if below == "residential" else "residential")
    shapes = shapely.set_precision(np.array(boxes, dtype=object), GRID_M)
    made = _zones(shapes, np.array(categories, dtype=object), "", "DC", rng)
    made["plan_name"] = "Điều chỉnh cục bộ (mẫu)"
    made["note"] = "Cố ý chồng lên quy hoạch nền để thử quy tắc ưu tiên"
    made["status"] = ZoneStatus.PLANNED
    return made


class _Fields:
    """Smooth surfaces that say where a plan puts what."""

    def __init__(self, town: Town, rng: np.random.Generator) -> None:
        seeds = rows("communes.csv")
        degrees = np.array([[float(row["lon"]), float(row["lat"])] for row in seeds])
        self._centres = from_degrees(degrees[:, 0], degrees[:, 1])
        self._weights = np.array([float(row["weight"]) for row in seeds])
        self._rough = noise(rng, 3_500.0)
        self.industry = noise(rng, 2_600.0)
        self.commerce = noise(rng, 1_800.0)
        self._roads = shapely.union_all(town.main_roads)
        big = [arc.line for arc in town.outline.arcs if arc.water in {"sai-gon", "dong-nai"}]
        self._rivers = shapely.multilinestrings([shapely.LineString(line) for line in big])
        shapely.prepare([self._roads, self._rivers])

    def built_up(self, points: FloatArray, code: str) -> FloatArray:
        """How built-up a place is planned to be, about 0 to 1.5."""
        away = np.hypot(*(points[:, None, :] - self._centres[None]).transpose(2, 0, 1))
        centre = (self._weights * np.exp(-((away / 1700.0) ** 2))).max(axis=1)
        mixed: FloatArray = _BASE[code] + 0.6 * centre + 0.18 * self._rough(points)
        return mixed

    def road_m(self, points: FloatArray) -> FloatArray:
        """Distance to the nearest main road, metres."""
        distance: FloatArray = shapely.distance(self._roads, shapely.points(points))
        return distance

    def river_m(self, points: FloatArray) -> FloatArray:
        """Distance to the Sài Gòn or Đồng Nai river, metres."""
        distance: FloatArray = shapely.distance(self._rivers, shapely.points(points))
        return distance


def _south_blocks(
    blocks: GeometryArray, code: str, fields: _Fields, rng: np.random.Generator
) -> pd.DataFrame:
    """Categories for the blocks of a city."""
    points = _middles(blocks)
    built, luck = fields.built_up(points, code), rng.random(len(blocks))
    road, river = fields.road_m(points), fields.river_m(points)
    category = np.where(built > 0.62, "residential", "agriculture").astype(object)
    village = (built <= 0.62) & (luck < 0.30)
    category[village] = "residential"
    town = built > 0.62
    for low, high, name in (
        (0.0, 0.055, "public"),
        (0.055, 0.115, "green"),
        (0.115, 0.13, "transport"),
        (0.13, 0.14, "other"),
    ):
        category[town & (luck >= low) & (luck < high)] = name
    category[(fields.industry(points) > _INDUSTRY[code]) & (river > 500)] = "industrial"
    on_road = (road < 260) & (fields.commerce(points) > 0.1)
    category[on_road & (luck > 0.45)] = "commercial"
    category[on_road & (luck > 0.82) & town] = "mixed"
    category[(river < 420) & (luck < 0.55)] = "green"
    category[(river < 900) & (luck >= 0.55) & (luck < 0.85) & ~town] = "agriculture"
    # A few blocks are left out: land for which no plan is at hand.
    kept = rng.random(len(blocks)) > 0.006
    return _zones(blocks[kept], category[kept], code, "QH", rng)


def _north_blocks(
    blocks: GeometryArray, code: str, fields: _Fields, rng: np.random.Generator
) -> pd.DataFrame:
    """Categories for the coarse blocks of a northern district: villages along the roads."""
    luck = rng.random(len(blocks))
    village = luck < np.where(fields.road_m(_middles(blocks)) < 800, 0.5, 0.05)
    category = np.where(village, "residential", "agriculture").astype(object)
    category[luck > 0.985] = "green"
    return _zones(blocks, category, code, "QH", rng)


def _zones(
    shapes: GeometryArray,
    category: NDArray[np.object_],
    code: str,
    mark: str,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Rows with a land-use code for each category."""
    names = {row.code: row.name_vi for row in land_use_codes("vn-2024")}
    draws = rng.random(len(shapes))
    codes = [_code(name, draw) for name, draw in zip(category, draws, strict=True)]
    if code and code not in SOUTH:
        codes = ["ONT" if one == "ODT" else one for one in codes]
    mixed = category == "mixed"
    frame = pd.DataFrame({"category": category, "land_use_code": codes, "geometry": shapes})
    frame["land_use_text"] = [names.get(one, _MIXED) for one in codes]
    frame.loc[mixed, "land_use_code"] = _MIXED
    frame["code_system"] = np.where(mixed, "tt16", "vn-2024")
    frame["code_version"] = np.where(mixed, "16/2025/TT-BXD", "08/2024/TT-BTNMT")
    city = _CITY.get(code, "Bình Dương")
    frame["plan_name"] = f"Quy hoạch sử dụng đất {city} (mẫu)"
    frame["lot_label"] = [f"{mark}{code}-{n:04d}" for n in range(1, len(frame) + 1)]
    frame["note"] = _DUMMY_NOTE
    return frame


def _code(category: str, draw: float) -> str:
    """A code of a category, by its share."""
    if category == "mixed":
        return ""
    total = 0.0
    for code, share in _CODES_OF[category]:
        total += share
        if draw < total:
            return code
    return _CODES_OF[category][-1][0]


def _park_zones(parks: pd.DataFrame) -> pd.DataFrame:
    """The parks as zones: industrial, or commercial where they are to convert."""
    parks = standing_parks(parks)
    frame = pd.DataFrame({"geometry": parks["geometry"].to_numpy()})
    cluster = parks["kind"].to_numpy() == "cluster"
    converting = parks["status"].to_numpy() == "converting"
    frame["category"] = np.where(converting, "commercial", "industrial")
    frame["land_use_code"] = np.where(converting, "TMD", np.where(cluster, "SKN", "SKK"))
    frame["land_use_text"] = np.where(
        converting,
        "Khu công nghiệp sẽ chuyển đổi",
        np.where(cluster, "Đất cụm công nghiệp", "Đất khu công nghiệp"),
    )
    frame["code_system"], frame["code_version"] = "vn-2024", "08/2024/TT-BTNMT"
    frame["plan_name"] = "Quy hoạch khu, cụm công nghiệp (mẫu)"
    frame["lot_label"] = parks["park_id"].to_numpy()
    frame["note"] = _DUMMY_NOTE
    return frame


def _water_zones(water: dict[str, shapely.Geometry]) -> pd.DataFrame:
    """Strips of river and lake along the outline."""
    parts = [part for strip in water.values() for part in shapely.get_parts(strip)]
    frame = pd.DataFrame({"geometry": np.array(parts, dtype=object)})
    frame["category"], frame["land_use_code"] = "water", "SON"
    frame["land_use_text"] = "Đất có mặt nước dạng sông, ngòi, kênh, rạch, suối"
    frame["code_system"], frame["code_version"] = "vn-2024", "08/2024/TT-BTNMT"
    frame["plan_name"] = "Quy hoạch sử dụng đất Bình Dương (mẫu)"
    frame["lot_label"] = [f"SON-{n}" for n in range(1, len(frame) + 1)]
    frame["note"] = _DUMMY_NOTE
    return frame


def _rivers(outline: Outline) -> dict[str, shapely.Geometry]:
    """River strips inside the province by name, not overlapping each other."""
    province = shapely.union_all(list(outline.districts.values()))
    strips: dict[str, shapely.Geometry] = {}
    taken: shapely.Geometry = shapely.Polygon()
    for name, width in _RIVER_M.items():
        lines = [shapely.LineString(arc.line) for arc in outline.arcs if arc.water == name]
        strip = shapely.union_all(lines).buffer(width, quad_segs=2)
        strip = shapely.intersection(strip, province, grid_size=GRID_M)
        strips[name] = shapely.difference(strip, taken, grid_size=GRID_M)
        taken = taken.union(strip)
    return strips


def finish(zones: pd.DataFrame) -> pd.DataFrame:
    """Ids, areas and the columns that all zones share."""
    zones = zones.reset_index(drop=True)
    zones["zone_id"] = [f"Z{n:05d}" for n in range(1, len(zones) + 1)]
    zones["area_m2"] = shapely.area(zones["geometry"].to_numpy()).round(1)
    zones["source"] = "Dữ liệu mẫu do dự án tạo"
    zones["record_kind"] = RecordKind.SAMPLE
    return zones


def _middles(shapes: GeometryArray) -> FloatArray:
    """Centres as coordinates."""
    middles: FloatArray = shapely.get_coordinates(shapely.centroid(shapes))
    return middles


def _in_existing(districts: str) -> bool:
    """Whether a park lies in a city whose existing land use is drawn."""
    return any(_CITY[code] in districts for code in _EXISTING_DRAWN)
