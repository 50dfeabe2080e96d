"""Why a firm goes where it goes or is left out, and what would place it."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "m2": _("{m2:n} m²"),
    "ha": _("{ha:n2} ha"),
    "m3-a-day": _("{m3:n} m³ a day"),
    "and": _("{one} and {other}"),
    "at-once": _("{one}; at the same time {other}"),
    "detail": _("{what} ({detail})"),
    "moves-used": _("no moves are left in {years}"),
    "land-quota-short": _("the land quota of {years} lacks {land}"),
    "million-vnd": _("{million:n1} million đồng"),
    "support-spent": _("the support budget of {years} is spent, {money} is lacking"),
    "support-spent-everywhere": ngettext(
        "{count:n} park allowed can take it only in {years}, when the support budget "
        "lacks at least {money}",
        "{count:n} parks allowed can take it only in {years}, when the support budget "
        "lacks at least {money}",
        1,
    ),
    "land-short": _("{land} is lacking"),
    "land-short-in": _("in {years} {land} is lacking"),
    "water-short": _("wastewater capacity for {water} is lacking"),
    "water-short-in": _("in {years} wastewater capacity for {water} is lacking"),
    "moves-used-everywhere": ngettext(
        "{count:n} park allowed can take it only in {years}, when no moves are left in the quota",
        "{count:n} parks allowed can take it only in {years}, when no moves are left in the quota",
        1,
    ),
    "land-quota-short-everywhere": ngettext(
        "{count:n} park allowed can take it only in {years}, when the land quota "
        "lacks at least {land}",
        "{count:n} parks allowed can take it only in {years}, when the land quota "
        "lacks at least {land}",
        1,
    ),
    "land-short-everywhere": ngettext(
        "{count:n} park allowed has not enough land, at least {land} is lacking",
        "{count:n} parks allowed have not enough land, at least {land} is lacking",
        1,
    ),
    "water-short-everywhere": ngettext(
        "{count:n} park allowed has not enough wastewater capacity, at least {water} is lacking",
        "{count:n} parks allowed have not enough wastewater capacity, at least {water} is lacking",
        1,
    ),
    "limited-every-year": ngettext(
        "{count:n} park allowed meets a limit in every year ({parks})",
        "{count:n} parks allowed meet a limit in every year ({parks})",
        1,
    ),
    "park-says": _("{park}: {what}"),
    "barred": _("{why}"),
    "left-out": _("Not placed: {why}."),
    "needs": _("needs {land}"),
    "parks-closed": ngettext(
        "{count:n} park: {why}",
        "{count:n} parks: {why}",
        1,
    ),
    "room-in": _("{park} has room in {year}, this search has not used it"),
    "room": _("has room, this search has not used it"),
    "way": _("{park}: {km:n1} km away"),
    "term": _("{term} +{km:n1}"),
    "cheapest": ngettext(
        "the cheapest of {count:n} park allowed",
        "the cheapest of {count:n} parks allowed",
        1,
    ),
    "cheaper-closed": _("cheaper but not open to it: {places}{more}"),
    "more-parks": ngettext(
        " and {count:n} other park",
        " and {count:n} other parks",
        1,
    ),
    "park-in": _("{park} in {years}"),
    "in-year": _("in {year}"),
    "own-earliest": _("the earliest year stated for the firm"),
    "own-latest": _("the latest year stated for the firm"),
    "deadline": _("the deadline of {day:d}"),
    "batch": _("batch {batch}, which begins in {year}"),
    "locked": _("what was locked"),
    "from-year": _("from {year}"),
    "until-year": _("until {year}"),
    "from-until": _("from {first} but until {last}"),
    "years-against": _("{years}; the scenario has {scenario}; set by: {causes}"),
    "change-land": _("{ha:n2} ha more in {park}."),
    "change-wastewater": _("{park} takes {m3:n1} m³ of wastewater more a day."),
    "change-moves": ngettext(
        "{count:n} move more in {year} (to {park}).",
        "{count:n} moves more in {year} (to {park}).",
        1,
    ),
    "change-land-quota": _("{ha:n2} ha more of the land quota of {year} (for {park})."),
    "change-support": _("{million:n1} million đồng more of the support budget of {year} ({park})."),
    "change-support-of": _(
        "{million:n1} million đồng more of the support budget of {year} of {payer} ({park})."
    ),
    "change-earlier": _("Let it move from {year} on{cause}, to {park}."),
    "change-later": _("Let it move until {year}{cause}, to {park}."),
    "change-opening": _("Open {park} from {year}."),
    "change-receives": _("Let {park} receive firms that relocate."),
    "change-park": _("Let {park} take part in the scenario."),
    "change-sector": _("{park} takes sector {sector} too."),
    "change-env-level": _("{park} takes firms up to pollution level {level}."),
    "change-exclusion": _("Drop the exclusion of this firm from {park}."),
    "change-group-rule": _("Drop rule {numbers} of the scenario, so that it may go to {park}."),
    "or-else": _("{one} Or: {other}"),
}
"""Sentences by the part of their code after the dot."""
