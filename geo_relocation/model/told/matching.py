"""What matching notes while it builds a problem, and who was in scope."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "assumed": _("assumed"),
    "finished": ngettext(
        "{count:n} firm has been dealt with already and is not planned again.",
        "{count:n} firms have been dealt with already and are not planned again.",
        1,
    ),
    "committed-free": ngettext(
        "{count:n} firm that has signed a contract or is moving is placed anew: to "
        "keep it where it signed, plan again on the approved plan (--replan).",
        "{count:n} firms that have signed a contract or are moving are placed anew: "
        "to keep them where they signed, plan again on the approved plan (--replan).",
        1,
    ),
    "not-decided": ngettext(
        "{count:n} firm has no decision yet: it is not planned.",
        "{count:n} firms have no decision yet: they are not planned.",
        1,
    ),
    "other-route": ngettext(
        "{count:n} firm in scope has a decision in force other than to relocate.",
        "{count:n} firms in scope have a decision in force other than to relocate.",
        1,
    ),
    "out-of-scope": ngettext(
        "{count:n} firm is outside the scope of the scenario and is not planned.",
        "{count:n} firms are outside the scope of the scenario and are not planned.",
        1,
    ),
    "status-ignored": ngettext(
        "{count:n} firm states another state than the history of the list: the history counts.",
        "{count:n} firms state another state than the history of the list: the history counts.",
        1,
    ),
    "quota-outside": _(
        "limits.{name}: the quota of {years} lies outside the years that are planned "
        "and has no effect."
    ),
    "support-unknown": ngettext(
        "For {count:n} firm some support cannot be computed: it counts nothing against the budget, "
        "so that the plan may cost more.",
        "For {count:n} firms some support cannot be computed: it counts nothing against the "
        "budget, so that the plan may cost more.",
        1,
    ),
    "support-unknown-left-out": ngettext(
        "For {count:n} firm some support cannot be computed: it is not placed where it cannot "
        "(limits.budget_unknown).",
        "For {count:n} firms some support cannot be computed: they are not placed where it cannot "
        "(limits.budget_unknown).",
        1,
    ),
    "support-spent": ngettext(
        "Support budget of {year}, {payer}: {spent:n1} of {most:n1} million đồng, "
        "for {count:n} firm.",
        "Support budget of {year}, {payer}: {spent:n1} of {most:n1} million đồng, "
        "for {count:n} firms.",
        1,
    ),
    "support-spent-carried": ngettext(
        "Support budget of {year}, {payer}: {spent:n1} of {most:n1} million đồng, of which "
        "{carried:n1} million were left from before, for {count:n} firm.",
        "Support budget of {year}, {payer}: {spent:n1} of {most:n1} million đồng, of which "
        "{carried:n1} million were left from before, for {count:n} firms.",
        1,
    ),
    "all-payers": _("all payers"),
    "batch-years-unknown": ngettext(
        "{count:n} firm is in a batch whose year is not known: that batch binds no year.",
        "{count:n} firms are in a batch whose year is not known: that batch binds no year.",
        1,
    ),
    "years-past": _("The scenario has years that are over: {years}."),
    "batches-not-asked": ngettext(
        "{count:n} firm has been put in a batch, but the scenario names its own years "
        "and no limits.batches: batches bind no year.",
        "{count:n} firms have been put in batches, but the scenario names its own "
        "years and no limits.batches: batches bind no year.",
        1,
    ),
    "batch-unnamed": ngettext(
        "{count:n} firm is in a batch that the scenario does not name: no year is bound.",
        "{count:n} firms are in a batch that the scenario does not name: no year is bound.",
        1,
    ),
    "batch-none": ngettext(
        "{count:n} firm is in no batch: no year is bound by one.",
        "{count:n} firms are in no batch: no year is bound by one.",
        1,
    ),
    "wastewater-unknown": ngettext(
        "{count:n} firm states no wastewater: 0 is counted.",
        "{count:n} firms state no wastewater: 0 is counted.",
        1,
    ),
    "env-level-unknown": ngettext(
        "{count:n} firm has no known pollution level: it counts as outside the list.",
        "{count:n} firms have no known pollution level: they count as outside the list.",
        1,
    ),
    "land-from-outline": ngettext(
        "{count:n} firm is given the area of its outline.",
        "{count:n} firms are given the area of their outline.",
        1,
    ),
    "land-assumed": ngettext(
        "{count:n} firm states no area: {m2:n} m² is assumed.",
        "{count:n} firms state no area: {m2:n} m² is assumed.",
        1,
    ),
    "land-factor": ngettext(
        "The land that {count:n} firm needs is taken as {factor:n} × its present land ({source}).",
        "The land that {count:n} firms need is taken as {factor:n} × their present "
        "land ({source}).",
        1,
    ),
    "perhaps-in-park": ngettext(
        "{count:n} firm may stand in a park already: its location is not exact enough to tell.",
        "{count:n} firms may stand in a park already: their location is not exact enough to tell.",
        1,
    ),
    "assumed-free-share": ngettext(
        "{count:n} park states no free land: {share:%} of its area is assumed to be free.",
        "{count:n} parks state no free land: {share:%} of their area is assumed to be free.",
        1,
    ),
    "parks-not-used": ngettext(
        "{count:n} park is not used: {why}.",
        "{count:n} parks are not used: {why}.",
        1,
    ),
    "district-by-place": ngettext(
        "{count:n} park names a district that is not known ({names}): its place decides.",
        "{count:n} parks name a district that is not known ({names}): their place decides.",
        1,
    ),
    "district-not-south": ngettext(
        "{count:n} park names a district that is not known ({names}): taken not to be "
        "in the south.",
        "{count:n} parks name a district that is not known ({names}): taken not to be "
        "in the south.",
        1,
    ),
    "receives-assumed": ngettext(
        "{count:n} park does not say whether it receives: taken to receive.",
        "{count:n} parks do not say whether they receive: taken to receive.",
        1,
    ),
    "south-assumed": ngettext(
        "{count:n} park in the south does not say that it receives: taken not to.",
        "{count:n} parks in the south do not say that they receive: taken not to.",
        1,
    ),
    "opening-from": ngettext(
        "{count:n} park does not operate yet and has no opening year: taken to open in {year}.",
        "{count:n} parks do not operate yet and have no opening year: taken to open in {year}.",
        1,
    ),
    "opening-never": ngettext(
        "{count:n} park does not operate yet and has no opening year: taken not to open.",
        "{count:n} parks do not operate yet and have no opening year: taken not to open.",
        1,
    ),
    "wastewater-unlimited": ngettext(
        "{count:n} park states no wastewater capacity: it is not limited.",
        "{count:n} parks state no wastewater capacity: it is not limited.",
        1,
    ),
    "rent-assumed": ngettext(
        "{count:n} park has no rent: the median of the known ones, {usd:n2} USD/m², is taken.",
        "{count:n} parks have no rent: the median of the known ones, {usd:n2} USD/m², is taken.",
        1,
    ),
    "straight-line": _(
        "There is no layer of roads: distance = straight line × {detour:n} ({source})."
    ),
    "unreachable-forbidden": ngettext(
        "{count:n} pair of firm and park is joined by no road: it is not allowed.",
        "{count:n} pairs of firm and park are joined by no road: they are not allowed.",
        1,
    ),
    "unreachable-straight": ngettext(
        "{count:n} pair of firm and park is joined by no road: straight line × "
        "{detour:n} is counted.",
        "{count:n} pairs of firm and park are joined by no road: straight line × "
        "{detour:n} is counted.",
        1,
    ),
    "homes-missing": _(
        "weights.homes = {weight:n}, but no homes of workers are known: 0 is counted."
    ),
    "homes-unused": _("There are homes of workers, but weights.homes = 0: they do not count."),
    "homes-workers": ngettext(
        "{count:n} home states no number of workers: 1 person is counted.",
        "{count:n} homes state no number of workers: 1 person is counted for each.",
        1,
    ),
    "homes-unknown": ngettext(
        "{count:n} firm has no known homes of workers: the way from them counts 0.",
        "{count:n} firms have no known homes of workers: the way from them counts 0.",
        1,
    ),
    "scope": ngettext(
        "Scope: {count:n} firm, {conditions}, in {years}.",
        "Scope: {count:n} firms, {conditions}, in {years}.",
        1,
    ),
    "scope-undecided": _(
        "Nothing has been decided on these sites yet (assess has not been run). {scope}"
    ),
    "scope-routes": _("route in force {names}"),
    "scope-verdicts": _("found in screening {names}"),
    "scope-any-verdict": _("whatever screening found"),
    "scope-cities": _("in {names}"),
    "scope-sectors": _("of the sectors {names}"),
    "scope-land-least": _("with at least {least:n} m² of land"),
    "scope-land-most": _("with at most {most:n} m² of land"),
    "scope-workers-least": _("with at least {least:n} workers"),
    "scope-workers-most": _("with at most {most:n} workers"),
    "scope-groups": _("of the group {names}"),
    "scope-batches": _("of the batch {names}"),
    "scope-states": _("in the state {names}"),
    "scope-origins": _("that stand in the park {names}"),
    "scope-list": ngettext("of a list of {count:n} firm", "of a list of {count:n} firms", 1),
    "scope-sites": _("of the list {names}"),
    "scope-attributes": _("filtered by {names}"),
    "sector": _("{code} {name}"),
    "size-unknown": ngettext(
        "{count:n} firm that is otherwise in scope has no known {what}: a filter of size "
        "leaves it out.",
        "{count:n} firms that are otherwise in scope have no known {what}: a filter of size "
        "leaves them out.",
        1,
    ),
    "quoted": _("{name:q}"),
    "or": _("{one} or {other}"),
}
"""Sentences by the part of their code after the dot."""
