"""What the parsers of texts tell of a cell or a column."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "excel-error": _("The cell holds the spreadsheet error {value}."),
    "stated-missing": _("The cell says that there is no value: {value:q}."),
    "address-unknown": _("No commune was recognised in the address."),
    "address-unsure": _(
        "It is not sure whether the unit is an old or a new one, or of which district."
    ),
    "address-ambiguous": _("Several communes have this name: {codes}."),
    "address-divided": _(
        "The old commune was divided between {codes}; a position is needed to tell."
    ),
    "not-a-boolean": _("{value:q} is neither yes nor no."),
    "blank-not-false": ngettext(
        "The column only ticks yes; {count:n} blank cell stays empty and is not taken for no.",
        "The column only ticks yes; {count:n} blank cells stay empty and are not taken for no.",
        1,
    ),
    "axis-order-assumed": _(
        "The order of the pair is open; read as latitude, longitude (easting, northing in metres)."
    ),
    "map-link-short": _("A short link holds no coordinates: open it and copy them."),
    "map-link-view": _("The link names only the middle of the map's view, which was taken."),
    "not-an-angle": _("{value:q} is neither a longitude nor a latitude."),
    "not-coordinates": _("{value:q} is not a pair of coordinates."),
    "partial-month": _("Month and year only; the first day of the month is taken."),
    "partial-year": _("Year only; 1 January is taken."),
    "not-a-date": _("{value:q} is no date."),
    "no-such-day": _("The calendar has no day {value:q}."),
    "two-digit-year": _("Year {written:q} is read as {year}."),
    "excel-serial": ngettext(
        "{count:n} cell with an Excel day number became a date.",
        "{count:n} cells with Excel day numbers became dates.",
        1,
    ),
    "date-order-decided": _(
        "The column writes the month first, as the cells show (seen: {shown:n}; read so: {open:n})."
    ),
    "date-order-mixed": _(
        "Some cells write the month first ({shown:n}), others the day; those that are open "
        "({open:n}) are read day first."
    ),
    "kept-unicode": _("This cell is Unicode already and was kept, unlike the rest of the column."),
    "undecodable": _("Some bytes are not in the chosen encoding."),
    "text-decoded": ngettext(
        "{count:n} cell was converted from {encoding} to Unicode.",
        "{count:n} cells were converted from {encoding} to Unicode.",
        1,
    ),
    "text-repaired": _("Text repaired: {changes}."),
    "texts-repaired": ngettext(
        "Text repaired: {changes} ({count:n} cell).",
        "Text repaired: {changes} ({count:n} cells).",
        1,
    ),
    "change-composed": _("marks composed (NFC)"),
    "change-d-stroke": _("letter Đ mended"),
    "change-invisible": _("invisible characters removed"),
    "change-spaces": _("stray spaces removed"),
    "change-tone-position": _("tone marks moved"),
    "not-an-integer": _("This must be a whole number."),
    "number-too-large": _("The number is larger than can be calculated with."),
    "approximate-number": _("An approximate number, taken as it stands."),
    "not-a-number": _("{value:q} is no number."),
    "number-range": _("{value:q} is a range, not one number."),
    "ambiguous-number": _("Either {low:n} or {high:n}; the column does not tell its decimal mark."),
    "unknown-unit": _("The unit {unit:q} is not known or does not convert."),
    "unit-converted": _("Unit {written:q} ({where}) was converted to {unit}."),
    "unit-dropped": _("Unit {written:q} ({where}) was dropped."),
    "in-cells": ngettext(
        "{count:n} cell",
        "{count:n} cells",
        1,
    ),
    "in-column": _("the column"),
    "mixed-decimals": _(
        "Both decimal marks occur: comma in {commas:n}, point in {points:n} cells."
    ),
    "decimal-comma": ngettext(
        "The decimal mark is the comma, shown by {count:n} cell; {lone:n} follow it.",
        "The decimal mark is the comma, shown by {count:n} cells; {lone:n} follow it.",
        1,
    ),
    "decimal-point": ngettext(
        "The decimal mark is the point, shown by {count:n} cell; {lone:n} follow it.",
        "The decimal mark is the point, shown by {count:n} cells; {lone:n} follow it.",
        1,
    ),
    "decimal-assumed": ngettext(
        "{count:n} cell such as {example:q} is read as {high:n}, not {low:n}: every mark stands "
        "before three digits.",
        "{count:n} cells such as {example:q} are read as {high:n}, not {low:n}: every mark "
        "stands before three digits.",
        1,
    ),
    "tax-code-invalid": _("{value:q} is no tax code: {reason}."),
    "tax-code-personal": _(
        "A personal identity number (household or person), which has no check digit."
    ),
    "tax-code-restored": _("The leading zero was put back: {code}."),
    "reason-length": _("it must have 10 or 13 digits"),
    "reason-letters": _("it has characters that are no digits"),
    "reason-component": _("its serial number is not valid"),
    "reason-check-digit": _("its check digit does not hold"),
    "reason-branch": _("a branch is 001 to 999"),
}
