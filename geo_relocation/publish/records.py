"""The table that every publication shows: one row per site with finding, decision and place."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo_relocation.messages import Language
from geo_relocation.model import schema, split_codes
from geo_relocation.model.dictionary import Attribute, unit_in
from geo_relocation.model.enums import AdminLevel, LabelledEnum, Route, Verdict
from geo_relocation.model.figures import Breakdown, IndicatorKey
from geo_relocation.publish.content import Content
from geo_relocation.publish.words import word
from geo_relocation.standing.decisions import in_force


@dataclass(frozen=True)
class Column:
    """A column of the joined table and the attribute of the dictionary that explains it.

    Attributes
    ----------
    name
        Column in the joined table.
    layer, attribute_name
        Where it comes from.
    made
        Describes a column that is made from rows of a layer, and so is none of the dictionary's.
    """

    name: str
    layer: str
    attribute_name: str
    made: Attribute | None = None

    @property
    def attribute(self) -> Attribute:
        """The dictionary's entry."""
        return self.made or schema(self.layer).attribute(self.attribute_name)

    def header(self, language: Language) -> str:
        """Header for people."""
        return self.attribute.header(language)


PLACE = (
    Column("city", "sites", "old_district"),
    Column("unit", "sites", "new_unit"),
)
FINDING = tuple(
    Column(name, "findings", attribute)
    for name, attribute in (
        ("verdict", "verdict"),
        ("finding_reason", "reason"),
        ("residential_share", "residential_share"),
        ("residential_probability", "residential_probability"),
        ("housing_distance_m", "housing_distance_m"),
        ("sensitive_distance_m", "sensitive_distance_m"),
        ("required_distance_m", "required_distance_m"),
        ("shares", "shares"),
        ("screened_m2", "land_m2"),
        ("in_park_id", "park_id"),
        ("finding_detail", "detail"),
    )
)
DECISION = tuple(
    Column(name, "decisions", attribute)
    for name, attribute in (
        ("ruleset", "ruleset"),
        ("route", "route"),
        ("compulsory", "compulsory"),
        ("decision_group", "group"),
        ("batch", "batch"),
        ("deadline", "deadline"),
        ("points", "points"),
        ("missing", "missing"),
        ("decision_explanation", "explanation"),
    )
)
PLAN = tuple(
    Column(name, "assignments", attribute)
    for name, attribute in (
        ("to_park_id", "park_id"),
        ("to_phase", "phase"),
        ("to_lot_ids", "lot_ids"),
        ("to_land_m2", "land_m2"),
        ("distance_km", "distance_km"),
        ("cost_km", "cost_km"),
        ("plan_reason", "reason"),
        ("smallest_change", "smallest_change"),
    )
)
TO_PARK = Column("to_park", "parks", "name")
PLACED_COLUMN = "placed"
"""`placed`, `unplaced`, or missing for a site that the plan does not deal with."""


def names_of_units(content: Content, level: AdminLevel) -> pd.Series:
    """Name by code of the units of one level; of a re-used code the newest name."""
    units = content.frame("admin_units")
    chosen = units[units["level"] == level.value].sort_values("valid_from", kind="stable")
    return chosen.drop_duplicates("code", keep="last").set_index("code")["name"]


