"""One firm of which no more is known than a test says, and the item of one policy for it."""

from __future__ import annotations

import datetime as dt

from geo_relocation.support import catalogue, estimate, gather_firms, parse_parameters
from geo_relocation.testing import layer

DAY = dt.date(2026, 1, 1)

OWNER = {
    "land_recovery": "project",
    "rent_mode": "one-off",
    "lease_start": "2000-01-01",
    "lease_end": "2050-01-01",
    "land_m2": 5000.0,
    "production_stop": "full",
    "after_tax_income_mvnd": 1234.567891,
}
"""Compensated for land, and stops."""


def parameters(**values: object) -> str:
    """A file of parameters, each with a source."""
    return "\n".join(
        f'[parameter.{name}]\nvalue = {value}\nsource = "QĐ thử"' for name, value in values.items()
    )


def item(policy, given=None, *, figures="", route=None, verdict=None, park=None, day=DAY):
    """The item of a policy."""
    sites = layer("sites", [{"site_id": "S", **(given or {})}])
    only = sites[["site_id"]]
    known = catalogue([policy])
    read = parse_parameters(figures, known.parameters, policies=frozenset(known.policies))
    firms = gather_firms(
        sites,
        as_of=day,
        decisions=only.assign(route=route, compulsory=None) if route else None,
        findings=only.assign(verdict=verdict, in_park=False) if verdict else None,
        plan=only.assign(park_id="P", phase=day.year) if park else None,
        parks=layer("parks", [{"park_id": "P", "kind": park}]) if park else None,
        assumed=read.assumed,
    )
    (found,) = estimate(firms, known, read).items
    return found
