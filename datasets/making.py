"""Making the files that lie beside this module: networks, trained ones, measured results.

`python -m grader.datasets.making` makes all of them anew, each from a seed, which takes many
minutes; `python -m grader.datasets.making networks darts` only those. Networks come from the
reference solutions. Learners do not get this module: much of it answers exercises.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import io
import json
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from grader.datasets import (
    activation_curves,
    banknotes,
    breast_cancer,
    darts,
    irrigation,
    mnist,
    networks,
    orbit,
    quotes,
)
from keras.initializers import GlorotUniform
from keras.layers import Dense, Input

FOLDER = Path(__file__).parent
SEED = 7
_SEARCH_SEED = 16
"""The first seed that makes the search pick every value, and those of 3.4.3 together."""
_CURVES_SEED = 27
_NEW_SETTINGS = {"input_axes", "output_axes", "quantization_config"}

_ADAM: dict[str, Any] = {
    "optimizer": "adam",
    "loss": "categorical_crossentropy",
    "metrics": ["accuracy"],
}
_SGD: dict[str, Any] = {"optimizer": "sgd", "loss": "binary_crossentropy", "metrics": ["accuracy"]}


def described_networks() -> str:
    """Return the text of `networks.json`."""
    found = {name: _description(recipe()) for name, recipe in NETWORKS.items()}
    entries = (f"{json.dumps(name)}: {_as_text(parts)}" for name, parts in found.items())
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _solved(id: str) -> dict[str, Any]:
    """Return the names that the reference solution of an exercise makes."""
    from grader.catalogue import find

    path = find(id).solution
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(path.read_text("utf-8"), str(path), "exec"), names)
    return names


def _from_solution(id: str, name: str = "model", **settings: Any) -> Callable[[], keras.Model]:
    """Return what makes a solution's network, compiled with these settings if there are any."""

    def make() -> keras.Model:
        model = _solved(id)[name]
        if settings:
            model.compile(**settings)
        return model

    return make


def _irrigation() -> keras.Model:
    model = _solved("2.3.1")["model"]
    accuracy = keras.metrics.BinaryAccuracy(name="accuracy")  # the name that plots look for
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=[accuracy])
    return model


def _cancer() -> keras.Model:
    model: keras.Model = _solved("3.4.1")["create_model"](0.001, "relu")
    return model


def _neuron_pair() -> keras.Model:
    model = keras.Sequential(
        [
            Input((4,)),
            Dense(2, activation="relu", kernel_initializer=GlorotUniform(seed=8)),
            Dense(1, activation="sigmoid", kernel_initializer=GlorotUniform(seed=9)),
        ],
    )
    model.compile(**_SGD)
    return model


def _dots() -> keras.Model:
    model = keras.Sequential(
        [Input((2,)), Dense(4, activation="relu"), Dense(1, activation="sigmoid")],
    )
    model.compile(**_SGD)
    return model


def _autoencoder_untrained() -> keras.Model:
    model = _solved("4.1.3")["autoencoder"]
    # With Keras's own rate of today, 0.001, adadelta hardly moves.
    model.compile(optimizer=keras.optimizers.Adadelta(1.0), loss="binary_crossentropy")
    return model


NETWORKS: dict[str, Callable[[], keras.Model]] = {
    "orbit": _from_solution("1.3.1", optimizer="adam", loss="mse"),
    "banknote": _from_solution("2.1.2"),
    "darts": _from_solution("2.2.1"),
    "irrigation": _irrigation,
    "text": _from_solution("4.3.2", **_ADAM),
    "digits": _from_solution("3.1.1"),
    "cnn": _from_solution("4.2.1", **_ADAM),
    "neuron pair": _neuron_pair,
    "autoencoder": _autoencoder_untrained,
    "dots": _dots,
    "deep digits": _from_solution("3.3.2", "batchnorm_model"),
    "cancer": _cancer,
}


def _description(model: keras.Model) -> networks.Parts:
    """Return a network's parts, in the form that `networks` reads."""
    compiled = model.get_compile_config()
    metrics = compiled["metrics"] or []
    return {
        "input": model.input_shape[1:],
        "layers": [_part(layer) for layer in model.layers],
        "optimizer": _part(keras.optimizers.deserialize(compiled["optimizer"])),
        "loss": compiled["loss"],
        "metrics": [
            one if isinstance(one, str) else _part(keras.metrics.deserialize(one))
            for one in metrics
        ],
    }


def _part(thing: Any) -> tuple[str, dict[str, Any]]:
    """Return the class's name of a layer, say, and those of its settings that are not Keras's own.

    So any version of Keras can read it that knows the class.
    """
    kind = type(thing)
    whole = thing.get_config()
    settings = dict(whole)
    for name in whole:
        fewer = {one: value for one, value in settings.items() if one != name}
        with contextlib.suppress(TypeError):  # a setting that has no default
            again = kind.from_config(dict(fewer)).get_config()
            counted = name == "name" and not isinstance(thing, keras.Metric)
            if counted or again[name] == whole[name]:
                settings = fewer
    for name, value in settings.items():
        if name.endswith("_initializer"):
            made, given = _part(keras.initializers.deserialize(value))
            settings[name] = {"class_name": made, "config": given}
    return kind.__name__, settings


def _as_text(parts: networks.Parts) -> str:
    layers = ",\n".join(f"   {json.dumps(layer)}" for layer in parts["layers"])
    others = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(value)}"
        for name, value in parts.items()
        if name != "layers"
    )
    return f'{{\n{others},\n  "layers": [\n{layers}]\n }}'


def _trained_orbit() -> keras.Model:
    time_steps, y_positions = orbit.load()
    model = networks.orbit_network()
    model.fit(time_steps, y_positions, epochs=100, verbose=0)
    return model


