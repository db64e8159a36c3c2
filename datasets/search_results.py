"""What the random search of 3.4.2 found: measured once, for learners who do not wait for it.

`python -m grader.datasets.search_results` runs the search anew and writes the table to
`search_results.md`, with the date and the versions that it was made with.
"""

from __future__ import annotations

import datetime
from importlib.metadata import version
from pathlib import Path

_FILE = Path(__file__).with_suffix(".md")
_SEED = 16
"""The first seed that makes the search pick every value, and those of 3.4.3 together."""


def show_results() -> None:
    """Print the settings that the search tried, the best first, with mean and spread."""
    print(_FILE.read_text("utf-8"))


def measure() -> str:
    """Run the search of 3.4.2 and return what it found, as a table in Markdown."""
    import keras
    from grader.datasets import breast_cancer, networks
    from scikeras.wrappers import KerasClassifier
    from sklearn.model_selection import KFold, RandomizedSearchCV

    keras.utils.set_random_seed(_SEED)
    model = KerasClassifier(
        model=networks.cancer_network, learning_rate=0.001, activation="relu", verbose=0
    )
    params = {
        "activation": ["relu", "tanh"],
        "batch_size": [32, 128, 256],
        "epochs": [50, 100, 200],
        "learning_rate": [0.1, 0.01, 0.001],
    }
    search = RandomizedSearchCV(model, params, cv=KFold(3), random_state=_SEED)
    found = search.fit(*breast_cancer.load()).cv_results_
    versions = ", ".join(f"{name} {version(name)}" for name in ("keras", "scikeras"))
    lines = [
        "Accuracy of each tried setting, mean and standard deviation of 3 folds",
        f"({datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {versions}, "
        f"scikit-learn {version('scikit-learn')}, seed {_SEED})",
        "",
        f"| accuracy        | {' | '.join(params)} |",
        f"|-----------------|{'|'.join('-' * (len(name) + 2) for name in params)}|",
    ]
    for place in found["rank_test_score"].argsort(kind="stable"):
        mean, spread = found["mean_test_score"][place], found["std_test_score"][place]
        tried = found["params"][place]
        values = " | ".join(f"{tried[name]:>{len(name)}}" for name in params)
        lines.append(f"| {mean:.4f} ± {spread:.4f} | {values} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table anew and print it."""
    _FILE.write_text(measure(), "utf-8", newline="\n")
    show_results()


if __name__ == "__main__":
    main()
