"""Collect what the program says for translation, and compile what is translated.

    python scripts/words.py collect    # after a message was added or changed
    python scripts/words.py compile    # after a translation was written
    python scripts/words.py missing    # what has no Vietnamese yet; exit 1 if anything has none

Each package of the program, and each table of sentences that are stored, has its own source of
translations, geo_relocation/words/locale/vi/PACKAGE.po, so that two people who work on two
packages do not meet in one file. Sentences that nothing says any more are dropped.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from geo_relocation.cli.app import build_app
from geo_relocation.cli.help import help_texts

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "geo_relocation"
LOCALE = PACKAGE / "words" / "locale" / "vi"
COMPILED = LOCALE / "LC_MESSAGES" / "geo_relocation.mo"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
NEVER = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""Catalogues carry no date: the same sentences make the same bytes."""

Key = str | tuple[str, str]
"""A sentence, or a sentence with its plural."""


def _catalog() -> Catalog:
    return Catalog(
        locale="vi", project="geo-relocation", version="1", charset="utf-8", creation_date=NEVER,
        revision_date=NEVER, last_translator="", language_team="", fuzzy=False,
    )  # fmt: skip


def said_in_code() -> Iterator[tuple[str, Key]]:
    """Package and sentence of every message in the code."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        package = parts[0] if len(parts) > 1 else "base"
        if "told" in parts and path.stem != "__init__":
            package = f"told_{path.stem}"
        for _line, found, _comments, _context in extract_from_file(
            "python", path, keywords=KEYWORDS
        ):
            # ngettext's number is a third argument that is no sentence.
            yield package, found[:2] if isinstance(found, tuple) else found


def said_by_commands() -> Iterator[tuple[str, Key]]:
    """Sentences of the help of every command, and the fixed words of the command line."""
    for text in help_texts(get_command(build_app())):
        yield "cli", text


def sources() -> dict[Key, str | tuple[str, ...]]:
    """All translations there are, by sentence."""
    found: dict[Key, str | tuple[str, ...]] = {}
    for path in sorted(LOCALE.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="vi", abort_invalid=True):
                forms = message.string if isinstance(message.string, tuple) else (message.string,)
                if not message.id or not all(forms):
                    continue
                known = found.setdefault(message.id, message.string)
                if known != message.string:
                    sys.exit(f"{path.name}: two translations of {message.id!r}")
    return found


def collect() -> None:
    """Write the sources anew: every sentence that is said, with its translation if it has one."""
    known = sources()
    packages: dict[str, Catalog] = {}
    seen: set[Key] = set()
    for package, key in [*said_in_code(), *said_by_commands()]:
        if key in seen or not key:
            continue
        seen.add(key)
        packages.setdefault(package, _catalog()).add(key, known.get(key, ""))
    for path in LOCALE.glob("*.po"):
        if path.stem not in packages:
            path.unlink()
    for package, catalog in packages.items():
        with (LOCALE / f"{package}.po").open("wb") as file:
            write_po(file, catalog, width=100, omit_header=True, sort_output=True, no_location=True)
    dropped = [key for key in known if key not in seen]
    print(f"{len(seen)} sentences; {len(dropped)} translations dropped")


def compiled() -> bytes:
    """The bytes of the compiled catalogue."""
    catalog = _catalog()
    for key, text in sources().items():
        catalog.add(key, text)
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def missing() -> list[Key]:
    """Sentences that are said and have no translation."""
    known = sources()
    said = {key for _, key in [*said_in_code(), *said_by_commands()] if key}
    return sorted((key for key in said if key not in known), key=str)


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("collect", "compile", "missing"))
    what = parser.parse_args().what
    if what == "collect":
        collect()
    if what == "missing":
        found = missing()
        for key in found:
            print(repr(key))
        sys.exit(1 if found else 0)
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    COMPILED.write_bytes(compiled())


if __name__ == "__main__":
    main()
