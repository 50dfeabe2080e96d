"""Mark loops over arrays that are compiled to machine code when they are first called.

Nothing of numba is loaded before that: reading a module with such loops costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from threading import RLock
from types import FunctionType
from typing import Any, TypeVar, cast

from geo_relocation.lazy import dispatching

F = TypeVar("F", bound=Callable[..., Any])

_MAKING = RLock()
_LOOPS: list[_Loop] = []


class _Loop:
    """A loop that becomes numba's dispatcher when it is first called."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self._function = function
        self._options = options
        self.made: Any = None
        update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:
        """Run the loop."""
        made = self.made
        return (self.dispatcher() if made is None else made)(*arguments)

    def dispatcher(self) -> Any:
        """The dispatcher, after those of all loops that this one calls by name.

        numba looks names up among the globals of the function that it compiles, and knows what
        to do with dispatchers only: they take the loops' places in a copy. Those of the module
        stay as they are, for another thread may be reading them.
        """
        with _MAKING:
            if self.made is None:
                function = self._function
                names = dict(function.__globals__)
                for name in function.__code__.co_names:
                    if isinstance(called := names.get(name), _Loop):
                        names[name] = called.dispatcher()
                own = FunctionType(function.__code__, names, function.__name__)
                self.made = dispatching.dispatcher_of(update_wrapper(own, function), self._options)
            return self.made


def compiled(**options: Any) -> Callable[[F], F]:
    """Decorate a loop over arrays that numba shall compile.

    It runs without Python's lock, so that several can run in threads.

    Parameters
    ----------
    options
        Further ones of numba's `njit`, such as ``inline="always"``.
    """

    def decorate(function: F) -> F:
        loop = _Loop(function, options)
        _LOOPS.append(loop)
        return cast("F", loop)

    return decorate


def is_kept(loop: Callable[..., Any]) -> bool | None:
    """Whether a loop was compiled before and kept; None where nothing can be kept."""
    return dispatching.is_kept(cast("_Loop", loop).dispatcher())


def kernels() -> dict[str, list[Any]]:
    """Loops called so far (module and name), each with the signatures that it is compiled for."""
    return {
        f"{made.py_func.__module__}.{made.py_func.__name__}": made.signatures
        for loop in _LOOPS
        if (made := loop.made) is not None
    }
