"""Right answers, derived from a reference solution: they do the same in other words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

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


def equivalents(exercise: Exercise) -> list[Equivalent]:
    """Return every rewriting of an exercise's reference, each source once."""
    solution = Solution(exercise.id, exercise.solution.read_text("utf-8"))
    found = []
    seen = {ast.dump(solution.tree)}
    for what, changed in _rewritten(solution, exercise.checks.read_text("utf-8")):
        shape = ast.dump(changed.tree)
        if shape not in seen:
            seen.add(shape)
            found.append(Equivalent(exercise, what, changed.answer()))
    return found


def _rewritten(solution: Solution, checks: str) -> Iterator[tuple[str, Solution]]:
    for rewrite in REWRITES:
        yield from rewrite(solution)
    yield from rewrites_whole.renamed(solution, checks)
