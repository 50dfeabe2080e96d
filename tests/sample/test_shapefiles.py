"""The committed shapefiles: the sample itself, to the byte and to the value."""

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo_relocation.model import schema
from geo_relocation.model.short_names import short_names

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
FILES = {
    "admin_units": ["admin_units"],
    "zones": ["zones"],
    "sites": ["sites", "sites_points"],
    "parks": ["parks"],
    "lots": ["lots"],
    "roads": ["roads"],
}


@pytest.fixture(scope="module")
def names():
    return short_names()


def test_a_rebuild_gives_the_committed_bytes(tmp_path):
    script = ROOT / "scripts" / "build_sample.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, capture_output=True)
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(DATA): path for path in DATA.rglob("*") if path.is_file()}
    assert set(made) == set(kept)
    changed = [str(name) for name in made if made[name].read_bytes() != kept[name].read_bytes()]
    assert changed == []
    assert sum(path.stat().st_size for path in kept.values()) < 8_000_000


def test_short_names_fit_and_are_clear(names):
    for layer, fields in names.items():
        assert all(len(field) <= 10 for field in fields), layer
        assert len({field.upper() for field in fields}) == len(fields), layer
        assert set(fields.values()) <= set(schema(layer).columns)
        assert len(set(fields.values())) == len(fields)


@pytest.mark.parametrize("layer", FILES)
def test_shapefiles_read_back_as_the_sample(layer, names, province):
    parts = [gpd.read_file(DATA / "shapefiles" / f"{name}.shp") for name in FILES[layer]]
    key = schema(layer).key[0]
    read = pd.concat(parts, ignore_index=True).rename(columns=names[layer])
    assert all(part.crs.to_epsg() == 9210 for part in parts)
    read = schema(layer).conform(read).sort_values(key, ignore_index=True)
    sample = province[layer].sort_values(key, ignore_index=True)
    assert (read.geometry.isna() == sample.geometry.isna()).all()
    assert (read.geometry.isna() | read.geometry.geom_equals(sample.geometry)).all()
    assert_frame_equal(
        pd.DataFrame(read.drop(columns="geometry")), pd.DataFrame(sample.drop(columns="geometry"))
    )


def test_each_layer_has_its_side_files():
    for name in [name for names in FILES.values() for name in names]:
        for ending in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            assert (DATA / "shapefiles" / f"{name}{ending}").is_file()
        assert (DATA / "shapefiles" / f"{name}.cpg").read_text() == "UTF-8"
