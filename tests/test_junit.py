"""Verdicts as JUnit XML."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from grader.places import InFile, Line, said
from grader.show.junit import Suite, write_junit
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict, skipped_checks


class InCells(InFile, frozen=True):
    """The places of a notebook with one cell."""

    def line(self, number: int, *, named: bool = False) -> str:
        return f"cell 1, line {number}"


def _written(path: Path, suite: Suite) -> ElementTree.Element:
    write_junit(path, [suite])
    (found,) = ElementTree.parse(path).getroot()
    return found


def _failed(text: str = "no") -> Verdict:
    checks = (
        CheckResult("one", CheckStatus.PASSED, "It is so."),
        CheckResult(
            "two", CheckStatus.FAILED, "It is not.", "yes", text, said("Look at ", Line(3), ".")
        ),
        CheckResult("three", CheckStatus.SKIPPED, "Who knows.", message="Not looked at."),
    )
    return Verdict("2.2.1", "A model", Outcome.FAILED, checks, file="x/answer.py", seconds=2)


@pytest.mark.parametrize(
    ("places", "place"),
    [({}, "line 3"), ({"2.2.1": InCells("Your notebook")}, "cell 1, line 3")],
    ids=["file", "notebook"],
)
def test_each_check_is_a_case(tmp_path: Path, places: dict[str, InFile], place: str) -> None:
    suite = _written(tmp_path / "junit.xml", Suite("anna", [_failed()], [], dict(places)))
    assert suite.attrib == {
        "name": "anna", "tests": "3", "failures": "1", "errors": "0", "skipped": "1", "time": "2.000",
    }  # fmt: skip
    assert [case.attrib["classname"] for case in suite] == ["2.2.1 A model"] * 3
    (failure,) = suite.iter("failure")
    assert failure.attrib["message"] == f"Look at {place}."
    assert failure.text == f"expected: yes\ngot: no\nLook at {place}."
    (skipped,) = suite.iter("skipped")
    assert skipped.attrib["message"] == "Not looked at."


@pytest.mark.parametrize(
    ("status", "tag"),
    [
        (Outcome.ERROR, "failure"),
        (Outcome.GRADER_ERROR, "error"),
        (Outcome.NOT_ATTEMPTED, "failure"),
    ],
)
def test_an_early_end_is_told_in_each_case(tmp_path: Path, status: Outcome, tag: str) -> None:
    checks = skipped_checks({"a": "A.", "b": "B."}, {"a": 1, "b": 2}, "Not looked at.")
    message = said("Your file stopped on ", Line(7, named=True), ".")
    verdict = Verdict("2.2.1", "A model", status, checks, message, file="x/answer.py")
    suite = _written(tmp_path / "junit.xml", Suite("anna", [verdict]))
    told = list(suite.iter(tag))
    assert len(told) == len(suite) == 2
    assert {one.text for one in told} == {"Your file stopped on line 7 of answer.py."}
    assert {one.attrib["type"] for one in told} == {str(status)}


@pytest.mark.parametrize("status", [Outcome.ERROR, Outcome.TIMEOUT, Outcome.UNFINISHED])
def test_what_did_not_pass_is_never_all_green(tmp_path: Path, status: Outcome) -> None:
    """A file may have passed all that it came to, and stop then."""
    passed = CheckResult("one", CheckStatus.PASSED, "It is so.")
    later = CheckResult("two", CheckStatus.SKIPPED, "It is.", message="Later.", reached=False)
    needs = CheckResult("three", CheckStatus.SKIPPED, "Who knows.", message="Needs `two`.")
    for checks, wanted in (((passed, later, needs), [1, 1]), ((passed,), [1, 0])):
        verdict = Verdict("2.2.1", "A model", status, checks, "It stopped.", file="a.py")
        suite = _written(tmp_path / "junit.xml", Suite("anna", [verdict]))
        assert [int(suite.attrib[name]) for name in ("failures", "skipped")] == wanted
        (failure,) = suite.iter("failure")
        assert (failure.text, failure.attrib["type"]) == ("It stopped.", str(status))


def test_what_xml_cannot_write_is_replaced(tmp_path: Path) -> None:
    nasty = "\x00\x1b\ud800\ufffe</failure>]]>&<"
    path = tmp_path / "junit.xml"
    suite = _written(path, Suite(nasty, [_failed(nasty)], [("", nasty, nasty)]))
    (failure,) = suite.iter("failure")
    assert "\N{REPLACEMENT CHARACTER}</failure>]]>&<" in (failure.text or "")
    (error,) = suite.iter("error")
    assert error.attrib["message"].endswith("</failure>]]>&<")
