"""Stored verdicts: shown again for what has not changed, and only for that."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from commands import grade, put, solution

from grader import identity
from grader.catalogue import find
from grader.commands import verdicts
from grader.grading import verdict_store
from grader.grading.pipeline import Options
from grader.places import Line, said
from grader.processes.workers import Workers
from grader.submission import read_submission
from grader.verdict import CheckResult, CheckStatus, Outcome, Tip, Verdict

WRONG = solution("2.2.1").replace('"softmax"', '"sigmoid"')


@pytest.fixture
def cache() -> Path:
    """The folder of stored verdicts, with none in it."""
    folder = Path(os.environ["XDG_CACHE_HOME"], "keras-grader", "verdicts")
    shutil.rmtree(folder, ignore_errors=True)
    verdict_store._installation.cache_clear()
    return folder


def _json(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    (found,) = json.loads(grade("2.2.1", "--json", *arguments, cwd=cwd, env=env).stdout)[
        "exercises"
    ]
    return dict(found)


@pytest.mark.usefixtures("cache", "kept_server")
def test_an_unchanged_file_gets_its_verdict_again_without_tensorflow(
    workspace: Path, import_log: tuple[dict[str, str], Path]
) -> None:
    env, log = import_log
    put(workspace, "2.2.1", WRONG)
    first = _json(cwd=workspace)
    assert not first["stored"]
    again = _json(cwd=workspace, env=env)
    assert again == {**first, "stored": True}
    assert log.read_text() == ""
    shown = grade("2.2.1", cwd=workspace)
    assert shown.returncode == 1
    assert "stored" in shown.stdout
    assert "--fresh" in shown.stdout
    assert "expected: layer 4: another activation" in shown.stdout


@pytest.mark.usefixtures("cache")
def test_a_fresh_verdict_is_stored(workspace: Path) -> None:
    put(workspace, "1.1.1", solution("1.1.1"))

    def stored(*arguments: str) -> bool:
        (found,) = json.loads(grade("1.1.1", "--json", *arguments, cwd=workspace).stdout)[
            "exercises"
        ]
        return bool(found["stored"])

    assert [stored("--fresh"), stored(), stored("--fresh")] == [False, True, False]


@pytest.mark.usefixtures("cache", "kept_server")
def test_what_has_changed_is_graded_anew(workspace: Path) -> None:
    put(workspace, "2.2.1", WRONG)
    assert not _json(cwd=workspace)["stored"]
    assert not _json("--fresh", cwd=workspace)["stored"]
    assert not _json("--seed", "1", cwd=workspace)["stored"]
    assert not _json("--timeout", "99", cwd=workspace)["stored"]
    put(workspace, "2.2.1", solution("2.2.1"))
    found = _json(cwd=workspace)
    assert (found["stored"], found["status"]) == (False, "passed")


@pytest.mark.usefixtures("kept_server")
def test_a_damaged_stored_verdict_is_found_anew(cache: Path, workspace: Path) -> None:
    put(workspace, "2.2.1", WRONG)
    _json(cwd=workspace)
    (path,) = cache.glob("*.verdict")
    for damage in (b"", b"{}", b"\x90", path.read_bytes()[:-5]):
        path.write_bytes(damage)
        found = _json(cwd=workspace)
        assert (found["stored"], found["status"]) == (False, "failed")
    assert _json(cwd=workspace)["stored"]


@pytest.mark.usefixtures("kept_server")
def test_a_timeout_is_not_stored(cache: Path, workspace: Path) -> None:
    put(workspace, "2.2.1", "while True:\n    pass\n")
    for _ in range(2):
        found = _json("--timeout", "1", cwd=workspace)
        assert (found["stored"], found["status"]) == (False, "timeout")
    assert not list(cache.glob("*"))


def _verdict(status: Outcome) -> Verdict:
    check = CheckResult("layers", CheckStatus.FAILED, "Layers.", "4", "3", "Count.", line=7)
    words = said("A loss from ", Line(3), ".")
    return Verdict(
        "2.2.1", "Title", status, (check,), words, (Tip("tip", Line(2)),), 3, "file.py", 1.5
    )


def test_a_verdict_comes_back_as_it_was(cache: Path) -> None:
    verdict = _verdict(Outcome.FAILED)
    verdict_store.keep("key", verdict)
    found = verdict_store.load("key")
    assert found is not None
    assert found.stored
    assert msgspec.structs.replace(found, stored=False) == verdict


@pytest.mark.parametrize("status", [Outcome.TIMEOUT, Outcome.GRADER_ERROR, Outcome.NOT_ATTEMPTED])
def test_some_outcomes_are_never_stored(cache: Path, status: Outcome) -> None:
    verdict_store.keep("key", _verdict(status))
    assert verdict_store.load("key") is None


def test_only_the_newest_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_store, "_KEPT", 3)
    for number in range(5):
        verdict_store.keep(f"key{number}", _verdict(Outcome.FAILED))
        os.utime(cache / f"key{number}.verdict", (number, number))
    verdict_store.keep("last", _verdict(Outcome.FAILED))
    assert sorted(path.stem for path in cache.iterdir()) == ["key3", "key4", "last"]


def test_a_cache_that_cannot_be_written_to_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    verdict_store.keep("key", _verdict(Outcome.FAILED))
    assert verdict_store.load("key") is None


def test_the_users_own_data_are_part_of_the_key(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = find("2.2.1")

    def key() -> str | None:
        verdict_store._installation.cache_clear()
        return verdict_store.key_of(read_submission(exercise, exercise.solution), Options())

    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("GRADER_DATA", str(data))
    before = key()
    assert key() == before
    (data / "darts.csv").write_text("xCoord\n")
    assert key() != before


@pytest.mark.parametrize(
    "part",
    ["checks/check_2_2_1.py", "datasets/darts.py", "learner/run.py", "show/terminal.py", "cli.py"],
)
def test_every_part_of_the_installation_is_part_of_the_key(tmp_path: Path, part: str) -> None:
    code = "from grader import identity; print(identity.whole_fingerprint())"
    copy = tmp_path / "grader"
    source = Path(identity.__file__).parent
    shutil.copytree(source, copy)
    for name in ("datasets", "exercises", "solutions"):
        if not (copy / name).exists():  # an editable installation keeps them elsewhere
            shutil.copytree(source.parent / name, copy / name)

    def of_copy() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout

    before = of_copy()
    assert of_copy() == before
    with (copy / part).open("a") as stream:
        stream.write("# changed\n")
    assert of_copy() != before


def test_what_was_read_is_what_is_graded_and_stored(
    cache: Path, tmp_path: Path, workers: Workers
) -> None:
    """A file that is saved between hashing and grading keeps its verdicts apart."""
    exercise, path = find("2.2.1"), tmp_path / "answer.py"
    path.write_text(solution("2.2.1"))
    first = read_submission(exercise, path)
    path.write_text(WRONG)
    second = read_submission(exercise, path)
    keys = [verdict_store.key_of(one, Options()) for one in (first, second)]
    assert keys[0] != keys[1]
    verdicts.grade_files([first], Options(), workers=workers)
    stored = [verdict_store.load(key) for key in keys]
    assert stored[0] is not None
    assert stored[0].status is Outcome.PASSED
    assert stored[1] is None  # the wrong answer, which the path holds by now
    (graded,) = verdicts.grade_files([second], Options(), workers=workers)
    assert graded.status is Outcome.FAILED


def test_a_disk_that_is_full_is_not_filled_further(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Verdict) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(verdict_store, "_encode", fail)
    verdict_store.keep("key", _verdict(Outcome.FAILED))
    assert list(cache.iterdir()) == []


def test_what_runs_is_ended_before_its_workers_are(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []

    def grade_all(*_: object) -> Iterator[Verdict]:
        try:
            yield _verdict(Outcome.FAILED)
        finally:
            ended.append("grades")

    class Opened:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None:
            ended.append("workers")

    def interrupt(_: Verdict) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.grading.batch.grade_all", grade_all)
    monkeypatch.setattr("grader.processes.opening.open_workers", lambda **_: Opened())
    submission = read_submission(find("2.2.1"), put(workspace, "2.2.1", WRONG))
    with pytest.raises(KeyboardInterrupt):
        verdicts.grade_files([submission], Options(), fresh=True, keep=False, show=interrupt)
    assert ended == ["grades", "workers"]
