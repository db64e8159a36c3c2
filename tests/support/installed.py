"""The package as a wheel, and as it is installed from one: nothing of this clone in reach."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build_wheel(folder: Path) -> Path:
    """Build a wheel from the files that git knows, so that nothing unknown slips in."""
    source = folder / "source"
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, names):
        if (ROOT / name).is_file():
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    out = folder / "wheel"
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def install(wheel: Path, folder: Path, only: Iterable[str] = ()) -> Path:
    """Install a wheel into an environment of its own in FOLDER; return its interpreter.

    What the package needs comes from this interpreter's packages. Their folder is named in
    a `.pth` file, so that those in it, an editable installation's, have no effect. With ONLY
    these packages are there, and no others.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    site = Path(done.stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    if not only:
        (site / "needed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    for name in only:
        files = importlib.metadata.distribution(name)
        for part in {file.parts[0] for file in files.files or () if file.parts[0] != ".."}:
            (site / part).symlink_to(str(files.locate_file(part)))
    return python
