"""Commands and options that messages and pages tell a person to use are there to be used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

import geo_relocation
from geo_relocation.cli.app import build_app

ROOT = Path(__file__).parents[1]
PACKAGE = Path(geo_relocation.__file__).parent
COMMON = {"--version", "--help"}
# A command up to the end of its line, phrase or code.
CALL = re.compile(r"\bgeo-relocation(?: (?:-w|--workspace)[ =]\S+| --json)* ([a-z][^\n`,;#|<>\"]*)")
PLAIN = re.compile(r"\bRun ([a-z-]+(?: [a-z-]+)?) (?=with|first)|\bwith:? (init\b[^.`\n]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def commands() -> dict[str, set[str]]:
    """Options of every command, by the words that call it; of a group, those of its commands."""
    found: dict[str, set[str]] = {}

    def walk(command: object, words: tuple[str, ...]) -> set[str]:
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        for name, child in getattr(command, "commands", {}).items():
            options |= walk(child, (*words, name))
        found[" ".join(words)] = options
        return options

    walk(typer.main.get_command(build_app()), ())
    return found


COMMANDS = commands()


def wrong(call: str) -> str | None:
    """What is wrong with a call, if anything; names in braces stand for what is filled in."""
    words = re.split(r"[ .)]", call)
    if words[0] not in COMMANDS:
        return f"no command {words[0]!r}"
    name = words[0]
    group = any(other.startswith(f"{name} ") for other in COMMANDS)
    second = words[1] if len(words) > 1 else ""
    if group and re.fullmatch(r"[a-z-]+", second) and not second.startswith("-"):
        name = f"{name} {second}"
        if name not in COMMANDS:
            return f"no command {name!r}"
    unknown = set(OPTION.findall(call)) - COMMANDS[name] - COMMON
    return f"{name!r} has no option {', '.join(sorted(unknown))}" if unknown else None


def told(path: Path) -> Iterator[tuple[str, bool]]:
    """Texts of a file that a person may read, and whether each says what to do next."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        yield text.replace("\\\n", " "), False
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.IfExp)):
            yield words_of(node), False
        if isinstance(node, ast.keyword) and node.arg == "hint":
            yield words_of(node.value), True
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "hint":
            yield words_of(node.value), True


def words_of(node: ast.AST) -> str:
    """The text of a literal, with `{}` for what is filled in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            words_of(part) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    if isinstance(node, ast.BinOp):
        return words_of(node.left) + words_of(node.right)
    if isinstance(node, ast.IfExp):
        return f"{words_of(node.body)}\n{words_of(node.orelse)}"
    return ""


FILES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted(PACKAGE.rglob("*.csv")),
    *sorted(PACKAGE.rglob("*.py")),
]


def test_every_command_named_is_there_with_its_options():
    mistakes, seen = set(), 0
    for path in FILES:
        for text, _ in told(path):
            for call in CALL.findall(text):
                seen += 1
                if found := wrong(call):
                    mistakes.add(f"{path.relative_to(ROOT)}: {call.strip()}: {found}")
    assert not mistakes
    assert seen > 100


def test_every_hint_names_commands_and_options_that_are_there():
    every = COMMANDS[""] | COMMON
    mistakes, seen = set(), 0
    for path in FILES:
        for text in (text for text, is_hint in told(path) if is_hint):
            seen += 1
            where = f"{path.relative_to(ROOT)}: {text}"
            for first, second in PLAIN.findall(text):
                if found := wrong(first or second):
                    mistakes.add(f"{where}: {found}")
            if unknown := set(OPTION.findall(text)) - every:
                mistakes.add(f"{where}: no option {', '.join(sorted(unknown))}")
    assert not mistakes
    assert seen > 100


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("screen", None),
        ("list history {}", None),
        ("undo {} --keep-history", None),
        ("docs dictionary", "no command 'docs'"),
        ("list forget", "no command 'list forget'"),
        ("screen --fast", "'screen' has no option --fast"),
    ],
)
def test_a_call_is_read_as_the_command_line_reads_it(call, expected):
    assert wrong(call) == expected
