"""The form of the files in tests/answers/: all that tests are told of an exercise.

`RIGHT` must pass, `WRONG` must not. `TYPICAL` is the wrong answer whose output is kept in
tests/golden, `COURSE_2019` what learners of the old course wrote, `PARAMETERS` what its
network has, `PLAN` how its training is measured (see `plans`), `SLOW` that each answer
takes longer than half a second. Of the mutants in tests/mutations, by kind and change, with a reason:
`EQUIVALENT` are right after all, `UNNAMED` fail without being named; `MUTANTS_TIMEOUT`
is how many seconds they may run.

A change says how an answer comes from the reference solution: `edit` replaces parts of
it, `steps` keeps the given part and writes the rest anew, `bare` is a whole file
without the given part, as copied from the course's editor.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from samples import Sample
from words import words_of

from grader.catalogue import Exercise
from grader.places import render
from grader.stubs import BEGIN, END, given_part
from grader.verdict import CheckStatus, Outcome, Verdict

ANSWERS = Path(__file__).parents[1] / "answers"

Change = Callable[[str], str]

SEEDS = 5
"""How many seeds right answers are graded with where they train."""


def edit(*replacements: tuple[str, str]) -> Change:
    """Replace each OLD, which must stand exactly once in the solution, by its NEW."""

    def change(solution: str) -> str:
        for old, new in replacements:
            assert solution.count(old) == 1, f"{old!r} stands {solution.count(old)} times"
            solution = solution.replace(old, new)
        return solution

    return change


def steps(code: str) -> Change:
    """Keep the docstring and the given part; write the steps anew."""
    return lambda solution: given_part(solution) + "\n" + textwrap.dedent(code)


def bare(code: str) -> Change:
    """Write a whole file that leaves the given part to the grader."""
    return lambda solution: textwrap.dedent(code)


@dataclass(frozen=True)
class Right:
    """An answer that must pass every check."""

    name: str
    change: Change


@dataclass(frozen=True)
class Wrong:
    """An answer that must fail.

    Args:
        name: of the fault.
        change: from the reference solution.
        check: that must fail; "" where no check gets to run.
        says: regular expression that the check's (or the verdict's) words must match.
        status: the outcome as a whole.
        timeout: in seconds, for answers that would run for ever.
        blames: part of the line that the check, or where no check is named the first tip, blames.
    """

    name: str
    change: Change
    check: str
    says: str
    status: str = "failed"
    timeout: float | None = None
    blames: str = ""


@dataclass(frozen=True)
class Course2019:
    """An answer as a learner of 2019 wrote it: no given part, Keras 2.2.

    Args:
        code: the whole file.
        status: of the verdict.
        says: regular expressions, one for each of the tips that must be given.
        today: replacements that do what the tips say; with them the answer passes.
    """

    code: str
    status: str = "passed"
    says: tuple[str, ...] = ()
    today: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Parameters:
    """How many parameters the course says that the reference's network has.

    Args:
        network: the expression that gives it when the reference has run.
        layers: those of each layer; None where the course does not say.
        total: those of all layers.
        learned: those that training changes; None where that is all of them.
    """

    network: str
    layers: list[int] | None
    total: int
    learned: int | None = None


@cache
def load_answers(exercise_id: str) -> ModuleType | None:
    """Return the module that holds an exercise's answers, if there is one."""
    path = ANSWERS / f"answers_{exercise_id.replace('.', '_')}.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def place(exercise: Exercise) -> str:
    """Return the answers file of an exercise, for messages to authors."""
    return f"tests/answers/answers_{exercise.id.replace('.', '_')}.py"


def declared(exercise: Exercise, name: str) -> Any:
    """Return what an exercise's answers file says under NAME; None if it does not."""
    return getattr(load_answers(exercise.id), name, None)


def typical_mistake(exercise: Exercise) -> str:
    """Return the source of the wrong answer that stands for all: `TYPICAL` names it, or makes it."""
    found = declared(exercise, "TYPICAL")
    assert found is not None, (
        f'{place(exercise)} needs TYPICAL = "the name of a wrong answer": one that learners give'
    )
    if isinstance(found, str):
        named = [wrong.change for wrong in declared(exercise, "WRONG") if wrong.name == found]
        assert len(named) == 1, (
            f"{place(exercise)}: {len(named)} wrong answers are called {found!r}"
        )
        return answer_source(exercise.solution.read_text("utf-8"), named[0])
    return answer_source(exercise.solution.read_text("utf-8"), found)


@cache
def trains(exercise: Exercise) -> bool:
    """Whether the reference calls fit, or has scikit-learn call it."""
    tree = ast.parse(exercise.solution.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {ast.unparse(call.func).rpartition(".")[2] for call in calls}
    return bool({"fit", "cross_val_score"} & names)


def seeds(exercise: Exercise, name: str, sample: Sample) -> list[int]:
    """Return the seeds that a right answer is graded with: it must pass whatever the seed.

    Answers that do not train are the same with each. A sample takes one.
    """
    if not trains(exercise):
        return [0]
    return sample.pick(range(SEEDS), 1, f"seed of {exercise.id} {name}")


def answer_source(solution: str, change: Change) -> str:
    """Return an answer as a learner would hand it in, without the solution's markers."""
    changed = change(solution)
    return "\n".join(line for line in changed.splitlines() if line.strip() not in {BEGIN, END})


def expect_as_described(answer: Right | Wrong, verdict: Verdict) -> None:
    """Expect a right answer to pass, and a wrong one to fail for its reason."""
    words = words_of(verdict)
    if isinstance(answer, Right):
        assert verdict.status == Outcome.PASSED, words
        assert verdict.points == verdict.max_points, words
        return
    assert verdict.status == answer.status, words
    assert verdict.points < verdict.max_points, words
    if answer.check:
        found = {check.name: check for check in verdict.checks}[answer.check]
        assert found.status == CheckStatus.FAILED, words
        parts = (found.expected, found.got, found.message, found.details)
        words = "\n".join(render(part, verdict.places) for part in parts)
    assert re.search(answer.says, words, re.DOTALL), words


def expect_blamed(answer: Wrong, verdict: Verdict, source: str) -> None:
    """Expect a wrong answer's fault to be told of the line that it stands on."""
    line = next((check.line for check in verdict.checks if check.name == answer.check), None)
    if not answer.check:
        line = next(iter(verdict.tips[0].line_numbers), None)
    assert line is not None, words_of(verdict)
    assert answer.blames in source.splitlines()[line - 1], words_of(verdict)
