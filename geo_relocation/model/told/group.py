"""What a rule on a group of firms asks, and what there is to meet it."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "must": ngettext(
        "Rule {number}: {count:n} firm ({who}) on {land:n2} ha today, which needs {demand:n2} ha, "
        "must go to {parks}, {supply:n2} ha.",
        "Rule {number}: {count:n} firms ({who}) on {land:n2} ha today, which need {demand:n2} ha, "
        "must go to {parks}, {supply:n2} ha.",
        1,
    ),
    "prefer": ngettext(
        "Rule {number}: {count:n} firm ({who}) on {land:n2} ha today, which needs {demand:n2} ha, "
        "rather goes to {parks}, {supply:n2} ha; another park counts {price:n} km more.",
        "Rule {number}: {count:n} firms ({who}) on {land:n2} ha today, which need {demand:n2} ha, "
        "rather go to {parks}, {supply:n2} ha; another park counts {price:n} km more.",
        1,
    ),
    "never": ngettext(
        "Rule {number}: {count:n} firm ({who}) on {land:n2} ha today, which needs {demand:n2} ha, "
        "never goes to {parks}, {supply:n2} ha.",
        "Rule {number}: {count:n} firms ({who}) on {land:n2} ha today, which need {demand:n2} ha, "
        "never go to {parks}, {supply:n2} ha.",
        1,
    ),
    "nobody": _("Rule {number} has no effect: no firm in scope is of its group ({who})."),
    "no-land": ngettext(
        "Rule {number}: {count:n} firm of the group states no land; its hectares are not counted.",
        "Rule {number}: {count:n} firms of the group state no land; their hectares are not "
        "counted.",
        1,
    ),
    "barred": ngettext(
        "Rule {number}: {count:n} firm of the group can go to none of these parks and is left out: "
        "{why}.",
        "Rule {number}: {count:n} firms of the group can go to none of these parks and are left "
        "out: {why}.",
        1,
    ),
    "everyone": _("all firms in scope"),
    "industrial-parks": _("every industrial park"),
    "clusters": _("every industrial cluster"),
    "south": _("every park in the south"),
    "north": _("every park outside the south"),
    "why": _("{count:n} for {why}"),
}
"""Sentences by the part of their code after the dot."""
