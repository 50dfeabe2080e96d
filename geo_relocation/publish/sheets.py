"""The tables of the workbook and of the document: which columns, which rows, which words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from geo_relocation.messages import Language
from geo_relocation.model import schema
from geo_relocation.model.dictionary import Attribute
from geo_relocation.model.enums import Verdict, ZoneCategory
from geo_relocation.publish.content import Content
from geo_relocation.publish.records import (
    DECISION,
    FINDING,
    PLACE,
    PLAN,
    Column,
    is_listed,
    park_use,
    shown_values,
    site_records,
)
from geo_relocation.publish.words import word
from geo_relocation.words import style

_CODES = {"site_id", "tax_code", "vsic", "plan_id", "park_id", "to_park_id", "in_park_id"}
_SHARES = {"residential_share", "residential_probability"}


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet.

    Attributes
    ----------
    name, header
        Column of the frame, and its header.
    kind
        `text`, `code`, `integer`, `year`, `real`, `area`, `share`, `gap` (a share that is small),
        `date` or `instant`.
    colored
        Whether verdicts in it take the colours of the palette.
    attribute
        The dictionary's entry that it shows, if any.
    """

    name: str
    header: str
    kind: str
    colored: bool = False
    attribute: Attribute | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet: a name for its tab, a title, columns and rows.

    Attributes
    ----------
    frozen
        Columns at the left that stay in view.
    """

    name: str
    title: str
    columns: tuple[SheetColumn, ...]
    frame: pd.DataFrame
    frozen: int = 0


def column_kind(name: str, attribute: Attribute) -> str:
    """How the values of a column are written, see `SheetColumn`."""
    if name in _CODES:
        return "code"
    if name in _SHARES:
        return "share"
    if name == "gap":
        return "gap"
    if attribute.unit == "năm":
        return "year"
    if attribute.unit in {"m²", "m"}:
        return "area"
    kinds = {"integer": "integer", "real": "real", "date": "date", "datetime": "instant"}
    return kinds.get(attribute.type, "text")


def worded_columns(
    frame: pd.DataFrame, columns: Iterable[Column], content: Content
) -> tuple[tuple[SheetColumn, ...], pd.DataFrame]:
    """The chosen columns with their headers, statuses in words."""
    chosen, shown = [], {}
    for column in columns:
        attribute = column.attribute
        header = attribute.header(content.language)
        kind = column_kind(column.name, attribute)
        colored = column.name == "verdict"
        chosen.append(SheetColumn(column.name, header, kind, colored, attribute))
        shown[column.name] = shown_values(column, frame, content)
    return tuple(chosen), pd.DataFrame(shown, index=frame.index).reset_index(drop=True)


def _of_sites(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "sites", name) for name in names)


def _of_layer(layer: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, layer, name) for name in names)


def _named(columns: Iterable[Column], *names: str) -> tuple[Column, ...]:
    by_name = {column.name: column for column in columns}
    return tuple(by_name[name] for name in names)


_DESTINATION = Column("to_park", "assignments", "park_id")
_WHO = (*_of_sites("site_id", "name", "tax_code"), PLACE[0])
_LIST = (
    *_of_sites("site_id", "name", "tax_code", "address", "old_commune"),
    PLACE[1],
    *_of_sites(
        "activity", "vsic", "ownership", "start_year", "land_m2", "workshop_m2", "land_origin",
        "land_code_current", "land_code_planned", "workers", "env_level",
    ),
    *_named(
        FINDING, "verdict", "finding_reason", "residential_share", "housing_distance_m",
        "finding_detail",
    ),
    *_named(
        DECISION, "route", "compulsory", "decision_group", "batch", "deadline",
        "decision_explanation", "missing",
    ),
    *_of_sites("wish", "wish_place", "wish_text", "consent"),
    *_named(PLAN, "to_phase"),
    _DESTINATION,
    *_of_sites("note"),
)  # fmt: skip


def shares_in_words(text: str, language: Language) -> str:
    """The shares of a finding, the largest first, as people read them."""
    parts = sorted(json.loads(text).items(), key=lambda item: -item[1])
    return "; ".join(
        f"{ZoneCategory.of(name).label(language)} {style(language).percent(share)}"
        for name, share in parts
    )


def _numbered(sheet: Sheet, content: Content) -> Sheet:
    """The sheet with a running number in front, as office lists have it."""
    header = SheetColumn("number", word("number", content.language), "year")
    frame = sheet.frame.assign(number=range(1, len(sheet.frame) + 1))
    return Sheet(sheet.name, sheet.title, (header, *sheet.columns), frame, sheet.frozen + 1)


def without_empty(columns: Iterable[Column], frame: pd.DataFrame) -> tuple[Column, ...]:
    """The columns that hold anything; the first two always."""
    return tuple(
        column for i, column in enumerate(columns) if i <= 1 or frame[column.name].notna().any()
    )


def city_lists(content: Content) -> list[tuple[str, pd.DataFrame]]:
    """The preliminary list by city, cities and then batches and names in order."""
    records = pd.DataFrame(site_records(content).drop(columns="geometry"))
    listed = records[is_listed(records)]
    listed = listed.assign(city=listed["city"].fillna(word("without_city", content.language)))
    order = ["batch", "old_commune", "name", "site_id"]
    return [
        (str(city), part.sort_values(order, kind="stable"))
        for city, part in listed.groupby("city", sort=True)
    ]


def summary_frame(content: Content) -> pd.DataFrame:
    """Sites by city and verdict, with land and workers, and a row of totals.

    Returns
    -------
    DataFrame
        `city`, one column per verdict, `count`, `land_ha`, `workers`, `listed`.
    """
    records = pd.DataFrame(site_records(content).drop(columns="geometry"))
    records["city"] = records["city"].fillna(word("without_city", content.language))
    parts = {member.value: records["verdict"] == member.value for member in Verdict}
    flags = pd.DataFrame({name: flag.fillna(value=False) for name, flag in parts.items()})
    flags["count"] = 1
    flags["land_ha"] = records["land_m2"].fillna(records["screened_m2"]) / 1e4
    flags["workers"] = records["workers"]
    flags["listed"] = is_listed(records)
    table = flags.groupby(records["city"]).sum().reset_index()
    total = table.drop(columns="city").sum().to_frame().T
    total.insert(0, "city", word("total", content.language))
    return pd.concat([table, total], ignore_index=True).convert_dtypes()


def _summary(content: Content) -> Sheet:
    language = content.language
    columns = (
        SheetColumn("city", PLACE[0].attribute.header(language), "text"),
        *(SheetColumn(m.value, m.label(language), "integer") for m in Verdict),
        SheetColumn("count", word("count", language), "integer"),
        SheetColumn("land_ha", word("land_ha", language), "real"),
        SheetColumn("workers", word("workers", language), "integer"),
        SheetColumn("listed", word("listed", language), "integer"),
    )
    frame = summary_frame(content)
    return Sheet(word("sheet_summary", language), content.title, columns, frame, 1)


def list_name(city: str, language: Language) -> str:
    """Name of the sheet with the preliminary list of a city."""
    short = city.removeprefix("Thành phố ").removeprefix("Huyện ").removeprefix("Thị xã ")
    return word("sheet_list", language, city=short)


def _lists(content: Content) -> list[Sheet]:
    sheets = []
    for city, part in city_lists(content):
        columns, frame = worded_columns(part, without_empty(_LIST, part), content)
        title = f"{word('title_list', content.language)}: {city}"
        name = list_name(city, content.language)
        sheets.append(_numbered(Sheet(name, title, columns, frame, 2), content))
    return sheets


def _findings(content: Content) -> Sheet:
    records, language = site_records(content), content.language
    records["shares"] = records["shares"].map(
        lambda text: shares_in_words(text, language), na_action="ignore"
    )
    wanted = without_empty((*_WHO, PLACE[1], *FINDING), records)
    columns, frame = worded_columns(records, wanted, content)
    return Sheet(
        word("sheet_findings", language), word("title_findings", language), columns, frame, 2
    )


def _assignments(content: Content) -> list[Sheet]:
    records = site_records(content)
    costs = tuple(Column(a.name, a.layer, a.name, made=a) for a in content.cost_columns.values())
    terms = content.frame("assignments")[["site_id", *(column.name for column in costs)]]
    records = records[records["placed"].notna()].merge(terms, on="site_id", how="left")
    done = records[records["placed"] == "placed"]
    left = records[records["placed"] == "unplaced"]
    language = content.language
    land = _of_sites("land_m2")
    lists = (
        ("placed", done, (
            *_WHO, *land, _DESTINATION, *_named(PLAN, "to_phase", "to_lot_ids", "to_land_m2"),
            *_named(PLAN, "distance_km", "cost_km"), *costs, *_named(PLAN, "plan_reason"),
        )),
        ("unplaced", left, (
            *_WHO, *land, *_of_sites("vsic"), *_named(PLAN, "plan_reason", "smallest_change"),
        )),
    )  # fmt: skip
    sheets = []
    for key, part, wanted in lists:
        columns, frame = worded_columns(part, without_empty(wanted, part), content)
        sheet = Sheet(
            word(f"sheet_{key}", language), word(f"title_{key}", language), columns, frame, 2
        )
        sheets.append(_numbered(sheet, content))
    return sheets


def _parks(content: Content) -> Sheet:
    use, language = park_use(content), content.language
    known = _of_layer(
        "parks", "park_id", "name", "kind", "status", "receives", "opens", "area_ha", "free_ha"
    )
    columns, frame = worded_columns(use, known, content)
    extra = (
        SheetColumn("firms", word("firms_placed", language), "integer"),
        SheetColumn("used_ha", word("used_ha", language), "real"),
        SheetColumn("left_ha", word("left_ha", language), "real"),
    )
    frame = frame.assign(**{column.name: use[column.name] for column in extra})
    title = word("title_parks", language)
    return Sheet(word("sheet_parks", language), title, (*columns, *extra), frame, 2)


def _indicators(content: Content) -> Sheet:
    names = [attribute.name for attribute in schema("indicators").fields]
    columns, frame = worded_columns(
        content.frame("indicators"), _of_layer("indicators", *names), content
    )
    language = content.language
    return Sheet(
        word("sheet_indicators", language), word("title_indicators", language), columns, frame
    )


def _indicator_parts(content: Content) -> Sheet:
    wanted = _of_layer("indicator_parts", "by", "of", "key", "value", "unit")
    columns, frame = worded_columns(content.frame("indicator_parts"), wanted, content)
    language = content.language
    title = word("title_indicator_parts", language)
    return Sheet(word("sheet_indicator_parts", language), title, columns, frame, 2)


def _after_use(content: Content) -> Sheet:
    """Vacated land by planned use, city, unit and year."""
    language = content.language
    by = ["category", "city_code", "unit_code", "year"]
    table = (
        content.frame("after_use")
        .groupby(by, dropna=False, sort=True)
        .agg(count=("site_id", "nunique"), land_ha=("land_m2", lambda area: area.sum() / 1e4))
        .reset_index()
    )
    use, year = _of_layer("after_use", "category", "year")
    units = _of_sites("old_district", "new_unit")
    named = table.rename(columns={"city_code": "old_district", "unit_code": "new_unit"})
    columns, frame = worded_columns(named, (use, *units, year), content)
    extra = (
        SheetColumn("count", word("count", language), "integer"),
        SheetColumn("land_ha", word("land_ha", language), "real"),
    )
    frame = frame.assign(**{column.name: table[column.name] for column in extra})
    title = word("title_after_use", language)
    return Sheet(word("sheet_after_use", language), title, (*columns, *extra), frame, 1)


def content_sheets(content: Content) -> list[Sheet]:
    """All sheets in order; those of a stage that has not run are left out."""
    sheets = [_summary(content), *_lists(content), _findings(content)]
    if content.has_plan:
        sheets += _assignments(content)
    if len(content.frame("parks")):
        sheets.append(_parks(content))
    if len(content.frame("indicators")):
        sheets.append(_indicators(content))
    if len(content.frame("indicator_parts")):
        sheets.append(_indicator_parts(content))
    if len(content.frame("after_use")):
        sheets.append(_after_use(content))
    return sheets
