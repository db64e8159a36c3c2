"""Names that are not there, and the nearest ones that are."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from grader.bare import bound_names
from grader.tips.failure import Failure
from grader.tips.renamed import METHODS_OF_MODELS, old_argument
from grader.verdict import Tip

NEAR = 0.75
"""How much two names must have in common for one to be the other, misspelt."""

_MODEL_ATTRIBUTES = (
    "add", "compile", "evaluate", "fit", "get_weights", "inputs", "layers", "optimizer", "outputs",
    "pop", "predict", "save", "set_weights", "summary", "weights", "count_params", "get_layer",
)  # fmt: skip


_ARGUMENTS = (
    "activation", "axis", "batch_size", "callbacks", "class_weight", "epochs", "filepath",
    "filters", "hue", "initial_epoch", "input_dim", "input_shape", "inputs", "kernel_initializer",
    "kernel_size", "learning_rate", "loss", "metrics", "mode", "momentum", "monitor", "optimizer",
    "output_dim", "outputs", "padding", "param_distributions", "patience",
    "restore_best_weights", "return_dict", "return_sequences", "sample_weight", "save_best_only",
    "shape", "shuffle", "strides", "target_size", "top", "units", "use_bias", "validation_data",
    "validation_split", "verbose", "weights",
)  # fmt: skip


_ONLY_OF = {
    "metrics": {"compile"}, "loss": {"compile"}, "optimizer": {"compile"}, "epochs": {"fit"},
    "inputs": {"Model", "Functional", "Function"}, "outputs": {"Model", "Functional", "Function"},
    "callbacks": {"fit", "evaluate", "predict"},
}  # fmt: skip
"""Arguments that are never offered to other functions."""


def misspelt_argument(failure: Failure) -> Tip | None:
    """Tell of an argument that is not there, and of the one that was meant."""
    found = re.search(
        r"(\w+)\(\) got an unexpected keyword argument '(\w+)'"
        r"|Unrecognized keyword arguments passed to (\w+): {'(\w+)'"
        r"|(Argument)(?:s|\(s\)) not recognized: {'(\w+)'",
        failure.message,
    )
    if not found:
        return None
    function, name = (part for part in found.groups() if part)
    if old_argument(function, name) or any(old_argument(o, name) for o in METHODS_OF_MODELS):
        return None  # it is no slip
    known = [
        argument.arg
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.FunctionDef) and node.name == function
        for argument in ast.walk(node.args)
        if isinstance(argument, ast.arg)
    ]
    fitting = [one for one in _ARGUMENTS if function in _ONLY_OF.get(one, {function})]
    nearest = get_close_matches(name, known or fitting, 1, NEAR)
    if not nearest or nearest[0] == name:
        return None
    return failure.tip(f"There is no argument `{name}`. There is `{nearest[0]}`: is it misspelt?")


def misspelt_attribute(failure: Failure) -> Tip | None:
    """Tell of an attribute, or a name to import, that is not there."""
    message = failure.message
    if found := re.fullmatch(r"No module named '([\w.]+)\.(\w+)'", message):
        return _nearest_module(failure, found[1], found[2])
    if found := re.search(r"module '([\w.]+)' has no attribute '(\w+)'", message):
        return _nearest_in_module(failure, found[2], found[1])
    if found := re.search(r"cannot import name '(\w+)' from '([\w.]+)'", message):
        return _nearest_in_module(failure, found[1], found[2])
    if found := re.search(r"'(\w+)' object has no attribute '(\w+)'", message):
        if found[1] in {"Sequential", "Functional", "Model"}:
            return _nearest_attribute(failure, found[2], _MODEL_ATTRIBUTES)
        own = getattr(builtins, found[1], None)
        known = dir(own) if own is not None else [failure.nearest]
        return _nearest_attribute(failure, found[2], known)
    if found := re.search(r"'numpy.ndarray' object has no attribute '(\w+)'", message):
        import numpy

        return _nearest_attribute(failure, found[1], dir(numpy.ndarray))
    return None


def _nearest_in_module(failure: Failure, name: str, module: str) -> Tip | None:
    """Tell of the name in a module that is most like one that is not there."""
    nearest = _nearest(name, names_in_module(module))
    if not nearest:
        return None
    return failure.tip(f"`{module}` has no `{name}`. It has `{nearest}`: is it misspelt?")


def _nearest_attribute(failure: Failure, name: str, known: Iterable[str]) -> Tip | None:
    """Tell of the attribute of an object that is most like one that is not there."""
    if name.startswith("_"):
        return None  # nobody writes these by hand: Keras, or Python, misses them
    nearest = _nearest(name, known)
    owners = {
        ast.unparse(node.value)
        for node in failure.nodes()
        if isinstance(node, ast.Attribute) and node.attr == name
    }
    if not nearest:
        return None
    if len(owners) != 1 or len(owner := owners.pop()) > _SHORT:
        return failure.tip(f"There is no `.{name}` here, but `.{nearest}`: is it misspelt?")
    return failure.tip(f"`{owner}` has no `{name}`. It has `{nearest}`: is `{name}` misspelt?")


def _nearest_module(failure: Failure, package: str, name: str) -> Tip | None:
    """Tell of the module of a package that is most like one that is not there."""
    nearest = _nearest(name, modules_in(package))
    if not nearest:
        return None
    return failure.tip(
        f"There is no module `{package}.{name}`. There is `{package}.{nearest}`: is it misspelt?"
    )


_SHORT = 40
"""As long as what an attribute is asked of may be to be named."""


def nearest_name(failure: Failure, name: str, known: Iterable[str]) -> Tip | None:
    """Tell of the name that is most like one that is not there."""
    nearest = _nearest(name, known)
    if not nearest:
        return None
    return failure.tip(f"There is no `{name}`. You have `{nearest}`: is it misspelt?")


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return the public name that is most like NAME; "" for none."""
    public = sorted(word for word in known if word and not word.startswith("_"))
    nearest = [word for word in public if word.lower() == name.lower()]
    nearest = nearest[:1] or get_close_matches(name, public, 1, NEAR)
    return nearest[0] if nearest else ""


def names_in_module(name: str) -> set[str]:
    """Return the names that a module binds, read from its source: importing it is too slow."""
    try:
        for path in _folders_of(name):
            for file in (path / "__init__.py", path.with_suffix(".py")):
                if file.is_file():
                    return bound_names(file.read_text("utf-8"))
    except (ImportError, ValueError, OSError, SyntaxError):
        pass
    return set()


def modules_in(package: str) -> set[str]:
    """Return the modules and packages that lie in a package."""
    found: set[str] = set()
    try:
        for folder in _folders_of(package):
            inside = list(folder.iterdir()) if folder.is_dir() else []
            found |= {path.name for path in inside if Path(path, "__init__.py").is_file()}
            found |= {path.stem for path in inside if path.suffix == ".py"}
    except (ImportError, ValueError, OSError):
        pass
    return found


def _folders_of(name: str) -> list[Path]:
    """Return the folders in which a module's source would lie, were it a package."""
    root, *parts = name.removeprefix("tensorflow.").split(".")  # tensorflow.keras is keras
    spec = importlib.util.find_spec(root)
    folders = (spec.submodule_search_locations if spec else None) or []
    return [Path(folder, *parts) for folder in folders]
