"""The checker's process: run an exercise's hidden checks on the evidence.

Checks see only the evidence, never the learner's code. The result is what this
process reports, not its exit code.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import random
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from grader.evidence.reading import DamagedEvidence, read_record
from grader.evidence.record import OutOfTime, Probe, Record, Standstill
from grader.evidence.spans import Span, is_within
from grader.expect.course import courses
from grader.expect.diagnosis import why_not_learned
from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, CheckSkipped, CheckUnavailable, NotReached
from grader.expect.written_file import WrittenFile
from grader.grading.viewer import view
from grader.loops import while_loops
from grader.places import OnLine, Said, said
from grader.processes.jobs import Checked, CheckJob, DamagedRun, PickedProbes, ProbeJob
from grader.sights import Sights
from grader.verdict import CheckResult, CheckStatus, Fact

_PLUGINS_WITHOUT_USE = (
    "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "logging",
    "monkeypatch", "nose", "pastebin", "recwarn", "setuponly", "setupplan", "stepwise",
    "subtests", "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings",
)  # fmt: skip
"""Each costs time at every start; two of them collect garbage several times at the end."""

_MAX_TEXT, _MAX_TABLE = 3_000, 30_000
"""Of what a check says: it may quote names that are as long as somebody likes."""


class _Plugin:
    """Gives checks their evidence, orders skips, and collects results."""

    def __init__(
        self, evidence: Evidence, checks: list[CheckResult], loops: Sequence[Span] = ()
    ) -> None:
        self.evidence = evidence
        self.results: dict[str, CheckResult] = {}
        self.faults: list[str] = []
        self.networks: dict[int, Network] = {}
        """That the check file declares."""
        self._checks = {check.name: check for check in checks}
        self._causes: dict[str, str] = {}
        self._repeated = _lines_that_trained_on(evidence.record, loops)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the networks that the check file declares."""
        for item in session.items:
            if isinstance(item, pytest.Function):
                for value in vars(item.module).values():
                    if isinstance(value, Network):
                        self.networks[id(value)] = value

    @pytest.fixture(name="evidence")
    def evidence_fixture(self) -> Evidence:
        """What the learner's run left behind."""
        return self.evidence

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[None]:
        """Skip a check whose needed check did not pass."""
        self.require_needed(pyfuncitem.function)
        return (yield)

    def require_needed(self, function: Callable[..., None]) -> None:
        """Raise CheckSkipped if a check that this one needs did not pass."""
        for needed in getattr(function, "check_needs", ()):
            found = self.results.get(needed)
            if found is not None and not found.reached:
                raise NotReached(f"needs {self._quoted(needed)}, which was not reached")
            if found is None or found.status is not CheckStatus.PASSED:
                why = f"needs {self._quoted(needed)}, which did not pass"
                raise CheckSkipped(why, needed)

    def _quoted(self, name: str) -> str:
        """Return what a check looks at, in quotes: its name stands nowhere for learners to see."""
        return f'"{self._checks[name].statement.rstrip(".")}"'

    def _with_statements(self, why: Said) -> Said:
        """Return why a check was skipped; where it names checks, with what these look at."""
        if not isinstance(why, str):
            return why
        return re.sub(
            r"the checks? `(\w+)`(?: and `(\w+)`)?",
            lambda found: " and ".join(self._quoted(name) for name in found.groups() if name),
            why,
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Function, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        """Turn what a check raised into its result."""
        name = item.name.removeprefix("test_")
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or error is not None:
            self.results[name] = self._result(self._checks[name], error)
        return (yield)

    def _result(self, check: CheckResult, error: BaseException | None) -> CheckResult:
        replace = msgspec.structs.replace
        match error:
            case None:
                return replace(check, status=CheckStatus.PASSED, message="")
            case CheckSkipped(why=why):
                return replace(
                    check,
                    message=said("Not looked at: ", self._with_statements(why), "."),
                    counts=not isinstance(error, CheckUnavailable),
                    reached=not isinstance(error, NotReached),
                    waits_for=error.waits_for,
                )
            case DamagedEvidence():
                return replace(
                    check,
                    status=CheckStatus.FAILED,
                    expected="evidence that fits together",
                    got=str(error)[:300],
                    message="What your run left behind contradicts itself.",
                )
            case MemoryError():
                return replace(
                    check,
                    status=CheckStatus.FAILED,
                    message="What your run left behind is too large to be looked at.",
                )
            case CheckFailed(absent=True) if self.evidence.ended_early:
                why = said("Not looked at: ", self.evidence.ended_early, ".")
                return replace(check, message=why, reached=False)
            case CheckFailed(line=int(line)) if is_within(line, self._repeated):
                early = self.evidence.ended_early
                why = said("Not looked at: ", early, ", in a loop that trains again and again.")
                return replace(check, message=why, reached=False)
            case CheckFailed():
                return self._failed(check, error)
            case _:
                self.faults.append(f"check {check.name}: {type(error).__name__}: {error}")
                return replace(check, message="The grader failed here.")

    def _failed(self, check: CheckResult, error: CheckFailed) -> CheckResult:
        """Return a failed check; one that fails for the reason of an earlier one is skipped."""
        if error.cause and error.cause in self._causes:
            first = self._causes[error.cause]
            why = f"Not looked at: see {self._quoted(first)}."
            return msgspec.structs.replace(check, message=why)
        self._causes.setdefault(error.cause, check.name)
        return msgspec.structs.replace(
            check,
            status=CheckStatus.FAILED,
            expected=_cut(error.expected),
            got=_cut(error.got),
            message=_cut(error.message),
            details=error.details[:_MAX_TABLE],
            line=error.line,
            tells=error.tells,
        )

    def tell_why_nothing_was_learned(self) -> None:
        """Add a tip on a training that cannot have taught its model much.

        Where all checks passed, only one whose loss did not fall is looked at: that takes time.
        What a check has said of it already is not said twice.
        """
        failed = [r for r in self.results.values() if r.status is CheckStatus.FAILED]
        told = {result.message for result in failed}
        facts = {result.tells for result in failed}
        other_data = {result.line for result in failed if result.tells is Fact.OTHER_DATA}
        with contextlib.suppress(DamagedEvidence, CheckFailed, CheckSkipped):
            for course in courses(self.evidence.trainings):
                if not failed and not course.hardly_falls:
                    continue
                line = course.last.line
                if line is None or line in other_data:
                    continue  # what other data do to the training is beside the point
                why, fact = why_not_learned(course, missed=course.has_missed)
                if why and why not in told and (fact is None or fact not in facts):
                    self.evidence.tip(said("The training ", OnLine(line), ": ", why))
                    return

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check file that cannot be read is our fault."""
        if report.failed:
            self.faults.append(str(report.longrepr)[-2000:])


def _lines_that_trained_on(record: Record, loops: Sequence[Span]) -> list[Span]:
    """Return the lines of a `while` loop of trainings that a file was stopped in.

    What fails there may be of the loop: epochs that have added up, numbers of its last turn.
    """
    ended = record.ended
    if not isinstance(ended, OutOfTime | Standstill) or ended.line is None:
        return []
    lines = ended.lines if isinstance(ended, OutOfTime) and ended.lines else [ended.line]
    around = [loop for loop in loops if any(is_within(line, [loop]) for line in lines)]
    here = [*around, *((line, line) for line in lines)]
    trained = any(
        call.name == "fit" and call.done and call.line is not None and is_within(call.line, here)
        for call in record.calls
    )
    return here if around and trained else []


def _cut(text: Said) -> Said:
    """Return a text without what nobody would read of it."""
    if isinstance(text, str):
        return text[:_MAX_TEXT]
    return tuple(part[:_MAX_TEXT] if isinstance(part, str) else part for part in text)


def pick_probes(job: ProbeJob, send: Callable[[PickedProbes], None]) -> None:
    """Let a check file pick the calls that its exercise's functions are tried with."""
    name = "grader_probes"
    spec = importlib.util.spec_from_file_location(name, job.checks)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    picked = module.probes(random.Random(secrets.randbits(64)))
    send(PickedProbes([Probe(name, list(args), dict(named)) for name, args, named in picked]))


def run(job: CheckJob, send: Callable[[DamagedRun | Checked], None]) -> None:
    """Check one run."""
    logging.disable(logging.CRITICAL)
    os.chdir(job.folder)
    folder = Path(job.evidence)
    try:
        record = read_record(folder, job.probes)
    except DamagedEvidence as error:
        send(DamagedRun(str(error)))
        return
    evidence = Evidence(
        record,
        folder,
        job.bindings,
        job.blank,
        job.names,
        job.inside,
        job.anew,
        WrittenFile(job.source),
    )
    plugin = _Plugin(evidence, job.results, while_loops(evidence.written.tree))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest.main(
        [
            job.checks,
            "-q",
            "--noconftest",
            "--import-mode=importlib",
            f"--rootdir={Path(job.checks).parent}",
            f"-c{os.devnull}",
            "--tb=no",
            *(f"-pno:{name}" for name in _PLUGINS_WITHOUT_USE),
        ],
        plugins=[plugin],
    )
    plugin.tell_why_nothing_was_learned()
    sights = Sights()
    if job.task is not None:
        with contextlib.suppress(Exception):  # nobody's verdict depends on it
            sights = view(record, folder, plugin.networks.values(), job.task)
    results = list(plugin.results.values())
    tips = [msgspec.structs.replace(tip, text=_cut(tip.text)) for tip in evidence.tips]
    send(Checked(record.ended, results, tips, plugin.faults, sights))
