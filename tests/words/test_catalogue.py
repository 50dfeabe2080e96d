"""The catalogue that is read is what the sources say, and the sources are what the program says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def words() -> ModuleType:
    """The script that keeps the catalogue."""
    spec = importlib.util.spec_from_file_location("words_script", ROOT / "scripts" / "words.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_compiled_catalogue_is_that_of_the_sources(words: ModuleType) -> None:
    assert words.compiled() == words.COMPILED.read_bytes(), "run: python scripts/words.py compile"


def test_the_sources_hold_what_the_program_says_and_nothing_else(words: ModuleType) -> None:
    said = {key for _, key in [*words.said_in_code(), *words.said_by_commands()] if key}
    held = set()
    for path in words.LOCALE.glob("*.po"):
        with path.open("rb") as file:
            held |= {m.id for m in words.read_po(file, locale="vi") if m.id}
    assert held == said, "run: python scripts/words.py collect"
