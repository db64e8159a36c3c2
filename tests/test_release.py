"""The bundles: what learners get works, and gives no answer and no check away."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import grade, solution
from installed import install

from grader.catalogue import Exercise, exercises, find
from grader.classwork.likeness import forms_for_graders
from grader.identity import identity, versions
from grader.stubs import BEGIN, END, build_stub

ROOT = Path(__file__).parents[1]
SHORTEST_ANSWER, SHORTEST_CHECK = 16, 40
"""Shorter lines, `plt.show()` or `except ValueError:`, are everybody's."""

TOLD = {
    f"grader/tips/{name}.py"
    for name in ("idioms", "misspellings", "mistakes", "old_estimators", "shapes", "vocabulary")
}
"""Their sentences are tips that learners are given, and some stand in checks, too."""

SHARED = {'shape = tuple(int(size) for size in found["shape"])'}
"""Lines of checks that stand in the engine, too, and say nothing of any exercise."""

KINDS = ("learners", "graders", "instructors")
BUILDING = re.compile(r"\b(Dense|Conv2D|LSTM|Embedding|Flatten|BatchNormalization)\(|\.fit\(")
"""What code does that builds or trains a network."""


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    done = grade("release", "out", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def learners_python(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (wheel,) = (bundles / "learners").glob("*.whl")
    return install(wheel, tmp_path_factory.mktemp("learner") / "venv")


@pytest.fixture(scope="module")
def workspace(bundles: Path) -> Path:
    return bundles / "learners"


def _texts(bundle: Path) -> dict[str, str]:
    """Return every text in a bundle, also those in its wheel and those written as JSON."""
    texts = {}
    for path in bundle.rglob("*"):
        if path.suffix in {".py", ".md"}:
            texts[path.relative_to(bundle).as_posix()] = path.read_text("utf-8")
    (wheel,) = bundle.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                strings = _strings(json.loads(archive.read(name)))
                texts[name] = "\n".join(strings)
            elif not name.endswith((".png", ".npz", ".keras")):
                texts[name] = archive.read(name).decode("utf-8")
    return texts


def _strings(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from _strings(value)
    elif isinstance(found, list):
        for value in found:
            yield from _strings(value)


def _answer_lines(exercise: Exercise) -> Iterator[str]:
    inside = False
    for line in exercise.solution.read_text("utf-8").splitlines():
        mark = line.strip()
        inside = mark == BEGIN or (inside and mark != END)
        if inside and mark != BEGIN and len(mark) >= SHORTEST_ANSWER and mark[0] != "#":
            yield mark


def _check_lines(exercise: Exercise) -> Iterator[str]:
    """Yield a check file's lines, but for imports and what learners are told: hints, statements."""
    source = exercise.checks.read_text("utf-8")
    told: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        hints = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "HINTS"
        imports = isinstance(node, ast.Import | ast.ImportFrom)
        if isinstance(node, ast.stmt) and (docstring or hints or imports):
            told |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for number, line in enumerate(source.splitlines(), start=1):
        if number not in told and len(line.strip()) >= SHORTEST_CHECK:
            yield line.strip()


@pytest.mark.by_turns
def test_the_learners_bundle_gives_nothing_away(bundles: Path) -> None:
    places: dict[str, set[str]] = {}
    for name, text in _texts(bundles / "learners").items():
        for line in text.splitlines():
            places.setdefault(line.strip(), set()).add(name)
    stubs = "\n".join(build_stub(e.solution.read_text("utf-8")) for e in exercises())
    given = {line.strip() for line in stubs.splitlines()}
    leaks = []
    for exercise in exercises():
        for line in set(_answer_lines(exercise)) - given:
            leaks += [(exercise.id, line, place) for place in places.get(line, set())]
        for line in set(_check_lines(exercise)) - given - SHARED:
            leaks += [(exercise.id, line, place) for place in places.get(line, set()) - TOLD]
    assert not leaks
    for path in (bundles / "learners").rglob("*"):
        assert "solution" not in path.name


def test_no_code_that_learners_get_builds_or_trains_a_network(bundles: Path) -> None:
    """In whatever words: `networks.darts_network` once was the answer to 2.2.1."""
    building = {
        who: {
            name
            for name, text in _texts(bundles / who).items()
            if name.startswith("grader/datasets/") and BUILDING.search(text)
        }
        for who in KINDS
    }
    assert building == {
        "learners": set(),
        "graders": set(),
        "instructors": {"grader/datasets/making.py"},
    }


def test_graders_get_no_line_of_an_answer_but_in_checks(bundles: Path) -> None:
    places: dict[str, set[str]] = {}
    for name, text in _texts(bundles / "graders").items():
        for line in text.splitlines():
            places.setdefault(line.strip(), set()).add(name)
    stubs = "\n".join(build_stub(e.solution.read_text("utf-8")) for e in exercises())
    given = {line.strip() for line in stubs.splitlines()}
    leaks = [
        (exercise.id, line, place)
        for exercise in exercises()
        for line in set(_answer_lines(exercise)) - given
        for place in places.get(line, set())
        if not place.startswith(("grader/checks/", "grader/expect/"))
    ]
    assert not leaks


def test_the_search_for_leaks_would_find_one(bundles: Path) -> None:
    """The instructors' bundle has it all."""
    text = "\n".join(_texts(bundles / "instructors").values())
    for exercise in exercises():
        lines = [*_answer_lines(exercise), *_check_lines(exercise)]
        assert all(line in text for line in lines)
        assert lines or exercise.options


def test_files_of_the_wheels(bundles: Path) -> None:
    names = {}
    for who in KINDS:
        (wheel,) = (bundles / who).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            assert archive.testzip() is None
            names[who] = set(archive.namelist())
    ours = {name for name in names["instructors"] if "dist-info" not in name}
    answers = ("grader/solutions/", "grader/datasets/making.py")
    checks = ("grader/checks/check_", "grader/expect/")
    assert ours - names["graders"] == {name for name in ours if name.startswith(answers)}
    for name in ours - names["learners"]:
        assert name.startswith(answers + checks)
    assert not any(name.startswith((*answers, checks[0])) for name in names["learners"])
    assert names["graders"] - names["instructors"] == {"grader/classwork/usual_forms.json"}
    assert names["learners"] - names["instructors"] == {"grader/checks/catalogue.json"}
    for exercise in exercises():
        assert f"grader/solutions/{exercise.file}" in names["instructors"]
        assert f"grader/checks/{exercise.checks.name}" in names["graders"]
        assert all(f"grader/exercises/{exercise.file}" in names[who] for who in KINDS)
    assert not any("__pycache__" in name or "/tests/" in name for name in names["instructors"])


def test_what_graders_get_is_pinned(bundles: Path) -> None:
    assert f"tensorflow=={versions()['tensorflow']}\n" in (
        bundles / "graders" / "constraints.txt"
    ).read_text("utf-8")
    assert "pip install -c constraints.txt" in (bundles / "graders" / "README.md").read_text(
        "utf-8"
    )


def test_the_stubs_are_built_anew(bundles: Path) -> None:
    """In a clone, `exercises/` may hold somebody's answers."""
    for who in KINDS:
        for exercise in exercises():
            stub = build_stub(exercise.solution.read_text("utf-8"))
            assert (bundles / who / "exercises" / exercise.file).read_text("utf-8") == stub
    assert (bundles / "instructors" / "solutions" / find("2.2.1").file).read_text(
        "utf-8"
    ) == solution("2.2.1")


def _learner(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-P", "-m", "grader", *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list"], "2.2.1  A multi-class model  9 points"),
        (["show", "2.2.1"], "9 points: input 1, layers 2"),
        (["hint", "2.2.1", "--level", "3"], "softmax"),
        (["path", "2.2.1"], "2_2_1_a_multi_class_model.py"),
        (["next"], "1.1.1"),
        (["doctor"], "a learner's bundle"),
        (["init", "elsewhere"], "new files in elsewhere/exercises"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_learners_can_do(
    learners_python: Path, workspace: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    cwd = tmp_path if arguments[0] == "init" else workspace
    done = _learner(learners_python, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    assert words in done.stdout


# With dashes: `-k 2.2.1` is for who works on that exercise, and builds no bundle.
@pytest.mark.parametrize("id", ["2.2.1", "1.1.1", "4.3.3"], ids=lambda id: id.replace(".", "-"))
def test_grading_says_in_one_sentence_where_the_checks_are(
    learners_python: Path, workspace: Path, tmp_path: Path, id: str
) -> None:
    answer = tmp_path / "answer.py"
    answer.write_text(solution(id), "utf-8")
    done = _learner(learners_python, id, "--file", str(answer), "--no-server", cwd=workspace)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"grade: The checks of {id} are with your instructor: hand your file in, and it will be "
        "graded there.\n"
    )


def test_blanks_and_mistakes_of_typing_are_told_all_the_same(
    learners_python: Path, workspace: Path, tmp_path: Path
) -> None:
    assert "There are blanks" in _learner(learners_python, "2.2.1", cwd=workspace).stdout
    (tmp_path / "x.py").write_text("model = = 3\n")
    done = _learner(learners_python, "2.2.1", "--file", str(tmp_path / "x.py"), cwd=workspace)
    assert done.returncode == 1
    assert "Python cannot read line 1" in done.stdout


@pytest.mark.by_turns
def test_what_graders_get_grades_and_is_the_same_grader(
    bundles: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A class on a cluster is refused where two machines differ."""
    (wheel,) = (bundles / "graders").glob("*.whl")
    python = install(wheel, tmp_path_factory.mktemp("grader") / "venv")
    folder = bundles / "graders"
    answer = tmp_path_factory.mktemp("answer") / "answer.py"
    answer.write_text(solution("2.2.1"), "utf-8")
    done = _learner(python, "2.2.1", "--file", str(answer), "--no-server", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED" in done.stdout
    for arguments in (["verify", "2.2.1"], ["release", "x"], ["build"]):
        done = _learner(python, *arguments, cwd=folder)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    code = (
        "import json\nfrom grader.classwork import likeness\nfrom grader.identity import identity\n"
    )
    code += "print(json.dumps([identity(), likeness.forms_for_graders()]))"
    done = subprocess.run(
        [str(python), "-P", "-c", code], capture_output=True, text=True, check=True
    )
    theirs, forms = json.loads(done.stdout)
    assert theirs["the grader's files"] == identity()["the grader's files"]
    assert forms == forms_for_graders()  # without the solutions that they are made from


@pytest.mark.parametrize(
    "arguments",
    [["cohort", "x"], ["gradescope", "x.zip"], ["release", "x"], ["build"], ["verify"]],
    ids=" ".join,
)
def test_what_learners_cannot_do_is_one_line(
    learners_python: Path, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "x" / "anna").mkdir(parents=True)
    done = _learner(learners_python, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_what_the_catalogue_says_is_the_same_without_the_checks(
    learners_python: Path, workspace: Path
) -> None:
    code = (
        "import json\nfrom grader.catalogue import exercises\n"
        "print(json.dumps({e.id: [e.title, e.check_points, e.statements, e.hints, e.timeout] "
        "for e in exercises()}))"
    )
    done = subprocess.run(
        [str(learners_python), "-P", "-c", code],
        cwd=workspace, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {
        e.id: [e.title, e.check_points, e.statements, list(e.hints), e.timeout] for e in exercises()
    }


def test_an_existing_bundle_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out" / "learners").mkdir(parents=True)
    done = grade("release", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["learners"]


def test_a_course_is_released_with_its_exercises_alone(tmp_path: Path) -> None:
    """Whoever grades has all of them: machines with other files are another grader."""
    course = tmp_path / "course.toml"
    course.write_text(
        'title = "Spring"\nexercises = ["1.1", "2.2.1"]\npoints."2.2.1" = 20\n'
        "timezone = 'UTC'\ndue.1 = 2027-03-01\nlate.per_day = 10\n"
    )
    done = grade("release", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    bundle = tmp_path / "out" / "learners"
    stubs = {find(id).file for id in ("1.1.1", "1.1.2", "2.2.1")}
    there = {path.relative_to(bundle / "exercises").as_posix() for path in bundle.rglob("*/*.py")}
    assert there == stubs
    (wheel,) = bundle.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name.removeprefix("grader/exercises/") for name in archive.namelist()}
        facts = json.loads(archive.read("grader/checks/catalogue.json"))
    assert {name for name in names if re.match(r"\d_.*\.py", name)} == stubs
    assert facts.keys() == {"1.1.1", "1.1.2", "2.2.1"}
    readme = (bundle / "README.md").read_text("utf-8")
    assert "Spring: 3 exercises." in readme
    assert "| 2.2.1 A multi-class model | 20 |  |" in readme
    assert "| 2027-03-01 23:59 UTC |" in readme
    assert "Late work: each day that has begun takes 10 % off" in readme
    for who in ("graders", "instructors"):
        assert (tmp_path / "out" / who / "course.toml").read_bytes() == course.read_bytes()
        assert len(list((tmp_path / "out" / who / "exercises").rglob("*.py"))) == len(exercises())


def test_pip_installs_the_wheel(bundles: Path, tmp_path: Path) -> None:
    import sys

    (wheel,) = (bundles / "instructors").glob("*.whl")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--target", str(tmp_path / "site"), str(wheel)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "bin" / "grade").exists()
    assert (tmp_path / "site" / "grader" / "datasets" / "darts.keras").exists()
