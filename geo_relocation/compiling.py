"""Mark loops over arrays that are compiled to machine code when they are first called.

Nothing of numba is loaded before that: reading a module with such loops costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from threading import RLock
from typing import Any, TypeVar, cast

from geo_relocation.lazy import dispatching

F = TypeVar("F", bound=Callable[..., Any])

_MAKING = RLock()


class _Loop:
    """A loop that becomes numba's dispatcher when it is first called."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self._function = function
        self._options = options
        self._made: Callable[..., Any] | None = None
        update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:
        """Run the loop."""
        return self._dispatcher()(*arguments)

    def _dispatcher(self) -> Callable[..., Any]:
        """The dispatcher, after those of all loops that this one can call by name.

        numba looks names up among the globals of the function that it compiles, and knows what
        to do with dispatchers only: they take the loops' places there.
        """
        with _MAKING:
            if self._made is None:
                self._made = dispatching.dispatcher_of(self._function, self._options)
                names = self._function.__globals__
                for name, value in list(names.items()):
                    if isinstance(value, _Loop):
                        names[name] = value._dispatcher()  # noqa: SLF001 - its own kind
            return self._made


def compiled(**options: Any) -> Callable[[F], F]:
    """Decorate a loop over arrays that numba shall compile.

    It runs without Python's lock, so that several can run in threads.

    Parameters
    ----------
    options
        Further ones of numba's `njit`, such as ``inline="always"``.
    """

    def decorate(function: F) -> F:
        return cast("F", _Loop(function, options))

    return decorate
