"""Notebooks: built from solutions, read from learners, told of in cells."""

from __future__ import annotations

import ast
import json
import re
import warnings
from pathlib import Path

import nbformat
import pytest
from commands import grade as run_grade
from nbgrader.nbgraderformat import MetadataValidator

from grader.catalogue import Exercise, exercises, find
from grader.magics import plain_python
from grader.notebook.assembly import Assembled, Piece, holds_statements
from grader.notebook.notebook_reader import MAX_CELLS, UnreadableNotebook, read_notebook
from grader.notebook.steps import LOAD, first_line_of_given, split_solution
from grader.places import FileName, ForFiles, InCells, Line, Lines, Said, YourFile, render, said
from grader.show.terminal import as_text
from grader.source_file import Unreadable
from grader.stubs import BEGIN, BLANK, BadSolution, build_stub
from grader.submission import Submission
from grader.teaching.nbgrader_course import CONFIG, NoCourse, course_files, lay_out_course
from grader.teaching.notebooks import (
    build_notebook,
    exercise_of,
    lesson_name,
    notebook_name,
)
from grader.teaching.preprocessor import StubSolutions
from grader.verdict import CheckResult, CheckStatus, Outcome, Tip, Verdict

every_exercise = pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.id)


def _source_of(notebook: nbformat.NotebookNode) -> str:
    """Return the Python source that an instructor's or learner's notebook of ours holds.

    The given part, without the line that loads the grader, and the steps, as in the file.
    """
    parts = []
    for cell in notebook.cells:
        found = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and not found.get("grade"):
            parts.append(cell.source.removeprefix(LOAD).strip("\n"))
    return "\n\n".join(filter(None, parts)) + "\n"


def _code(source: str) -> str:
    """Return a source without its docstring, and with single blank lines."""
    tree = ast.parse(source)
    below = source.splitlines()[tree.body[0].end_lineno if ast.get_docstring(tree) else 0 :]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(below)).strip()


def _released(exercise: Exercise) -> nbformat.NotebookNode:
    """Return the learner's notebook, with nbgrader's own step and ours in it."""
    notebook, _ = StubSolutions().preprocess(build_notebook(exercise), {})
    return notebook


@every_exercise
def test_the_cells_joined_are_the_reference(exercise: Exercise) -> None:
    notebook = build_notebook(exercise)
    assert _source_of(notebook).strip() == _source_of(notebook)[:-1]
    assert _code(_source_of(notebook)) == _code(exercise.solution.read_text("utf-8"))


@every_exercise
def test_the_released_cells_joined_are_the_stub(exercise: Exercise) -> None:
    notebook = _released(exercise)
    assert _code(_source_of(notebook)) == _code(exercise.stub.read_text("utf-8"))
    answers = [cell for cell in notebook.cells if cell.metadata.nbgrader.solution]
    assert all(BLANK in cell.source for cell in answers)
    assert not any(BEGIN in cell.source for cell in notebook.cells)


@every_exercise
def test_a_notebook_is_what_nbformat_and_nbgrader_ask_for(exercise: Exercise) -> None:
    notebook = build_notebook(exercise, "picture.png")
    with warnings.catch_warnings(action="error"):
        nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    task, given, *steps, last = notebook.cells
    assert task.source.startswith(f"# {exercise.id} {exercise.title}\n")
    assert "![" in task.source
    assert given.source.startswith("%load_ext grader")
    assert all(BEGIN in step.source for step in steps)
    assert last.source.endswith(f"%grade {exercise.id}")
    assert last.metadata.nbgrader.points == exercise.points
    assert exercise_of(last.metadata.nbgrader.grade_id) == exercise.id
    assert all(" ".join(text.split()) in last.source for text in exercise.statements.values())
    assert notebook.metadata.kernelspec.name == "python3"


def test_building_twice_gives_the_same_bytes() -> None:
    assert course_files() == course_files()


def test_a_loop_with_steps_in_it_stays_whole() -> None:
    _, steps = split_solution(find("3.1.3").solution.read_text("utf-8"))
    assert len(steps) == 2
    assert steps[0].count(BEGIN) == 5
    ast.parse(steps[0])


