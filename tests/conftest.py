"""Fixtures that the tests share: one warm set of workers per test process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import grade as run_grade
from own_server import no_other_server
from samples import Sample, commit_seed
from words import plain

from grader.catalogue import Exercise, find
from grader.evidence.messages import Confinement
from grader.grading.pipeline import Options, grade
from grader.processes.opening import open_workers
from grader.processes.workers import Workers
from grader.source_file import MAX_SOURCE_BYTES
from grader.submission import Submission
from grader.verdict import Verdict

pytest_plugins = ["class_folders", "confined", "quick_class", "scheduling"]

GradeSource = Callable[..., Verdict]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="take all answers, mutants and lessons, not a sample of those that take long",
    )
    parser.addoption(
        "--sample-seed",
        type=int,
        metavar="N",
        help="which sample to take; the commit's own if not given",
    )
    parser.addoption(
        "--write-golden", action="store_true", help="write the files in tests/golden anew"
    )
    parser.addoption(
        "--fuzz", type=int, default=2000, help="how many damaged records and files are looked at"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Settle what xdist's processes get from the first one, before they start."""
    if config.option.sample_seed is None:
        config.option.sample_seed = commit_seed()
    if not hasattr(config.option, "whole_suite"):
        named = config.option.keyword or config.args_source is not config.ArgsSource.TESTPATHS
        config.option.whole_suite = not named


def pytest_report_header(config: pytest.Config) -> str:
    """Say how to take the same sample again."""
    sample = Sample.of(config)
    if sample.full:
        return "sample: none, everything is taken (--full)"
    return f"sample: --sample-seed {sample.seed} takes the same again, --full everything"


@pytest.fixture(scope="session", autouse=True)
def _nothing_of_the_users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests neither see nor change the user's stored verdicts, data and server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("GRADER_NO_SERVER", "1")
        patch.delenv("GRADER_DATA", raising=False)
        yield


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    done = run_grade("init", "course", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path / "course"


@pytest.fixture(scope="session")
def _one_server() -> Iterator[None]:
    with no_other_server():
        yield


@pytest.fixture(scope="module")
def shared_server() -> Iterator[None]:
    """A server that several tests use; the first of them starts it."""
    with no_other_server():
        yield


@pytest.fixture
def kept_server(_one_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `grade` use a server, as users do: tests that do so import TensorFlow once together."""
    for name in ("GRADER_NO_SERVER", "CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def import_log(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment in which each import of TensorFlow or Keras leaves a line in a file."""
    hook = tmp_path / "hook"
    hook.mkdir()
    log = tmp_path / "imports.log"
    (hook / "sitecustomize.py").write_text(
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name in ('tensorflow', 'keras'):\n"
        f"            open({str(log)!r}, 'a').write(name + '\\n')\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    log.touch()
    return {"PYTHONPATH": str(hook)}, log


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with open_workers() as opened:
        yield opened


@pytest.fixture(scope="session")
def data_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Workers]]:
    """A folder for data of the user's own, and workers that look there."""
    folder = tmp_path_factory.mktemp("data")
    with open_workers() as opened:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GRADER_DATA", str(folder))
            opened.preload(())  # it is started here, and keeps its environment
        yield folder, opened


@pytest.fixture
def data_folder(
    data_workers: tuple[Path, Workers], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """That folder, for this process, too; what the test puts there is gone after it."""
    folder, _ = data_workers
    monkeypatch.setenv("GRADER_DATA", str(folder))
    before = set(folder.iterdir())
    yield folder
    for path in set(folder.iterdir()) - before:
        path.unlink()


@pytest.fixture
def grade_source(workers: Workers) -> GradeSource:
    """Return a function that grades a text as if a learner had written it to a file."""

    def grade_text(
        exercise: Exercise | str,
        source: str | bytes,
        *,
        timeout: float | None = None,
        seed: int = 0,
        confinement: Confinement | None = None,
    ) -> Verdict:
        found = find(exercise) if isinstance(exercise, str) else exercise
        data = source if isinstance(source, bytes) else source.encode()
        size = len(data) if len(data) > MAX_SOURCE_BYTES else None
        submission = Submission.of_bytes(found, Path(found.file).name, data, size=size)
        options = Options(seed=seed, timeout=timeout, confinement=confinement or Confinement("own"))
        return plain(grade(submission, workers, options))

    return grade_text
