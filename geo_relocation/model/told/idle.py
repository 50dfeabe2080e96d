"""What a scenario asks that changes nothing, or not what it seems to."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "no-effect": _("{what} has no effect: {why}."),
    "land": _("where.land: {park} {ha:n} ha from {year}"),
    "after-last-year": _("after the last year that is planned ({year})"),
    "land-as-before": _("the land of the park is in each year what it is without"),
    "land-before-opening": _(
        "{what}: the park opens in {opens} and takes nobody before. To open it "
        "earlier, state where.opens = {setting}."
    ),
    "land-there-before": _(
        "{what}: before {year} the park still has {ha:n} ha by the layer of parks. To "
        "delay it, state where.opens = {setting}."
    ),
    "opens": _("where.opens: {park} from {year}"),
    "opens-already": _("the park opens like that anyway"),
    "named-park": _("where.{name}: naming {park}"),
    "exclusion": _("exclusions: {site} not to {park}"),
    "any-park": _("any park"),
    "not-in-scope": _("the firm is out of scope"),
    "batch": _("limits.batches: batch {batch}"),
    "nobody-in-scope": _("no firm in scope is in it"),
    "no-deadlines": _("no firm has a deadline"),
    "all-compulsory": _("every firm in scope is compelled to move"),
    "none-compulsory": _("no firm in scope is compelled to move"),
    "quota": _("limits.{name}: {year} = {much:n}"),
    "all-firms": ngettext(
        "all that is in scope is {count:n} firm",
        "all that is in scope is {count:n} firms",
        1,
    ),
    "all-land": _("all that is in scope needs {ha:n2} ha"),
    "budget": _("limits.budget: {year}, {payer}: {million:n1} million đồng"),
    "all-support": _(
        "the firms in scope take {million:n1} million đồng at most, as far as it can be computed"
    ),
    "no-budget": _("no year has a support budget"),
    "no-quotas": _("no year has a quota"),
    "no-capacities": _("no park states a wastewater capacity"),
    "not-based": _("it is based on no plan (--replan)"),
    "one-year": _("only one year is planned"),
    "rents-alike": _("the parks that receive do not differ in known rent"),
    "no-specialisation": _("no park that receives states a specialisation"),
    "no-preference": _("the scenario has no rule that prefers"),
    "no-wishes": _("no firm states where it wishes to go"),
    "needs-stated": _("every firm states the land it needs"),
    "areas-known": _("no firm lacks an area"),
    "all-by-road": _("every distance is by road"),
    "all-reached": _("roads join every pair of firm and park"),
    "free-land-known": _("the free land of no park has to be assumed"),
    "openings-known": _("the opening year of no park has to be assumed"),
    "city": _("who.cities: naming {city}"),
    "nobody-there": _("no firm in scope is there"),
}
"""Sentences by the part of their code after the dot."""
