"""What is not Vietnamese in what the command line says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po
from typer.main import get_command

from geo_relocation.cli.app import build_app
from geo_relocation.model import enums, schemas

COMMON = frozenset(
    """
    about above after all already also although always among and another any are because been
    before below between both but cannot column columns could did does done each either else
    empty error every false few file files first folder found from given has have having here how
    into its last less line lines long made make many missing more most must name named never new
    none not nothing now only open other out over row rows same see should since some such than
    that the their them then there these they this those through true type unknown until use used
    value values was were what when where whether which while who why with without would wrong
    you your
    """.split()  # noqa: SIM905 - a list of words is read more easily so
)
"""Words that no Vietnamese sentence holds."""

_NAMES = re.compile(r"^\s*→ (?:Các tên có sẵn|Các cột của tệp):")
"""Begins a line that lists what can be typed."""

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = re.compile(r"[A-Za-z]{3,}")


def commands() -> dict[tuple[str, ...], object]:
    """All commands of the application by their path, groups left out."""

    def walk(command: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield path, command
        for name, one in (inner or {}).items():
            yield from walk(one, (*path, name))

    return dict(walk(get_command(build_app()), ()))


def _table(package: str, *names: str) -> list[dict[str, str]]:
    text = resources.files(package).joinpath(*names).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _pairs() -> Iterator[tuple[str, str]]:
    """Sentences of the catalogues with their Vietnamese."""
    folder = resources.files("geo_relocation.words").joinpath("locale", "vi")
    for source in folder.iterdir():
        if source.name.endswith(".po"):
            with source.open("rb") as file:
                for message in filter(lambda one: one.id, read_po(file, locale="vi")):
                    one = isinstance(message.id, str)
                    said = message.string if one else message.string[0]
                    yield (message.id if one else " ".join(message.id)), said


def translations() -> list[str]:
    """All that the catalogues say in Vietnamese."""
    return [said for _text, said in _pairs()]


def words_of(sentence: str) -> set[str]:
    """Words of a sentence of the catalogues, small, without gaps and what is named in code."""
    return _words(_plain(sentence))


@cache
def english() -> frozenset[str]:
    """Words of everything that is written in English, less those that Vietnamese writes alike."""
    mine: set[str] = set(COMMON)
    theirs: set[str] = set()
    for text, said in _pairs():
        mine |= words_of(text)
        theirs |= words_of(said)
    for row in _table("geo_relocation.words", "labels.csv"):
        mine |= _words(row["en"])
        theirs |= _words(row["vi"])
    for layer in schemas().values():
        mine |= _words(layer.en) | {part for a in layer.attributes for part in _words(a.en)}
        theirs |= _words(layer.vi) | {part for a in layer.attributes for part in _words(a.vi)}
    for kind in vars(enums).values():
        if isinstance(kind, type) and issubclass(kind, enums.LabelledEnum):
            mine |= {part for one in kind for part in _words(f"{one.en} {one.value}")}
            theirs |= {part for one in kind for part in _words(one.vi)}
    return frozenset(word for word in mine if _LETTERS.fullmatch(word)) - (theirs - COMMON)


def _plain(text: str) -> str:
    """A sentence without its gaps, and without what it names in code: options, files, columns."""
    words = re.sub(r"\{[^{}]*\}", " ", text).split()
    return " ".join(word for word in words if not (_is_code(word) or word.isupper()))


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _is_code(word: str) -> bool:
    """Whether a word between spaces is a name out of a file, a command or the data, or a figure."""
    bare = word.strip("“”\"'‘’.,;:()[]…→*│╭╮╯╰─!?%+")
    return re.fullmatch(r"[^\W\d_]+", bare) is None


def known_codes() -> frozenset[str]:
    """What is typed, and so is shown as it is typed: commands, layers."""
    typed = {part for path in commands() for part in path}
    return frozenset(typed | set(schemas()))


def not_vietnamese(text: str, *, typed: frozenset[str] = frozenset()) -> list[str]:
    """English words of an output, each with its line.

    Parameters
    ----------
    text
        What was printed.
    typed
        Words that may stand there as they are typed.
    """
    allowed = typed | known_codes()
    found = []
    for line in text.splitlines():
        if _NAMES.search(line):
            continue
        words = [
            bare
            for word in line.split()
            if not _is_code(word)
            for bare in _WORD.findall(word)
            if bare.lower() in english() and bare not in allowed and not bare.isupper()
        ]
        if words:
            found.append(f"{' '.join(words)}: {line.strip()}")
    return found


def codes_shown(text: str) -> list[str]:
    """Names with an underscore in a table or a report, which should have a label."""
    found = []
    for line in text.splitlines():
        names = re.findall(r"(?<![\w\-./])[a-z]+(?:_[a-z0-9]+)+(?![\w\-./])", line)
        if names:
            found.append(f"{' '.join(names)}: {line.strip()}")
    return found