def test_a_todo_without_an_answer_stays_with_the_next() -> None:
    answer = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n"
    source = f"import keras\n\n# TODO: two steps\n\n# TODO: one\n{answer}\n# TODO: nothing more\n"
    given, steps = split_solution(source)
    assert given == "import keras"
    assert len(steps) == 1
    assert steps[0].startswith("# TODO: two steps")
    assert steps[0].endswith("nothing more")


def test_a_block_that_begins_in_the_given_part_is_refused() -> None:
    with pytest.raises(BadSolution, match="first column"):
        split_solution(
            "for i in range(3):\n    # TODO: x\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION\n"
        )


def test_the_given_parts_lines_are_those_of_its_cell() -> None:
    for exercise in exercises():
        cell = build_notebook(exercise).cells[1].source.splitlines()
        stub = exercise.stub.read_text("utf-8").splitlines()
        first = first_line_of_given("\n".join(stub))
        for number in range(3, len(cell) + 1):
            assert stub[number - first] == cell[number - 1]


def test_a_course_is_complete(tmp_path: Path) -> None:
    done = lay_out_course(tmp_path / "course")
    assert done.written == len(exercises()) + 2
    assert done.lessons == sorted({lesson_name(exercise.lesson) for exercise in exercises()})
    for exercise in exercises():
        path = (
            tmp_path / "course" / "source" / lesson_name(exercise.lesson) / notebook_name(exercise)
        )
        assert path.stem == Path(exercise.file).stem
        text = nbformat.read(path, 4).cells[0].source
        for picture in re.findall(r"!\[.*?\]\((.*?)\)", text):
            assert (path.parent / picture).exists()
    assert len(list((tmp_path / "course").rglob("*.png"))) == 1
    again = lay_out_course(tmp_path / "course")
    assert (again.written, again.unchanged) == (0, done.written)


