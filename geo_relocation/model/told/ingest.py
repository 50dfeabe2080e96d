"""What the issue log tells: one sentence for each kind of ``ingest/issue_kinds.csv``.

A gap ``{field}`` is an attribute of the layer, by its label; ``{column}``, a column of the source,
as its own file calls it.
"""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "column-unmapped": ngettext(
        "Column {column:q} matches no attribute and was not imported ({count:n} filled cell).",
        "Column {column:q} matches no attribute and was not imported ({count:n} filled cells).",
        1,
    ),
    "default-used": ngettext(
        "{field:q} has no value in {count:n} row; the default {default:q} was used.",
        "{field:q} has no value in {count:n} rows; the default {default:q} was used.",
        1,
    ),
    "value-unknown": _("{value:q} is not in the list of {field:q}; left empty."),
    "value-out-of-range": _("{value} is outside the range of {field:q}; left empty."),
    "value-missing": _("The required value {field:q} is missing."),
    "key-generated": ngettext(
        "{count:n} row has no {field:q}; it was made from the row's content.",
        "{count:n} rows have no {field:q}; it was made from the row's content.",
        1,
    ),
    "key-suffixed": _("Key {value:q} is repeated; this row is kept as {key:q}."),
    "key-duplicate": _("Key {value:q} already stands in row {first} of the file."),
    "name-from-id": ngettext(
        "{count:n} row has no name; the id stands in for it.",
        "{count:n} rows have no name; the id stands in for it.",
        1,
    ),
    "area-from-outline": ngettext(
        "{count:n} row states no area; it was taken from the outline.",
        "{count:n} rows state no area; it was taken from the outline.",
        1,
    ),
    "accuracy-assumed": ngettext(
        "{count:n} location states no accuracy; {metres:n} m assumed ({basis}).",
        "{count:n} locations state no accuracy; {metres:n} m assumed ({basis}).",
        1,
    ),
    "source-assumed": ngettext(
        "{count:n} location states no source; recorded as {source:q}.",
        "{count:n} locations state no source; recorded as {source:q}.",
        1,
    ),
    "no-location": _("The row has no location; it is kept but cannot be screened."),
    "geometry-missing": _("There is no geometry."),
    "geometry-type": _(
        "The geometry is {shape}, which does not fit this layer; {wanted} is needed."
    ),
    "geometry-parts": _("Parts of the geometry ({shape}) other than {wanted} were dropped."),
    "geometry-not-finite": _("Coordinates are infinite or not numbers."),
    "geometry-unreadable": _("The geometry in the file cannot be read."),
    "geometry-repaired": _(
        "Invalid geometry ({fault}) was repaired; its area changed by {change:n1} m²."
    ),
    "geometry-collapsed": _("Nothing with an area is left of the geometry ({fault})."),
    "z-dropped": ngettext(
        "The heights (Z) of {count:n} geometry were dropped.",
        "The heights (Z) of {count:n} geometries were dropped.",
        1,
    ),
    "outside-crs": _("The location lies outside the area of the working reference system ({crs})."),
    "crs-assumed": _("The coordinates were read as {value}."),
    "crs-given": _("The reference system was given by the user: {value}."),
    "code-unmapped": ngettext(
        "No table knows the code or words {value:q}: {count:n} zone, {land}; the land use is "
        "recorded as unknown.",
        "No table knows the code or words {value:q}: {count:n} zones, {land}; the land use is "
        "recorded as unknown.",
        1,
    ),
    "code-missing": ngettext(
        "{count:n} zone, {area:n2} ha, states no land use; it is recorded as unknown.",
        "{count:n} zones, {area:n2} ha, state no land use; it is recorded as unknown.",
        1,
    ),
    "code-composite": ngettext(
        "The composite code {value:q} ({count:n} zone) was taken as: {category}.",
        "The composite code {value:q} ({count:n} zones) was taken as: {category}.",
        1,
    ),
    "header-found": _("The header was found in row {rows}; what stands above it is no data."),
    "totals-row": _("The totals row {value:q} is no data."),
    "section-row": _("The group heading {value:q} is no data."),
    "footer-row": _("{value:q} below the table is no data."),
    "sheets-left": ngettext(
        "{count:n} other sheet was not imported: {value}.",
        "{count:n} other sheets were not imported: {value}.",
        1,
    ),
    "column-guessed": _("Column {value:q} was taken for {field:q}, confidence {confidence:%}."),
    "position-unreadable": _(
        "The position {value:q} cannot be read; the row is kept without a location."
    ),
    "position-system-open": _(
        "{value:q} is a plane position, and no reference system is stated; the row is kept "
        "without a location. Name the system with --crs."
    ),
    "position-half": _("Only one of the two coordinates is there ({column})."),
    "row-empty": _("The row has no id, name, tax code or location."),
    "crs-corrected": _("The coordinates were read as {reading}."),
    "crs-suspect": _("The reference system may be wrong: {reading}. Other readings: {others}."),
    "axes-swapped": _("The two coordinates ({column}) were swapped and put right: {value}."),
    "outside-area": _("The location lies outside the area."),
    "outside-area-many": ngettext(
        "{count:n} location lies outside the area.",
        "{count:n} locations lie outside the area.",
        1,
    ),
    "dossier-part-empty": _("Part {value:q} of the dossier holds no land use."),
    "shapefile-part-missing": _(
        "The part {value:q} of the shapefile is missing: no reference system is stated."
    ),
    "column-repeated": _(
        "The file has two columns named {value:q}; the later one is called {column:q}."
    ),
    "domain-decoded": ngettext(
        "Column {column:q}: {count:n} code was replaced by the words of the list in the file.",
        "Column {column:q}: {count:n} codes were replaced by the words of the list in the file.",
        1,
    ),
    "lines-closed": ngettext(
        "{count:n} closed line was read as an area.",
        "{count:n} closed lines were read as areas.",
        1,
    ),
    "encoding-detected": _(
        "Column {column:q} was converted from {value} to Unicode, confidence {confidence:%}; "
        "{evidence}."
    ),
    "encoding-cell": _("A cell of column {column:q} is unlike the others."),
    "encoding-stated-wrong": _(
        "The encoding stated with {value} (.cpg) is wrong; it was told by the words."
    ),
    "encoding-unstated": _("{value} states no encoding (.cpg); it was told by the words."),
    "duplicate": _(
        "{value:q} may be the same as {other}; the row was held back. Choose --duplicates merge "
        "or keep and import again."
    ),
    "duplicate-kept": _("{value:q} may be the same as {other}; both were kept as told."),
    "duplicate-merged": _("{value:q} was merged into {other} as told."),
    "park-linked": ngettext(
        "{field:q}: {count:n} park name was replaced by an id, e.g. {value:q} → {park}.",
        "{field:q}: {count:n} park names were replaced by ids, e.g. {value:q} → {park}.",
        1,
    ),
    "park-unknown": _("Park {value:q} is not known."),
    "lot-qualified": ngettext(
        "The park was put before {count:n} lot number, e.g. {value}.",
        "The park was put before {count:n} lot numbers, e.g. {value}.",
        1,
    ),
    "duplicate-possible": _(
        "{value:q} may be the same as {other}; both came in because each has its own id. If it "
        "is one place: undo, and import again with --duplicates merge."
    ),
    "units-from-address": ngettext(
        "Administrative units of {count:n} row were taken from the address.",
        "Administrative units of {count:n} rows were taken from the address.",
        1,
    ),
    "outside-address-unit": _(
        "The location is {metres:n0} m from {value}, which the address names."
    ),
    "placed-by-unit": _(
        "Only the commune is known: the middle of the unit was taken, good to {metres:n0} m."
    ),
    "unit-contradiction": _(
        "The location lies in {unit}, which {value:q} did not pass into; the new unit was left "
        "empty."
    ),
    "unit-undecided": _("The new unit of {value:q} is not known: {cause}; left empty."),
    "cell-error": ngettext(
        "Column {column}, rows {value}: {count:n} cell shows an error of Excel (#N/A, #REF! …); "
        "left empty.",
        "Column {column}, rows {value}: {count:n} cells show an error of Excel (#N/A, #REF! …); "
        "left empty.",
        1,
    ),
    "formula-uncomputed": ngettext(
        "Column {column}, rows {value}: {count:n} cell holds a formula without a result; left "
        "empty. Open the file in Excel, save it and import it again.",
        "Column {column}, rows {value}: {count:n} cells hold formulas without results; left "
        "empty. Open the file in Excel, save it and import it again.",
        1,
    ),
    "hidden-rows": ngettext(
        "{count:n} hidden or filtered row came in like the others: rows {value}.",
        "{count:n} hidden or filtered rows came in like the others: rows {value}.",
        1,
    ),
    "hidden-columns": ngettext(
        "{count:n} hidden column was read like the others: {value}.",
        "{count:n} hidden columns were read like the others: {value}.",
        1,
    ),
    "merged-filled": _(
        "Merged cells of column {column:q}, rows {rows}: the value {value:q} stands for all of "
        "them."
    ),
    "merged-number": _(
        "Merged cells of column {column:q}, rows {rows}: the number {value} is kept for the "
        "first row only. If it is their sum, split it; if each row has it, write it into each."
    ),
    "section-applied": ngettext(
        "The group heading {value:q} gives {field:q} to {count:n} row below it.",
        "The group heading {value:q} gives {field:q} to {count:n} rows below it.",
        1,
    ),
    "total-differs": _(
        "The totals row says {value} in column {column:q}, the rows above it sum up to {found:n}."
    ),
    "share-as-percent": _(
        "All {count:n} values of {field:q} are at most 1: if they are shares (0.85 is 85%), "
        "write them as per cent."
    ),
    "quote-open": _("A quotation mark in this line is not closed; the line was not imported."),
    "row-too-wide": _(
        "The row has more cells than the header ({cells:n} to {header:n}), and which one is too "
        "many is not known; it was not imported."
    ),
    "row-too-narrow": _(
        "The row has fewer cells than the header ({cells:n} to {header:n}), and which one is "
        "lacking is not known; it was not imported."
    ),
    "said-empty": ngettext(
        "Column {column:q}: {count:n} cell says that there is nothing ({value}); left empty.",
        "Column {column:q}: {count:n} cells say that there is nothing ({value}); left empty.",
        1,
    ),
    "content-other": _(
        "The file's name ends in {value}, but its content is {format}; it was read as what it is."
    ),
    "book-untold": _(
        "Of this book (a very old .xls, or a damaged one) hidden rows and columns, merged "
        "cells, per cent, errors and formulas without results cannot be told. Better open it in "
        "Excel, save it as .xlsx and import that."
    ),
    "text-outside": ngettext(
        "{count:n} text outside the table is no data: {value:q}.",
        "{count:n} texts outside the table are no data: {value:q}.",
        1,
    ),
    "wish-read": ngettext(
        "Wishes in words: {count:n} row was read as {route:q}, e.g. {value:q}.",
        "Wishes in words: {count:n} rows were read as {route:q}, e.g. {value:q}.",
        1,
    ),
    "wish-unread": _(
        "The wish {value:q} names no one route: its words are kept, no route was chosen."
    ),
    "wish-place-open": _(
        "The wish {value:q}: which park {park:q} is, is not known; its words are kept."
    ),
    "new-address-used": ngettext(
        "{count:n} row has no old address; the new one was used.",
        "{count:n} rows have no old address; the new one was used.",
        1,
    ),
    "title-row": _("{value:q} above the table is no data."),
    "row-numbers": ngettext(
        "Column {column:q} only numbers the rows and was not imported ({count:n} cell).",
        "Column {column:q} only numbers the rows and was not imported ({count:n} cells).",
        1,
    ),
    "columns-empty": ngettext(
        "{count:n} empty column matches no attribute: {value}.",
        "{count:n} empty columns match no attribute: {value}.",
        1,
    ),
    "rows-filtered": ngettext(
        "{count:n} row does not meet --where {value:q} and was not imported.",
        "{count:n} rows do not meet --where {value:q} and were not imported.",
        1,
    ),
    "geometry-unused": ngettext(
        "This layer has no geometry; {count:n} geometry of the file was not imported.",
        "This layer has no geometry; {count:n} geometries of the file were not imported.",
        1,
    ),
    "example-row": _("The example row {value:q} is no data."),
    "sheets-explain": ngettext(
        "{count:n} sheet of the template explains and is no data: {value}.",
        "{count:n} sheets of the template explain and are no data: {value}.",
        1,
    ),
    "identity-contradicted": _(
        "Key {value:q} is in the workspace, but what it says contradicts the row "
        "({differences}); the row was held back. If it is one place: --duplicates merge; if it "
        "is another: --duplicates keep."
    ),
    "identity-updated": _(
        "Key {value:q}: the row contradicts what was known ({differences}); updated as told."
    ),
    "identity-kept": _(
        "Key {value:q} is another place ({differences}); this row is kept apart as {key:q}."
    ),
    "zero-unsure": ngettext(
        "Column {column:q}: {count:n} value is 0. A MapInfo file cannot tell 0 from a number "
        "that is not there: if it is not known, leave it empty in a file of another kind and "
        "import that.",
        "Column {column:q}: {count:n} values are 0. A MapInfo file cannot tell 0 from a number "
        "that is not there: if it is not known, leave it empty in a file of another kind and "
        "import that.",
        1,
    ),
    "sector-in-words": ngettext(
        "{count:n} row names its sector in words and has no code, e.g. {value:q}; for {known:n} "
        "of them a code is suggested. See and confirm with: geo-relocation sectors",
        "{count:n} rows name their sector in words and have no code, e.g. {value:q}; for "
        "{known:n} of them a code is suggested. See and confirm with: geo-relocation sectors",
        1,
    ),
    "mapping-remembered": _(
        "The columns were read as confirmed with {value}, which has the same headers: {words}. "
        "See or forget it with: geo-relocation mappings"
    ),
}
