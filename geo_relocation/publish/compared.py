"""The comparison of plans as one HTML page that needs nothing else: figures, movers, parks, map."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo_relocation.messages import Language, Text, _, ngettext
from geo_relocation.model import split_codes
from geo_relocation.model.reasons import DifferenceKind
from geo_relocation.model.told import recalled
from geo_relocation.publish.content import Content
from geo_relocation.publish.files import NOTHING, Protected, replaced
from geo_relocation.publish.kinds import COMPARISON_MARK, COMPARISON_PAGE
from geo_relocation.publish.written import Written
from geo_relocation.text.printing import printable
from geo_relocation.words import say, style

_COLORS = {DifferenceKind.FORCED: "#C0281C", DifferenceKind.CONSEQUENT: "#2B7BBA"}
_NO_KIND = "#6A6A6A"
_HIGH = 520.0
"""Height of a map, in units of its drawing."""

_SHARE = "1"
"""Unit of a share."""

_STYLE = (
    "body{font:15px/1.4 sans-serif;max-width:70em;margin:1.5em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;margin:.6em 0}th,td{border:1px solid #bbb;padding:.2em .5em;"
    "text-align:left;vertical-align:top}th{background:#e7edf2}td.n{text-align:right}"
    "h2{margin-top:1.6em}svg{border:1px solid #bbb;max-width:100%}.w{color:#8a5a00}"
    "@page{size:A4 landscape;margin:12mm}"
)


@dataclass(frozen=True)
class Compared:
    """What is compared, as frames.

    Attributes
    ----------
    plans
        Rows of `scenarios` with `number`, the base first; titles in the reader's language.
    indicators
        `label`, `unit`, a column for each plan, `difference`, `distinguishable`, `best`.
    firms
        `plan_id`, `site_id`, `park_before`, `phase_before`, `park_after`, `phase_after`, `kind`,
        `why`, `chain`.
    assignments
        Rows of that layer of all plans.
    notes
        What has to be known.
    """

    plans: pd.DataFrame
    indicators: pd.DataFrame
    firms: pd.DataFrame
    assignments: pd.DataFrame
    notes: Sequence[Text] = ()


def write_comparison(
    content: Content, compared: Compared, path: str | Path, *, protected: Protected = NOTHING
) -> Written:
    """Write the page.

    Parameters
    ----------
    content
        Sites, parks and units, for names and maps; and the language.
    compared
        The plans.
    path
        The file, ``….html``; an old one is replaced whole.
    protected
        What must not be replaced.
    """
    page = _page(content, compared)
    with replaced(path, COMPARISON_PAGE, protected) as temporary:
        temporary.write_text(page, "utf-8")
    return Written(Path(path))


def _page(content: Content, compared: Compared) -> str:
    language = content.language
    title = say(_("Comparison of plans"), language)
    parts = [f"<h1>{_text(title)}</h1>"]
    warnings = [content.data_note, *(say(note, language) for note in compared.notes)]
    parts += [f"<p class=w>{_text(one)}</p>" for one in warnings if one]
    parts.append(_figures(compared, language))
    for plan in compared.plans.iloc[1:].to_dict("records"):
        mine = compared.firms[compared.firms["plan_id"] == plan["plan_id"]]
        parts.append(f"<h2>{_text(_named(plan, language))}</h2>")
        parts += [_count(mine, language), _map(content, mine), _movers(content, mine)]
    parts.append(_parks(content, compared))
    return printable(
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">{COMPARISON_MARK}'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _text(value: object) -> str:
    return html.escape(str(value))


def _named(plan: Mapping[str, object], language: Language) -> str:
    """A plan by its number and title."""
    named = _("Plan {number}: {title}", number=plan["number"], title=str(plan["title"] or ""))
    return say(named, language)


def _table(headers: Iterable[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """A table; the columns from `numbers` on, if any, hold figures."""
    head = "".join(f"<th>{_text(one)}</th>" for one in headers)
    lines = []
    for row in rows:
        cells = (
            f"<td{' class=n' if numbers and at >= numbers else ''}>{_text(one)}</td>"
            for at, one in enumerate(row)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def _figures(compared: Compared, language: Language) -> str:
    """Indicators side by side; a difference within what is proven is said to be none."""
    ids = compared.plans["plan_id"].tolist()
    named = {row["plan_id"]: _named(row, language) for row in compared.plans.to_dict("records")}
    same = say(_("cannot be told apart"), language)
    written = style(language)
    rows = []
    for row in compared.indicators.to_dict("records"):
        share = row["unit"] == _SHARE
        figures = [None if pd.isna(row[one]) else float(row[one]) for one in ids]
        values = [
            "–" if one is None else written.percent(one) if share else written.number(one, 2)
            for one in figures
        ]
        # Where a figure is not known nothing is said of which is better.
        alike = abs(row["difference"]) > 0 and not row["distinguishable"]
        told = same if alike else named.get(row["best"], "")
        name = row["label"] if share else f"{row['label']} ({row['unit']})"
        rows.append([name, *values, told])
    headers = (say(_("Indicator"), language), *named.values(), say(_("Better"), language))
    return _table(headers, rows)


def _kind(value: object) -> DifferenceKind | None:
    return None if pd.isna(value) else DifferenceKind.of(str(value))


def _count(mine: pd.DataFrame, language: Language) -> str:
    """How many firms change, and of what kind, with the colours of the map."""
    told = say(ngettext("{count:n} firm changes.", "{count:n} firms change.", len(mine)), language)
    kinds = mine["kind"].map(_kind)
    marks = "".join(
        f' <span style="color:{color}">■</span> {_text(kind.label(language))}: '
        f"{int((kinds == kind).sum())}"
        for kind, color in _COLORS.items()
    )
    return f"<p>{_text(told)}{marks}</p>"


def _movers(content: Content, mine: pd.DataFrame) -> str:
    """The firms that change: from where, to where, why."""
    if mine.empty:
        return ""
    language = content.language
    sites = content.frame("sites").set_index("site_id")["name"].dropna().to_dict()
    parks = content.frame("parks").set_index("park_id")["name"].dropna().to_dict()

    def place(park: object, year: object) -> str:
        return "–" if pd.isna(park) else f"{parks.get(park, park)} ({year})"

    rows = []
    for one in mine.to_dict("records"):
        kind = _kind(one["kind"])
        chain = " → ".join(str(sites.get(site, site)) for site in split_codes(one["chain"]))
        rows.append(
            (
                str(sites.get(one["site_id"], one["site_id"])),
                place(one["park_before"], one["phase_before"]),
                place(one["park_after"], one["phase_after"]),
                "" if kind is None else kind.label(language),
                say(recalled(one["why"]), language),
                chain,
            )
        )
    headers = (_("Firm"), _("Before"), _("After"), _("Change"), _("Why"), _("Chain"))
    return _table([say(one, language) for one in headers], rows)


def _map(content: Content, mine: pd.DataFrame) -> str:
    """Lines from the old park to the new one, or from the firm where it had or has none."""
    places = {
        name: content.layer(name).set_index(key).geometry.representative_point()
        for name, key in (("sites", "site_id"), ("parks", "park_id"))
    }
    lines = []
    for one in mine.to_dict("records"):
        home = places["sites"].get(one["site_id"])
        ends = [places["parks"].get(one[end], home) for end in ("park_before", "park_after")]
        if all(end is not None and not end.is_empty for end in ends):
            kind = _kind(one["kind"])
            lines.append((*ends, _COLORS[kind] if kind else _NO_KIND))
    shapes = content.layer("admin_units").geometry.tolist() + places["parks"].tolist()
    shapes = [one for one in shapes if one is not None and not one.is_empty]
    if not lines or not shapes:
        return ""
    bounds = np.array(
        [one.bounds for one in (*shapes, *(end for line in lines for end in line[:2]))]
    )
    (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    scale = _HIGH / max(north - south, 1.0)

    def at(x: float, y: float) -> str:
        return f"{(x - west) * scale + 10:.1f},{(north - y) * scale + 10:.1f}"

    drawn = []
    for unit in content.layer("admin_units").geometry.dropna():
        for part in getattr(unit, "geoms", [unit]):
            ring = " ".join(at(x, y) for x, y in part.simplify(50.0).exterior.coords)
            drawn.append(f'<polygon points="{ring}" fill="#F3F1EC" stroke="#8C8C8C"/>')
    for point in places["parks"]:
        if point is not None and not point.is_empty:
            x, y = at(point.x, point.y).split(",")
            drawn.append(f'<circle cx="{x}" cy="{y}" r="3" fill="#5D2A98"/>')
    for start, end, color in lines:
        (x1, y1), (x2, y2) = at(start.x, start.y).split(","), at(end.x, end.y).split(",")
        drawn.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{color}" stroke-width="2"/>'
            f'<circle cx="{x2}" cy="{y2}" r="4" fill="{color}"/>'
        )
    wide = (east - west) * scale + 20
    return (
        f'<svg viewBox="0 0 {wide:.0f} {_HIGH + 20:.0f}" width="{wide:.0f}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
    )


def _parks(content: Content, compared: Compared) -> str:
    """Hectares that each plan brings to each park in each year."""
    language = content.language
    number = style(language).number
    parks = content.frame("parks").set_index("park_id")["name"].dropna().to_dict()
    given = compared.assignments.dropna(subset=["park_id"])
    wide = given.pivot_table(
        index=["park_id", "phase"], columns="plan_id", values="land_m2", aggfunc="sum"
    ).div(1e4)
    wide = wide.reindex(columns=compared.plans["plan_id"].tolist()).fillna(0.0)
    rows = [
        (str(parks.get(park, park)), str(int(year)), *(number(float(ha), 1) for ha in values))
        for (park, year), values in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    named = [_named(row, language) for row in compared.plans.to_dict("records")]
    head = [say(one, language) for one in (_("Park"), _("Year"))]
    title = _text(say(_("Hectares taken, by park and year"), language))
    return f"<h2>{title}</h2>{_table([*head, *named], rows, 2)}"
