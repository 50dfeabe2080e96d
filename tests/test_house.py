"""The house in order: modules of a size to be read at once, no two of which need each other."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

import grimp

import geo_relocation

PACKAGE = Path(geo_relocation.__file__).parent
MOST, USUAL = 400, 180


def lines(ending: str) -> dict[str, int]:
    """Module → how many lines it has."""
    return {
        str(path.relative_to(PACKAGE)): len(path.read_text("utf-8").splitlines())
        for path in PACKAGE.rglob(f"*{ending}")
    }


def test_no_module_is_longer_than_can_be_read_at_once():
    found = lines(".py") | lines(".js")
    assert {name for name in found if name.endswith(".js")}
    assert {name: count for name, count in found.items() if count > MOST} == {}
    assert median(lines(".py").values()) <= USUAL


def test_no_two_modules_need_each_other():
    """Through any number of others; what is imported for annotations only is not run."""
    graph = grimp.build_graph("geo_relocation", exclude_type_checking_imports=True, cache_dir=None)
    needs = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    circle: list[str] = []
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == []
