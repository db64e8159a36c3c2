"""Keras of 2019 against Keras of today: what old code means now, and how it is said.

Much code in courses and blogs was written for Keras 2.2. Each idiom is found in the
syntax tree, with its line, and named once; if it is what stopped the file, the tip
comes first. What the syntax tree does not show, the error at run time may.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.evidence.record import Raised
from grader.places import Line
from grader.tips.failure import ParsedFile
from grader.tips.old_estimators import old_estimators
from grader.tips.origins import MODELS, OPTIMIZERS, Origins
from grader.tips.renamed import METHODS_OF_MODELS, old_argument
from grader.tips.symptoms import idiom_behind
from grader.tips.vocabulary import (
    ADADELTA,
    CHECKPOINT_OF_WEIGHTS,
    FUNCTION,
    HISTORY_KEYS,
    INPUT_LENGTH,
    LR,
    LR_OF_OPTIMIZER,
    METHODS,
    MODEL_FILE,
    Idiom,
    Sighting,
    gone,
    history_key,
    method_gone,
    metric_to_watch,
    moved,
)
from grader.verdict import Tip

_WATCHERS = {"EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"}


def _sightings(tree: ast.Module) -> list[Sighting]:
    """Return the idioms in a file, by their lines.

    Who learns that a history has no `acc` knows what `val_acc` is called: it is told once.
    """
    found = sorted(_found(tree), key=lambda sighting: (sighting.line, sighting.idiom.text))
    if any(sighting.idiom == _ACC for sighting in found):
        found = [sighting for sighting in found if sighting.idiom != _VAL_ACC]
    return found


_ACC, _VAL_ACC = history_key("acc"), history_key("val_acc")


def _found(tree: ast.Module) -> Iterator[Sighting]:
    """Yield the idioms in a file, in no order."""
    names = Origins(tree)
    handled = _handled(tree)
    old_keys = set() if _asks_for_acc(tree, names) else set(HISTORY_KEYS) - _keys_cared_for(tree)
    trains = any(isinstance(node, ast.Attribute) and node.attr == "fit" for node in ast.walk(tree))
    for node in ast.walk(tree):
        if node in handled:
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _old_imports(node)
        elif isinstance(node, ast.Call):
            yield from _old_arguments(node, names, old_keys)
            yield from old_estimators(node, names)
            if trains and _is_slow_adadelta(node, names):
                yield Sighting(node.lineno, ADADELTA)
        elif isinstance(node, ast.Attribute):
            yield from _old_attributes(node, names)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            key = node.slice.value
            if key in old_keys and names.is_history(node.value):
                yield Sighting(node.lineno, history_key(key))


def _handled(tree: ast.Module) -> set[ast.AST]:
    """Return what stands in a `try` that is ready for it to fail, with another way to do it."""
    errors = {"ImportError", "ModuleNotFoundError", "KeyError", "AttributeError", "ValueError"}
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            caught = [part for h in node.handlers if h.type for part in ast.walk(h.type)]
            if any(isinstance(part, ast.Name) and part.id in errors for part in caught):
                found.update(part for statement in node.body for part in ast.walk(statement))
    return found


def _asks_for_acc(tree: ast.Module, names: Origins) -> bool:
    """Whether a metric is asked for as 'acc': then that is its name."""
    values: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "metrics":
            values.append(node.value)
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            values += [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == "metrics"]
    parts = [part for value in values for part in ast.walk(value)]
    for part in list(parts):
        if isinstance(part, ast.Name):
            parts += [p for value in names.values.get(part.id, []) for p in ast.walk(value)]
    return any(isinstance(part, ast.Constant) and part.value == "acc" for part in parts)


def _keys_cared_for(tree: ast.Module) -> set[str]:
    """Return the keys that the file writes itself, or asks for before it reads them."""
    nodes: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            nodes.append(node.slice)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            nodes.append(node.left)
    return {str(node.value) for node in nodes if isinstance(node, ast.Constant)}


def _old_imports(node: ast.Import | ast.ImportFrom) -> Iterator[Sighting]:
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
    )
    if isinstance(node, ast.ImportFrom):
        names += [f"{node.module}.{name.name}" for name in node.names]
    for name in names:
        idiom = gone(name) or moved(name, contents=True)
        if idiom is not None:
            yield Sighting(node.lineno, idiom)
            return


def _old_attributes(node: ast.Attribute, names: Origins) -> Iterator[Sighting]:
    if node.attr == "lr" and names.is_optimizer(node.value):
        yield Sighting(node.lineno, LR_OF_OPTIMIZER)
    elif node.attr in METHODS and node.attr not in names.functions:
        # scikit-learn's classifiers, and KerasClassifier, still have predict_proba
        if node.attr != "predict_proba" or _is_keras_model(node.value, names):
            yield Sighting(node.lineno, method_gone(node.attr))
    else:
        full = names.of(node)
        if re.fullmatch(r"(tensorflow\.)?keras\.backend\.function", full):
            yield Sighting(node.lineno, FUNCTION)
        elif idiom := gone(full) or moved(full):
            yield Sighting(node.lineno, idiom)


def _is_keras_model(node: ast.AST, names: Origins) -> bool:
    """Whether this is a name for a Keras model, made here or given."""
    if not isinstance(node, ast.Name):
        return False
    if node.id not in names.own:
        return True
    return any(names.last_of(call.func) in MODELS for call in names.calls_behind(node))


def _old_arguments(node: ast.Call, names: Origins, old_keys: set[str]) -> Iterator[Sighting]:
    name = names.last_of(node.func)
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    owner = called if called in METHODS_OF_MODELS else name
    for alike, text in _told_once(owner, [keyword.arg or "" for keyword in node.keywords]):
        yield Sighting(node.lineno, Idiom(f"{owner}({alike[0]}=)", text))
    arguments = {keyword.arg: keyword.value for keyword in node.keywords}
    values = [*node.args, *arguments.values()]
    texts = [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
    if name in OPTIMIZERS and "lr" in arguments:
        yield Sighting(node.lineno, LR)
    if name in _WATCHERS:
        yield from (Sighting(node.lineno, metric_to_watch(key)) for key in texts if key in old_keys)
    if name == "ModelCheckpoint":
        weights = arguments.get("save_weights_only")
        if isinstance(weights, ast.Constant) and weights.value:
            old, idiom = r".*(?<!\.weights)\.(hdf5|h5)", CHECKPOINT_OF_WEIGHTS
        else:
            old, idiom = r".*\.(hdf5|h5)", MODEL_FILE
        if any(re.fullmatch(old, value) for value in texts):
            yield Sighting(node.lineno, idiom)
    if name == "Embedding" and "input_length" in arguments:
        yield Sighting(node.lineno, INPUT_LENGTH)


def _told_once(owner: str, arguments: list[str]) -> list[tuple[list[str], str]]:
    """Return the old arguments of a call with what is said of them; once for those alike."""
    alike: dict[str, list[str]] = {}
    for argument in arguments:
        if text := old_argument(owner, argument):
            alike.setdefault(text.removeprefix(f"`{argument}=`"), []).append(argument)
    told = []
    for rest, names in alike.items():
        if len(names) == 1 or rest.endswith(" Leave it out."):
            told += [([name], f"`{name}=`{rest}") for name in names]
        else:  # one thing is there today in place of several
            words = " and ".join(f"`{name}=`" for name in names)
            told.append((names, words + rest.replace(" is ", " are ", 1)))
    return told


def _is_slow_adadelta(node: ast.Call, names: Origins) -> bool:
    """Whether this call chooses adadelta with the rate that it has by itself."""
    if names.last_of(node.func) == "Adadelta":
        return not node.args and all(keyword.arg != "learning_rate" for keyword in node.keywords)
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "compile":
        return False
    chosen = node.args[:1] + [k.value for k in node.keywords if k.arg == "optimizer"]
    return any(isinstance(c, ast.Constant) and str(c.value).lower() == "adadelta" for c in chosen)


def static_tips(tree: ast.Module) -> list[Tip]:
    """Return a tip per idiom in the file, each with its first line."""
    first: dict[str, Tip] = {}
    for line, idiom in ((one.line, one.idiom) for one in _sightings(tree)):
        first.setdefault(idiom.text, Tip(idiom.text, Line(line), idiom.tells))
    return list(first.values())


def runtime_tips(raised: Raised, submission: ParsedFile, tips: list[Tip]) -> list[Tip]:
    """Put the tips for the line that stopped the file first; add what only the error tells."""
    seen = _sightings(submission.tree)
    here = {one.idiom.text: one.idiom for one in seen if one.line == raised.line}
    if not here:
        told = idiom_behind(raised, submission.source)
        if told is None:
            return tips
        # what is to blame may stand on another line, and have its tip already
        same = {told.text, *(s.idiom.text for s in seen if s.idiom.name == told.name)}
        if any(tip.text in same for tip in tips):
            return sorted(tips, key=lambda tip: tip.text not in same)
        here = {told.text: told}
    if raised.line is None:
        return tips
    first = [Tip(text, Line(raised.line), idiom.tells) for text, idiom in here.items()]
    return first + [tip for tip in tips if tip.text not in here]
