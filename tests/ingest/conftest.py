"""Source files made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import CRS

from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.prepared import Prepared
from geo_relocation.ingest.readers import read_table

from .making import TM3


@pytest.fixture
def tm3() -> CRS:
    return TM3


@pytest.fixture
def import_frame(tmp_path: Path) -> Callable[..., Prepared]:
    """Write a frame to a GeoPackage, read it and prepare it."""

    def run(frame: gpd.GeoDataFrame, layer: str, **options: object) -> Prepared:
        path = tmp_path / "source.gpkg"
        path.unlink(missing_ok=True)
        frame.to_file(path, driver="GPKG")
        return prepare(read_table(path), layer, import_id="I1", working_crs=TM3, **options)

    return run


@pytest.fixture
def import_csv(tmp_path: Path) -> Callable[..., Prepared]:
    """Write a text as CSV, read it and prepare it."""

    def run(text: str, layer: str, *, crs: object = None, **options: object) -> Prepared:
        path = tmp_path / "source.csv"
        path.write_text(text, "utf-8")
        options = {"import_id": "I1", "working_crs": TM3} | options
        return prepare(read_table(path, crs=crs), layer, **options)

    return run
