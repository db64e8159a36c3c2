"""What a new exercise begins as: its solution, its checks and its answers.

The three files work as they are, so that an author changes something that runs. What is to
be written stands behind the words `FILL IN`; a test finds those that are left. Comments
beside them say what each part is for.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from string import Template

from grader.catalogue import chapter_title, id_key
from grader.identity import package_folder

FILL_IN = "FILL IN"

_ID = re.compile(r"[1-9]\d*\.[1-9]\d*\.[1-9]\d*")
_MAX_TITLE = 70
_CHAPTER_FOLDER = re.compile(r"(\d+)_(\w+)")


class CannotBegin(Exception):
    """A new exercise cannot be begun like this; the message says why, and what to do."""


def new_exercise(exercise_id: str, title: str, chapter: str | None) -> dict[Path, str]:
    """Return the files that a new exercise begins with, and their texts; nothing is written.

    Args:
        exercise_id: `"5.1.1"`.
        title: one line; the files' names are made of it.
        chapter: title of the exercise's chapter, if it is the first one there.

    Raises:
        CannotBegin: there is one already, something is missing, or this is no clone.
    """
    root = clone()
    if not _ID.fullmatch(exercise_id):
        raise CannotBegin(f"{exercise_id!r} is no id. It has three numbers: 5.1.1.")
    number = exercise_id.replace(".", "_")
    checks = root / "grader" / "checks" / f"check_{number}.py"
    answers = root / "tests" / "answers" / f"answers_{number}.py"
    parts = root / "solutions", root / "exercises"
    there = [path for part in parts for path in part.glob(f"*/{number}_*.py")]
    for path in [*there, checks, answers]:
        if path.exists():
            raise CannotBegin(f"{exercise_id} is there already: {path.relative_to(root)}.")
    name = f"{number}_{_file_name(title)}.py"
    solution = root / "solutions" / _chapter_folder(root, exercise_id, chapter) / name
    words = {
        "id": exercise_id,
        "title": title,
        "subject": title[0].lower() + title[1:],
        "answers": answers.relative_to(root).as_posix(),
    }
    return {
        solution: _SOLUTION.substitute(words),
        checks: _CHECKS.substitute(words),
        answers: _ANSWERS.substitute(words),
    }


def clone() -> Path:
    """Return the folder of the clone that this grader runs from.

    Raises:
        CannotBegin: it was installed in another way, so there is nothing to add to.
    """
    try:
        root = package_folder("solutions").resolve().parent
    except FileNotFoundError:
        root = package_folder("checks").parent
    if not (root / "tests" / "answers").is_dir() or not (root / "grader" / "checks").is_dir():
        raise CannotBegin(
            "Exercises are added to a clone of the repository, and this grader does not run from "
            f'one: it lies in {root}. In a clone, run `pip install -e ".[test]"`.'
        )
    return root


def _file_name(title: str) -> str:
    """Return a title as a part of a file's name: `"Is it fake?"` gives `"is_it_fake"`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = "_".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
    awkward = not title.isprintable() or '"""' in title or "\\" in title
    if not name or awkward or title != title.strip() or len(title) > _MAX_TITLE:
        raise CannotBegin(
            f"{title!r} is no title. That is one line of at most {_MAX_TITLE} letters, such as "
            '"Counting layers".'
        )
    return name


def _chapter_folder(root: Path, exercise_id: str, chapter: str | None) -> str:
    number = exercise_id.split(".")[0]
    found = [_CHAPTER_FOLDER.fullmatch(path.name) for path in (root / "solutions").iterdir()]
    known = {match[1]: match[2] for match in found if match}
    if number not in known:
        if chapter is None:
            raise CannotBegin(
                f"There is no chapter {number}. There are {_listed(known)}. To begin a new one, "
                'add --chapter "its title".'
            )
        return f"{number}_{_file_name(chapter)}"
    if chapter is not None and _file_name(chapter) != known[number]:
        there = _listed({number: known[number]})
        raise CannotBegin(f"Chapter {there} is there already: leave --chapter out.")
    return f"{number}_{known[number]}"


def _listed(chapters: dict[str, str]) -> str:
    return ", ".join(
        f"{number} ({chapter_title(chapters[number])})" for number in sorted(chapters, key=id_key)
    )


_SOLUTION = Template('''\
"""$id $title

FILL IN: two or three sentences that say what this is about, and what it is good for.
`grade show $id` prints this whole text, so keep its lines short.

These are at hand:
- `start`: FILL IN: what the given part makes, one line for each name.

Steps
1. FILL IN: what to do, and as what to keep it. Multiply `start` by 7; keep it as `result`.
"""

# FILL IN: the given part, in place of this comment. Load what learners need and do not write:
# `from grader.datasets import banknotes, networks` and so on. It also runs in front of an
# answer that comes without it.
start = 6

# TODO: FILL IN: what to write here, in a few words; they stay in the learners' file
### BEGIN SOLUTION
result = start * 7
### END SOLUTION

# FILL IN: more steps like that one, a TODO and markers each; or delete this comment.
''')

