"""Load heavy modules when one of their names is first used.

Maps, workbooks, solvers and compiled kernels take seconds to load; a command that needs none of
them should not wait for them. Names of a package of our own wait behind its `__getattr__`
(PEP 562, `loader`); modules of others are declared here, once, and imported from here::

    from geo_relocation.lazy import optimize

    optimize.linprog(...)  # scipy.optimize is loaded now
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING


class Deferred(ModuleType):
    """Stands for a module that is loaded when something in it is asked for.

    Unlike the standard library's `LazyLoader` it leaves `sys.modules` alone, so that others who
    import the module meet it as it is, and takes modules inside packages without loading the
    package.
    """

    def __getattr__(self, name: str) -> object:
        """The attribute of the module itself."""
        return getattr(import_module(self.__name__), name)


if TYPE_CHECKING:
    import jsonschema
    from ortools.sat.python import cp_model
    from scipy import optimize, sparse
    from scipy.sparse import csgraph
    from vietnamadminunits import database as unit_tables
    from vietnamadminunits import parser as unit_parser
    from vietnamadminunits.converter import converter_2025 as units_of_2025

    from geo_relocation import dispatching
else:
    cp_model = Deferred("ortools.sat.python.cp_model")
    csgraph = Deferred("scipy.sparse.csgraph")
    dispatching = Deferred("geo_relocation.dispatching")
    jsonschema = Deferred("jsonschema")
    optimize = Deferred("scipy.optimize")
    sparse = Deferred("scipy.sparse")
    units_of_2025 = Deferred("vietnamadminunits.converter.converter_2025")
    unit_parser = Deferred("vietnamadminunits.parser")
    unit_tables = Deferred("vietnamadminunits.database")

__all__ = [
    "Deferred",
    "cp_model",
    "csgraph",
    "dispatching",
    "jsonschema",
    "loader",
    "optimize",
    "sparse",
    "unit_parser",
    "unit_tables",
    "units_of_2025",
]


def loader(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package whose names live in its modules.

    Parameters
    ----------
    package
        Name of the package.
    homes
        Name → module of the package that defines it; ``module:other`` where it is called
        otherwise there.
    """

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home, _, other = homes[name].partition(":")
        return getattr(import_module(f"{package}.{home}"), other or name)

    return load
