"""Verdicts as JUnit XML: a test suite per student or exercise, a test case per check."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from grader.files import whole_file
from grader.places import Places, Said, render
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Suite:
    """What is told together."""

    name: str
    verdicts: list[Verdict] = field(default_factory=list)
    not_graded: list[tuple[str, str, str]] = field(default_factory=list)
    """An exercise or "", a file or "", and why there is no verdict."""
    places: dict[str, Places] = field(default_factory=dict)
    """How an exercise's places are told, where not as a file's lines."""


def write_junit(path: Path, suites: Iterable[Suite]) -> None:
    """Write suites one by one; what was not graded is a case with an error, so that it is seen.

    Raises:
        OSError: it cannot be written.
    """
    with whole_file(path) as stream:
        stream.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="keras-grader">\n')
        for suite in suites:
            _write(stream, suite)
        stream.write("</testsuites>\n")


def _text(text: str) -> str:
    """Return a text without the characters that XML has no way to write."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _write(stream: IO[str], suite: Suite) -> None:
    element = ElementTree.Element("testsuite", {"name": _text(suite.name)})
    for verdict in suite.verdicts:
        for number, check in enumerate(verdict.checks):
            seconds = 0.0 if number else verdict.seconds
            _add(element, verdict, check, seconds, suite.places.get(verdict.id, verdict.places))
    for exercise, file, why in suite.not_graded:
        case = _case(element, exercise or "submission", file or "submission")
        ElementTree.SubElement(case, "error", {"message": _text(why), "type": "not graded"})
    for attribute, tag in (
        ("tests", "testcase"), ("failures", "testcase/failure"),
        ("errors", "testcase/error"), ("skipped", "testcase/skipped"),
    ):  # fmt: skip
        element.set(attribute, str(len(element.findall(tag))))
    element.set("time", f"{sum(verdict.seconds for verdict in suite.verdicts):.3f}")
    stream.write(ElementTree.tostring(element, encoding="unicode") + "\n")


def _case(
    suite: ElementTree.Element, group: str, name: str, seconds: float = 0.0
) -> ElementTree.Element:
    attributes = {"classname": group, "name": _text(name), "time": f"{seconds:.3f}"}
    return ElementTree.SubElement(suite, "testcase", attributes)


def _add(
    suite: ElementTree.Element,
    verdict: Verdict,
    check: CheckResult,
    seconds: float,
    places: Places,
) -> None:
    """Add a check's case; where the file never came to its checks, that is what is told."""

    def told(text: Said) -> str:
        return _text(render(text, places))

    group = f"{verdict.id} {verdict.title}"
    case = _case(suite, group, f"{check.name}: {check.statement}", seconds)
    message = told(check.message)
    harmless = {Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.UNFINISHED}
    ended_early = verdict.status not in harmless and all(
        one.status is CheckStatus.SKIPPED for one in verdict.checks
    )
    if check.status is CheckStatus.FAILED:
        fault = ElementTree.SubElement(case, "failure", {"message": message, "type": "failed"})
        expected, got = told(check.expected), told(check.got)
        text = f"expected: {expected}\ngot: {got}\n{message}\n{_text(check.details)}"
        fault.text = text.strip()
    elif check.status is CheckStatus.SKIPPED and ended_early:
        kind = "error" if verdict.status is Outcome.GRADER_ERROR else "failure"
        attributes = {"message": message, "type": str(verdict.status)}
        ElementTree.SubElement(case, kind, attributes).text = told(verdict.message)
    elif check.status is CheckStatus.SKIPPED:
        ElementTree.SubElement(case, "skipped", {"message": message})
