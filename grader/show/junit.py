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
        _add_verdict(element, verdict, suite.places.get(verdict.id, verdict.places))
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


def _add_verdict(suite: ElementTree.Element, verdict: Verdict, places: Places) -> None:
    """Add a case per check. Where not everything passed, one of them is no success."""
    group = f"{verdict.id} {verdict.title}"
    cases = []
    for number, check in enumerate(verdict.checks):
        seconds = 0.0 if number else verdict.seconds
        cases.append(_case(suite, group, f"{check.name}: {check.statement}", seconds))
        _tell(cases[-1], verdict, check, places)
    told = any(case.find(tag) is not None for case in cases for tag in ("failure", "error"))
    if verdict.status is not Outcome.PASSED and not told:
        case = _case(suite, group, "to its end: It runs to its end.")
        _add_ending(case, verdict, "", places)


def _tell(case: ElementTree.Element, verdict: Verdict, check: CheckResult, places: Places) -> None:
    """Say in a check's case how it came out; where the file never came to it, say why."""

    def told(text: Said) -> str:
        return _text(render(text, places))

    message = told(check.message)
    nothing_done = all(one.status is CheckStatus.SKIPPED for one in verdict.checks)
    if check.status is CheckStatus.FAILED:
        fault = ElementTree.SubElement(case, "failure", {"message": message, "type": "failed"})
        expected, got = told(check.expected), told(check.got)
        text = f"expected: {expected}\ngot: {got}\n{message}\n{_text(check.details)}"
        fault.text = text.strip()
    elif check.status is CheckStatus.SKIPPED:
        passed = verdict.status is Outcome.PASSED
        if not passed and (nothing_done or not check.reached):
            _add_ending(case, verdict, message, places)
        else:  # another check tells of the fault, or this machine cannot look
            ElementTree.SubElement(case, "skipped", {"message": message})


def _add_ending(case: ElementTree.Element, verdict: Verdict, message: str, places: Places) -> None:
    """Say that a file did not come that far: untouched, stopped, out of time, our own fault."""
    kind = "error" if verdict.status is Outcome.GRADER_ERROR else "failure"
    why = _text(render(verdict.message, places))
    attributes = {"message": message or why, "type": str(verdict.status)}
    ElementTree.SubElement(case, kind, attributes).text = why