_CHECKS = Template('''\
"""Checks for $id, $subject."""

from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check

# Three hints, from a nudge to nearly the answer; `grade hint $id` shows one after the other.
HINTS = (
    "FILL IN: where to look, or what to think of first.",
    "FILL IN: which function or which number it is about.",
    "FILL IN: nearly the answer, in words and not in code.",
)

# FILL IN: more constants, or delete this comment. CONTRIBUTING.md says which there are:
# TIMEOUT = 300 where the solution trains for more than 6 seconds, WATCH, WITHHELD, OPTIONS …


# One function for each thing that can be wrong without the others. Its first line says what it
# looks at: learners see it beside the points. `needs=("other",)` skips a check where the check
# `test_other` has failed. What there is to expect of a network, its training, its accuracy or a
# plot is listed in grader/expect/README.md; check_2_1_3.py and check_2_2_1.py use some of it.
@check(points=1)
def test_result(evidence: Evidence) -> None:
    """`result` is FILL IN: what it should be."""
    got = evidence.number("result")
    if got != 42:
        raise CheckFailed(
            expected="FILL IN: what is right, `42`",
            got=f"{got:g}",
            message="FILL IN: where to look for the mistake, without the answer's code.",
            line=evidence.line_of("result"),
        )


# FILL IN: more checks. Where something is trained and must be good enough: a function
# `quality(evidence)` that returns the number, and the limit as a constant `MINIMUM`, so that
# it can be measured whether the limit is fair: see PLAN in $answers.
''')

_ANSWERS = Template('''\
"""Answers to $id, $subject."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

# FILL IN: `SLOW = True` in place of this comment if an answer trains for seconds.

# At least 5 answers that must pass, written as differently as learners write. `edit` replaces
# parts of the solution, `steps` keeps the given part and writes all steps anew, `bare` is a
# whole file without the given part.
RIGHT = [
    Right("FILL IN: the other way round", edit(("start * 7", "7 * start"))),
    Right("FILL IN: in two steps", steps("half = start * 3.5\\nresult = half + half\\n")),
    Right("FILL IN: without the given part", bare("result = 7 * start\\n")),
]

# At least 10 answers that must fail, and every check must be failed by one of them: the name of
# the fault, the change, the check that fails ("" if none gets to run), a regular expression that
# the check's words must match; then "error" or "not_attempted" if the verdict is not "failed".
WRONG = [
    Wrong("FILL IN: one too many", edit(("start * 7", "start * 8")), "result", "48"),
    Wrong("FILL IN: other name", edit(("result =", "product =")), "result", "does not make"),
    Wrong("FILL IN: stops", edit(("start * 7", "start * seven")), "", "NameError", "error"),
    Wrong("one blank left", edit(("start * 7", "____")), "", "blank", "not_attempted"),
]  # fmt: skip

# The wrong answer that learners will give most often, by its name in WRONG. All that they see
# of it is kept word for word: `pytest tests/test_golden.py -k $id --write-golden` writes it.
TYPICAL = "FILL IN: one too many"

# The steps as one wrote them in 2019 with Keras 2.2, without the given part; learners still copy
# such answers. If they cannot pass, `status`, `says` and `today` tell what must happen then.
# A quiz needs none.
COURSE_2019 = [
    Course2019("""
# FILL IN
result = start * 7
"""),
]

# FILL IN: where the task states a network's parameters, say them here, or delete this comment:
# from corpus import Parameters
# PARAMETERS = Parameters("model", [30, 11], 41)

# FILL IN: where the solution trains, say here what is measured, or delete this comment.
# `python tests/calibration $id` then trains the solution with 30 seeds, and each way to be
# wrong with 10, and keeps what came of it; a test compares it with MINIMUM in the checks.
# `PLAN = Plan()` if the checks set no minimum. tests/support/plans.py says more.
# from plans import Limit, Plan
# FIT = "model.fit(X_train, y_train, epochs=20)"
# PLAN = Plan(
#     (Limit("quality", "MINIMUM"),),
#     {"one epoch": edit((FIT, FIT.replace("20", "1")))},
# )

# Wrong answers are also derived from the solution (`python tests/mutations $id` lists them).
# One that is right after all goes into EQUIVALENT = {(kind, what): "the reason"}; one whose
# message does not name the fault into UNNAMED, if the message cannot be made better.
''')
