"""Fixed words of the publications, said from the catalogue in the language of each.

Headers of columns come from the data dictionary and statuses from the enums; here is only
what belongs to neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from geo_relocation.messages import Language, Message, _, ngettext
from geo_relocation.words import say, unfilled

SCRIPT: Mapping[str, Message] = {
    "list": _("List"),
    "search": _("Find name, id, commune…"),
    "all_verdicts": _("All verdicts"),
    "all_cities": _("All cities"),
    "all_plans": _("Placed or not"),
    "sites_shown": ngettext("{count:n} site", "{count:n} sites", 1),
    "sites_found": ngettext("{count:n} of {total:n} site", "{count:n} of {total:n} sites", 1),
    "more": _("Show more ({count:n})"),
    "nothing_found": _("No site fits. Use fewer letters or clear the filters."),
    "clear_filters": _("Clear filters"),
    "layers": _("Layers and legend"),
    "zones_planned": _("Planned land use"),
    "zones_existing": _("Existing land use"),
    "boundaries": _("Administrative units"),
    "roads": _("Roads"),
    "parks": _("Industrial parks and clusters"),
    "parks_ring": _("Ring: part of the free land that the plan uses"),
    "sites": _("Sites by verdict"),
    "plan": _("Plan of relocation"),
    "flows": _("Flows from district to destination"),
    "flow": ngettext("{city} → {park}: {count:n} site", "{city} → {park}: {count:n} sites", 1),
    "lines": _("Lines from site to destination"),
    "unplaced_rings": _("Not placed"),
    "no_location": _("No location on the map"),
    "unnamed": _("Site {id}"),
    "close": _("Close"),
    "facts": _("Facts"),
    "screening": _("Screening against land use"),
    "decision": _("Decision by the rule set"),
    "destination": _("Destination"),
    "share_of_land": _("Share of the land by category"),
    "firms_placed": _("Firms placed"),
    "used_ha": _("Used by the plan (ha)"),
    "left_ha": _("Left after the plan (ha)"),
    "notes": _("Notes"),
    "base_map": _("OpenStreetMap (needs a network)"),
    "yes": _("Yes"),
    "no": _("No"),
    "without_city": _("City not known"),
    "group_base": _("Base"),
    "zoom_in": _("Zoom in"),
    "zoom_out": _("Zoom out"),
}
"""What the map's script says; a gap with ``:n`` is a number there too."""

WORDS: Mapping[str, Message] = {
    **SCRIPT,
    # the map, beside its script
    "search_tax": _("Find name, id, commune, tax code…"),
    "without_confidential": _("Personal and confidential attributes are left out."),
    "with_confidential": _("CONFIDENTIAL, for internal use only: {attributes}."),
    "simplified": _(
        "Zone outlines are simplified (tolerance {metres:n} m); the GeoPackage has them in full."
    ),
    # projects, workbook, document
    "group_results": _("Results"),
    "group_planning": _("Planned and existing land use"),
    "group_tables": _("Tables"),
    "site_points": _("Sites (points, by verdict)"),
    "site_outlines": _("Sites (outlines)"),
    "park_points": _("Parks (points)"),
    "park_outlines": _("Parks (outlines)"),
    "lots": _("Lots"),
    "provinces": _("Provinces"),
    "districts": _("Districts (former)"),
    "communes": _("Communes"),
    "sheet_summary": _("Summary"),
    "sheet_list": _("List {city}"),
    "sheet_findings": _("Findings"),
    "sheet_placed": _("Plan of relocation"),
    "sheet_unplaced": _("Firms not placed"),
    "sheet_parks": _("Use of parks"),
    "sheet_indicators": _("Indicators"),
    "sheet_indicator_parts": _("Indicators by part"),
    "sheet_after_use": _("Vacated land"),
    "title_indicator_parts": _("Indicators of the plan by year, place, sector, park and payer"),
    "title_after_use": _("What the zones foresee for the land that firms leave"),
    "title_list": _("Preliminary list of sites considered for conversion or relocation"),
    "title_findings": _("Screening results of all sites"),
    "title_placed": _("Plan: which firm goes to which park"),
    "title_unplaced": _("Sites not placed, with the reason"),
    "title_parks": _("Use of parks by the plan"),
    "title_indicators": _("Indicators of the plan"),
    "number": _("No."),
    "row": _("Row"),
    "count": _("Number of sites"),
    "total": _("Total"),
    "land_ha": _("Land (ha)"),
    "workers": _("Workers (people)"),
    "listed": _("On the preliminary list"),
    "plan_scope": _("Scope of the plan"),
    "parameters": _("Parameters"),
    "parameter": _("Parameter"),
    "value": _("Value"),
    "cut": _("Cells that were cut"),
    "cut_here": _(" … [cut]"),
    "more_rows": _("… and {count:n} more rows: see sheet {sheet:q} of the workbook (export xlsx)."),
    "legend": _("Legend"),
    "no_plan": _("There is no plan yet."),
    "method": _("Method"),
    "data_status": _("Status of the data"),
    "by_city": _("Results by district"),
    "page": _("Page"),
    "real_data": _("The data was entered by the office; the program does not change it."),
}
"""All words by key."""


def word(key: str, language: Language, **values: object) -> str:
    """The words of `key` in `language`, their gaps filled."""
    return say(replace(WORDS[key], values=values), language)


def script_words(language: Language) -> dict[str, str | list[str]]:
    """The map's words by key, gaps left open; what counts as its forms for one and for many."""
    return {
        key: [unfilled(replace(message, count=count), language) for count in (1, 2)]
        if message.plural
        else unfilled(message, language)
        for key, message in SCRIPT.items()
    }
