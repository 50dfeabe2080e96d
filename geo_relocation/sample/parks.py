"""Parks and clusters: facts from the table, shapes by our own schematic drawing.

Only sourced facts stand in factual columns. What matching needs and nobody has published (free
land, sectors, wastewater, rent) is invented here, and each such row says so.
"""

# ruff: noqa: PLR2004 - the proportions of a drawing stand where they are used

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray
from geo_relocation.model import join_codes
from geo_relocation.model.enums import LocationSource, ParkKind, ParkStatus, RecordKind
from geo_relocation.sample.drawing import from_degrees, rounded, turned
from geo_relocation.sample.outline import Outline
from geo_relocation.sample.tables import rows

SAMPLE = "giá trị mẫu"
"""Mark of an invented value, in the columns that name a value's source."""

_INVENTED = "Giá trị mẫu: đất trống, ngành, mức ô nhiễm, nước thải, giá thuê"

_DISTRICT_EDGE_M = 120.0  # kept free along a district's edge
_APART_M = 60.0  # kept free between parks
_ROAD_M = 40.0  # kept free beside main roads
_ANYWHERE_M = 9_000.0  # how far a park may be moved when its place is taken
_MARKED_ACCURACY_M = {"recalled": 1500.0, "inside": 3000.0}
_FIRST_YEAR = {ParkStatus.BUILDING: 2026, ParkStatus.PLANNED: 2027, ParkStatus.PROPOSED: 2028}
_FREE_HA = {
    ParkStatus.OPERATING: (12.0, 38.0),
    ParkStatus.BUILDING: (70.0, 120.0),
    ParkStatus.PLANNED: (30.0, 70.0),
    ParkStatus.PROPOSED: (20.0, 60.0),
}
_CLUSTER_FREE_HA = (16.0, 30.0)
_STATUSES = {status.value: status for status in ParkStatus}
_WOOD = ("16", "31")
# Sectors that newer parks turn away in the sample: dyeing, tanning, pulp, chemicals, metals.
_HEAVY = ("13", "15", "17", "20", "24")
_HIGH_TECH = ("10", "21", "22", "25", "26", "27", "28", "29", "30", "32")


@dataclass(frozen=True)
class Place:
    """Where a park is drawn, and how well that is known.

    Attributes
    ----------
    centre
        Point to draw around, metres.
    accuracy_m
        Radius within which the true place lies.
    source
        Value of `LocationSource`.
    note
        Vietnamese words on how the place was found.
    """

    centre: FloatArray
    accuracy_m: float
    source: str
    note: str


def make_parks(
    outline: Outline, main_roads: NDArray[np.object_], rng: np.random.Generator
) -> pd.DataFrame:
    """All parks of the fact table with a schematic outline where a district is known."""
    table = rows("parks.csv")
    corridors = shapely.union_all(main_roads).buffer(_ROAD_M)
    shapes: dict[str, shapely.Polygon] = {}
    places: dict[str, Place] = {}
    # The best-known places come first, the large before the small: what is vague gives way.
    order = sorted(
        range(len(table)),
        key=lambda n: (
            not table[n]["coord_basis"].startswith("recalled"),
            -float(table[n]["drawn_area_ha"]),
        ),
    )
    shape_kinds = rng.integers(0, 4, len(table))
    for number in order:
        row = table[number]
        if not row["old_district"]:
            continue
        place = _place(row, outline)
        allowed = _allowed(row, outline, list(shapes.values()))
        area = float(row["drawn_area_ha"]) * 1e4
        kind = int(shape_kinds[number])
        # Beside the main roads where that is near enough, else across them.
        beside = allowed.difference(corridors)
        shape = _draw(place.centre, area, kind, beside, place.accuracy_m) or _draw(
            place.centre, area, kind, allowed, _ANYWHERE_M
        )
        if shape is None:
            raise AssertionError(f"no room for {row['park_id']} in its district")
        shift = float(np.hypot(*(np.array(shape.centroid.coords[0]) - place.centre)))
        shapes[row["park_id"]] = shape
        accuracy = np.ceil((place.accuracy_m + (shift if shift > 1 else 0)) / 100) * 100
        places[row["park_id"]] = Place(place.centre, float(accuracy), place.source, place.note)
    return pd.DataFrame(
        [_record(row, shapes.get(row["park_id"]), places.get(row["park_id"]), rng) for row in table]
    )


def standing_parks(parks: pd.DataFrame) -> pd.DataFrame:
    """Parks that are drawn and were not removed from the plan."""
    return parks[parks["geometry"].notna() & (parks["status"] != ParkStatus.REMOVED)]


