"""What Windows lacks is not needed: the commands work without it, and verdicts are the same.

The simulation is `support/windows/sitecustomize.py`, which tells what it cannot show.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from commands import grade, put, solution
from windows import sitecustomize

from grader import files, identity
from grader.learner import clock
from grader.processes.interpreters import Interpreter
from grader.processes.workers import clean_environment

WINDOWS = Path(__file__).parent / "support" / "windows"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is simulated on Linux")


@pytest.fixture
def windows(tmp_path: Path) -> dict[str, str]:
    """An environment in which the grader takes this system for Windows."""
    for name in ("run", "cache"):
        (tmp_path / name).mkdir(mode=0o700)
    return {
        "PYTHONPATH": str(WINDOWS),
        "PATH": f"{WINDOWS / 'bin'}:{os.environ['PATH']}",
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "GRADER_NO_SERVER": "",
        "CI": "",
    }


def test_the_simulation_is_one(windows: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "grader").mkdir()
    (tmp_path / "grader" / "__init__.py").touch()
    (tmp_path / "grader" / "look.py").write_text(
        "import os, signal, socket, sys\n"
        "assert sys.platform == 'win32' and os.name == 'nt'\n"
        "assert not any(map(hasattr, (os, signal, socket), ('fork', 'SIGKILL', 'AF_UNIX')))\n"
        "try:\n    import fcntl\nexcept ImportError:\n    print('as on Windows')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "grader.look"],
        env={**os.environ, **windows}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "as on Windows\n"


def test_what_windows_lacks_is_used_only_where_it_is_asked_for() -> None:
    """What is named here was read: it is under a condition, or runs on Linux alone."""
    known = {
        "commands/keyboard.py", "files.py", "grading/batch.py", "learner/clock.py",
        "processes/addresses.py", "processes/caches.py", "processes/forking.py", "processes/interpreters.py",
        "processes/leftovers.py",
        "processes/server.py", "processes/wire.py", "processes/zygote.py", "sandbox/cgroups.py",
        "sandbox/group_watch.py",
        "sandbox/landlock.py", "sandbox/limits.py", "sandbox/namespaces.py",
        "sandbox/privileges.py", "sandbox/trial.py",
    }  # fmt: skip
    gone = {
        f"{module.__name__}.{name}"
        for module, names in sitecustomize.UNIX_NAMES.items()
        for name in names.split()
    }
    found = set()
    for name, path in identity.files().items():
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    used = {one.name for one in names} & sitecustomize.UNIX_MODULES
                case ast.ImportFrom(module=str(module), level=0):
                    used = {module} & sitecustomize.UNIX_MODULES
                case ast.Attribute(value=ast.Name(id=module), attr=attribute):
                    used = {f"{module}.{attribute}"} & gone
                case _:
                    used = set()
            if used:
                found.add(name)
    assert found == known


@pytest.mark.by_turns
def test_a_learners_commands_and_verdicts_are_as_usual(
    windows: dict[str, str], tmp_path: Path
) -> None:
    """One call starts a server, which is reached by a port; TensorFlow is imported four times."""
    plain = {"GRADER_NO_SERVER": "1"}
    assert grade("init", "course", cwd=tmp_path, env=windows).returncode == 0
    course = tmp_path / "course"
    put(course, "2.2.1", solution("2.2.1").replace('"adam"', '"sgd"'))
    put(course, "4.1.3", solution("4.1.3"))
    for command in (("list",), ("show", "2.2.1"), ("hint", "2.2.1"), ("path", "4.1.3")):
        there, here = (grade(*command, cwd=course, env=env) for env in (windows, plain))
        assert (there.returncode, there.stdout, there.stderr) == (0, here.stdout, "")
    try:
        arguments = ("2.2.1", "4.1.3", "--json", "--fresh", "--jobs", "1")
        there, here = (grade(*arguments, cwd=course, env=env) for env in (windows, plain))
        assert there.returncode == here.returncode == 1, there.stderr
        found = [re.sub(r'"seconds": [0-9.]+', "", done.stdout) for done in (there, here)]
        assert found[0] == found[1]
        statuses = [one["status"] for one in json.loads(there.stdout)["exercises"]]
        assert statuses == ["failed", "passed"]
        status = grade("server", "status", cwd=course, env=windows)
        assert status.returncode == 0
        (listens,) = (tmp_path / "run").glob("*/*.sock")
        assert re.fullmatch(r"\d+ [0-9a-f]{64}", listens.read_text())
        assert listens.stat().st_mode & 0o077 == 0
    finally:
        assert "told to end" in grade("server", "stop", cwd=course, env=windows).stdout


@pytest.mark.by_turns
def test_the_doctor_knows_it(windows: dict[str, str], tmp_path: Path) -> None:
    """A whole trial grade, in interpreters that are this call's own: that is what it looks at."""
    done = grade("doctor", cwd=tmp_path, env=windows)
    assert done.returncode == 0, done.stdout
    assert "was started ahead" in done.stdout
    assert "is not to be had here: Windows has none of it" in done.stdout
    assert re.search(r"✓ a trial grade of \S+ passed in", done.stdout)


def test_its_variables_reach_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"USERPROFILE", "LOCALAPPDATA", "APPDATA", "SYSTEMROOT", "TEMP", "TMP", "PATHEXT"}
    for name in names:
        monkeypatch.setenv(name, f"C:\\{name}")
    monkeypatch.setenv("A_TOKEN", "secret")
    found = clean_environment()
    assert {name for name in names if found.get(name) == f"C:\\{name}"} == names
    assert "A_TOKEN" not in found


def test_a_file_that_is_held_open_for_a_moment_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    replace, refusals = Path.replace, [PermissionError("in use")] * 2

    def refused(self: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    monkeypatch.setattr(sys, "platform", "win32")
    with files.whole_file(path) as stream:
        stream.write("new")
    assert path.read_text() == "new"
    refusals += [PermissionError("in use")] * 100
    monkeypatch.setattr(files, "_PAUSE", 0.0)
    with pytest.raises(PermissionError), files.whole_file(path) as stream:
        stream.write("newer")
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text() == "new"


def test_without_a_timer_a_file_is_interrupted_as_well() -> None:
    before = threading.active_count()
    started = time.monotonic()
    with pytest.raises(clock.TimeIsUp), clock._limit_by_thread(0.2):
        while True:
            time.sleep(0.01)
    assert time.monotonic() - started < 30
    with clock._limit_by_thread(0.2):
        pass
    time.sleep(0.5)  # nothing comes after the block
    assert threading.active_count() <= before + 2


def test_a_crash_on_windows_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter = Interpreter(["json"], clean_environment())
    interpreter.wait_until_idle(lambda: False)
    assert interpreter._process.stdin is not None
    monkeypatch.setattr(interpreter._process, "wait", lambda *_: 0xC0000005)
    assert interpreter._reap() == -11
    monkeypatch.undo()
    interpreter.close()
