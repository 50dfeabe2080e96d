"""Tables as earlier layouts had them, for the steps that carry their rows over."""

from __future__ import annotations

from geo_relocation.model import Attribute, LayerSchema

COST_COLUMNS = {
    "cost_distance": "distance",
    "cost_homes": "homes",
    "cost_specialisation": "specialisation",
    "cost_rent": "rent",
    "cost_phase": "phase",
    "cost_wish": "wish",
    "cost_change": "change",
}
"""Columns of costs that `assignments` had up to layout 3, and the term that each stands for."""

_WIDE = {
    "plan_id": "text",
    "site_id": "text",
    "park_id": "text",
    "phase": "integer",
    "lot_ids": "codes",
    "land_m2": "real",
    "distance_km": "real",
    "cost_km": "real",
    **dict.fromkeys(COST_COLUMNS, "real"),
    "reason": "text",
    "reason_code": "text",
    "smallest_change": "text",
    "alternatives": "json",
}
_REQUIRED = {"plan_id", "site_id", "reason"}

WIDE_ASSIGNMENTS = LayerSchema(
    name="assignments",
    key=("plan_id", "site_id"),
    append_only=False,
    vi="",
    en="",
    description="",
    attributes=tuple(
        Attribute("assignments", name, kind, "", name in _REQUIRED, "", "", "", "", "")
        for name, kind in _WIDE.items()
    ),
)
"""`assignments` of the layouts 1 to 3: what the links of their chain were made of."""
