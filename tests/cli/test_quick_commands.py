"""Commands that only look something up load nothing that a search or an export needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "branca", "docx", "folium", "geoalchemy2", "jsonschema", "numba", "ortools", "psycopg",
    "scipy", "sqlalchemy", "vietnamadminunits", "xlsxwriter",
}  # fmt: skip

STAGES = {
    "geo_relocation.ingest.pipeline", "geo_relocation.matching", "geo_relocation.sample",
    "geo_relocation.scenarios", "geo_relocation.screening",
}  # fmt: skip
"""Own modules that bring in a whole stage."""

PROGRAM = """
import sys
try:
    {what}
finally:
    print(*sys.modules, *{{name.partition(".")[0] for name in sys.modules}}, file=sys.stderr)
"""


def loaded(what: str) -> set[str]:
    """Modules that stand in memory after a statement, in a fresh Python."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(what=what)],
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_the_package_alone_loads_no_library():
    found = loaded("import geo_relocation")
    assert not found & (HEAVY | {"geopandas", "numpy", "pandas", "pydantic", "shapely", "typer"})


def test_the_workspace_loads_without_them():
    assert not loaded("import geo_relocation; geo_relocation.open") & HEAVY


@pytest.mark.parametrize(
    "command", [("--version",), ("--help",), ("match", "--help"), ("list", "show"), ("issues",)]
)
def test_a_quick_command_loads_none_of_them(command, province):
    options = () if command[-1].startswith("--") else ("--workspace", province)
    found = loaded(f"from geo_relocation.cli import main; main({[*command, *options]!r})")
    assert not found & HEAVY
    assert not found & STAGES


def test_a_screening_loads_what_it_compiles_with(province):
    # The other way round: what the test above looks for is what a stage brings in.
    found = loaded(
        f"from geo_relocation.cli import main; main(['screen', '--workspace', {province!r}])"
    )
    assert "numba" in found
    assert "geo_relocation.screening" in found
    assert not found & {"ortools", "geo_relocation.matching"}
