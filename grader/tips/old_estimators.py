"""KerasClassifier as it was used in 2019, and what SciKeras makes of that today."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.tips.origins import MODELS, Origins
from grader.tips.vocabulary import BUILD_FN, BUILT, Sighting, undeclared

_ESTIMATORS = {"KerasClassifier", "KerasRegressor"}
_SETTINGS = {
    "model", "build_fn", "warm_start", "random_state", "optimizer", "loss", "metrics", "batch_size",
    "validation_batch_size", "verbose", "callbacks", "validation_split", "shuffle", "run_eagerly",
    "epochs", "class_weight",
}  # fmt: skip
"""What a KerasClassifier has without being told, so that it can be searched over."""


def old_estimators(node: ast.Call, names: Origins) -> Iterator[Sighting]:
    """Yield the old uses in a call."""
    name = names.last_of(node.func)
    if name in _ESTIMATORS:
        if any(keyword.arg == "build_fn" for keyword in node.keywords):
            yield Sighting(node.lineno, BUILD_FN)
        network = _network_of(node)
        if network is not None and _is_built(network, names):
            yield Sighting(node.lineno, BUILT)
    elif name.endswith("SearchCV"):
        values = {keyword.arg: keyword.value for keyword in node.keywords}
        searched = node.args[:2] + [
            value
            for key, value in values.items()
            if key in {"estimator", "param_grid", "param_distributions"}
        ]
        if len(searched) == 2:
            yield from _undeclared(searched[0], searched[1], names)


def _network_of(estimator: ast.Call) -> ast.expr | None:
    """Return what a KerasClassifier is to make its networks with."""
    named = [k.value for k in estimator.keywords if k.arg in {"model", "build_fn"}]
    return (named + estimator.args + [None])[0]


def _is_built(network: ast.AST, names: Origins) -> bool:
    """Whether KerasClassifier is given a network, not the function that makes it."""
    for call in names.calls_behind(network):
        name = call.func.id if isinstance(call.func, ast.Name) else names.last_of(call.func)
        function = names.functions.get(name)
        if function is not None:
            results = [n.value for n in ast.walk(function) if isinstance(n, ast.Return)]
            inner = {
                node.name
                for node in ast.walk(function)
                if isinstance(node, ast.FunctionDef) and node is not function
            }
            return not any(
                isinstance(result, ast.Lambda)
                or (isinstance(result, ast.Name) and result.id in inner)
                for result in results
            )
        return name in {*MODELS, "create_model"}
    return False


def _undeclared(estimator: ast.AST, params: ast.AST, names: Origins) -> Iterator[Sighting]:
    """Yield what PARAMS has of the function's arguments and a KerasClassifier does not know."""
    values = names.values.get(params.id, []) if isinstance(params, ast.Name) else [params]
    keys: list[str] = []
    for value in values:
        if isinstance(value, ast.Dict):
            keys += [str(key.value) for key in value.keys if isinstance(key, ast.Constant)]
        elif isinstance(value, ast.Call) and names.last_of(value.func) == "dict":
            keys += [keyword.arg for keyword in value.keywords if keyword.arg]
    for call in names.calls_behind(estimator):
        declared = {keyword.arg for keyword in call.keywords}
        if None in declared or names.last_of(call.func) not in _ESTIMATORS:
            continue  # `**settings` may hold anything
        network = _network_of(call)
        function = names.functions.get(network.id) if isinstance(network, ast.Name) else None
        arguments = function.args.args + function.args.kwonlyargs if function else []
        accepted = {argument.arg for argument in arguments} or {"learning_rate", "activation"}
        unknown = [key for key in keys if key in accepted - declared - _SETTINGS]
        if unknown:
            yield Sighting(call.lineno, undeclared(unknown))
