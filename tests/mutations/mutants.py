"""Wrong answers, derived from a reference solution: each has exactly one fault."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from corpus import declared

from grader.catalogue import Exercise, exercises
from mutations import faults_layers, faults_names, faults_training
from mutations.change import Change
from mutations.source import Solution

MAX_TRAINED = 40
"""Mutants of an exercise whose answer trains: the same change in another place is left out first."""

TIMEOUTS: dict[str, float] = {
    exercise.id: seconds
    for exercise in exercises()
    if (seconds := declared(exercise, "MUTANTS_TIMEOUT")) is not None
}
"""Seconds for mutants of an exercise, where its answers file says them."""

Operator = Callable[[Solution], Iterator[Change]]

OPERATORS: tuple[Operator, ...] = (
    faults_names.answers,
    faults_layers.sizes,
    faults_layers.activations,
    faults_layers.layers,
    faults_training.compiling,
    faults_training.epochs,
    faults_training.batches,
    faults_training.data,
    faults_training.settings,
    faults_training.arguments,
    faults_names.nothing,
    faults_names.others,
    faults_names.deleted,
)
"""The particular kinds first: of two that come to the same source, the first stays."""


@dataclass(frozen=True)
class Mutant:
    """One wrong answer."""

    exercise: Exercise
    change: Change
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by, whatever stands on which line."""
        return self.exercise.id, self.change.kind, self.change.what

    @property
    def lines(self) -> range:
        """The lines of the file that the change stands in."""
        last = self.change.line + max(edit.text.count("\n") for edit in self.change.edits)
        return range(self.change.line, last + 1)

    @property
    def name(self) -> str:
        """A name for tests and tables."""
        return f"{self.exercise.id}-{self.change.kind}-{self.change.what}"


@cache
def mutants(exercise: Exercise) -> tuple[Mutant, ...]:
    """Return every mutant of an exercise's reference, each source once."""
    solution = Solution.of(exercise)
    found: list[Mutant] = []
    seen = {ast.dump(solution.tree)}
    keys: dict[tuple[str, str, str], int] = {}
    for base, change in _changes(solution):
        changed = base.change(change.edits)
        shape = ast.dump(changed.tree)
        if shape in seen:
            continue
        seen.add(shape)
        mutant = Mutant(exercise, change, changed.answer())
        keys[mutant.key] = keys.get(mutant.key, 0) + 1
        if keys[mutant.key] > 1:
            change = replace(change, what=f"{change.what} ({keys[mutant.key]})")
            mutant = Mutant(exercise, change, mutant.source)
        found.append(mutant)
    if solution.calls("fit"):
        repeated = re.compile(r" \(\d+\)$")
        found.sort(key=lambda mutant: repeated.search(mutant.change.what) is not None)
        del found[MAX_TRAINED:]
    return tuple(found)


def _changes(solution: Solution) -> Iterator[tuple[Solution, Change]]:
    for operator in OPERATORS:
        for change in operator(solution):
            yield solution, change
    yield from faults_layers.listed_layers(solution)
