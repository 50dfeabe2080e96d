"""One moment: what a verb reads, it reads of one state of the workspace."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import pandas as pd

from geo_relocation.store import Bbox, Reader, Where

P = ParamSpec("P")
R = TypeVar("R")


class Moment:
    """A workspace at one moment: each layer is read when it is first asked for, and once.

    Parameters
    ----------
    reader
        Sees one state for as long as it lasts.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._layers: dict[str, pd.DataFrame] = {}

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer; see `store.Reader.read`. Whoever changes the frame changes a copy."""
        if where or bbox is not None:
            return self._reader.read(layer, where=where, bbox=bbox)
        if layer not in self._layers:
            self._layers[layer] = self._reader.read(layer)
        return self._layers[layer].copy(deep=False)

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows; see `store.Reader.count`."""
        if layer in self._layers and not where:
            return len(self._layers[layer])
        return self._reader.count(layer, where=where)


class HasMoment(Protocol):
    """Something with a `moment` to read in."""

    def moment(self) -> AbstractContextManager[Reader]:
        """See one state; within another moment, that one's."""


W = TypeVar("W", bound=HasMoment)


def at_one_moment(verb: Callable[Concatenate[W, P], R]) -> Callable[Concatenate[W, P], R]:
    """A verb that only reads: all of it sees one state of the workspace.

    A verb that computes for long holds no state meanwhile: it reads within
    ``with self.moment():`` and computes after that block.
    """

    @functools.wraps(verb)
    def within(workspace: W, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with workspace.moment():
            return verb(workspace, *args, **kwargs)

    return within
