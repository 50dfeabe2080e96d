"""Compiled loops with their caches: the side of `geo_relocation.compiling` that needs numba.

Compiling takes from seconds to a minute, so numba keeps what it compiled in a file. A place
that cannot be written to, a full disk or a damaged file costs that time again; it is never a
reason to fail.
"""

from __future__ import annotations

import logging
import os
import pickle
import stat
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core import config
from numba.core.caching import FunctionCache

_LOG = logging.getLogger(__name__)
_UNUSABLE = (OSError, EOFError, ValueError, pickle.UnpicklingError)
"""What reading or writing a file of the cache can end in."""


class _Cache(FunctionCache):
    """A cache that does without a file which cannot be read or written."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled before, or None."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call] # numba's
        except _UNUSABLE:
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if that is possible."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call] # numba's
        except _UNUSABLE as error:
            _say_once(f"Compiled code cannot be kept ({error}): it is compiled anew each time.")


def dispatcher_of(function: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    """A function that numba compiles when it is first called, and keeps.

    Parameters
    ----------
    function
        A loop over arrays.
    options
        Those of `numba.njit`.
    """
    dispatcher: Any = numba.njit(nogil=True, **options)(function)
    kept = _cache_of(function)
    if kept is not None:
        # As `cache=True` does; that one fails where there is no place for the file.
        dispatcher._cache = kept  # noqa: SLF001 - numba has no public way to a cache of one's own
    return dispatcher  # type: ignore[no-any-return] # numba's


def is_kept(dispatcher: Any) -> bool | None:
    """Whether something was compiled for a dispatcher and kept; None: there is no place for it."""
    kept = dispatcher._cache  # noqa: SLF001 - as above
    if not isinstance(kept, _Cache):
        return None
    return Path(kept._cache_file._index_path).exists()  # noqa: SLF001


def _cache_of(function: Callable[..., Any]) -> _Cache | None:
    """The cache of a function, in a private folder if its usual places cannot be written to."""
    try:
        return _Cache(function)  # type: ignore[no-untyped-call] # numba's
    except RuntimeError:
        folder = _private_folder()
    if folder is None:
        _say_once("There is no place for compiled code: it is compiled anew each time.")
        return None
    _say_once(f"Compiled code is kept in {folder}: its usual places cannot be written to.")
    usual = vars(config)["CACHE_DIR"]
    vars(config)["CACHE_DIR"] = str(folder)
    try:
        return _Cache(function)  # type: ignore[no-untyped-call] # numba's
    except RuntimeError:
        return None
    finally:
        vars(config)["CACHE_DIR"] = usual


@cache
def _private_folder() -> Path | None:
    """A folder for temporary files that belongs to this user alone, or None.

    What is in it is loaded as code: one that another user made or may write to is not taken.
    """
    user = os.getuid() if hasattr(os, "getuid") else "user"
    try:
        folder = Path(tempfile.gettempdir()) / f"geo-relocation-compiled-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    own = not hasattr(os, "getuid") or found.st_uid == user
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if own and private else None


@cache
def _say_once(words: str) -> None:
    _LOG.warning("%s", words)
