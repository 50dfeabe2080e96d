"""What a scenario changes against its base, and what each change does."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _, ngettext

SAID: Mapping[str, Message] = {
    "opening": _("{park} opens in {year} (base: {before})"),
    "not-stated": _("not stated"),
    "closed": _("{park} takes no part"),
    "reopened": _("{park} takes part again"),
    "land": _("{park} has {ha:n} ha from {year}"),
    "land-dropped": _("the land of {park} from {year} is no longer {ha:n} ha"),
    "first-year": _("the first year"),
    "lock": _("{site} is locked to {place}"),
    "lock-dropped": _("the lock of {site} is dropped"),
    "exclusion": _("{site} must not go to {park}"),
    "exclusion-all": _("{site} is not to be placed"),
    "exclusion-dropped": _("an exclusion of {site} is dropped"),
    "field": _("{field} = {after} (base: {before})"),
    "added": _("{field}: added {what}"),
    "removed": _("{field}: removed {what}"),
    "more": ngettext(
        "{change}: {count:n} firm changes, {forced:n} of them forced; {km:n1} km-equivalents more.",
        "{change}: {count:n} firms change, {forced:n} of them forced; "
        "{km:n1} km-equivalents more.",
        1,
    ),
    "less": ngettext(
        "{change}: {count:n} firm changes, {forced:n} of them forced; {km:n1} km-equivalents less.",
        "{change}: {count:n} firms change, {forced:n} of them forced; "
        "{km:n1} km-equivalents less.",
        1,
    ),
    "nothing": _("{change}: nothing changes, because {why}."),
    "nobody-there": _("the base puts nobody there before"),
    "holds": _("the base holds under it as well, and no plan was found that is better beyond "
               "what is proven"),
    "total-more": ngettext(
        "Against plan {plan}: {count:n} firm changes, {forced:n} of them forced; "
        "{km:n1} km-equivalents more in all.",
        "Against plan {plan}: {count:n} firms change, {forced:n} of them forced; "
        "{km:n1} km-equivalents more in all.",
        1,
    ),
    "total-less": ngettext(
        "Against plan {plan}: {count:n} firm changes, {forced:n} of them forced; "
        "{km:n1} km-equivalents less in all.",
        "Against plan {plan}: {count:n} firms change, {forced:n} of them forced; "
        "{km:n1} km-equivalents less in all.",
        1,
    ),
    "none": _("Against plan {plan}: no firm changes."),
    "near": _(
        "To stay near the base {km:n1} km-equivalents are given up against the cheapest plan found."
    ),
    "unreadable": _("The scenario of plan {plan} cannot be read: its changes are not listed."),
}  # fmt: skip
"""Sentences by the part of their code after the dot."""
