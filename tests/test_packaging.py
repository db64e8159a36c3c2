"""The package: a wheel with one import package, beside others that use common names."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {"exercises", "solutions", "grader", "datasets", "tests"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from the files that git knows, so that nothing unknown slips in."""
    source = tmp_path_factory.mktemp("source")
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, names):
        if (ROOT / name).is_file():
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


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
    assert "grader/py.typed" in names


def test_what_is_installed_is_small(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert sum(info.file_size for info in archive.infolist()) < 5_000_000


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


def test_an_installed_wheel_grades_without_a_clone(site: Path, tmp_path: Path) -> None:
    assert _python(site, "-m", "grader", "init", "course", cwd=tmp_path).returncode == 0
    course = tmp_path / "course"
    done = _python(site, "-m", "grader", "2.2.1", "--solution", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASSED" in done.stdout


def test_the_top_level_is_as_agreed() -> None:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    folders = {name.split("/")[0] for name in names if "/" in name and not name.startswith(".")}
    assert folders == TOP_LEVEL
