"""The package: a wheel with one import package, beside others that use common names."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from commands import solution
from installed import build_wheel, install

from grader.catalogue import find

ROOT = Path(__file__).parents[1]
LIGHT = (
    "click",
    "jinja2",
    "markupsafe",
    "msgspec",
    "platformdirs",
    "rich",
    "markdown-it-py",
    "mdurl",
    "pygments",
)
CLEAN = {
    name: os.environ[name] for name in ("HOME", "PATH", "XDG_CACHE_HOME") if name in os.environ
}
TOP_LEVEL = {"exercises", "solutions", "grader", "datasets", "tests"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel into a site folder where another distribution owns `datasets`."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("datasets", "tests", "solutions"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"OWNER = 'another {name}'\n")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _python(site: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_has_one_import_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"grader"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_holds_every_part(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("solutions", "exercises"):
        for path in (ROOT / folder).glob("*/*.*"):
            assert f"grader/{path.relative_to(ROOT).as_posix()}" in names
    for path in (ROOT / "datasets").glob("*.*"):
        assert f"grader/datasets/{path.name}" in names
    for path in (ROOT / "grader" / "show" / "templates").iterdir():
        assert f"grader/show/templates/{path.name}" in names
    for path in (ROOT / "grader" / "teaching" / "guides").iterdir():
        assert f"grader/teaching/guides/{path.name}" in names
    assert "grader/py.typed" in names


def test_what_is_installed_is_small(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert sum(info.file_size for info in archive.infolist()) < 5_000_000


@pytest.fixture(scope="module")
def light(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has what is light of the package's needs, and no TensorFlow."""
    folder = tmp_path_factory.mktemp("light")
    python = install(wheel, folder / "environment", LIGHT)
    done = subprocess.run(
        [python, "-m", "grader", "init", str(folder / "course")],
        cwd=folder, env=CLEAN, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def _lightly(light: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [light / "environment" / "bin" / "python", "-m", "grader", *arguments],
        cwd=light / "course", env=CLEAN, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        "list",
        "show 2.2.1",
        "hint 2.2.1",
        "next",
        "path 2.2.1",
        "reset 2.2.1",
        "init elsewhere --nested",
    ],
)
def test_a_course_can_be_looked_at_before_tensorflow_is_there(light: Path, arguments: str) -> None:
    done = _lightly(light, *arguments.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize(
    "arguments", ["2.2.1 --solution", "explain {answer}", "watch", "data", "verify 2.2.1"]
)
def test_what_needs_more_says_what_installs_it(light: Path, arguments: str) -> None:
    done = _lightly(light, *arguments.format(answer=find("2.2.1").solution).split())
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    python = light / "environment" / "bin" / "python"
    assert f'not installed here: `{python} -m pip install "tensorflow>=' in line
    assert not [name for name in LIGHT if f'"{name}' in line]


def test_a_quiz_and_blanks_need_no_tensorflow(light: Path) -> None:
    assert "NOT ATTEMPTED" in _lightly(light, "2.2.1").stdout
    assert "PASSED" in _lightly(light, "1.1.1", "--solution").stdout


def test_neither_shadows_the_other(site: Path, tmp_path: Path) -> None:
    code = (
        "import datasets, tests, solutions, grader, grader.datasets, grader.solutions\n"
        "print(datasets.OWNER, tests.OWNER, solutions.OWNER, sep='; ')\n"
        "print(grader.__file__); print(grader.datasets.__file__)\n"
    )
    done = _python(site, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, *files = done.stdout.splitlines()
    assert first == "another datasets; another tests; another solutions"
    assert all(file.startswith(str(site)) for file in files)


def test_a_learners_first_commands_work_from_the_wheel_alone(site: Path, tmp_path: Path) -> None:
    """`tests/benchmarks/first_verdict.py` does the same with pip, and tells how long it takes."""
    laid_out = _python(site, "-m", "grader", "init", "my course", cwd=tmp_path)
    assert laid_out.returncode == 0, laid_out.stderr
    assert "cd 'my course'" in laid_out.stdout
    course = tmp_path / "my course"
    following = _python(site, "-m", "grader", "next", cwd=course).stdout.splitlines()
    assert Path(following[1]).is_relative_to(course)
    file = f"exercises/{find('2.2.1').file}"
    (course / file).write_text(solution("2.2.1"), "utf-8")
    done = _python(site, "-m", "grader", file, cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED" in done.stdout
    assert "✓ 2.2.1" in _python(site, "-m", "grader", "list", cwd=course).stdout


def test_the_top_level_is_as_agreed() -> None:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    folders = {name.split("/")[0] for name in names if "/" in name and not name.startswith(".")}
    assert folders == TOP_LEVEL
