"""Why a firm fares differently in two plans."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "out-of-scope": _("the firm is no longer in scope"),
    "new-in-scope": _("the firm is newly in scope"),
    "not-allowed": _("{park} in {year} is not allowed any more: {why}"),
    "overdrawn": _("{park} has not enough any more for all whom the base puts there ({what})"),
    "locked": _("a lock places it"),
    "park-gone": _("the park is no more"),
    "year-gone": _("{year} is not in the scenario"),
    "not-open": _("the park is not open or has no land in {year}"),
    "gives-way": _("makes way in {park} for {sites} ({what})"),
    "takes-room": _("takes the room in {park} that {sites} leaves"),
    "cheaper": _("saves {km:n1} km-equivalents"),
    "placed": _("there is room for it in {park} now"),
    "unknown": _("the scenario of the plan does not fit the data as they are"),
    "equal": _(
        "nothing stands in the way of its place in the base: within the proven gap both are alike"
    ),
    "sites": _("{names}{more}"),
    "others": ngettext(" and {count:n} other firm", " and {count:n} other firms", 1),
}
"""Sentences by the part of their code after the dot."""
