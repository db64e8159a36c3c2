"""What is typed after `grade`: commands, ids, lessons and files; what is suggested, completed, opened."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commands import grade, put, solution

from grader.catalogue import exercises, find
from grader.commands.application import COMMANDS
from grader.commands.learners import words_of
from grader.facts import points_at_a_glance

HEAVY = (
    "asyncio", "email", "importlib.metadata", "numpy", "pickle", "platformdirs", "rich", "socket",
    "subprocess", "tensorflow", "grader.grading", "grader.processes", "grader.submission",
    "grader.tips",
)  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["list"], ()),
        (["next"], ()),
        (["hint", "2.2.1"], ()),
        (["show", "2.2.1"], ()),
        (["path", "2.2"], ()),
        (["--version"], ("msgspec", "grader.catalogue")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_light_commands_import_nothing_heavy(
    workspace: Path, arguments: list[str], more: tuple[str, ...]
) -> None:
    code = (
        "import sys\nfrom grader.cli import main\n"
        f"sys.argv = ['grade', *{arguments}]\n"
        "try:\n    main()\n"
        "finally:\n    print(*sys.modules, sep='\\n', file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=workspace, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip()
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert not loaded & {*HEAVY, *more}


def test_every_command_is_where_the_table_says(workspace: Path) -> None:
    done = grade("--help", cwd=workspace)
    told = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [name for name in told if name in COMMANDS] == list(COMMANDS)


def test_points_at_a_glance_are_the_points() -> None:
    for exercise in exercises():
        found = points_at_a_glance(exercise.checks.read_text("utf-8"))
        assert list(found.items()) == list(exercise.check_points.items()), exercise.id


# Files and ids


def _graded(*words: str, cwd: Path) -> list[tuple[str, str]]:
    done = grade(*words, "--json", cwd=cwd)
    assert done.returncode in {0, 1}, done.stderr
    return [(one["id"], one["status"]) for one in json.loads(done.stdout)["exercises"]]


def test_files_and_ids_are_graded_together(workspace: Path, tmp_path: Path) -> None:
    own = put(workspace, "1.1.1", solution("1.1.1"))
    other = tmp_path / "1.1.2 mine.py"
    other.write_text(solution("1.1.2"), "utf-8")
    named = os.path.relpath(own, workspace)
    found = _graded(str(other), "2.2.1", named, "1.1.1", "2.2", cwd=workspace)
    lesson = [(f"2.2.{number}", "not_attempted") for number in (1, 2, 3, 4)]
    # The workspace's own file was named twice, by its id as well: two words, one answer.
    assert found == [("1.1.1", "passed"), ("1.1.2", "passed"), *lesson]
    listing = grade("list", cwd=workspace).stdout
    assert "Chapter 1: Introducing Keras" in listing
    assert "✓ 1.1.1" in listing
    assert "✓ 1.1.2" not in listing  # that file was none of the workspace's


def test_a_workspaces_file_counts_from_wherever_it_is_graded(
    workspace: Path, tmp_path: Path
) -> None:
    path = put(workspace, "1.1.1", solution("1.1.1"))
    assert _graded(str(path), cwd=tmp_path) == [("1.1.1", "passed")]
    assert "✓ 1.1.1" in grade("list", cwd=workspace).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["answer.py"], "--file answer.py"),
        (["an answer.py"], "`grade 1.1.1 --file 'an answer.py'`"),
        (["missing.py"], "There is no file missing.py"),
        (["exercises/2_going_deeper"], "is a folder"),
        (["answer.py", "--file", "x.py"], "does not tell"),
        (["1_1_1.py", "--file", "x.py"], "--file goes with ids"),
        (["1_1_1.py", "--solution"], "--solution goes with ids"),
        (["lst"], "Did you mean `grade list`?"),
        (["hnit", "2.2.1"], "Did you mean `grade init` or `grade hint`?"),
        (["grade", "2.1.2"], "Did you mean `grade 2.1.2`?"),
        (["server", "statsu"], "Did you mean 'status'?"),
        (["hint", "2.2"], "2.2 is a lesson, with 2.2.1, 2.2.2, 2.2.3 and 2.2.4"),
        (["hint", "2"], "2 is a chapter, from 2.1.1 to 2.4.3"),
        (["hint", "all"], "every exercise, from 1.1.1"),
        (["edit", "9.9"], "no exercise"),
    ],
)
def test_what_cannot_be_meant_says_what_can(workspace: Path, words: list[str], told: str) -> None:
    for name in ("answer.py", "an answer.py", "1_1_1.py"):
        (workspace / name).write_text("x = 1\n")
    done = grade(*words, cwd=workspace)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_lessons_and_files_where_they_make_sense(workspace: Path) -> None:
    lesson = [workspace / "exercises" / find(f"2.2.{number}").file for number in (1, 2, 3, 4)]
    assert grade("path", "2.2", cwd=workspace).stdout.split() == [str(path) for path in lesson]
    shown = grade("show", "2.2", cwd=workspace).stdout
    assert all(f"2.2.{number} {find(f'2.2.{number}').title}" in shown for number in (1, 2, 3, 4))
    hint = grade("hint", str(lesson[0]), cwd=workspace).stdout
    assert hint == grade("hint", "2.2.1", cwd=workspace).stdout
    lesson[0].write_text("mine = 1\n")
    told = grade("reset", "2.2", cwd=workspace).stdout
    assert told.count("is the stub again") == 4
    assert lesson[0].with_suffix(".py.bak").read_text() == "mine = 1\n"


# Editors


@pytest.mark.parametrize("variable", ["VISUAL", "EDITOR"])
def test_edit_opens_the_files_in_the_users_editor(
    workspace: Path, tmp_path: Path, variable: str
) -> None:
    editor = tmp_path / "an editor"
    editor.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$0.log"\n')
    editor.chmod(0o755)
    env = {"VISUAL": "", "EDITOR": "", variable: f"{shlex.quote(str(editor))} --wait"}
    done = grade("edit", "2.2.1", "1.1.1", cwd=workspace, env=env)
    assert done.returncode == 0, done.stderr
    paths = grade("path", "1.1.1", "2.2.1", cwd=workspace).stdout.split()
    assert (tmp_path / "an editor.log").read_text().splitlines() == ["--wait", *paths]


def test_edit_finds_vs_code_or_says_what_to_set(workspace: Path, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.write_text('#!/bin/sh\necho "opened $1"\n')
    code.chmod(0o755)
    none = {"VISUAL": "", "EDITOR": "", "PATH": "/nowhere"}
    found = grade("edit", "2.2.1", cwd=workspace, env={**none, "PATH": f"{tmp_path}:/bin"})
    assert "opened " in found.stdout
    code.rename(tmp_path / "code-server")  # its command; elsewhere than in its terminal, a server
    env = {**none, "PATH": f"{tmp_path}:/bin", "VSCODE_IPC_HOOK_CLI": ""}
    assert grade("edit", "2.2.1", cwd=workspace, env=env).returncode == 2
    env["VSCODE_IPC_HOOK_CLI"] = "/run/x.sock"
    assert "opened " in grade("edit", "2.2.1", cwd=workspace, env=env).stdout
    done = grade("edit", "2.2.1", cwd=workspace, env=none)
    assert done.returncode == 2
    assert "EDITOR" in done.stderr
    done = grade("edit", "2.2.1", cwd=workspace, env={**none, "EDITOR": "nope -x"})
    assert done.returncode == 2
    assert "EDITOR is set to 'nope -x', but there is no such command" in done.stderr
    done = grade("edit", "2.2.1", cwd=workspace, env={**none, "VISUAL": " ", "EDITOR": "'nope"})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "No closing quotation" in done.stderr


# Completion


def _completed(line: str, cwd: Path, shell: str = "bash") -> list[str]:
    words = line.split(" ")
    env = {
        "_GRADE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = grade(cwd=cwd, env=env)
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def test_commands_and_ids_are_completed(tmp_path: Path) -> None:
    lesson = [f"plain,2.2.{number}" for number in (1, 2, 3, 4)]
    assert _completed("grade 2.2.", tmp_path) == lesson
    assert _completed("grade hint 2.2.", tmp_path) == lesson
    assert _completed("grade watch 2.2.", tmp_path) == lesson
    assert _completed("grade 1.1.1 2.2.", tmp_path) == lesson
    assert _completed("grade n", tmp_path) == [
        "plain,next", "plain,nbgrader", "plain,new", "file,n",
    ]  # fmt: skip
    assert _completed("grade exer", tmp_path) == ["file,exer"]
    assert _completed("grade 2.2.1 --ht", tmp_path) == ["plain,--html"]
    assert _completed("grade server st", tmp_path) == ["plain,status", "plain,stop"]


def test_ids_are_completed_with_their_titles(tmp_path: Path) -> None:
    assert _completed("grade show 2.2.1", tmp_path, "zsh") == [
        "plain", "2.2.1", find("2.2.1").title,
    ]  # fmt: skip


def test_completion_is_printed_and_installed(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "SHELL": "/bin/bash"}
    shell = tmp_path / ".bashrc"
    shell.write_text("alias ll='ls -l'")
    printed = grade("completion", cwd=tmp_path, env=env).stdout
    for _ in range(2):
        assert grade("completion", "--install", cwd=tmp_path, env=env).returncode == 0
    first, *others = shell.read_text().splitlines()
    assert first == "alias ll='ls -l'"
    (line,) = others
    loaded = subprocess.run(
        ["bash", "-c", f"{line}\ncomplete -p grade"],
        capture_output=True, text=True, check=True, env={**os.environ, **env},
    )  # fmt: skip
    assert "-F _grade_completion grade" in loaded.stdout
    assert printed.strip() in (tmp_path / "data/keras-grader/completion.bash").read_text()
    assert grade("completion", "fish", "--install", cwd=tmp_path, env=env).returncode == 0
    assert "grade" in (tmp_path / ".config/fish/completions/grade.fish").read_text()
    unknown = grade("completion", cwd=tmp_path, env={**env, "SHELL": "/bin/dash"})
    assert unknown.returncode == 2
    assert "bash, zsh, fish" in unknown.stderr


# Laying out a workspace


def test_init_says_what_can_be_typed(tmp_path: Path) -> None:
    assert "cd 'my course'" in grade("init", "my course", cwd=tmp_path).stdout
    here = tmp_path / "here"
    here.mkdir()
    told = grade("init", ".", cwd=here).stdout
    assert "cd " not in told
    assert "Begin with `grade next`." in told


def test_init_nests_no_workspace_unasked(workspace: Path) -> None:
    below = workspace / "exercises"
    done = grade("init", "mine", cwd=below)
    assert done.returncode == 2
    assert "--nested" in done.stderr
    assert not (below / "mine").exists()
    assert grade("init", "mine", "--nested", cwd=below).returncode == 0
    assert (below / "mine" / "exercises").is_dir()


def test_init_adds_settings_and_overwrites_none(tmp_path: Path) -> None:
    own = tmp_path / ".vscode" / "tasks.json"
    own.parent.mkdir()
    own.write_text("// mine\n")
    assert grade("init", ".", cwd=tmp_path).returncode == 0
    assert own.read_text() == "// mine\n"
    (tmp_path / "README.md").write_text("mine\n")
    assert grade("init", ".", cwd=tmp_path).returncode == 0
    assert (tmp_path / "README.md").read_text() == "mine\n"


def test_vs_codes_tasks_run_and_grade_the_file_in_front(workspace: Path) -> None:
    path = put(workspace, "1.1.1", solution("1.1.1"))
    folder = workspace / ".vscode"
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    tasks = json.loads((folder / "tasks.json").read_text("utf-8"))["tasks"]
    values = {f"${{config:{name}}}": value for name, value in settings.items()}
    values["${file}"] = str(path)
    by_key = {
        task["group"]["kind"]: task for task in tasks if task.get("group", {}).get("isDefault")
    }

    def run(task: dict[str, object]) -> subprocess.CompletedProcess[str]:
        words = [task["command"], *task["args"]]  # type: ignore[misc]
        command = [values.get(word, word) for word in words]
        return subprocess.run(command, cwd=workspace, capture_output=True, text=True, check=False)

    graded = run(by_key["build"])
    assert graded.returncode == 0, graded.stderr
    assert "1.1.1" in graded.stdout
    assert "PASSED" in graded.stdout
    assert run(by_key["test"]).returncode == 0
    launch = json.loads((folder / "launch.json").read_text("utf-8"))["configurations"]
    assert [one["program"] for one in launch] == ["${file}"]


def test_vs_code_does_not_run_notebooks_as_scripts(tmp_path: Path) -> None:
    assert grade("init", ".", "--notebooks", cwd=tmp_path).returncode == 0
    assert not (tmp_path / ".vscode" / "launch.json").exists()
    tasks = json.loads((tmp_path / ".vscode" / "tasks.json").read_text("utf-8"))["tasks"]
    assert ["-m", "grader", "${file}"] in [task["args"] for task in tasks]
    assert all(task["args"][:2] == ["-m", "grader"] for task in tasks)


@pytest.mark.parametrize(
    ("system", "editor", "words"),
    [
        ("posix", "'my editor' --wait", ["my editor", "--wait"]),
        (
            "nt",
            r'"C:\Program Files\VS Code\code.cmd" --wait',
            [r"C:\Program Files\VS Code\code.cmd", "--wait"],
        ),
        ("nt", r"C:\vim\vim.exe -f", [r"C:\vim\vim.exe", "-f"]),
    ],
)
def test_an_editors_command_is_read_as_its_system_writes_it(
    monkeypatch: pytest.MonkeyPatch, system: str, editor: str, words: list[str]
) -> None:
    monkeypatch.setattr("grader.commands.learners.os.name", system)
    found = words_of(editor)
    monkeypatch.undo()  # before pytest looks at a path
    assert found == words
