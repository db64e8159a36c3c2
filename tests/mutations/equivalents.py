"""Right answers, derived from a reference solution: they do the same in other words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from grader.catalogue import Exercise
from mutations import rewrites_calls, rewrites_layers, rewrites_whole
from mutations.source import Solution

REWRITES = (
    rewrites_layers.forms,
    rewrites_layers.activations,
    rewrites_calls.compiling,
    rewrites_calls.by_name,
    rewrites_calls.by_position,
    rewrites_calls.training,
    rewrites_calls.callbacks,
    rewrites_calls.results,
    rewrites_calls.axes,
    rewrites_whole.imports,
    rewrites_whole.functions,
    rewrites_whole.prints,
    rewrites_whole.helpers,
    rewrites_whole.renamed,
)


@dataclass(frozen=True)
class Equivalent:
    """One right answer."""

    exercise: Exercise
    what: str
    """How it differs from the reference."""
    source: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by."""
        return self.exercise.id, self.what

    @property
    def name(self) -> str:
        """A name for tests and tables."""
        return f"{self.exercise.id}-{self.what}"


@cache
def equivalents(exercise: Exercise) -> tuple[Equivalent, ...]:
    """Return every rewriting of an exercise's reference, each source once."""
    solution = Solution.of(exercise)
    found = []
    seen = {ast.dump(solution.tree)}
    for what, changed in _rewritten(solution):
        shape = ast.dump(changed.tree)
        if shape not in seen:
            seen.add(shape)
            found.append(Equivalent(exercise, what, changed.answer()))
    return tuple(found)


def _rewritten(solution: Solution) -> Iterator[tuple[str, Solution]]:
    for rewrite in REWRITES:
        yield from rewrite(solution)
