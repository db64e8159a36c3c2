"""Answers as learners wrote them in 2019, pasted as they are: no given part, Keras 2.2.

Such an answer passes, or it is told in today's words what stopped it; and with what the
tips say, and nothing else, it passes. The answers files hold them: `COURSE_2019`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from corpus import Course2019, declared, place
from samples import Sample
from words import tips_of, words_of

from grader.catalogue import Exercise, exercises
from grader.verdict import Verdict

ANSWERS = [
    (exercise, answer)
    for exercise in exercises()
    for answer in declared(exercise, "COURSE_2019") or ()
]
OF_OLD = [(exercise, answer) for exercise, answer in ANSWERS if answer.today]


SLOW = 5
"""How many answers a sample has of those that take long."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "answer" not in metafunc.fixturenames:
        return
    answers = OF_OLD if "todays_words" in metafunc.function.__name__ else ANSWERS
    quick = [one for one in answers if not declared(one[0], "SLOW")]
    slow = [one for one in answers if declared(one[0], "SLOW")]
    chosen = quick + Sample.of(metafunc.config).pick(slow, SLOW, "2019")
    ids = [exercise.id for exercise, _ in chosen]
    metafunc.parametrize(("exercise", "answer"), chosen, ids=ids)


def test_an_answer_of_2019_passes_or_is_told_why(
    exercise: Exercise, answer: Course2019, grade_source: Callable[..., Verdict]
) -> None:
    verdict = grade_source(exercise, answer.code)
    words, tips = words_of(verdict), tips_of(verdict)
    assert verdict.status == answer.status, words
    assert "Traceback" not in words
    assert len(tips) == len(answer.says), words
    for says in answer.says:
        assert re.search(says, "\n".join(tips)), words
    if verdict.status == "error":
        assert tips[0].startswith(f"Line {verdict.line}: ") or "to watch" in words


def test_an_answer_in_todays_words_passes(
    exercise: Exercise, answer: Course2019, grade_source: Callable[..., Verdict]
) -> None:
    code = answer.code
    for old, new in answer.today:
        assert old in code
        code = code.replace(old, new)
    verdict = grade_source(exercise, code)
    assert verdict.status == "passed", words_of(verdict)


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_every_exercise_but_the_quizzes_has_an_answer(exercise: Exercise) -> None:
    has_one = any(other is exercise for other, _ in ANSWERS)
    assert has_one or exercise.options is not None, (
        f'{place(exercise)} needs COURSE_2019 = [Course2019("""…""")]: the steps, without the '
        "given part, as one wrote them in Keras 2.2"
    )
