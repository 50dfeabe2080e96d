"""What is installed with the program is used by it, and what it uses is asked for."""

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import geo_relocation

ROOT = Path(__file__).parents[1]
PACKAGE = Path(geo_relocation.__file__).parent


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Top-level modules that the package imports or names as resources."""
    found: set[str] = set()
    resources = set(metadata.packages_distributions())
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found |= {str(node.value.value)} & resources
    return found - set(sys.stdlib_module_names) - {"geo_relocation"}


def distributions() -> dict[str, set[str]]:
    return {
        module: {plain(name) for name in names}
        for module, names in metadata.packages_distributions().items()
    }


def test_every_dependency_is_used_and_every_import_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {plain(re.split(r"[<>=!~\[; ]", one)[0]) for one in project["dependencies"]}
    homes = distributions()
    used = {module: homes.get(module, {module}) for module in imported()}
    assert asked - set().union(*used.values()) == set()
    assert {module for module, names in used.items() if not names & asked} == set()
