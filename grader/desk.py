"""A workspace as it is laid out: stubs or notebooks, a README, and settings for VS Code."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.catalogue import exercises
from grader.identity import package_folder
from grader.notebook.starter import NOTEBOOK, starter_notebook

_README = """\
# Keras exercises

Each file in `exercises/` is an exercise. Its first lines tell the task. Put your answers where
the blanks `____` are, then grade the file:

    grade next                # which exercise comes next, and in which file
    grade 2.2.1               # grade it; `grade FILE` does the same
    grade hint 2.2.1          # a nudge; --level 2 and --level 3 say more
    grade list                # all exercises, and which have passed
    grade watch               # grade each file whenever you save it
    grade reset 2.2.1         # the stub again; your file is kept beside it

A file is an ordinary script: `python FILE` runs it.

In VS Code, open this folder, and say that you trust it. With a file in front of you, Ctrl+Shift+B
(on a Mac ⇧⌘B) grades it; `exit code: 1` below the verdict is VS Code's way to say "not yet". More
is under "Terminal", "Run Task": grading at each save, a hint, the exercise that comes next, and
running the file. F5 runs it, too, once you have the extension for Python that VS Code offers. In
the terminal, a click on `FILE:LINE` with Ctrl held (⌘ on a Mac) goes to that line.

Where `grade` is not found, activate the virtual environment that you installed it into. VS Code
uses the one that laid out this folder; `.vscode/settings.json` names it.
"""

_README_OF_NOTEBOOKS = """\
# Keras exercises

Each notebook in `exercises/` is an exercise. Open it in VS Code, JupyterLab or Colab. It tells the
task. Put your answers where the blanks `____` are, then run all cells: the one with `%grade` grades
what has been run. The last one has commands for a hint and for the task: take the # off the one
that you want.

In VS Code, say that you trust this folder, and take the extensions for Python and Jupyter that it
offers: notebooks need them. Ctrl+Shift+B (on a Mac ⇧⌘B) grades the notebook in front of you in the
terminal, without running its cells here.

    %grade 2.2.1              # grade the cells that have been run
    %grade hint               # a nudge; --level 2 and --level 3 say more
    %grade show               # the task and the points
    %grade next               # which exercise comes next, and in which notebook

In a terminal, these do the same with notebooks as you saved them:

    grade next                # which exercise comes next, and in which notebook
    grade 2.2.1               # grade it; `grade NOTEBOOK` does the same
    grade list                # all exercises, and which have passed
    grade reset 2.2.1         # as it was at first; your notebook is kept beside it

Where the first cell wants to install the grader, the notebook runs in another Python than the one
that you installed it into: choose that one as its kernel.
"""

_PYTHON = "${config:python.defaultInterpreterPath}"

_CALM = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
"""As when a file is graded: without most of TensorFlow's first lines, which look like errors."""


def lay_out(folder: Path, *, notebooks: bool = False) -> tuple[int, int]:
    """Copy every stub into FOLDER, with a README and VS Code's settings beside them.

    Files that are there already are never touched.

    Args:
        folder: of the workspace.
        notebooks: whether to write a notebook for each exercise in place of its stub.

    Returns:
        how many of the stubs and pictures, or notebooks, are new, and how many were kept.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    files = _notebooks() if notebooks else _stubs()
    new = kept = 0
    for name, data in files:
        if _write_new(folder / "exercises" / name, data):
            new += 1
        else:
            kept += 1
    for name, text in _files_beside(notebooks).items():
        _write_new(folder / name, text.encode())
    return new, kept


def _notebooks() -> Iterator[tuple[str, bytes]]:
    for exercise in exercises():
        name = PurePosixPath(exercise.file).with_suffix(NOTEBOOK).as_posix()
        yield name, starter_notebook(exercise)


def _stubs() -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of stubs and pictures."""
    source = package_folder("exercises")
    for chapter in sorted(path for path in source.iterdir() if path.is_dir()):
        if not chapter.name[:1].isdigit():
            continue
        for path in sorted(chapter.iterdir()):
            if path.suffix in {".py", ".png"}:
                yield f"{chapter.name}/{path.name}", path.read_bytes()


def _write_new(path: Path, data: bytes) -> bool:
    """Write a file; return whether there was none before, else it is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as stream, _whole_or_gone(path):
            stream.write(data)
            stream.flush()
    except FileExistsError:
        return False
    return True


@contextlib.contextmanager
def _whole_or_gone(path: Path) -> Iterator[None]:
    """Leave no half of a file on a full disk: the next call would take it for the learner's."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _files_beside(notebooks: bool) -> dict[str, str]:
    """Return the texts of these files by their names in the workspace."""
    extensions = ["ms-python.python", *(["ms-toolsai.jupyter"] if notebooks else [])]
    settings: dict[str, object] = {
        "python.defaultInterpreterPath": sys.executable,
        "terminal.integrated.enableImages": True,  # figures below the verdict
    }
    files = {
        "README.md": _README_OF_NOTEBOOKS if notebooks else _README,
        ".vscode/settings.json": _json(settings),
        ".vscode/extensions.json": _json({"recommendations": extensions}),
        ".vscode/tasks.json": _json(_tasks(notebooks)),
    }
    return files if notebooks else files | {".vscode/launch.json": _json(_launch())}


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _tasks(notebooks: bool) -> dict[str, object]:
    """Return tasks on the file in front; the default build task, to grade it, has a key."""
    graded = "notebook" if notebooks else "file"
    tasks = [
        _task(f"Grade this {graded}", ["-m", "grader", "${file}"], group=_by_key("build")),
        _task(
            "Grade at each save",
            ["-m", "grader", "watch"],
            isBackground=True,
            presentation=_PRESENTATION | {"panel": "dedicated"},
        ),
        _task(f"A hint for this {graded}", ["-m", "grader", "hint", "${file}"]),
        _task("Which exercise comes next", ["-m", "grader", "next"]),
    ]
    if not notebooks:  # a notebook is no script
        tasks.append(
            _task(
                "Run this file",
                ["${file}"],
                group=_by_key("test"),
                options={"cwd": "${fileDirname}", "env": _CALM},
            )
        )
    return {"version": "2.0.0", "tasks": tasks}


_PRESENTATION: dict[str, object] = {"clear": True, "echo": False, "showReuseMessage": False}


def _task(label: str, arguments: list[str], **more: object) -> dict[str, object]:
    return {
        "label": label,
        "type": "process",
        "command": _PYTHON,
        "args": arguments,
        "options": {"cwd": "${workspaceFolder}"},
        "problemMatcher": [],
        "presentation": _PRESENTATION,
        **more,
    }


def _by_key(kind: str) -> dict[str, object]:
    """Return the group of a task that VS Code runs as its default one of a kind."""
    return {"kind": kind, "isDefault": True}


def _launch() -> dict[str, object]:
    return {
        "version": "0.2.0",
        "configurations": [
            {
                "name": "Run this file",
                "type": "debugpy",
                "request": "launch",
                "program": "${file}",
                "cwd": "${fileDirname}",
                "env": _CALM,
                "console": "integratedTerminal",
            }
        ],
    }