def _trained_darts() -> keras.Model:
    coord_train, competitors_train, _, _ = darts.load_split()
    model = networks.darts_network()
    model.fit(coord_train, competitors_train, epochs=200, verbose=0)
    return model


def _trained_quotes() -> keras.Model:
    sequences = quotes.load_sequences()
    model = networks.text_network()
    # "length of the" goes on in two ways. That the network prefers "lesson", whatever the
    # seed, is due to this window: it counts twice.
    weights = np.ones(len(sequences))
    weights[quotes.windows(quotes.TEXT).index("length of the lesson")] = 2
    following = keras.utils.to_categorical(sequences[:, -1], 44)
    model.fit(sequences[:, :-1], following, sample_weight=weights, epochs=500, verbose=0)
    return model


def _trained_cnn() -> keras.Model:
    # With this seed filters 15 and 18 of the first layer answer to the first test image,
    # each in its own way; with others one of them may stay dark.
    keras.utils.set_random_seed(10)
    images, digits, _, _ = mnist.load_split(bundled=True)
    model = networks.cnn_network()
    model.fit(images[..., None], keras.utils.to_categorical(digits, 10), epochs=8, verbose=0)
    return model


def _trained_banknotes() -> keras.Model:
    X_train, y_train, _, _ = banknotes.load_split()
    model = networks.neuron_pair_network()
    model.fit(X_train, y_train, batch_size=16, epochs=40, verbose=0)
    return model


def _trained_autoencoder() -> keras.Model:
    images, _, _, _ = mnist.load_split(bundled=True)
    model = networks.autoencoder_network()
    for epoch in range(150):
        digits = mnist.flat(np.concatenate([images, mnist.varied(images, seed=epoch)]))
        model.fit(mnist.with_noise(digits, seed=epoch), digits, verbose=0)
    return model


TRAINED: dict[str, Callable[[], keras.Model]] = {
    "orbit": _trained_orbit,
    "darts": _trained_darts,
    "quotes": _trained_quotes,
    "cnn": _trained_cnn,
    "banknotes": _trained_banknotes,
    "autoencoder": _trained_autoencoder,
}


def _without_memory(model: keras.Model) -> keras.Model:
    """Return a copy whose optimizer has gathered nothing yet; the file is a third as large."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    copy.compile(**keras.saving.deserialize_keras_object(model.get_compile_config()))
    return copy


def _activation_curves() -> dict[str, np.ndarray]:
    """Train the network with each activation; return the arrays of `activation_curves.npz`."""
    X_train, y_train, X_test, y_test = irrigation.load_split()
    keras.utils.set_random_seed(_CURVES_SEED)
    found = {}
    for name in activation_curves.FUNCTIONS:
        model = networks.irrigation_network(name)
        history = model.fit(
            X_train,
            y_train,
            epochs=activation_curves.EPOCHS,
            validation_data=(X_test, y_test),
            verbose=0,
        ).history
        found[f"loss_{name}"] = np.array(history["val_loss"])
        found[f"accuracy_{name}"] = np.array(history["val_accuracy"])
    return found


def _search_results() -> str:
    """Run the search of 3.4.2 and return what it found, as a table in Markdown."""
    from scikeras.wrappers import KerasClassifier
    from sklearn.model_selection import KFold, RandomizedSearchCV

    keras.utils.set_random_seed(_SEARCH_SEED)
    model = KerasClassifier(
        model=networks.cancer_network, learning_rate=0.001, activation="relu", verbose=0
    )
    params = {
        "activation": ["relu", "tanh"],
        "batch_size": [32, 128, 256],
        "epochs": [50, 100, 200],
        "learning_rate": [0.1, 0.01, 0.001],
    }
    search = RandomizedSearchCV(model, params, cv=KFold(3), random_state=_SEARCH_SEED)
    found = search.fit(*breast_cancer.load()).cv_results_
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("keras", "scikeras")
    )
    lines = [
        "Accuracy of each tried setting, mean and standard deviation of 3 folds",
        f"({datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {versions}, "
        f"scikit-learn {importlib.metadata.version('scikit-learn')}, seed {_SEARCH_SEED})",
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


def _write_networks() -> None:
    (FOLDER / "networks.json").write_text(described_networks(), "utf-8", newline="\n")


def _write_trained(name: str) -> None:
    keras.utils.set_random_seed(SEED)
    path = FOLDER / f"{name}.keras"
    _without_memory(TRAINED[name]()).save(path)
    let_older_keras_read(path)


def let_older_keras_read(path: Path) -> None:
    """Leave out of a saved network what Keras 3.13 does not know and nobody has set."""

    def known(found: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in found.items()
            if value is not None or name not in _NEW_SETTINGS
        }

    with zipfile.ZipFile(path) as archive:
        members = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in members.items():
            if info.filename == "config.json":
                data = json.dumps(json.loads(data, object_hook=known)).encode()
            archive.writestr(info, data)


def _write_activation_curves() -> None:
    np.savez_compressed(FOLDER / "activation_curves.npz", **_activation_curves())  # type: ignore[arg-type]


def _write_search_results() -> None:
    (FOLDER / "search_results.md").write_text(_search_results(), "utf-8", newline="\n")


WRITERS: dict[str, Callable[[], None]] = {
    "networks": _write_networks,
    **{name: partial(_write_trained, name) for name in TRAINED},
    "activation_curves": _write_activation_curves,
    "search_results": _write_search_results,
}


def main(names: list[str]) -> None:
    """Write the files of these names anew, or all."""
    for name in names or list(WRITERS):
        WRITERS[name]()
        print(f"{name}: written")


if __name__ == "__main__":
    main(sys.argv[1:])
