"""Neighbourhoods for branch and bound: a few places that firms could swap between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import IntArray
from geo_relocation.assignment.search.branch import Part
from geo_relocation.assignment.search.core import Core
from geo_relocation.lazy import sparse

SMALLEST, LARGEST = 30.0, 800.0
"""Firms in a neighbourhood."""


@dataclass
class Neighbourhoods:
    """Draws neighbourhoods of a size that adapts to how hard they turn out.

    Attributes
    ----------
    core
        Where the choices come from.
    ties
        How many firms two places have in common, near ones counting more: shape
        (places, places).
    size
        Firms wanted in the next neighbourhood.
    """

    core: Core
    ties: sparse.csr_array
    size: float = 80.0

    @classmethod
    def of(cls, core: Core) -> Neighbourhoods:
        """Neighbourhoods of a core."""
        owner = np.repeat(np.arange(core.firms), np.diff(core.ptr))
        shape = (core.firms, core.index_width)
        near = sparse.csr_array(
            (np.exp(-core.reduced / core.spread), (owner, core.place)), shape=shape
        )
        return cls(core, sparse.csr_array(near.T @ near))

    def draw(self, options: IntArray, rng: np.random.Generator) -> Part:
        """All firms of some places that have firms in common, and those left out.

        Parameters
        ----------
        options
            The plan, by options.
        rng
            Draws the first place and weighs the others.
        """
        core = self.core
        where = core.place[options]
        none = core.index_width - 1
        inside = np.zeros(none + 1, dtype=bool)
        inside[none] = True
        place = int(rng.integers(none))
        tied = np.zeros(none + 1)
        while True:
            inside[place] = True
            tied += self.ties[[place], :].toarray()[0]
            weighed = np.where(inside, 0.0, tied) * rng.random(none + 1)
            place = int(np.argmax(weighed))
            if inside[where].sum() >= self.size or weighed[place] <= 0.0:
                break
        open_to = inside[core.place] & np.repeat(inside[where], np.diff(core.ptr))
        pairs = core.pair[open_to]
        leavable = np.flatnonzero(inside[where])
        return Part(np.unique(pairs[pairs >= 0]), leavable)

    def learn(self, *, easy: bool) -> None:
        """Larger ones next time when the last was easy, else smaller ones."""
        self.size = float(np.clip(self.size * (1.05 if easy else 0.9), SMALLEST, LARGEST))