def test_a_course_never_overwrites_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NoCourse, match="not empty"):
        lay_out_course(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    lay_out_course(tmp_path, force=True)
    (tmp_path / CONFIG).write_text("c = get_config()\n")
    with pytest.raises(NoCourse, match=CONFIG):
        lay_out_course(tmp_path)
    for number in (1, 2):
        (tmp_path / CONFIG).write_text(f"# {number}\n")
        done = lay_out_course(tmp_path, force=True)
        assert [path.read_text() for path in done.replaced] == [f"# {number}\n"]
    assert (tmp_path / "thesis.txt").read_text() == "mine"
    with pytest.raises(NoCourse, match="is a file"):
        lay_out_course(tmp_path / "thesis.txt")


def test_the_command(tmp_path: Path) -> None:
    done = run_grade("nbgrader", "course", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "14 assignments" in done.stdout
    assert "nbgrader autograde" in done.stdout
    (tmp_path / "course" / CONFIG).write_text("")
    done = run_grade("nbgrader", "course", cwd=tmp_path)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert done.stderr.count("\n") == 1
    assert run_grade("nbgrader", "course", "--force", cwd=tmp_path).returncode == 0


def test_the_command_without_nbgrader(tmp_path: Path) -> None:
    """Say what to install. A module that cannot be found stands for one that is missing."""
    hook = "import importlib.util as u, sys\nold = u.find_spec\n"
    hook += "u.find_spec = lambda name, *a: None if name == 'nbgrader' else old(name, *a)\n"
    (tmp_path / "sitecustomize.py").write_text(hook)
    done = run_grade("nbgrader", "course", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert "pip install 'keras-grader[instructor]'" in done.stderr
    assert not (tmp_path / "course").exists()


def test_a_learners_installation_has_no_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Exercise) -> Path:
        raise FileNotFoundError("this installation of keras-grader has no solutions")

    monkeypatch.setattr(Exercise, "solution", property(missing))
    with pytest.raises(NoCourse, match="has no solutions"):
        lay_out_course(tmp_path / "course")
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("x = 1\n%matplotlib inline\ny = 2", "x = 1\n# %matplotlib inline\ny = 2"),
        ("!pip install keras \\\n  numpy\nx = 1", "# !pip install keras \\\n#   numpy\nx = 1"),
        ("?model\nmodel.fit?\nmodel??", "# ?model\n# model.fit?\n# model??"),
        ("print('a'\n  % 3)\n%time", "print('a'\n  % 3)\n# %time"),
        ("text = '''\n%no magic\n'''\n%a", "text = '''\n%no magic\n'''\n# %a"),
        ("files = !ls\nx = 5 % 3", "# files = !ls\nx = 5 % 3"),
        ("if x:\n    %time\n    y = 1", "if x:\n    pass  # %time\n    y = 1"),
        ("%time h = model.fit(X)\n!a", "h = model.fit(X)\n# !a"),
        ("h = %time model.fit(X)", "h = model.fit(X)"),
        ("%%time\nx = 1\n%who", "# %%time\nx = 1\n# %who"),
        ("\n%%capture out\nx = 1", "\n# %%capture out\nx = 1"),
        ("%%grade 2.2.1\nx = 1", "# %%grade 2.2.1\nx = 1"),
        ("%%bash\nls\n\nrm x", "# %%bash\n# ls\n# \n# rm x"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
        ("x = 1\r\n%a\r\n", "x = 1\n# %a\n"),
        ("x = (1\n%a", "x = (1\n%a"),
        ("x = 'it\\'s' # don't\n!echo it's\ny = 1", "x = 'it\\'s' # don't\n# !echo it's\ny = 1"),
        ("!echo \"open (\nx = 1\n%a", "# !echo \"open (\nx = 1\n# %a"),
        ("a != b\nx = y != z\n%q", "a != b\nx = y != z\n# %q"),
        ("%", "# %"),
        ("", ""),
        ("x = [1,\n  # % [\n 2]\n%a", "x = [1,\n  # % [\n 2]\n# %a"),
    ],
)  # fmt: skip
def test_what_is_for_the_notebook_alone_becomes_a_comment(cell: str, plain: str) -> None:
    assert plain_python(cell) == plain


def test_a_large_cell_is_read_in_no_time() -> None:
    plain_python('x = """' + "\n%a" * 200_000)
    plain_python("(" * 100_000 + "\n%a" * 100_000)
    plain_python("%a\n" * 100_000)


def _assembled() -> Assembled:
    return Assembled(
        [
            Piece('"""Doc"""\n\nimport keras\n', "cell 1", 0),
            Piece("x = 1\ny = x", "cell 2"),
            Piece("   \n", "cell 3"),
            Piece("z = 3", "cell 4"),
        ]
    )


def test_lines_are_told_as_cells() -> None:
    assembled = _assembled()
    lines = assembled.source.splitlines()
    assert assembled.places.line(lines.index("import keras") + 1) == "cell 1, line 2"
    assert assembled.places.line(1) == "cell 1"
    assert assembled.places.line(lines.index("y = x") + 1) == "cell 2, line 2"
    assert assembled.places.line(lines.index("z = 3") + 1) == "cell 4, line 1"


def test_display_is_there_where_it_is_used() -> None:
    source = Assembled([Piece("import keras", "cell 1"), Piece("display(1, 2)", "cell 2")]).source
    assert source.index("import keras") < source.index("def display") < source.index("display(1")
    assert "def display(*things" not in _assembled().source
    assert (
        "def display(*things" not in Assembled([Piece("def display(): pass\ndisplay()", "")]).source
    )


def test_comments_and_texts_are_no_statements() -> None:
    assert not holds_statements([Piece("# a", ""), Piece("'b'\n", "")])
    assert holds_statements([Piece("# a", ""), Piece("x = 1", "")])
    assert holds_statements([Piece("x = (", "")])


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (said(YourFile(begins=True), " stopped on ", Line(6), ":\n    y = line 6"),
         "Your notebook stopped on cell 2, line 2:\n    y = line 6"),
        (said("There are blanks (____) left in ", Lines((5, 8)), ". Put"),
         "There are blanks (____) left in cell 2, line 1; cell 4, line 1. Put"),
        (said("Python cannot read ", Line(6, named=True), ": invalid"),
         "Python cannot read cell 2, line 2: invalid"),
        (said(FileName(), " is empty.", ForFiles(" `grade reset 2.2.1` brings the stub back.")),
         "Your notebook is empty."),
        (said("Stopped.", ForFiles(" `--timeout` allows more.")), "Stopped."),
        ("'on line 5', as you wrote", "'on line 5', as you wrote"),
    ],
)  # fmt: skip
def test_places_are_told_as_cells(message: Said, told: str) -> None:
    assert render(message, _assembled().places) == told


