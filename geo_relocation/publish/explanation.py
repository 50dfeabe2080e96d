"""One page that says to one firm why: the place, the rule, the values, the margin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from geo_relocation.errors import UnknownNameError
from geo_relocation.model import schema, split_codes
from geo_relocation.model.dictionary import Attribute
from geo_relocation.model.enums import Language
from geo_relocation.publish.formatting import say_date, say_number, say_share
from geo_relocation.publish.sheets import shares_in_words
from geo_relocation.publish.words import word

Row = Mapping[str, object]

_SITE = (
    "site_id", "tax_code", "address", "old_commune", "old_district", "new_unit", "activity",
    "land_m2", "workers", "accuracy_m", "location_source",
)  # fmt: skip
_FINDING = (
    "verdict", "reason", "residential_share", "residential_probability", "housing_distance_m",
    "required_distance_m", "sensitive_distance_m",
)  # fmt: skip
_DECISION = (
    "route", "compulsory", "batch", "deadline", "ruleset", "ruleset_version", "decided_at",
    "author", "ground",
)  # fmt: skip
_SHARES = {"residential_share", "residential_probability"}

_TEXTS = {
    "title": ("Giải trình kết quả", "Explanation"),
    "none": ("Chưa có kết luận theo bộ tiêu chí.", "No decision has been made yet."),
    "not_screened": ("Cơ sở chưa được rà soát.", "The site has not been screened."),
    "hits": ("Tiêu chí áp dụng", "Criteria met"),
    "open": ("Tiêu chí chưa đủ căn cứ", "Criteria that cannot be judged yet"),
    "clear": ("Tiêu chí không vi phạm", "Criteria not met"),
    "ground": ("Căn cứ", "Ground"),
    "threshold": ("ngưỡng", "threshold"),
    "margin": ("chênh", "margin"),
    "fixable": ("Khắc phục được", "Can be fixed"),
    "missing": (
        "Hồ sơ còn thiếu; có đủ thì kết luận có thể thay đổi",
        "Evidence that is missing; with it the decision may change",
    ),
    "unknown": ("chưa rõ", "not known"),
    "beyond": ("ngoài bán kính tìm kiếm", "beyond the search radius"),
    "sign": (
        "Doanh nghiệp có ý kiến khác xin gửi kèm tài liệu đến cơ quan lập danh sách.",
        "A firm that disagrees may send its documents to the office that keeps the list.",
    ),
}
_RESULTS = {"hit": "hits", "unknown": "open", "clear": "clear"}


@dataclass(frozen=True)
class _Section:
    """A heading with lines; a line is a name and a value, or a sentence with an empty name."""

    heading: str
    lines: tuple[tuple[str, str], ...]


def explain_text(
    site: Row,
    finding: Row | None,
    decision: Row | None,
    *,
    language: Language = "vi",
    labels: Mapping[str, str] | None = None,
) -> str:
    """The explanation of one site as plain text.

    Parameters
    ----------
    site
        A row of `sites`.
    finding
        Its row of `findings`, or None where it was not screened.
    decision
        The row of `decisions` in force, or None.
    language
        Language of the page. What was stored in Vietnamese alone stays so.
    labels
        Names of evidence that neither `sites` nor `findings` has as a column, by key.
    """
    title, sections = _page(site, finding, decision, language, labels or {})
    parts = [title, "=" * len(title)]
    for section in sections:
        parts += ["", section.heading, "-" * len(section.heading)]
        parts += [f"{name}: {value}" if name else value for name, value in section.lines]
    return "\n".join(parts) + "\n"


def explain_html(
    site: Row,
    finding: Row | None,
    decision: Row | None,
    *,
    language: Language = "vi",
    labels: Mapping[str, str] | None = None,
) -> str:
    """The same explanation as one self-contained HTML page that prints on a sheet of A4."""
    title, sections = _page(site, finding, decision, language, labels or {})
    body = [f"<h1>{escape(title)}</h1>"]
    for section in sections:
        body.append(f"<h2>{escape(section.heading)}</h2><dl>")
        for name, value in section.lines:
            if name:
                body.append(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>")
            else:
                body.append(f'<dd class="line">{escape(value)}</dd>')
        body.append("</dl>")
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_CSS}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )


_CSS = (
    "@page{size:A4;margin:18mm}"
    "body{font:15px/1.45 system-ui,'Noto Sans','DejaVu Sans',sans-serif;max-width:720px;"
    "margin:24px auto;padding:0 16px;color:#222}"
    "h1{font-size:22px;margin:0 0 12px}h2{font-size:15px;margin:18px 0 4px;"
    "border-bottom:1px solid #c9c5be;padding-bottom:3px}"
    "dl{display:grid;grid-template-columns:minmax(150px,34%) 1fr;gap:2px 14px;margin:0}"
    "dt{color:#5b5b5b}dd{margin:0;overflow-wrap:anywhere}dd.line{grid-column:1/-1}"
)


def _text(key: str, language: Language) -> str:
    vi, en = _TEXTS[key]
    return vi if language == "vi" else en


def _given(row: Row | None, name: str) -> Any:
    """A value of a row; None for a missing one."""
    value = None if row is None else row.get(name)
    return None if value is None or pd.isna(value) else value


def _say(attribute: Attribute, value: object, language: Language) -> str:
    """A stored value in words, with its unit."""
    if attribute.enum is not None:
        return attribute.enum.of(str(value)).label(language)
    if attribute.type in {"date", "datetime"}:
        return say_date(value, language)
    if attribute.name in _SHARES:
        return say_share(float(str(value)), language)
    return _plain(value, attribute.unit, language)


def _plain(value: object, unit: str, language: Language) -> str:
    """A number with its unit, yes or no, or a text as it is."""
    if value is None:
        return _text("unknown", language)
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if value == "beyond":
        return _text("beyond", language)
    if isinstance(value, (int, float)):
        if unit == "năm":
            return str(value)
        return f"{say_number(float(value), language, 3)} {unit}".strip()
    return str(value)


def _lines(
    row: Row | None, layer: str, names: Sequence[str], language: Language
) -> tuple[tuple[str, str], ...]:
    """Label and value of the attributes that are known."""
    found = []
    for name in names:
        value = _given(row, name)
        if value is not None:
            attribute = schema(layer).attribute(name)
            label = attribute.vi if language == "vi" else attribute.en
            found.append((label, _say(attribute, value, language)))
    return tuple(found)


def _page(
    site: Row,
    finding: Row | None,
    decision: Row | None,
    language: Language,
    labels: Mapping[str, str],
) -> tuple[str, list[_Section]]:
    """Title and sections of the page."""
    name = _given(site, "name") or f"{word('unnamed', language)} {site['site_id']}"
    sections = [_Section(word("facts", language), _lines(site, "sites", _SITE, language))]
    sections.append(_Section(word("screening", language), _screened(finding, language)))
    if decision is None:
        lines: tuple[tuple[str, str], ...] = (("", _text("none", language)),)
        return f"{_text('title', language)}: {name}", [
            *sections,
            _Section(word("decision", language), lines),
        ]
    lines = _lines(decision, "decisions", _DECISION, language)
    explained = _given(decision, "explanation")
    if explained is not None and language == "vi":
        lines = (*lines, ("", str(explained)))
    sections.append(_Section(word("decision", language), lines))
    sections += _criteria(decision, language, labels)
    missing = [_evidence(key, language, labels)[0] for key in split_codes(decision.get("missing"))]
    if missing:
        heading = _text("missing", language)
        sections.append(_Section(heading, tuple(("", one) for one in missing)))
    sections.append(_Section(word("notes", language), (("", _text("sign", language)),)))
    return f"{_text('title', language)}: {name}", sections


def _screened(finding: Row | None, language: Language) -> tuple[tuple[str, str], ...]:
    """The finding, with the share of each category of land."""
    if finding is None:
        return (("", _text("not_screened", language)),)
    lines = list(_lines(finding, "findings", _FINDING, language))
    shares = _given(finding, "shares")
    if shares is not None:
        listed = shares_in_words(str(shares), language)
        lines.append((word("share_of_land", language), listed))
    detail = _given(finding, "detail")
    if detail is not None and language == "vi":
        lines.append(("", str(detail)))
    return tuple(lines)


def _criteria(decision: Row, language: Language, labels: Mapping[str, str]) -> list[_Section]:
    """The criteria by result: met, open, not met; those that do not apply are left out."""
    entries = json.loads(str(decision.get("triggers") or "[]"))
    sections = []
    for result, heading in _RESULTS.items():
        chosen = [entry for entry in entries if entry.get("result") == result]
        lines: list[tuple[str, str]] = []
        for entry in chosen:
            lines += _criterion(entry, language, labels)
        if lines:
            sections.append(_Section(_text(heading, language), tuple(lines)))
    return sections


def _criterion(
    entry: Mapping[str, Any], language: Language, labels: Mapping[str, str]
) -> list[tuple[str, str]]:
    """One criterion: its words, legal ground, and each value with threshold and margin."""
    title = entry.get("title") if language == "vi" else entry.get("title_en") or entry.get("title")
    lines = [("", f"• {title}")]
    if entry.get("ground"):
        lines.append((_text("ground", language), str(entry["ground"])))
    for key, value in entry.get("values", {}).items():
        label, unit, attribute = _evidence(key, language, labels)
        shown = _say(attribute, value, language) if attribute and attribute.enum and value else ""
        text = shown or _plain(value, unit, language)
        if key in entry.get("threshold", {}):
            limit = _plain(entry["threshold"][key], unit, language)
            text += f"; {_text('threshold', language)} {limit}"
        margin = entry.get("margin", {}).get(key)
        if margin is not None:
            signed = say_number(float(margin), language, 3)
            signed = signed if signed.startswith("-") else f"+{signed}"
            text += f"; {_text('margin', language)} {signed} {unit}".rstrip()
        lines.append((label, text))
    if isinstance(entry.get("fixable"), bool):
        lines.append((_text("fixable", language), _plain(entry["fixable"], "", language)))
    return lines


def _evidence(
    key: str, language: Language, labels: Mapping[str, str]
) -> tuple[str, str, Attribute | None]:
    """Label, unit and attribute of a piece of evidence."""
    if key in labels:
        return labels[key], "", None
    for layer in ("sites", "findings"):
        try:
            attribute = schema(layer).attribute(key)
        except UnknownNameError:
            continue
        return (attribute.vi if language == "vi" else attribute.en), attribute.unit, attribute
    return key, "", None
