"""The trusted process: pytest runs an exercise's hidden checks on the evidence.

Checks see only the evidence, never the learner's code. The result is what this
process reports, not its exit code.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.evidence.reading import DamagedEvidence, RawEvidence
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped, CheckUnavailable
from grader.verdict import CheckStatus

Json = Any


_PLUGINS_WITHOUT_USE = (
    "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "logging",
    "monkeypatch", "nose", "pastebin", "recwarn", "setuponly", "setupplan", "stepwise",
    "subtests", "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings",
)  # fmt: skip
"""Each costs time at every start; two of them collect garbage several times at the end."""


class _Plugin:
    """Gives checks their evidence, orders skips, and collects results."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.results: dict[str, Json] = {}
        self.faults: list[str] = []
        self._causes: dict[str, str] = {}

    @pytest.fixture(name="evidence")
    def evidence_fixture(self) -> Evidence:
        """What the learner's run left behind."""
        return self.evidence

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Iterator[None]:
        """Skip a check whose needed check did not pass."""
        for needed in getattr(pyfuncitem.function, "check_needs", ()):
            status = self.results.get(needed, {}).get("status")
            if status != CheckStatus.PASSED:
                raise CheckSkipped(f"needs the check `{needed}`, which did not pass")
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Function, call: pytest.CallInfo[None]
    ) -> Iterator[Any]:
        """Turn what a check raised into its result."""
        name = item.name.removeprefix("test_")
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or error is not None:
            self.results[name] = self._result(name, error)
        return (yield)

    def _result(self, name: str, error: BaseException | None) -> Json:
        if error is None:
            return {"status": CheckStatus.PASSED}
        if isinstance(error, CheckSkipped):
            return {
                "status": CheckStatus.SKIPPED,
                "message": f"Not looked at: {error}.",
                "counts": not isinstance(error, CheckUnavailable),
            }
        if isinstance(error, DamagedEvidence):
            return {
                "status": CheckStatus.FAILED,
                "expected": "evidence that fits together",
                "got": str(error)[:300],
                "message": "What your run left behind contradicts itself.",
            }
        if isinstance(error, CheckFailed):
            if error.cause and error.cause in self._causes:
                first = self._causes[error.cause]
                return {
                    "status": CheckStatus.SKIPPED,
                    "message": f"Not looked at: the check `{first}` failed for the same reason.",
                }
            self._causes.setdefault(error.cause, name)
            return {
                "status": CheckStatus.FAILED,
                "expected": error.expected,
                "got": error.got,
                "message": error.message,
                "details": error.details,
                "line": error.line,
            }
        self.faults.append(f"check {name}: {type(error).__name__}: {error}")
        return {"status": CheckStatus.SKIPPED, "message": "The grader failed here."}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check file that cannot be read is our fault."""
        if report.failed:
            self.faults.append(str(report.longrepr)[-2000:])


def pick_probes(job: Json, send: Any) -> None:
    """Let a check file pick the calls that its exercise's functions are tried with."""
    name = "grader_probes"
    spec = importlib.util.spec_from_file_location(name, job["checks"])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    picked = module.probes(random.Random(secrets.randbits(64)))
    probes = [
        {"function": function, "args": list(args), "kwargs": dict(kwargs)}
        for function, args, kwargs in picked
    ]
    send({"probes": probes})


def run(job: Json, send: Any) -> None:
    """Check one run. JOB holds the evidence folder, the check file, its lines and cwd."""
    logging.disable(logging.CRITICAL)
    os.chdir(job["folder"])
    try:
        raw = RawEvidence(Path(job["evidence"]), job["probes"])
    except DamagedEvidence as error:
        send({"damaged": str(error)})
        return
    evidence = Evidence(raw, job["lines"], job["file"])
    plugin = _Plugin(evidence)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest.main(
        [
            job["checks"],
            "-q",
            "--noconftest",
            "--import-mode=importlib",
            f"--rootdir={Path(job['checks']).parent}",
            f"-c{os.devnull}",
            "--tb=no",
            *(f"-pno:{name}" for name in _PLUGINS_WITHOUT_USE),
        ],
        plugins=[plugin],
    )
    send(
        {
            "ended": raw.ended,
            "injected": raw.injected,
            "results": plugin.results,
            "faults": plugin.faults,
            "tips": evidence.tips,
        },
    )
