"""Grade all mutants and equivalents, or those of some exercises, and print a table.

python tests/mutations            everything: about half an hour on two cores
python tests/mutations 1.2.1 2.3  some exercises or lessons
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from mutations.command import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
