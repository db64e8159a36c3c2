"""Running both engines and telling what came of it, per exercise."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.catalogue import Exercise, select
from grader.grading.batch import cores, grade_all
from grader.grading.pipeline import Options
from grader.processes.opening import open_workers
from grader.processes.workers import Workers
from grader.submission import Submission
from grader.verdict import Outcome, Verdict
from mutations.equivalents import equivalents
from mutations.judge import blame, judge
from mutations.mutants import TIMEOUTS, mutants
from mutations.reviewed import EQUIVALENT, UNNAMED

MAX_JOBS = 2


@dataclass
class Tally:
    """What came of one exercise's answers, or of all."""

    mutants: int = 0
    reviewed: int = 0
    killed: int = 0
    named: int = 0
    equivalents: int = 0
    accepted: int = 0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another tally's numbers and findings."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def row(self) -> list[str]:
        """Return the numbers as a table shows them."""
        counted = self.mutants - self.reviewed
        return [
            str(self.mutants), str(self.reviewed), _share(self.killed, counted),
            _share(self.named, counted), str(self.equivalents),
            _share(self.accepted, self.equivalents), f"{self.seconds:.0f}",
        ]  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.1%})" if whole else "0"


def _graded(
    exercise: Exercise, sources: Iterable[str], workers: Workers, timeout: float | None
) -> Iterator[Verdict]:
    name = Path(exercise.file).name
    work = [Submission.of_bytes(exercise, name, source.encode()) for source in sources]
    jobs = min(MAX_JOBS, cores())
    yield from grade_all(work, workers, Options(timeout=timeout), jobs, lambda *_: None)


def look_at(exercise: Exercise, workers: Workers) -> Tally:
    """Grade all that is derived from one exercise's reference."""
    tally, started = Tally(), time.monotonic()
    wrong, right = mutants(exercise), equivalents(exercise)
    verdicts = list(
        _graded(exercise, (m.source for m in wrong), workers, TIMEOUTS.get(exercise.id))
    )
    for mutant, verdict in zip(wrong, verdicts, strict=True):
        tally.mutants += 1
        found = judge(mutant, verdict)
        if mutant.key in EQUIVALENT:
            tally.reviewed += 1
            if found.killed:
                tally.findings.append(f"no longer equivalent: {mutant.name}\n{blame(verdict)}")
            continue
        tally.killed += found.killed
        tally.named += found.named
        if not found.killed:
            tally.findings.append(
                f"survived ({verdict.status}): {mutant.name}\n{mutant.change.why}"
            )
        elif not found.named and mutant.key not in UNNAMED:
            tally.findings.append(f"fault not named: {mutant.name}\n{blame(verdict)}")
    for equivalent, verdict in zip(
        right, list(_graded(exercise, (e.source for e in right), workers, None)), strict=True
    ):
        tally.equivalents += 1
        tally.accepted += verdict.status is Outcome.PASSED
        if verdict.status is not Outcome.PASSED:
            tally.findings.append(f"refused: {equivalent.name}\n{blame(verdict)}")
    tally.seconds = time.monotonic() - started
    return tally


HEADINGS = ("mutants", "reviewed", "killed", "named", "equivalents", "accepted", "seconds")


def main(words: list[str]) -> int:
    """Look at the exercises that the words name; return 1 if there is something to look into."""
    console, total = Console(), Tally()
    table = Table("exercise", *HEADINGS)
    with open_workers() as workers:
        for exercise in select(words or ["all"]):
            if not exercise.checks.exists():
                continue
            tally = look_at(exercise, workers)
            table.add_row(exercise.id, *tally.row())
            total.add(tally)
            for finding in [*tally.findings, f"{exercise.id}: {', '.join(tally.row())}"]:
                console.print(finding, markup=False, highlight=False)
    table.add_section()
    table.add_row("all", *total.row())
    console.print(table)
    return int(bool(total.findings))
