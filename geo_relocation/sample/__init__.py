"""The schematic province: a made-up plan and made-up firms on a drawing of the real districts.

Facts (district names and areas, parks) come from tables with their sources. Everything else
is drawn or invented here, from a seed, and says so in `record_kind`, `source` and `note`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo_relocation.messages import _
from geo_relocation.model import schema
from geo_relocation.model.enums import AdminLevel, RecordKind
from geo_relocation.progress import Progress, SilentProgress
from geo_relocation.sample import firms, zones
from geo_relocation.sample.blocks import make_lattice
from geo_relocation.sample.drawing import WORKING_CRS
from geo_relocation.sample.lots import make_lots
from geo_relocation.sample.outline import Outline, draw_outline
from geo_relocation.sample.parks import make_parks
from geo_relocation.sample.plots import blur, place_sites
from geo_relocation.sample.roads import gate_degrees, main_roads, make_roads
from geo_relocation.sample.tables import rows

__all__ = ["LAYERS", "SEED", "SITES", "build_sample"]

SEED = 3210
"""Seed of the sample that ships: the number of the scheme's decision."""

SITES = 2_900
"""Published number of firms in the scheme."""

LAYERS = ("admin_units", "zones", "sites", "parks", "lots", "roads", "admin_crosswalk")
"""Layers of the sample."""

_BLOCK_M, _RURAL_BLOCK_M = 500.0, 2_200.0


def build_sample(
    seed: int = SEED, *, sites: int = SITES, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """Draw the whole province.

    Parameters
    ----------
    seed
        Seed of everything that is random; the same seed gives the same frames.
    sites
        Number of sites. Zones, parks, lots and roads are the same for any number, apart
        from zones of existing use, which follow the sites.
    progress
        Told about each layer.

    Returns
    -------
    dict
        Frames by the names of `LAYERS`, conformed to the data dictionary, in EPSG:9210.
    """
    told = progress or SilentProgress()
    told.start(_("Drawing the sample province"), total=4)
    # One stream per part, so that a change in one does not shake the others.
    streams = np.random.default_rng(seed).spawn(9)
    outline = draw_outline()
    layers = {"admin_units": _admin_units(outline), "admin_crosswalk": _crosswalk()}
    told.advance()
    parks = make_parks(outline, main_roads(), streams[0])
    told.advance()
    south = shapely.union_all([outline.districts[code] for code in zones.SOUTH])
    province = shapely.union_all(list(outline.districts.values()))
    lattice = make_lattice(south.bounds, _BLOCK_M, streams[2], angle=0.12)
    rural = make_lattice(province.bounds, _RURAL_BLOCK_M, streams[3], angle=0.20)
    layers["roads"], gates = make_roads(outline, parks, lattice, rural)
    layers["lots"] = make_lots(parks, layers["roads"], streams[1])
    layers["parks"] = parks.join(gate_degrees(gates), on="park_id")
    told.advance()
    town = zones.Town(outline, parks, lattice, rural, main_roads())
    planned = zones.make_planned(town, streams[4])
    plots = place_sites(sites, outline, planned, parks, streams[5])
    plots["commune_code"] = firms.commune_codes(plots)
    layers["sites"] = _sites(plots, outline, planned, parks, streams[6], streams[7])
    overlaps = zones.make_overlaps(plots, planned, streams[8])
    existing = zones.make_existing(town, planned, plots, streams[8])
    layers["zones"] = zones.finish(pd.concat([planned, overlaps, existing], ignore_index=True))
    told.advance()
    told.finish()
    return {name: _conformed(name, layers[name]) for name in LAYERS}


def _conformed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the columns of the data dictionary, in the working CRS."""
    found: pd.DataFrame = schema(name).conform(frame, crs=WORKING_CRS)
    return found


def _sites(
    plots: pd.DataFrame,
    outline: Outline,
    planned: pd.DataFrame,
    parks: pd.DataFrame,
    for_firms: np.random.Generator,
    for_places: np.random.Generator,
) -> pd.DataFrame:
    """Attributes and locations of the sites."""
    receiving = parks.loc[parks["receives"], "park_id"].tolist()
    middles = shapely.point_on_surface(plots["geometry"].to_numpy())
    site, zone = shapely.STRtree(planned["geometry"].to_numpy()).query(middles, "intersects")
    codes = pd.Series(None, index=plots.index, dtype=object)
    coded = planned["code_system"].to_numpy()[zone] == "vn-2024"
    codes.iloc[site[coded]] = planned["land_use_code"].to_numpy()[zone[coded]]
    described = firms.describe(plots, codes, receiving, for_firms)
    located = blur(plots, outline, firms.commune_seeds(), for_places)
    return described.join(located)


def _admin_units(outline: Outline) -> pd.DataFrame:
    """The nine old districts."""
    kinds = {"TP": "Thành phố", "Huyện": "Huyện"}
    made = []
    for row in rows("districts.csv"):
        kind, name = row["district"].split(" ", 1)
        made.append(
            {
                "code": row["district_code"],
                "valid_from": "2024-05-01",
                "valid_to": "2025-06-30",
                "level": AdminLevel.DISTRICT,
                "name": f"{kinds[kind]} {name}",
                "parent_name": "Tỉnh Bình Dương",
                "scheme_zone": row["zone_in_scheme"],
                "area_km2": float(row["area_km2"]),
                "note": "Ranh vẽ sơ đồ, không phải địa giới. Hiệu lực từ ngày đủ chín đơn vị với "
                "tên này (Bến Cát lên thành phố)",
                "source": "Diện tích: data/reference/districts.csv; hình vẽ sơ đồ của dự án",
                "record_kind": RecordKind.SCHEMATIC,
                "geometry": outline.districts[row["district_code"]],
            }
        )
    return pd.DataFrame(made).sort_values("code", ignore_index=True)


def _crosswalk() -> pd.DataFrame:
    """Old communes and the new units they became part of."""
    table = pd.DataFrame(rows("admin_crosswalk.csv"))
    names = {
        "old_ward_code": "old_code",
        "old_ward": "old_name",
        "new_ward_code": "new_code",
        "new_ward": "new_name",
    }
    table = table.rename(columns=names)
    table["is_default"] = table["is_default"] == "True"
    table["source"] = "data/reference/admin_crosswalk.csv"
    return table
