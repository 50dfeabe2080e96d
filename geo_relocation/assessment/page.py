"""The page that explains a decision, as plain text and as HTML of the same lines."""

from __future__ import annotations

import html
from dataclasses import dataclass

from geo_relocation.messages import Language
from geo_relocation.text.printing import printable

_STYLE = (
    "body{font:9.5pt/1.3 sans-serif;max-width:48em;margin:1.5em auto;padding:0 1em}"
    "h1{font-size:1.35em}h2{font-size:1.05em;margin:.9em 0 .2em}ul{margin:0;padding-left:1.3em}"
    ".narrow{display:inline-block;width:49%;vertical-align:top}"
    "@page{size:A4;margin:12mm}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:8.5pt;line-height:1.22}}"
)


@dataclass(frozen=True)
class Section:
    """A heading and its lines; two narrow ones in a row stand side by side on the page."""

    title: str
    lines: tuple[str, ...]
    narrow: bool

    @property
    def html(self) -> str:
        """The section as HTML, every word escaped."""
        style = " class=narrow" if self.narrow else ""
        items = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines)
        return f"<section{style}><h2>{html.escape(self.title)}</h2><ul>{items}</ul></section>"


@dataclass(frozen=True)
class Explanation:
    """The page about one firm.

    Attributes
    ----------
    title
        The heading, with the firm's name.
    sections
        What follows, in order.
    language
        Of the words.
    """

    title: str
    sections: tuple[Section, ...]
    language: Language

    @property
    def text(self) -> str:
        """Plain text."""
        blocks = (
            "\n".join([section.title, *(f"  - {line}" for line in section.lines)])
            for section in self.sections
        )
        return "\n\n".join([self.title.upper(), *blocks]) + "\n"

    @property
    def html(self) -> str:
        """A self-contained HTML page; every word from the data is escaped."""
        body = "".join(section.html for section in self.sections)
        title = html.escape(self.title)
        return printable(
            f'<!DOCTYPE html><html lang="{self.language}"><head><meta charset="utf-8">'
            '<meta name="generator" content="geo-relocation explain">'
            f"<title>{title}</title><style>{_STYLE}</style></head>"
            f"<body><h1>{title}</h1>{body}</body></html>\n"
        )
