"""Texts that are names: of activations, optimizers, losses, metrics; the nearest ones that are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from difflib import get_close_matches

from grader.tips.failure import Failure
from grader.tips.misspellings import NEAR
from grader.verdict import Tip

KNOWN = {
    "activation": (
        "relu", "sigmoid", "softmax", "tanh", "linear", "leaky_relu", "elu", "selu", "softplus",
        "softsign", "swish", "silu", "gelu", "exponential", "hard_sigmoid",
    ),
    "optimizer": (
        "adam", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "adamw", "ftrl",
    ),
    "loss": (
        "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
        "mean_squared_error", "mean_absolute_error", "mse", "mae", "hinge", "poisson",
        "kl_divergence", "huber", "log_cosh",
    ),
    "metric": (
        "accuracy", "binary_accuracy", "categorical_accuracy", "mse", "mae", "auc", "precision",
        "recall", "mean_squared_error", "mean_absolute_error",
    ),
    "initializer": ("zeros", "ones", "glorot_uniform", "he_normal", "random_normal", "normal"),
    "weights": ("imagenet",),
    "monitor": ("accuracy", "val_accuracy", "loss", "val_loss"),
}  # fmt: skip
"""For each kind, the names that a course on Keras may have in mind."""


def name_of_nothing(failure: Failure) -> Tip | None:
    """Tell of the text for an activation, an optimizer, a loss or a metric that is none."""
    if told := _weights_in_capitals(failure):
        return told
    found = re.match(
        r"Could not interpret (activation function|optimizer|loss|metric|initializer)"
        r" (?:function )?identifier: ([^\n]*)",
        failure.message,
    )
    if found and re.fullmatch(r"[\[(]'\w+',?[\])]", found[2]):
        kind = found[1].removesuffix(" function")
        article = "An" if kind[0] in "aeiou" else "A"
        return failure.tip(f"{article} {kind} is one text, without brackets around it.")
    if not found or found[2].startswith(("<", "(", "[", "{")) or re.fullmatch(r"[\d.]+", found[2]):
        return None
    kind, name = found[1].removesuffix(" function"), found[2]
    lines = _lines_of_text(failure, name)
    if not lines:
        return None
    text = nothing_of_this_name(kind, name)
    if _is_made(failure.tree, name):
        text = (
            f"In quotes, {name!r} is a text, and Keras knows no {kind} of this name. Without "
            f"quotes, `{name}` is what your file gives this name."
        )
    return failure.tip(text, lines[0] if len(lines) == 1 else None)


def _weights_in_capitals(failure: Failure) -> Tip | None:
    """Tell of "ImageNet" where Keras's own weights are meant."""
    found = re.search(
        r"`weights` argument should be either .*weights=(\S+)", failure.message, re.DOTALL
    )
    if not found or found[1].lower().replace("_", "") != "imagenet":
        return None
    return failure.tip(f"The text is written 'imagenet', in small letters, not {found[1]!r}.")


def _is_made(tree: ast.Module, name: str) -> bool:
    """Whether something in a file is called so, the parameter of a function for example."""
    return any(
        (isinstance(node, ast.arg) and node.arg == name)
        or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        for node in ast.walk(tree)
    )


def nothing_of_this_name(kind: str, name: str) -> str:
    """Return what is said of a text that names nothing of a kind, `"loss"`."""
    text = f"Keras knows no {kind} called {name!r}."
    if name.strip() == "None":
        return f"{text} In quotes it is a text; `None` itself stands without them."
    if near := nearest_text(name, KNOWN[kind]):
        return f"{text} There is {near!r}: {_blank_in(name, near) or 'is it misspelt?'}"
    if several := _parts_of(name, KNOWN[kind]):
        return f"{text} There are {', '.join(map(repr, several))}."
    for other in ("optimizer", "loss", "metric"):
        if other != kind and name.lower() in KNOWN[other]:
            article = "an" if other[0] in "aeiou" else "a"
            text += f" There is {article} {other} of this name"
            if {kind, other} == {"optimizer", "loss"}:
                return f"{text}. In `compile` the optimizer comes first, the loss second."
            return f"{text}: it stands in the wrong place."
    return text


def _blank_in(name: str, near: str) -> str:
    """Tell of the blanks that are all in which a text differs from a name; "" of others."""
    if name == near or re.sub(r"\s", "", name) != near:
        return ""
    if name.rstrip() == near:
        return "yours has a blank at its end."
    return "yours has a blank in front." if name.lstrip() == near else "yours has a blank in it."


def nearest_text(name: str, known: Iterable[str]) -> str:
    """Return the name that a text nearly is; "" where there is none, or two are as near."""
    words = list(dict.fromkeys(known))
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    for text in (plain, plain.replace("_", ""), plain.replace("cross_entropy", "crossentropy")):
        if text in words:
            return text
    nearest = get_close_matches(plain, words, 1, NEAR)
    return nearest[0] if nearest and not _parts_of(name, words) else ""


def _parts_of(name: str, known: Iterable[str]) -> list[str]:
    """Return the names of which this is a part, where they are several."""
    plain = re.sub(r"[\s-]+", "_", name.strip().lower()).replace("cross_entropy", "crossentropy")
    found = [word for word in known if plain in word]
    return found if len(plain) > 3 and len(found) > 1 else []


def _lines_of_text(failure: Failure, name: str) -> list[int]:
    """Return the lines of the file that have this text."""
    return [
        node.lineno
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.strip() == name.strip()
    ]