def districts_of(text: str) -> list[str]:
    """District codes named in a fact such as `Huyện Bàu Bàng / Huyện Dầu Tiếng`."""
    codes = {row["district"]: row["district_code"] for row in rows("districts.csv")}
    return [codes[name.strip()] for name in text.split("/") if name.strip()]


def _place(row: dict[str, str], outline: Outline) -> Place:
    """The stated position where it lies in the stated district, else a schematic one."""
    home = shapely.union_all(
        [outline.districts[code] for code in districts_of(row["old_district"])]
    )
    accuracy = _MARKED_ACCURACY_M.get(row["coord_basis"].split(";")[0].split(" ")[0], np.nan)
    stated = None
    if row["lat"]:
        stated = _spot(row["lon"], row["lat"])
        if home.distance(shapely.Point(stated)) <= accuracy:
            by_commune = row["coord_basis"].startswith("inside")
            if by_commune:
                return Place(stated, accuracy, LocationSource.UNIT, "vị trí suy từ xã/phường cũ")
            return Place(stated, accuracy, LocationSource.RECALLED, "vị trí theo trí nhớ")
    reason = "chưa có vị trí" if stated is None else "vị trí trong bảng nằm ngoài huyện đã ghi"
    seed = _commune_seed(row)
    if seed is not None:
        note = f"{reason}: đặt sơ đồ quanh xã/phường cũ"
        return Place(seed, 3000.0, LocationSource.UNIT, note)
    radius = float(np.sqrt(home.area / np.pi))
    middle = np.array(home.representative_point().coords[0])
    return Place(middle, radius, LocationSource.UNIT, f"{reason}: đặt sơ đồ trong huyện")


def _commune_seed(row: dict[str, str]) -> FloatArray | None:
    """Rough middle of the first commune named, where it is one of the southern ones."""
    first = re.split(r"[,;/(]", row["old_communes"])[0].strip()
    homes = set(districts_of(row["old_district"]))
    seeds = {seed["code"]: seed for seed in rows("communes.csv")}
    for unit in rows("admin_crosswalk.csv"):
        name = re.sub(r"^(Phường|Xã|Thị trấn) ", "", unit["old_ward"])
        if unit["old_district_code"] in homes and name == first and unit["old_ward_code"] in seeds:
            seed = seeds[unit["old_ward_code"]]
            return _spot(seed["lon"], seed["lat"])
    return None


def _spot(longitude: str, latitude: str) -> FloatArray:
    """A point written in degrees, in metres."""
    point: FloatArray = from_degrees(np.array([float(longitude)]), np.array([float(latitude)]))[0]
    return point


def _allowed(
    row: dict[str, str], outline: Outline, taken: list[shapely.Polygon]
) -> shapely.Geometry:
    """Land on which this park may be drawn."""
    homes = [outline.districts[code] for code in districts_of(row["old_district"])]
    home = shapely.union_all(homes).buffer(-_DISTRICT_EDGE_M)
    near = [shape for shape in taken if home.intersects(shape)]
    return home.difference(shapely.union_all(near).buffer(_APART_M)) if near else home


def _draw(
    centre: FloatArray, area: float, kind: int, allowed: shapely.Geometry, reach: float
) -> shapely.Polygon | None:
    """A simple shape of that area as near to `centre` as the land allows, within `reach`."""
    shapely.prepare(allowed)
    # A sunflower spiral: even in all directions, ever farther out.
    step = np.arange(int((reach / 70.0) ** 2))
    turn = step * 2.399963
    away = 70.0 * np.sqrt(step)
    spots = centre + np.column_stack([away * np.cos(turn), away * np.sin(turn)])
    rings = [
        turned(_ring(kind, aspect) * np.sqrt(area), angle, np.zeros(2))
        for aspect, angle in ((1.35, 0.12), (1.35, 1.69), (1.0, 0.12), (2.0, 0.35), (2.0, 1.92))
    ]
    for spot in spots[shapely.contains_xy(allowed, spots)]:
        shapes = shapely.polygons(np.stack([_closed(ring + spot) for ring in rings]))
        fits = shapely.contains(allowed, shapes)
        if fits.any():
            polygon: shapely.Polygon = shapely.normalize(rounded(shapes[np.argmax(fits)]))
            return polygon
    return None


def _closed(ring: FloatArray) -> FloatArray:
    """A ring whose last corner is its first."""
    return np.vstack([ring, ring[:1]])


