"""Titles of the scenarios that come with the program, in the reader's language."""

from __future__ import annotations

from geo_relocation.messages import Language, _
from geo_relocation.words import say

TITLES = (
    _("Default: by the decisions in force, in the years of the scheme that remain"),
    _("By year until 2030, with quotas"),
    _("By conflict with the planned land use, in one year"),
)
"""The titles in the files are their Vietnamese."""


def said_title(title: str, language: Language) -> str:
    """A plan's title as stored, in Vietnamese, said in a language; a user's own as it is."""
    for message in TITLES:
        if say(message, "vi") == title:
            return say(message, language)
    return title
