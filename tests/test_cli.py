"""The command line as a user runs it: output, exit codes, speed, one import of TensorFlow."""

from __future__ import annotations

import contextlib
import json
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from commands import GRADE, grade, put, solution

from grader import __version__
from grader.catalogue import exercises, find
from grader.identity import versions


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["hint", "2.2.1"],
        ["path", "2.2.1"],
        ["--version"],
        ["--help"],
        ["show", "2.2.1"],
        ["next"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_quick_commands_do_not_import_tensorflow(
    arguments: list[str], workspace: Path, import_log: tuple[dict[str, str], Path]
) -> None:
    env, log = import_log
    done = grade(*arguments, cwd=workspace, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert log.read_text() == ""


def test_one_call_imports_tensorflow_once(
    workspace: Path, import_log: tuple[dict[str, str], Path]
) -> None:
    env, log = import_log
    put(workspace, "2.2.1", solution("2.2.1"))
    put(workspace, "1.2.1", solution("1.2.1").replace("10", "11"))
    done = grade("2.2.1", "1.2.1", "--json", cwd=workspace, env=env)
    statuses = [found["status"] for found in json.loads(done.stdout)["exercises"]]
    assert statuses == ["failed", "passed"]
    assert sorted(log.read_text().split()) == ["keras", "tensorflow"]


def test_quizzes_and_untouched_stubs_need_no_tensorflow(
    workspace: Path, import_log: tuple[dict[str, str], Path]
) -> None:
    env, log = import_log
    put(workspace, "1.1.1", solution("1.1.1"))
    done = grade("1.1.1", "2.2.1", "--json", cwd=workspace, env=env)
    statuses = [found["status"] for found in json.loads(done.stdout)["exercises"]]
    assert statuses == ["passed", "not_attempted"]
    assert log.read_text() == ""


@pytest.mark.usefixtures("kept_server")
def test_a_learners_day(workspace: Path) -> None:
    below = workspace / "exercises" / find("2.2.1").file.split("/")[0]
    done = grade("2.2.1", cwd=below)
    assert done.returncode == 1
    assert "NOT ATTEMPTED" in done.stdout
    path = Path(grade("path", "2.2.1", cwd=below).stdout.strip())
    path.write_text(solution("2.2.1").replace('"softmax"', '"sigmoid"'), "utf-8")
    done = grade("2.2.1", cwd=below)
    assert done.returncode == 1
    for words in (
        "expected: layer 4: another activation",
        "got:      layer 4: sigmoid",
        path.name,
        "grade hint 2.2.1",
    ):
        assert words in done.stdout
    assert "layer" in grade("hint", "2.2.1", "--level", "3", cwd=below).stdout
    path.write_text(solution("2.2.1"), "utf-8")
    done = grade("2.2.1", cwd=below)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PASSED" in done.stdout
    assert "✓ 2.2.1" in grade("list", cwd=below).stdout


@pytest.mark.usefixtures("kept_server")
def test_output_fits_into_80_columns_without_colour(workspace: Path) -> None:
    put(workspace, "2.2.1", solution("2.2.1").replace("Dense(64", "Dense(60"))
    done = grade("2.2.1", cwd=workspace)
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert "\x1b" not in done.stdout


@pytest.mark.usefixtures("kept_server")
def test_json_is_one_document_and_nothing_else(workspace: Path) -> None:
    put(workspace, "2.2.1", solution("2.2.1").replace('"adam"', '"sgd"') + "\nprint('noise')\n")
    done = grade("2.2.1", "--json", cwd=workspace)
    document = json.loads(done.stdout)
    assert done.stderr == ""
    assert document["schema"] == 2
    assert document["grader"] == __version__
    assert document["versions"] == versions()
    (found,) = document["exercises"]
    assert {
        "id",
        "title",
        "status",
        "points",
        "max_points",
        "seconds",
        "message",
        "tips",
        "checks",
    } <= set(found)
    for check in found["checks"]:
        assert {"name", "status", "expected", "got", "message", "line"} <= set(check)
        assert check["status"] in {"passed", "failed", "skipped"}


@pytest.mark.usefixtures("kept_server")
def test_verdicts_are_written_as_junit_xml_and_as_a_page(workspace: Path, tmp_path: Path) -> None:
    put(workspace, "1.2.1", solution("1.2.1"))
    path = put(workspace, "1.3.1", solution("1.3.1").replace("Dense(50", "Dense(51", 1))
    put(workspace, "2.1.2", "raise ValueError('<no & never>\\x07')\n")
    put(workspace, "2.2.1", find("2.2.1").stub.read_text("utf-8"))
    junit, page = tmp_path / "new" / "junit.xml", tmp_path / "page.html"
    asked = ["1.2.1", "1.3.1", "2.1.2", "2.2.1"]
    done = grade(*asked, "--json", "--junit", str(junit), "--html", str(page), cwd=workspace)
    assert done.returncode == 1
    found = json.loads(done.stdout)["exercises"]
    suites = {suite.attrib["name"]: suite for suite in ElementTree.parse(junit).getroot()}
    assert list(suites) == [f"{verdict['id']} {verdict['title']}" for verdict in found]
    for verdict, suite in zip(found, suites.values(), strict=True):
        checks = verdict["checks"]
        assert int(suite.attrib["tests"]) == len(suite) == len(checks) > 0
        failed = sum(check["status"] == "failed" for check in checks)
        left_out = sum(check["status"] == "skipped" for check in checks)
        if verdict["status"] in {"error", "not_attempted"}:  # to be seen, not skipped over
            failed, left_out = left_out, 0
        numbers = [suite.attrib[name] for name in ("failures", "skipped", "errors")]
        assert numbers == [str(failed), str(left_out), "0"]
    failures = [case[0] for case in suites["1.3.1 Specifying a model"] if len(case)]
    assert "expected: layer 1: Dense(50)" in (failures[0].text or "")
    error = suites[f"2.1.2 {found[2]['title']}"][0][0]
    assert (error.attrib["type"], "<no & never>" in (error.text or "")) == ("error", True)
    text = page.read_text("utf-8")
    for words in ("1.2.1", f"{path.name}:", "Dense(51)", "&lt;no &amp; never&gt;", "NOT ATTEMPTED"):
        assert words in text
    assert "<no" not in text


def test_a_page_that_cannot_be_written_is_told_after_the_verdict(workspace: Path) -> None:
    put(workspace, "1.1.1", solution("1.1.1"))
    file = workspace / "exercises" / find("1.1.1").file
    done = grade("1.1.1", "--html", str(file / "page.html"), cwd=workspace)
    assert done.returncode == 2
    assert "PASSED" in done.stdout
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["9.9.9"], "no exercise"),
        (["2.2.11"], "Lesson 2.2 has 2.2.1, 2.2.2"),
        (["2-2-1x"], "Did you mean 2.2.1?"),
        (["a multi-class modle"], "Did you mean 2.2.1?"),
        (["run"], "name an exercise"),
        (["2.2.1", "--file", "missing.py"], "There is no file missing.py"),
        (["2.2.1", "--file", "exercises"], "is a folder"),
        (["2.2.1", "--file", "/dev/null"], "not a regular file"),
        (["2.2", "--file", "x.py"], "one exercise"),
        (["2.2.1", "--nonsense"], "--nonsense"),
        (["2.2.1", "--html", "exercises"], "is a directory"),
        (["watch", "9.9.9"], "no exercise"),
        (["2.2.1", "--timeout", "soon"], "timeout"),
        (["2.2.1", "--seed", "-1"], "seed"),
        (["hint", "2.2.1", "--level", "4"], "level"),
        (["hint"], "ID"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    workspace: Path, arguments: list[str], words: str
) -> None:
    done = grade(*arguments, cwd=workspace)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert words.lower() in done.stderr.lower()


def test_a_folder_without_exercises_says_what_to_do(tmp_path: Path) -> None:
    done = grade("2.2.1", cwd=tmp_path)
    assert done.returncode == 2
    assert "grade init" in done.stderr


def test_a_deleted_file_says_how_to_get_it_back(workspace: Path) -> None:
    (workspace / "exercises" / find("2.2.1").file).unlink()
    done = grade("2.2.1", cwd=workspace)
    assert done.returncode == 2
    assert "grade reset 2.2.1" in done.stderr


def test_reset_keeps_the_old_file(workspace: Path) -> None:
    path = put(workspace, "2.2.1", "mine = 1\n")
    assert grade("reset", "2.2.1", cwd=workspace).returncode == 0
    assert path.read_bytes() == find("2.2.1").stub.read_bytes()
    assert path.with_suffix(".py.bak").read_text() == "mine = 1\n"
    put(workspace, "2.2.1", "mine = 2\n")
    grade("reset", "2.2.1", cwd=workspace)
    assert path.with_suffix(".py.bak").read_text() == "mine = 1\n"
    assert path.with_suffix(".py.bak2").read_text() == "mine = 2\n"


def test_init_never_touches_what_is_there(workspace: Path) -> None:
    path = put(workspace, "2.2.1", "mine = 1\n")
    done = grade("init", str(workspace), cwd=workspace)
    assert done.returncode == 0
    assert path.read_text() == "mine = 1\n"


def test_next_goes_on_behind_what_has_passed(workspace: Path) -> None:
    first, second = exercises()[:2]
    assert first.id in grade("next", cwd=workspace).stdout
    put(workspace, first.id, solution(first.id))
    assert grade(first.id, cwd=workspace).returncode == 0
    assert second.id in grade("next", cwd=workspace).stdout


def test_a_damaged_progress_file_is_put_aside(workspace: Path) -> None:
    progress = workspace / ".keras-grader" / "progress.json"
    progress.parent.mkdir()
    progress.write_text("{oops")
    assert grade("list", cwd=workspace).returncode == 0
    assert progress.with_suffix(".damaged").read_text() == "{oops"


def test_several_exercises_end_with_a_summary(workspace: Path) -> None:
    done = grade("2.2", cwd=workspace)
    assert done.returncode == 1
    assert "Chapter 2: 0 of 4 passed" in done.stdout


@pytest.mark.usefixtures("kept_server")
def test_verify_grades_references_and_stubs(tmp_path: Path) -> None:
    done = grade("verify", "1.2.1", "2.2.1", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 references passed, 2 of 2 stubs are not_attempted." in done.stdout


def test_doctor_finds_a_healthy_installation_and_says_its_versions(tmp_path: Path) -> None:
    done = grade("doctor", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert (found["healthy"], found["versions"]) == (True, versions())
    assert all(one["good"] for one in found["findings"])
    texts = [one["text"] for one in found["findings"]]
    assert f"tensorflow {found['versions']['tensorflow']}" in texts
    assert any("a trial grade" in text for text in texts)


def _children(pid: int) -> list[int]:
    """Return the processes that another one has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(path.parent.name))
    return found


def test_interrupting_leaves_no_process_behind(workspace: Path) -> None:
    import signal
    import time

    put(workspace, "2.2.1", "import time\ntime.sleep(600)\n")
    process = subprocess.Popen(
        [*GRADE, "2.2.1"],
        cwd=workspace,
        stderr=subprocess.PIPE,
        # Whoever runs the tests in the background has the signal ignored, and so would we.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    learners: list[int] = []
    for _ in range(600):  # the file runs below the helper that runs below the command
        learners = [pid for helper in _children(process.pid) for pid in _children(helper)]
        if learners:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    (pid,) = learners
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the learner's process survived")