def _ring(kind: int, aspect: float) -> FloatArray:
    """Corners of a shape of area 1 around the origin: rectangle, cut corner, L or trapezium."""
    rings = (
        [(0, 0), (1, 0), (1, 1), (0, 1)],
        [(0, 0), (1, 0), (1, 0.72), (0.74, 1), (0, 1)],
        [(0, 0), (1, 0), (1, 0.7), (0.66, 0.7), (0.66, 1), (0, 1)],
        [(0.1, 0), (1, 0), (0.92, 1), (0, 0.94)],
    )
    ring = np.array(rings[kind]) * [np.sqrt(aspect), 1 / np.sqrt(aspect)]
    shape = shapely.Polygon(ring)
    middle = np.array(shape.centroid.coords[0])
    corners: FloatArray = (ring - middle) / np.sqrt(shape.area)
    return corners


def _record(
    row: dict[str, str],
    shape: shapely.Polygon | None,
    place: Place | None,
    rng: np.random.Generator,
) -> dict[str, object]:
    """One row of the layer: facts, drawing, and sample values where the park receives."""
    status = _STATUSES[row["status_code"]]
    receives = row["zone"] == "north" and status in _FREE_HA
    year = re.fullmatch(r"\d{4}", row["opens"])
    record: dict[str, object] = {
        "park_id": row["park_id"],
        "name": row["name"],
        "kind": ParkKind.INDUSTRIAL_PARK if row["type"] == "KCN" else ParkKind.CLUSTER,
        "status": status,
        "receives": receives,
        "opens": int(row["opens"]) if year else None,
        "area_ha": float(row["area_ha"]) if row["area_ha"] else None,
        "leasable_ha": float(row["leasable_ha"]) if row["leasable_ha"] else None,
        "occupancy_pct": float(row["occupancy_pct"]) if row["occupancy_pct"] else None,
        "specialisation": join_codes(_WOOD) if "wood" in row["specialisation"] else None,
        "specialisation_text": row["specialisation"] or None,
        "accuracy_m": place.accuracy_m if place else None,
        "location_source": place.source if place else LocationSource.UNKNOWN,
        "old_district": row["old_district"] or None,
        "old_communes": row["old_communes"] or None,
        "new_unit": row["new_unit"] or None,
        "note": _note(row, place),
        "source": f"data/reference/parks.csv, dòng {row['park_id']}; hình vẽ sơ đồ của dự án",
        "record_kind": RecordKind.SCHEMATIC,
        "geometry": shape,
    }
    if receives:
        record |= _sample_values(row, status, rng)
        opens = ", năm mở" if status in _FIRST_YEAR else ""
        record["note"] = f"{_INVENTED}{opens}. {record['note']}"
        record["record_kind"] = RecordKind.SAMPLE
    return record


def _sample_values(
    row: dict[str, str], status: ParkStatus, rng: np.random.Generator
) -> dict[str, object]:
    """Invented values of a receiving park; the row is labelled as a sample."""
    cluster = row["type"] == "CCN"
    low, high = _CLUSTER_FREE_HA if cluster else _FREE_HA[status]
    free = round(float(rng.uniform(low, high)), 1)
    wood = "wood" in row["specialisation"]
    high_tech = "high-tech" in row["specialisation"]
    strict = bool(rng.random() < 0.45)
    accepted = (*_WOOD, "25", "32") if wood else _HIGH_TECH if high_tech else ()
    refused = _HEAVY if strict and not accepted else ()
    rent = rng.uniform(45, 75) if cluster else rng.uniform(70, 135)
    values: dict[str, object] = {
        "free_ha": free,
        "free_ha_source": SAMPLE,
        "accepted_sectors": join_codes(accepted),
        "refused_sectors": join_codes(refused),
        "env_level_max": "III" if high_tech else "II" if strict or wood else "I",
        "wastewater_m3d": float(round(free * rng.uniform(14, 30), -1)),
        "rent_usd_m2": float(round(rent, 0)),
        "rent_source": SAMPLE,
    }
    if status in _FIRST_YEAR:
        values["opens"] = int(_FIRST_YEAR[status] + rng.integers(0, 2))
    return values


def _note(row: dict[str, str], place: Place | None) -> str:
    """How sure the drawing is, in words short enough for a shapefile."""
    basis = row["drawn_area_basis"]
    size = f"{float(row['drawn_area_ha']):g} ha"
    words = {
        "stated": f"vẽ đúng diện tích công bố {size}",
        "recalled": f"vẽ theo diện tích nhớ lại {size}, chưa có nguồn",
    }.get(basis, f"chưa có diện tích: giả định {size} để vẽ")
    if place is None:
        return "Sơ đồ: chưa rõ huyện nên không vẽ"
    return f"Sơ đồ: {place.note}; {words}"
