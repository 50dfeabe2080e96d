"""Frames to assess, made from the few columns that matter."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import pandas as pd

from geo_relocation.model import schema

DECIDED_AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def make_sites(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Conformed sites from rows with at least a site_id."""
    return schema("sites").conform(pd.DataFrame(rows))


def make_findings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Conformed findings of one run."""
    frame = pd.DataFrame(rows, columns=None if rows else ["site_id"])
    return schema("findings").conform(frame.assign(run_id="screen-1"))


def conflict(site_id: str, share: float = 0.8, city: str = "725", **more: Any) -> dict[str, Any]:
    """A finding of a site in conflict."""
    base = {"site_id": site_id, "verdict": "conflict", "reason": "residential", "in_park": False}
    return base | {"residential_share": share, "city_code": city} | more


def clear(site_id: str, city: str = "725", **more: Any) -> dict[str, Any]:
    """A finding of a site that is clear."""
    base = {"site_id": site_id, "verdict": "clear", "reason": "outside", "in_park": False}
    return base | {"residential_share": 0.0, "city_code": city} | more


def innocent(site_id: str, **more: Any) -> dict[str, Any]:
    """A site without any breach."""
    breaches = dict.fromkeys(("env_breach", "fire_breach", "construction_breach"), False)
    return {"site_id": site_id, "name": f"Firm {site_id}"} | breaches | more
