"""The rules behind the named checks: each yields a record and a detail per finding.

Geometries come in metres. A contradiction of areas needs more than a twentieth and more than
ten square metres, so that rounding in a list is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.ingest.units import REFORM, locate_units, units_on
from geo_relocation.messages import Text, _
from geo_relocation.model import schema, split_codes
from geo_relocation.model.enums import AdminLevel, LotState, ParkStatus, SchemeZone, ZoneCategory
from geo_relocation.model.land_use import CODE_SYSTEMS, categorise, category_of_words
from geo_relocation.text.taxcode import check_tax_code

Frames = Mapping[str, pd.DataFrame]
Findings = Iterator[tuple[str, Text]]
Rule = Callable[[Frames], Findings]

RULES: dict[str, Rule] = {}

_AREA_RATIO = 1.05
_AREA_METRES = 10.0
_OVERLAP_METRES = 10.0
_INSIDE = 0.95
_HECTARE = 10_000.0
_GONE = {ParkStatus.CONVERTING.value, ParkStatus.REMOVED.value}
_FOREVER = pd.Timestamp("2262-01-01")


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register a rule under the name of its check."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register


@rule("foreign-objects")
def _foreign_objects(frames: Frames) -> Findings:
    found = frames.get("foreign", pd.DataFrame(columns=["name", "words"]))
    yield from zip(found["name"], found["words"], strict=True)


def _areas_differ(frame: pd.DataFrame, key: str, stated: pd.Series) -> Findings:
    """Records whose stated area (m²) contradicts their outline."""
    drawn = shapely.area(frame.geometry.to_numpy())
    said = stated.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(said > drawn, said / drawn, drawn / said)
    wrong = (drawn > 0) & (ratio > _AREA_RATIO) & (np.abs(said - drawn) > _AREA_METRES)
    for i in np.flatnonzero(wrong):
        yield (
            str(frame[key].iloc[i]),
            _("{stated:n0} m² ↔ {drawn:n0} m²", stated=float(said[i]), drawn=float(drawn[i])),
        )


def _overlaps(geometry: NDArray[np.object_]) -> pd.DataFrame:
    """Pairs of outlines that share land: `left`, `right`, `area`."""
    left, right = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    # Neighbours that share an edge are most pairs, and their intersection is the dear part.
    apart = shapely.touches(geometry[left], geometry[right])
    left, right = left[~apart], right[~apart]
    area = shapely.area(shapely.intersection(geometry[left], geometry[right]))
    pairs = pd.DataFrame({"left": left, "right": right, "area": area})
    return pairs[pairs["area"] > _OVERLAP_METRES].reset_index(drop=True)


def _overlapping(frame: pd.DataFrame, key: str) -> Findings:
    frame = frame[frame.geometry.notna()]
    ids = frame[key].to_numpy(dtype=object)
    for pair in _overlaps(frame.geometry.to_numpy()).itertuples():
        yield str(ids[pair.left]), _("{other}: {area:n0} m²", other=ids[pair.right], area=pair.area)


@rule("overlapping-zones")
def overlapping_zones(frames: Frames) -> Findings:
    """Zones of the same status that share land."""
    for _key, group in frames["zones"].groupby("status", sort=True):
        yield from _overlapping(group, "zone_id")


@rule("zones-uncategorised")
def zones_uncategorised(frames: Frames) -> Findings:
    """Zones of unknown use, and those that are `other` for want of a table that knows them."""
    zones = frames["zones"]
    words = zones["land_use_code"].fillna(zones["land_use_text"])
    # Workspaces of an earlier program put what no table knew into `other`.
    guessed = zones["category"].eq(ZoneCategory.OTHER.value) & ~_known_as_other(zones, words)
    rows = zones["category"].eq(ZoneCategory.UNKNOWN.value) | guessed
    yield from zip(
        zones.loc[rows, "zone_id"].astype(str), words[rows].fillna("").astype(str), strict=True
    )


def _known_as_other(zones: pd.DataFrame, words: pd.Series) -> pd.Series:
    """Zones whose code or words some table knows."""
    found = words.map(category_of_words, na_action="ignore").notna()
    for system, rows in zones.groupby("code_system").groups.items():
        if system in CODE_SYSTEMS:
            found[rows] |= pd.notna(categorise(str(system), words[rows]))
    return found


@rule("zone-area-differs")
def zone_area_differs(frames: Frames) -> Findings:
    """Zones whose stated area contradicts their outline."""
    return _areas_differ(frames["zones"], "zone_id", frames["zones"]["area_m2"])


@rule("sites-without-location")
def sites_without_location(frames: Frames) -> Findings:
    """Sites that cannot be screened."""
    sites = frames["sites"]
    yield from _named(sites[sites.geometry.isna()])


@rule("sites-without-accuracy")
def sites_without_accuracy(frames: Frames) -> Findings:
    """Locations of unknown accuracy."""
    sites = frames["sites"]
    yield from _named(sites[sites.geometry.notna() & sites["accuracy_m"].isna()])


@rule("sites-outside-area")
def sites_outside_area(frames: Frames) -> Findings:
    """Sites in no administrative unit of any time."""
    sites, units = frames["sites"], frames["admin_units"]
    places = shapely.point_on_surface(sites.geometry.to_numpy())
    held, _places = shapely.STRtree(units.geometry.to_numpy()).query(places, predicate="intersects")
    outside = ~shapely.is_missing(places)
    outside[held] = False
    yield from _named(sites[outside])


@rule("site-unit-contradiction")
def site_unit_contradiction(frames: Frames) -> Findings:
    """Sites whose location lies in another unit than they state, beyond their accuracy."""
    sites, units = frames["sites"], frames["admin_units"]
    before = date.fromordinal(REFORM.toordinal() - 1)
    for column, level, on in (
        ("old_district_code", AdminLevel.DISTRICT, before),
        ("old_commune_code", AdminLevel.COMMUNE, before),
        ("new_unit_code", AdminLevel.COMMUNE, REFORM),
    ):
        rows = sites[sites[column].notna() & sites.geometry.notna()]
        if rows.empty:
            continue
        found = locate_units(rows.geometry, units, on=on, level=level)
        in_force = units_on(units, on, level)
        by_code = dict(zip(in_force["code"], in_force.geometry, strict=True))
        for i in np.flatnonzero(
            (found["code"].notna() & (found["code"] != rows[column])).to_numpy()
        ):
            site = rows.iloc[i]
            stated = by_code.get(site[column])
            reach = 0.0 if pd.isna(site["accuracy_m"]) else site["accuracy_m"]
            if stated is not None and stated.distance(site.geometry) <= reach:
                continue  # within its accuracy it may well lie where it says
            yield (
                str(site["site_id"]),
                _(
                    "{field}: {stated} ↔ {found}",
                    field=schema("sites").attribute(column),
                    stated=site[column],
                    found=found["code"].iloc[i],
                ),
            )


@rule("site-area-differs")
def site_area_differs(frames: Frames) -> Findings:
    """Sites whose stated land contradicts their outline."""
    return _areas_differ(frames["sites"], "site_id", frames["sites"]["land_m2"])


@rule("sites-without-land")
def sites_without_land(frames: Frames) -> Findings:
    """Sites whose need for land cannot be told."""
    sites = frames["sites"]
    drawn = shapely.area(sites.geometry.to_numpy())
    yield from _named(sites[sites["land_m2"].isna() & ~(drawn > 0)])


@rule("duplicate-tax-codes")
def duplicate_tax_codes(frames: Frames) -> Findings:
    """Tax codes that several sites bear."""
    sites = frames["sites"]
    coded = sites[sites["tax_code"].notna()]
    for code, group in coded.groupby("tax_code", sort=True):
        if len(group) > 1:
            yield str(code), ", ".join(group["site_id"].astype(str))


@rule("invalid-tax-codes")
def invalid_tax_codes(frames: Frames) -> Findings:
    """Tax codes whose check digit is wrong."""
    sites = frames["sites"]
    for site, code in zip(sites["site_id"], sites["tax_code"], strict=True):
        if not pd.isna(code) and check_tax_code(str(code)).code != code:
            yield str(site), str(code)


@rule("site-worker-parts")
def site_worker_parts(frames: Frames) -> Findings:
    """Parts of the workforce that exceed the whole."""
    sites = frames["sites"]
    for column in ("workers_women", "workers_migrant"):
        for row in sites[(sites[column] > sites["workers"]).fillna(value=False)].itertuples():
            yield (
                str(row.site_id),
                _(
                    "{field}: {part:n} > {whole:n}",
                    field=schema("sites").attribute(column),
                    part=int(getattr(row, column)),
                    whole=int(row.workers),
                ),
            )


@rule("site-phases")
def site_phases(frames: Frames) -> Findings:
    """Windows of time that are empty."""
    sites = frames["sites"]
    wrong = (sites["earliest_phase"] > sites["latest_phase"]).fillna(value=False)
    for row in sites[wrong].itertuples():
        yield str(row.site_id), f"{row.earliest_phase} > {row.latest_phase}"


@rule("unknown-wish-places")
def unknown_wish_places(frames: Frames) -> Findings:
    """Wishes for parks that are not there."""
    known = set(frames["parks"]["park_id"])
    sites = frames["sites"]
    for site, wish in zip(sites["site_id"], sites["wish_place"], strict=True):
        unknown = [code for code in split_codes(wish) if code not in known]
        if unknown:
            yield str(site), ", ".join(unknown)


@rule("parks-receive-converting")
def parks_receive_converting(frames: Frames) -> Findings:
    """Parks that receive although they will be gone."""
    parks = frames["parks"]
    wrong = parks["receives"].fillna(value=False) & parks["status"].isin(_GONE)
    yield from zip(parks.loc[wrong, "park_id"], parks.loc[wrong, "name"], strict=True)


@rule("parks-receive-south")
def parks_receive_south(frames: Frames) -> Findings:
    """Parks that receive although they stand where firms leave."""
    parks, units = frames["parks"], frames["admin_units"]
    south = units[units["scheme_zone"] == SchemeZone.SOUTH.value].geometry.to_numpy()
    receiving = parks[parks["receives"].fillna(value=False)]
    middle = shapely.point_on_surface(receiving.geometry.to_numpy())
    held, _places = shapely.STRtree(south).query(middle, predicate="intersects")
    inside = receiving.iloc[np.unique(held)]
    yield from zip(inside["park_id"], inside["name"], strict=True)


@rule("park-area-differs")
def park_area_differs(frames: Frames) -> Findings:
    """Parks whose stated area contradicts their outline."""
    return _areas_differ(frames["parks"], "park_id", frames["parks"]["area_ha"] * _HECTARE)


@rule("park-areas-order")
def park_areas_order(frames: Frames) -> Findings:
    """Parks with more free land than they can have."""
    parks = frames["parks"]
    for small, large in (("free_ha", "leasable_ha"), ("free_ha", "area_ha"),
                         ("leasable_ha", "area_ha")):  # fmt: skip
        for row in parks[parks[small] > parks[large]].itertuples():
            yield (
                str(row.park_id),
                _(
                    "{field}: {part:n} ha > {whole:n} ha",
                    field=schema("parks").attribute(small),
                    part=float(getattr(row, small)),
                    whole=float(getattr(row, large)),
                ),
            )


@rule("lots-outside-parks")
def lots_outside_parks(frames: Frames) -> Findings:
    """Lots with less than nineteen twentieths of their land in their park."""
    lots, parks = frames["lots"], frames["parks"]
    joined = lots.merge(parks[["park_id", "geometry"]], on="park_id", suffixes=("", "_park"))
    lot, park = (gpd.GeoSeries(joined[name]).to_numpy() for name in ("geometry", "geometry_park"))
    area = shapely.area(lot)
    drawn = (area > 0) & (shapely.area(park) > 0)
    inside = shapely.area(shapely.intersection(lot, park))
    for i in np.flatnonzero(drawn & (inside < _INSIDE * area)):
        yield (
            str(joined["lot_id"].iloc[i]),
            _(
                "{park}: {share:%}",
                park=joined["park_id"].iloc[i],
                share=float(inside[i] / area[i]),
            ),
        )


@rule("lots-without-park")
def lots_without_park(frames: Frames) -> Findings:
    """Lots of parks that are not there."""
    lots = frames["lots"]
    orphans = lots[~lots["park_id"].isin(frames["parks"]["park_id"])]
    yield from zip(orphans["lot_id"], orphans["park_id"], strict=True)


@rule("overlapping-lots")
def overlapping_lots(frames: Frames) -> Findings:
    """Lots that share land."""
    return _overlapping(frames["lots"], "lot_id")


@rule("lot-area-differs")
def lot_area_differs(frames: Frames) -> Findings:
    """Lots whose stated area contradicts their outline."""
    return _areas_differ(frames["lots"], "lot_id", frames["lots"]["area_m2"])


@rule("lots-exceed-park")
def lots_exceed_park(frames: Frames) -> Findings:
    """Parks with more land in free lots than they say is free."""
    lots, parks = frames["lots"], frames["parks"]
    free = lots[lots["state"] == LotState.FREE.value].groupby("park_id")["area_m2"].sum()
    said = parks.set_index("park_id")["free_ha"].dropna() * _HECTARE
    both = pd.concat([free.rename("lots"), said.rename("said")], axis=1).dropna()
    for park, row in both[both["lots"] > both["said"] * _AREA_RATIO].iterrows():
        yield (
            str(park),
            _(
                "{lots:n} ha > {stated:n} ha",
                lots=float(row["lots"] / _HECTARE),
                stated=float(row["said"] / _HECTARE),
            ),
        )


@rule("overlapping-periods")
def overlapping_periods(frames: Frames) -> Findings:
    """Codes that name two units on one day."""
    units = frames["admin_units"].sort_values(["code", "valid_from"])
    for code, group in units.groupby("code", sort=True):
        ends = group["valid_to"].fillna(_FOREVER).to_numpy()[:-1]
        starts = group["valid_from"].to_numpy()[1:]
        if (ends >= starts).any():
            yield str(code), ", ".join(group["name"].astype(str))


@rule("overlapping-units")
def overlapping_units(frames: Frames) -> Findings:
    """Units of one level that share land on one day."""
    units = frames["admin_units"]
    for _key, group in units.groupby("level", sort=True):
        starts = group["valid_from"].to_numpy()
        ends = group["valid_to"].fillna(_FOREVER).to_numpy()
        codes, areas = group["code"].to_numpy(object), shapely.area(group.geometry.to_numpy())
        for pair in _overlaps(group.geometry.to_numpy()).itertuples():
            i, j = pair.left, pair.right
            together = starts[i] <= ends[j] and starts[j] <= ends[i]
            # Boundaries of neighbours drawn apart overlap by slivers.
            if together and pair.area > (1 - _INSIDE) * min(areas[i], areas[j]):
                yield str(codes[i]), _("{other}: {area:n0} m²", other=codes[j], area=pair.area)


def _named(sites: pd.DataFrame) -> Findings:
    names = sites["name"].fillna("").astype(str)
    yield from zip(sites["site_id"].astype(str), names, strict=True)
