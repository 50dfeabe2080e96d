"""Load a package's heavy modules when one of their names is first used.

Maps, workbooks, solvers and compiled kernels take seconds to load; a command that needs none of
them should not wait for them (PEP 562).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


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