def test_lines_that_are_not_there_have_places_too() -> None:
    """What is stored may be damaged."""
    places = InCells((), "cell")
    assert [places.alone(number) for number in (-1, 0, 3)] == ["line -1", "line 0", "line 3"]
    places = _assembled().places
    assert places.alone(-4) == "line -4"
    assert places.alone(1_000) == "cell 4, line 993"
    assert places.lines([]) == ""


def test_a_verdict_is_shown_with_its_places() -> None:
    failed = CheckResult("a", CheckStatus.FAILED, "It is 5.", "5", "6", "Look.", line=5)
    tip = Tip("say it otherwise.", Line(6))
    verdict = Verdict("2.2.1", "A model", Outcome.FAILED, (failed,), tips=(tip,), file="a.py")
    lines = as_text(verdict, _assembled().places).splitlines()
    assert "      cell 2, line 1" in lines
    assert "  Tip: Cell 2, line 2: say it otherwise." in lines


def test_an_assembled_source_is_an_answer_under_its_exercises_name() -> None:
    exercise = find("2.2.1")
    submission = Submission.of_cells(exercise, _assembled())
    assert (submission.name, submission.file.path) == (Path(exercise.file).name, "")
    assert submission.file.data.decode() == _assembled().source
    assert Submission.of_cells(exercise, _assembled(), "own.py").name == "own.py"
    large = Assembled([Piece("x = 'é'\n" * 120_000, "cell 1")])
    with pytest.raises(Unreadable) as caught:
        Submission.of_cells(exercise, large).script()
    told = render(caught.value.message, large.places)
    assert told.startswith("Your notebook has 1 MB. An answer is a few lines")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty file"),
        (b"x = 1\n", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[]", "no notebook"),
        (b"{}", "no cells"),
        (b'{"cells": {"0": 1}}', "no cells"),
        (b"[" * 100_000, "not JSON"),
        (b'{"worksheets": [5], "nbformat": 3}', "old format"),
        (json.dumps({"cells": [{}] * (MAX_CELLS + 1)}).encode(), "cells"),
    ],
    ids=range(9),
)
def test_what_is_no_notebook_is_said_so(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableNotebook, match=why):
        read_notebook(data)


def test_odd_cells_are_read_as_far_as_they_go() -> None:
    deep: object = []
    for _ in range(400):
        deep = [deep]
    document = {
        "cells": [
            5,
            {"cell_type": 5, "source": {"a": 1}, "metadata": []},
            {"cell_type": "code", "source": ["a\n", 5, "b\ud800"], "metadata": {"nbgrader": deep}},
            {"cell_type": "code", "source": "c", "metadata": {"nbgrader": {"points": deep, "grade_id": "x" * 999, "locked": True, "other": 1}}},
        ],
        "metadata": "none",
    }  # fmt: skip
    cells = read_notebook(json.dumps(document).encode()).cells
    assert [cell.kind for cell in cells] == ["raw", "code", "code"]
    assert [cell.text for cell in cells] == ["", "a\nb\N{REPLACEMENT CHARACTER}", "c"]
    assert [cell.nbgrader for cell in cells] == [{}, {}, {"locked": True}]


def test_a_notebook_of_the_old_format_is_read() -> None:
    cell = {
        "cell_type": "code",
        "input": "x = 1",
        "language": "python",
        "metadata": {},
        "outputs": [],
    }
    document = {
        "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0,
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }  # fmt: skip
    assert read_notebook(json.dumps(document).encode()).cells[0].text == "x = 1"


def test_build_stub_takes_a_single_step() -> None:
    """The cells are cut where `build_stub` can be asked about each of them."""
    _, steps = split_solution(find("2.2.1").solution.read_text("utf-8"))
    assert [build_stub(step).count(BLANK) for step in steps] == [1, 1, 1]