def _joined(sites: pd.DataFrame, table: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    wanted = {c.attribute_name: c.name for c in columns}
    part = table[["site_id", *wanted]].rename(columns=wanted)
    return sites.merge(part, on="site_id", how="left", validate="one_to_one")


def site_records(content: Content) -> gpd.GeoDataFrame:
    """One row per site, in the order of `sites`, with all that is known of it.

    Returns
    -------
    GeoDataFrame
        The columns of `sites`, then `city` and `unit` (names), those of `FINDING`, `DECISION`
        and `PLAN`, `to_park` (name) and `placed`. Missing where a stage has not run.
    """
    sites = content.layer("sites")
    records = pd.DataFrame(sites.drop(columns="geometry")).reset_index(drop=True)
    records = _joined(records, content.frame("findings"), FINDING)
    places = content.frame("findings")[["site_id", "city_code", "unit_code"]]
    records = records.merge(places, on="site_id", how="left")
    cities = records.pop("city_code").map(names_of_units(content, AdminLevel.DISTRICT))
    units = records.pop("unit_code").map(names_of_units(content, AdminLevel.COMMUNE))
    records["city"] = cities.astype("str").fillna(records["old_district"])
    records["unit"] = units.astype("str").fillna(records["new_unit"])
    records = _joined(records, in_force(content.frame("decisions")), DECISION)
    records = _joined(records, content.frame("assignments"), PLAN)
    parks = content.frame("parks").set_index("park_id")["name"]
    named = records["to_park_id"].map(parks).astype("str")
    records["to_park"] = named.fillna(records["to_park_id"])
    planned = records["site_id"].isin(content.frame("assignments")["site_id"])
    records[PLACED_COLUMN] = "unplaced"
    records[PLACED_COLUMN] = records[PLACED_COLUMN].mask(records["to_park_id"].notna(), "placed")
    records[PLACED_COLUMN] = records[PLACED_COLUMN].where(planned)
    return gpd.GeoDataFrame(records, geometry=gpd.GeoSeries(list(sites.geometry), crs=content.crs))


def park_use(content: Content) -> pd.DataFrame:
    """Land and firms that the plan brings to each park.

    Returns
    -------
    DataFrame
        One row per park in the order of `parks`: `park_id, name, status, receives, opens,
        free_ha, firms, used_ha, left_ha`. `left_ha` is missing where the free area is not
        known.
    """
    parks = content.frame("parks")[
        ["park_id", "name", "kind", "status", "receives", "opens", "area_ha", "free_ha"]
    ].reset_index(drop=True)
    given = content.frame("assignments").dropna(subset=["park_id"]).groupby("park_id")
    parks["firms"] = parks["park_id"].map(given.size()).astype("Int64").fillna(0)
    used = parks["park_id"].map(given["land_m2"].sum() / 1e4)
    parks["used_ha"] = used.astype("float64").fillna(0.0)
    parks["left_ha"] = parks["free_ha"] - parks["used_ha"]
    return parks


def evidence_label(key: str, language: Language) -> str:
    """Name of a piece of evidence: that of the attribute it comes from, else its key."""
    for layer in ("sites", "findings"):
        if key in schema(layer).columns:
            return schema(layer).attribute(key).label(language)
    return key


# A plan keeps indicators that this version no longer computes, so their column is no closed list.
_OPEN_LISTS: dict[tuple[str, str], type[LabelledEnum]] = {
    ("indicators", "key"): IndicatorKey,
    ("indicator_parts", "key"): IndicatorKey,
    ("indicator_parts", "by"): Breakdown,
}


def choices(attribute: Attribute, language: Language) -> dict[str, str]:
    """Words by stored value of a coded attribute; none for another."""
    coded = attribute.enum or _OPEN_LISTS.get((attribute.layer, attribute.name))
    return {} if coded is None else {member.value: member.label(language) for member in coded}


def words_of(attribute: Attribute, values: pd.Series, language: Language) -> pd.Series:
    """Stored values of codes, booleans and missing evidence in words; others as they are."""
    if (attribute.layer, attribute.name) == ("decisions", "missing"):
        return values.map(
            lambda keys: ", ".join(evidence_label(key, language) for key in split_codes(keys)),
            na_action="ignore",
        )
    if attribute.name == "unit" and attribute.layer in {"indicators", "indicator_parts"}:
        return values.map(lambda unit: unit_in(unit, language), na_action="ignore")
    labels = choices(attribute, language)
    if labels:
        return values.map(labels).astype("str").fillna(values)
    if attribute.type == "boolean":
        answers = {True: word("yes", language), False: word("no", language)}
        return values.astype(object).map(answers).astype("str")
    return values


def shown_values(column: Column, records: pd.DataFrame, content: Content) -> pd.Series:
    """Values of a column of `site_records` as people read them: words for codes, names of parks."""
    values = records[column.name]
    if column.name != "wish_place":
        return words_of(column.attribute, values, content.language)
    names = content.frame("parks").set_index("park_id")["name"].dropna().to_dict()
    return values.map(
        lambda parks: "; ".join(str(names.get(park, park)) for park in split_codes(parks)),
        na_action="ignore",
    )


def is_listed(records: pd.DataFrame) -> pd.Series:
    """Which sites belong on the preliminary list.

    With a decision: every route but to stay, the undecided included, since they need work. Before
    any decision: the sites that screening found in conflict.
    """
    decided = records["route"].notna()
    return (decided & (records["route"] != Route.STAY.value)) | (
        ~decided & (records["verdict"] == Verdict.CONFLICT.value)
    )
