"""An autograder for Gradescope: a zip archive that grades with this very installation."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import msgspec

from grader.marking.syllabus import Syllabus
from grader.teaching import pins
from grader.teaching.autograder import Configuration
from grader.teaching.wheel import for_graders, installed_files, write_wheel

_SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, when it builds the autograder: the wheel that lies beside this file,
# with the versions that it was bundled with, in an environment of its own. The Python may be
# another one, of those that TensorFlow has: 3.11 to 3.13.
set -euo pipefail
root=${AUTOGRADER_ROOT:-/autograder}

python=
wanted='import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'
for candidate in pythonPYTHON python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c "$wanted" 2>/dev/null
    then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    for candidate in pythonPYTHON python3.13 python3.12 python3.11; do
        if apt-get install -y "$candidate" "$candidate-venv"; then
            python=$candidate
            break
        fi
    done
fi
if [ -z "$python" ]; then
    echo "There is no Python 3.11, 3.12 or 3.13: choose another base image, Ubuntu 24.04." >&2
    exit 1
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/pip" install --no-cache-dir --constraint "$root/source/constraints.txt" \\
    "$root"/source/keras_grader-*.whl
"$root/venv/bin/grade" --version
"""

_RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission. Everything can be put elsewhere for a trial.
root=${AUTOGRADER_ROOT:-/autograder}
source=${AUTOGRADER_SOURCE:-$root/source}
submission=${AUTOGRADER_SUBMISSION:-$root/submission}
results=${AUTOGRADER_RESULTS:-$root/results}
metadata=${AUTOGRADER_METADATA:-$root/submission_metadata.json}
python=${AUTOGRADER_PYTHON:-$root/venv/bin/python}

mkdir -p "$results"
rm -f "$results/results.json"
"$python" -P -m grader.teaching.autograder \\
    "$source/config.json" "$submission" "$results" "$metadata"
if [ ! -s "$results/results.json" ]; then
    # no score: nobody may lose points for it
    cat > "$results/results.json" << 'END'
{"output": "The grader failed, not you, and nothing was marked. Tell your instructor.",
 "visibility": "visible", "stdout_visibility": "hidden"}
END
fi
"""


def write_autograder(
    path: Path, syllabus: Syllabus, *, seed: int, require: tuple[str, ...] = ()
) -> None:
    """Write the archive: `setup.sh`, `run_autograder`, `config.json`, versions and the wheel.

    The wheel is the one for graders: it has no solutions in it.

    Args:
        path: the archive.
        syllabus: what it grades, and how that counts.
        seed: of the random numbers.
        require: layers of confinement without which it grades nothing.

    Raises:
        CannotPack: see `wheel.write_wheel`.
        OSError: it cannot be written; then nothing is left of it.
    """
    config = Configuration(syllabus, seed, require)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".gradescope-") as folder:
        wheel = write_wheel(Path(folder), for_graders(installed_files()))
        whole = Path(folder, "autograder.zip")
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            scripts = {
                "setup.sh": _SETUP.replace("PYTHON", pins.python()),
                "run_autograder": _RUN,
            }
            texts = {
                **scripts,
                "config.json": _as_text(config),
                pins.CONSTRAINTS: pins.constraints(),
            }
            for name, text in texts.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = (0o100755 if name in scripts else 0o100644) << 16
                archive.writestr(entry, text)
            archive.write(wheel, wheel.name)
        whole.replace(path)


def _as_text(config: Configuration) -> str:
    return msgspec.json.format(msgspec.json.encode(config), indent=1).decode() + "\n"
