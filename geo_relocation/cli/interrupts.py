"""Ctrl-C and the signals that end a program: at any moment one line, and nothing half done."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_BASE = 128
"""A shell adds the number of the signal to this."""

Handler = Callable[[int, FrameType | None], Any]


class Ended(BaseException):
    """The system asked the program to end.

    Attributes
    ----------
    exit_code
        As a shell reports it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.exit_code = _BASE + number


def _end(number: int, _: FrameType | None) -> None:
    raise Ended(number)


def _quit(number: int, _: FrameType | None) -> None:
    """End at once. Libraries that are being loaded take an exception for a fault of their own."""
    os.write(2, b"Stopped; nothing was stored.\n")
    os._exit(_BASE + number)


@contextmanager
def _handled(handlers: dict[int, Handler]) -> Iterator[None]:
    """Handle signals for a while, those left alone that the caller of the program ignores."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    chosen = {n: h for n, h in handlers.items() if signal.getsignal(n) != signal.SIG_IGN}
    before = {number: signal.signal(number, handler) for number, handler in chosen.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def starting() -> Any:
    """While the program loads, when there is nothing yet to tidy up."""
    return _handled({signal.SIGINT: _quit})


def working() -> Any:
    """While a command runs: the work is undone, drafts go, and the command says so."""
    return _handled({signal.SIGINT: signal.default_int_handler, **dict.fromkeys(_ENDING, _end)})
