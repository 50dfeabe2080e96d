"""Documentation that cannot drift: what exists is described, what is linked is there."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ALL_TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)


def commands(run, *group):
    """Names of the commands in the help of the application or of a group."""
    text = run(*group, "--help").out
    return re.findall(r"^│ ([a-z]+)  ", text.split("Commands", 1)[1], flags=re.MULTILINE)


def test_every_command_is_documented(run):
    found = commands(run)
    assert {"init", "import", "screen", "assess", "match", "map", "export", "demo"} <= set(found)
    for name in found:
        assert re.search(rf"geo-relocation( -w \S+)? {name}\b|`{name}\b", ALL_TEXT), name
    for group in ("list", "export", "schedules", "scenario"):
        for name in commands(run, group):
            assert re.search(rf"\b{group} {name}\b|`{name}\b", ALL_TEXT), f"{group} {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_readme_leads_to_every_page():
    readme = PAGES[0].read_text("utf-8")
    for page in PAGES[1:]:
        assert f"docs/{page.name}" in readme


def test_pinned_requirements_name_no_index():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text
        assert "index" not in text
        for line in text.splitlines():
            if re.match(r"^[a-z]", line):
                assert line.rstrip().endswith("\\"), f"{path.name}: {line} has no hash"


def test_requirements_serve_each_other():
    """One .venv serves both commands: the smaller file is contained in the larger."""

    def pins(name):
        text = (ROOT / "requirements" / name).read_text("utf-8")
        return set(re.findall(r"^([a-z0-9-]+==\S+)", text, flags=re.MULTILINE))

    assert pins("core.txt") <= pins("dev.txt") <= pins("bench.txt")


def test_console_command_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"]["geo-relocation"] == "geo_relocation.cli:main"


def test_every_path_that_the_architecture_names_is_there():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = re.findall(r"`((?:geo_relocation|tests|scripts)/[\w./]+)`", page)
    named += [
        f"geo_relocation/{path}"
        for path in re.findall(r"`((?:store|standing|workspace|matching|words)/[\w./]+)`", page)
    ]
    assert len(named) > 25
    missing = [path for path in named if not (ROOT / path).exists()]
    assert not missing


def test_the_architecture_draws_every_room():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    drawn = page.split("```")[1]
    package = ROOT / "geo_relocation"
    rooms = [one.name for one in package.iterdir() if (one / "__init__.py").exists()]
    modules = [
        one.name for one in package.glob("*.py") if one.name not in {"__init__.py", "version.py"}
    ]
    assert not [name for name in rooms if f"{name}/" not in drawn]
    assert not [name for name in modules if name not in drawn]
    # And nothing that is not there: folders and modules of the package itself begin a line.
    named = re.findall(r"^  ((?:\w+(?:\.py|/) )*\w+(?:\.py|/))(?=  )", drawn, flags=re.MULTILINE)
    there = [name for line in named for name in line.split()]
    assert len(there) > len(rooms)
    assert not [name for name in there if not (package / name).exists()]
