"""Small sources and quick looks at what came of them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from geo_relocation.ingest.log import in_words
from geo_relocation.ingest.prepared import Prepared

TM3 = CRS.from_epsg(9210)
EAST, NORTH = 600_000.0, 1_210_000.0


def square(x: float, y: float, side: float = 100.0) -> shapely.Polygon:
    """A square with its lower left corner `x`, `y` metres from a place in the province."""
    return shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


def zones(geometry: list[object], **columns: object) -> gpd.GeoDataFrame:
    data = {"land_use_code": ["SKK"] * len(geometry)} | columns
    return gpd.GeoDataFrame(pd.DataFrame(data), geometry=geometry, crs=TM3)


def kinds(prepared: Prepared) -> list[str]:
    return prepared.issues["kind"].tolist()


def issue(prepared: Prepared, kind: str) -> pd.DataFrame:
    """Issues of a kind, `message` in Vietnamese and `message_en` in English."""
    rows = prepared.issues[prepared.issues["kind"] == kind].reset_index(drop=True)
    return in_words(rows, "vi")
