"""No error holds words that cannot be translated; each sentence has its Vietnamese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "geo_relocation"
NOT_YET: set[str] = set()
"""Packages whose errors still hold bare words; a package leaves this list and never returns."""
SPOKEN = ("what", "why", "hint")


def _bare(node: ast.expr) -> bool:
    """Whether an argument is a literal, or a text put together, that holds a letter."""
    if isinstance(node, ast.IfExp):
        return _bare(node.body) or _bare(node.orelse)
    if isinstance(node, ast.BinOp):
        return _bare(node.left) or _bare(node.right)
    if isinstance(node, ast.JoinedStr):
        return any(_bare(part) for part in node.values if isinstance(part, ast.Constant))
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"[^\W\d_]", node.value) is not None
    )


def _spoken(call: ast.Call, name: str) -> Iterator[ast.expr]:
    """The arguments of an error that are words for people, not names of data."""
    if name != "UnknownColumnError":
        yield from call.args[:1] if name in {"UnknownNameError", "LimitError"} else call.args
    yield from (keyword.value for keyword in call.keywords if keyword.arg in SPOKEN)


def bare_errors(source: str) -> list[int]:
    """Lines of a module that make an error of the tree with words nobody can translate."""
    tree = ast.parse(source)
    errors = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "geo_relocation.errors"
        for alias in node.names
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in errors and any(map(_bare, _spoken(node, node.func.id)))
    ]


def test_bare_words_are_seen_and_messages_let_through() -> None:
    head = "from geo_relocation.errors import UnknownNameError, UsageError\n"
    assert bare_errors(head + "raise UsageError('No plan.')") == [2]
    assert bare_errors(head + "raise UsageError(f'No {x}.')") == [2]
    assert bare_errors(head + "raise UsageError(_('No.'), why='It is' if x else '')") == [2]
    assert bare_errors(head + "raise UnknownNameError('plan', x, y)") == [2]
    assert bare_errors(head + "raise UnknownNameError(_('plan'), 'P1', y)") == []
    assert bare_errors(head + "raise UsageError(_('No {x}.', x=x), why='')") == []


def test_no_error_is_raised_with_words_that_cannot_be_translated() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in NOT_YET
        for line in bare_errors(path.read_text("utf-8"))
    ]
    assert not found, "write these with geo_relocation.messages"


def test_every_sentence_of_a_package_that_is_done_has_its_vietnamese() -> None:
    silent = [
        f"{path.stem}: {block}"
        for path in sorted((PACKAGE / "words" / "locale" / "vi").glob("*.po"))
        if path.stem not in NOT_YET
        for block in path.read_text("utf-8").split("\n\n")
        if re.search(r'^msgstr(\[0\])? ""$(?!\n")', block, re.MULTILINE)
    ]
    assert not silent, "write the Vietnamese, then run: python scripts/words.py compile"
