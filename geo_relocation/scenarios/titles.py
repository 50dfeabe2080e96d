"""Titles of the scenarios that come with the program, in the reader's language."""

from __future__ import annotations

from geo_relocation.messages import Language, _
from geo_relocation.words import say

TITLES = (
    _("Default: by the decisions in force, in the years of the scheme that remain"),
    _("By year until 2030, with quotas"),
    _("By conflict with the planned land use, in one year"),
    _("What if KCN Cay Truong opens a year late?"),
    _("Can all wood firms go to the wood park (KCN) Thanh An?"),
    _("Can Thuan An be done by 2028?"),
    _("What if clusters are filled before industrial parks?"),
    _("What if no park in the south receives anyone?"),
    _("What if KCN Bau Bang takes no more firms?"),
    _("Where do firms go if rent counts five times as much?"),
    _("Is there land enough if each firm needs half as much again?"),
    _("Which parks are needed if only firms below 5,000 m² move?"),
)
"""The titles in the files are their Vietnamese."""


def said_title(title: str, language: Language) -> str:
    """A plan's title as stored, in Vietnamese, said in a language; a user's own as it is."""
    for message in TITLES:
        if say(message, "vi") == title:
            return say(message, language)
    return title
