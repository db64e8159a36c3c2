"""What is said of each kind of mistake is what the committed table has; see `support/kinds.py`."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import GradeSource
from kinds import TABLE, mistakes, old_names, said_of, source_of, table, write
from samples import Sample

SOME = 24
"""How many mistakes are looked at where not all are."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take all, or a sample of them."""
    if "row" in metafunc.fixturenames:
        rows = list(enumerate(mistakes()))
        taken = Sample.of(metafunc.config).pick(rows, SOME, "kinds")
        names = [f"{number}-{row['kind']}".replace(" ", "-") for number, row in taken]
        metafunc.parametrize(("number", "row"), taken, ids=names)


def test_what_is_said_is_what_the_table_has(
    number: int, row: dict[str, Any], grade_source: GradeSource, request: pytest.FixtureRequest
) -> None:
    said = said_of(grade_source(row["exercise"], source_of(row), timeout=60), row)
    if request.config.getoption("--write-golden") and said != row["said"]:
        rows = mistakes()
        rows[number] |= {"said": said, "judged": ""}
        write(rows)
        return
    assert said == row["said"]


def test_the_table_is_that_of_the_mistakes(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-golden"):
        write(mistakes())
    assert TABLE.read_text("utf-8") == table(mistakes())


def test_each_old_name_has_one_tip_on_it() -> None:
    for call, said in old_names():
        assert call.partition("(")[2].partition("=")[0] in said, call
        assert re.search("today|is gone|is not an argument", said), call


def test_a_second_reader_found_nothing_false_and_nearly_all_named() -> None:
    judged = [row["judged"].split()[0] for row in mistakes() if row["judged"]]
    assert set(judged) <= {"right", "vague"}
    assert judged.count("vague") <= 0.05 * len(judged)
