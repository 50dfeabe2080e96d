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
from typing import TYPE_CHECKING, Any


class Deferred(ModuleType):
    """Stands for a module that is loaded when something in it is asked for.

    Unlike the standard library's `LazyLoader` it leaves `sys.modules` alone, so that others who
    import the module meet it as it is, and takes modules inside packages without loading the
    package.
    """

    def __getattr__(self, name: str) -> object:
        """The attribute of the module itself."""
        # Once loaded it is held here: a function that is called for each cell asks often.
        module = self.__dict__.get("_loaded")
        if module is None:
            module = self.__dict__["_loaded"] = import_module(self.__name__)
        return getattr(module, name)


class _Later:
    """Stands for a function or class until it is called, or something of it is asked for."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def _found(self) -> Any:
        return getattr(import_module(self._module), self._name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._found()(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found(), name)


def later(module: str, name: str) -> Any:
    """A function or class of ours whose module is loaded when it is first used.

    It can be called and asked for attributes, not put behind `isinstance` or `except`. For
    whoever checks types, the name is imported where it stands::

        if TYPE_CHECKING:
            from geo_relocation.matching.plan.solve import solve
        else:
            solve = later("geo_relocation.matching.plan.solve", "solve")
    """
    return _Later(module, name)


if TYPE_CHECKING:
    import geopandas as gpd
    import jsonschema
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely
    from ortools.sat.python import cp_model
    from scipy import optimize, sparse
    from scipy.sparse import csgraph
    from vietnamadminunits import database as unit_tables
    from vietnamadminunits import parser as unit_parser
    from vietnamadminunits.converter import converter_2025 as units_of_2025

    from geo_relocation import dispatching
    from geo_relocation import version as versions
else:
    cp_model = Deferred("ortools.sat.python.cp_model")
    csgraph = Deferred("scipy.sparse.csgraph")
    gpd = Deferred("geopandas")
    np = Deferred("numpy")
    pa = Deferred("pyarrow")
    pd = Deferred("pandas")
    pq = Deferred("pyarrow.parquet")
    shapely = Deferred("shapely")
    dispatching = Deferred("geo_relocation.dispatching")
    jsonschema = Deferred("jsonschema")
    optimize = Deferred("scipy.optimize")
    sparse = Deferred("scipy.sparse")
    units_of_2025 = Deferred("vietnamadminunits.converter.converter_2025")
    versions = Deferred("geo_relocation.version")
    unit_parser = Deferred("vietnamadminunits.parser")
    unit_tables = Deferred("vietnamadminunits.database")

__all__ = [
    "Deferred",
    "cp_model",
    "csgraph",
    "dispatching",
    "gpd",
    "jsonschema",
    "later",
    "loader",
    "np",
    "optimize",
    "pa",
    "pd",
    "pq",
    "shapely",
    "sparse",
    "unit_parser",
    "unit_tables",
    "units_of_2025",
    "versions",
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
