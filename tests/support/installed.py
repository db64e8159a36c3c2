"""The package as it is installed from a wheel: not this clone, and nothing of it in reach."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel into an environment of its own in FOLDER; return its interpreter.

    What the package needs comes from this interpreter's packages. Their folder is named in
    a `.pth` file, so that those in it, an editable installation's, have no effect.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    site = Path(done.stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "needed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return python
