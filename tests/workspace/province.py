"""A province of a few firms, small enough to be replaced many times a second."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry import Point

from geo_relocation.model import schema

EAST, NORTH = 600_000.0, 1_206_000.0


def layer(name, rows):
    frame = gpd.GeoDataFrame(rows, geometry=[row["where"] for row in rows], crs=9210)
    return schema(name).conform(frame.drop(columns="where"))


def at(x_km, y_km=0.0):
    return Point(EAST + 1000 * x_km, NORTH + 1000 * y_km)


def layers(firms=4, note="g0"):
    """Sites in housing, a park beside them with room for all, zones; each row with `note`."""
    return {
        "sites": layer("sites", [
            {"site_id": f"S{i:02}", "name": f"Xưởng {i}", "vsic": "C16", "land_m2": 1e4,
             "accuracy_m": 0.0, "note": note, "where": at(i / 10).buffer(50)}
            for i in range(firms)
        ]),
        "zones": layer("zones", [
            {"zone_id": "R", "category": "residential", "status": "planned",
             "where": at(0).buffer(5000)}
        ]),
        "parks": layer("parks", [
            {"park_id": "P", "name": "Khu Tây", "status": "operating", "receives": True,
             "free_ha": 100.0, "note": note, "where": at(-10).buffer(300)}
        ]),
    }  # fmt: skip


def fill(workspace, **given):
    with workspace.store.transaction() as transaction:
        for name, frame in layers(**given).items():
            transaction.append(name, frame)
