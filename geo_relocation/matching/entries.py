"""Entries of a folder: one file each, found by being there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType


def modules_of(package: str, folders: Iterable[str]) -> list[ModuleType]:
    """The modules that lie in the folders of a package, by name.

    Parameters
    ----------
    package
        Full name of the package.
    folders
        Its `__path__`.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(folders))
    return [importlib.import_module(f"{package}.{name}") for name in names]
