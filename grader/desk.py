"""A workspace as it is laid out: the stubs, and beside them a README and settings for VS Code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grader.identity import package_folder

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

In VS Code, open this folder. With a file in front of you, Ctrl+Shift+B (on a Mac ⇧⌘B) grades it,
and F5 runs it. The first time, VS Code offers its extension for Python: F5 needs that. More is
under "Terminal", "Run Task": a hint, and the exercise that comes next.

Where `grade` is not found, activate the virtual environment that you installed it into. VS Code
uses the one that laid out this folder; `.vscode/settings.json` names it.
"""

_PYTHON = "${config:python.defaultInterpreterPath}"


def lay_out(folder: Path) -> tuple[int, int]:
    """Copy every stub into FOLDER, with a README and VS Code's settings beside them.

    Files that are there already are never touched.

    Returns:
        how many of the stubs and pictures are new, and how many were kept.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    source = package_folder("exercises")
    new = kept = 0
    for chapter in sorted(path for path in source.iterdir() if path.is_dir()):
        if not chapter.name[:1].isdigit():
            continue
        for path in sorted(chapter.iterdir()):
            if path.suffix not in {".py", ".png"}:
                continue
            if _write_new(folder / "exercises" / chapter.name / path.name, path.read_bytes()):
                new += 1
            else:
                kept += 1
    for name, text in _files_beside().items():
        _write_new(folder / name, text.encode())
    return new, kept


def _write_new(path: Path, data: bytes) -> bool:
    """Write a file; return whether there was none before, else it is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        return False
    return True


def _files_beside() -> dict[str, str]:
    """Return the texts of these files by their names in the workspace."""
    return {
        "README.md": _README,
        ".vscode/settings.json": _json({"python.defaultInterpreterPath": sys.executable}),
        ".vscode/extensions.json": _json({"recommendations": ["ms-python.python"]}),
        ".vscode/tasks.json": _json(_tasks()),
        ".vscode/launch.json": _json(_launch()),
    }


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _tasks() -> dict[str, object]:
    """Return tasks on the file in front; the default build task, to grade it, has a key."""
    return {
        "version": "2.0.0",
        "tasks": [
            _task("Grade this file", ["-m", "grader", "${file}"], "build"),
            _task("Run this file", ["${file}"], "test"),
            _task("A hint for this file", ["-m", "grader", "hint", "${file}"]),
            _task("Which exercise comes next", ["-m", "grader", "next"]),
        ],
    }


def _task(label: str, arguments: list[str], kind: str = "") -> dict[str, object]:
    task: dict[str, object] = {
        "label": label,
        "type": "process",
        "command": _PYTHON,
        "args": arguments,
        "options": {"cwd": "${workspaceFolder}"},
        "problemMatcher": [],
        "presentation": {"clear": True, "showReuseMessage": False},
    }
    return task | ({"group": {"kind": kind, "isDefault": True}} if kind else {})


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
                "console": "integratedTerminal",
            }
        ],
    }
