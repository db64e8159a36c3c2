"""One thing where several are taken, or several where one is: unpacked, kept, drawn, opened."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import Held
from grader.sizes import shape_text
from grader.tips.failure import Failure
from grader.tips.shapes import axes
from grader.verdict import Fact, Tip


def unpacked(failure: Failure) -> Tip | None:
    """Tell of a thing that has more or fewer parts than there are names for them."""
    if not re.search(r"(too many|not enough) values to unpack", failure.message):
        return None
    for node in failure.nodes():
        if isinstance(node, ast.For | ast.comprehension):
            of_several = isinstance(node.target, ast.Tuple)
            if of_several and _held(failure, node.iter).type == "dict":
                text = ast.unparse(node.iter)
                return failure.tip(
                    f"A loop over a dictionary gets its keys only. `{text}.items()` has each key "
                    "with its value."
                )
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Tuple):
            continue
        count, value = len(node.targets[0].elts), node.value
        if isinstance(value, ast.Call) and ast.unparse(value.func).endswith(".evaluate"):
            return failure.tip(
                "`evaluate` returns the loss, and then one number for each metric that the model "
                f"was compiled with: these are not {count}."
            )
        if _is_array(failure, value):
            return failure.tip(
                f"`{ast.unparse(value)}` is one array, and {count} names stand in front of it. "
                "Each name needs an array of its own, with a comma between."
            )
    return None


def _is_array(failure: Failure, value: ast.expr) -> bool:
    """Whether this is an array, or the first rows of one."""
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        value = value.value
    return _held(failure, value).type == "ndarray"


def _held(failure: Failure, value: ast.expr) -> Held:
    """Return what a name held."""
    name = value.id if isinstance(value, ast.Name) else ""
    return failure.held.get(name, Held(""))


def list_or_dictionary(failure: Failure) -> Tip | None:
    """Tell of a dictionary that is used as a list, and of a list that is used as a dictionary."""
    if "'dict' object has no attribute 'append'" in failure.message:
        for node in failure.nodes():
            if isinstance(node, ast.Attribute) and node.attr == "append":
                name = ast.unparse(node.value)
                return failure.tip(
                    f"`{name}` is a dictionary, and `append` is for lists. `{name}[key] = value` "
                    "puts a value under a key."
                )
    if "list indices must be integers or slices, not str" in failure.message:
        for node in failure.nodes():
            if isinstance(node, ast.Subscript) and _held(failure, node.value).type == "list":
                return failure.tip(
                    f"`{ast.unparse(node.value)}` is a list, whose places have numbers and no "
                    "names. What keeps a value under a name is a dictionary; `{}` is an empty one."
                )
    return None


def no_picture(failure: Failure) -> Tip | None:
    """Tell of an array that cannot be drawn as a picture: it has axes too many, or too few."""
    found = re.search(r"Invalid shape (\([\d, ]*\)) for image data", failure.message)
    if not found:
        return None
    text = f"A picture is drawn of rows and columns, and this array has the shape {found[1]}."
    for node in failure.nodes():
        if isinstance(node, ast.Subscript) and (shape := _held(failure, node.value).shape):
            return failure.tip(
                f"{text} `{ast.unparse(node.value)}` has the shape {shape_text(shape)}: in the "
                "brackets, each axis but the rows and the columns needs a number."
            )
    return failure.tip(text)


def name_in_quotes(failure: Failure) -> Tip | None:
    """Tell of a file that is not there, where a name that holds its path stands in quotes."""
    found = re.search(r": '(\w+)'$", failure.message)
    if failure.kind != "FileNotFoundError" or not found:
        return None
    name = found[1]
    quoted = any(isinstance(n, ast.Constant) and n.value == name for n in failure.nodes())
    made = any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
        for n in ast.walk(failure.tree)
    )
    if not quoted or not (made or name in failure.known.given):
        return None
    return failure.tip(
        f"`'{name}'` is a text, as it stands in quotes: a file of that name is looked for. Without "
        f"them, `{name}` is the path that it holds."
    )


def one_of_many(failure: Failure) -> Tip | None:
    """Tell of the predictions of one image, where those of all images are wanted."""
    found = re.search(
        r"expects a batch of predictions .* Received array with shape: \(([\d, ]*)\)",
        failure.message,
    )
    if not found or len(axes(found[1])) != 1:
        return None
    taken = [line for _, value, line in failure.assigned() if isinstance(value, ast.Subscript)]
    return failure.tip(
        "`decode_predictions` takes what predict gives as it is: a row of probabilities for each "
        "image, also where there is one image only.",
        taken[-1] if taken else None,
        Fact.ONE_IMAGE,
    )


def several_texts(failure: Failure) -> Tip | None:
    """Tell of words in quotes of their own, for a function that takes one text."""
    found = re.search(r"(\w+)\(\) takes 1 positional argument but \d+ were given", failure.message)
    for node in failure.nodes() if found else ():
        if not isinstance(node, ast.Call) or not found or ast.unparse(node.func) != found[1]:
            continue
        texts = [isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.args]
        if len(texts) > 1 and all(texts):
            several = any(" " in ast.literal_eval(one).strip() for one in node.args)
            return failure.tip(
                f"`{found[1]}` takes one text. Call it once for each of them."
                if several
                else f"`{found[1]}` takes one text. Put all the words into one pair of quotes, "
                "with blanks between."
            )
    return None


def texts_in_a_list(failure: Failure) -> Tip | None:
    """Tell of a list of texts, for a function that takes one text."""
    if not re.match(r"'(list|tuple)' object has no attribute '(lower|split)'", failure.message):
        return None
    for node in failure.nodes():
        match node:
            case ast.Call(func=ast.Name(id="predict_text"), args=[given]):
                name = ast.unparse(given) if isinstance(given, ast.Name) else ""
                held = _held(failure, given).type
                if held in {"list", "tuple"} or isinstance(given, ast.List | ast.Tuple):
                    what = f"`{name}` is a {held}" if name else "this is a list"
                    return failure.tip(
                        f"`predict_text` takes one text, and {what}. Call it once for each text."
                    )
    return None


def split_at_nothing(failure: Failure) -> Tip | None:
    """Tell of `split("")`, in the hope of words."""
    if failure.message != "empty separator" or not failure.calls("split"):
        return None
    return failure.tip(
        "There is nothing in these quotes to part a text at. `split()`, with nothing in its "
        "parentheses, parts it at its blanks."
    )


def joined_one_by_one(failure: Failure) -> Tip | None:
    """Tell of words that `join` got one by one, and not in a list."""
    if not re.search(r"str\.join\(\) takes exactly one argument \(\d+ given\)", failure.message):
        return None
    return failure.tip("`join` takes one list: the texts need brackets around them.")


def takes_nothing(failure: Failure) -> Tip | None:
    """Tell of a given function that takes nothing, and was given something."""
    found = re.fullmatch(
        r"(\w+)\(\) takes 0 positional arguments but \d+ (?:was|were) given", failure.message
    )
    if not found or found[1] not in failure.known.given:
        return None
    return failure.tip(f"`{found[1]}` takes nothing in its parentheses: `{found[1]}()`.")


def of_scikit_learn(failure: Failure) -> Tip | None:
    """Tell of what scikit-learn cannot train: a network, or features without labels."""
    if re.search(
        "should (have|be an estimator implementing) .*'(score|fit)' method", failure.message
    ):
        for name, held in failure.held.items():
            if held.type in {"Sequential", "Functional", "Model"}:
                return failure.tip(
                    f"`{name}` is a Keras network, and scikit-learn trains models of its own kind "
                    "only. A KerasClassifier makes a network look like one of these."
                )
    if re.search(r"must be an object implementing '(fit|score)'\. Got <function", failure.message):
        functions = [name for name, one in failure.held.items() if one.type == "function"]
        called = {ast.unparse(n.func) for n in failure.nodes() if isinstance(n, ast.Call)}
        makers = [name for name in functions if name in failure.known.given and name not in called]
        if len(makers) == 1:
            return failure.tip(
                f"`{makers[0]}` is a function that makes networks, and scikit-learn trains models "
                "of its own kind only. A KerasClassifier made with it is one of these: give that."
            )
    found = re.search(
        r"(\w+SearchCV)\.__init__\(\) got an unexpected keyword argument '(par\w+)'",
        failure.message,
    )
    if found:
        known = {"RandomizedSearchCV": "param_distributions", "GridSearchCV": "param_grid"}
        if found[1] in known:
            return failure.tip(
                f"`{found[1]}` takes the values to try as `{known[found[1]]}`, not as `{found[2]}`."
            )
    if told := _parts_by_another_name(failure):
        return failure.tip(told)
    if told := _for_fit_of_a_network(failure) or _without_its_name(failure):
        return failure.tip(told)
    if "fit() missing 1 required positional argument: 'y'" in failure.message:
        if failure.calls("fit"):
            return failure.tip("`fit` got features and no labels, which are its second argument.")
        names = {ast.unparse(n.func) for n in failure.nodes() if isinstance(n, ast.Call)}
        if "cross_val_score" in names:
            return failure.tip(
                "`cross_val_score` got features and no labels, which are its third argument."
            )
    return None


_TAKES = {
    "KFold": 1, "StratifiedKFold": 1, "RandomizedSearchCV": 2, "GridSearchCV": 2,
    "cross_val_score": 3, "cross_validate": 3,
}  # fmt: skip
"""How many arguments scikit-learn's functions and classes take without their names."""
_ORDER = ("", "first", "second", "third", "fourth", "fifth")


def _without_its_name(failure: Failure) -> str:
    """Tell of an argument that scikit-learn only takes by its name; "" of others."""
    if not re.search("too many positional arguments|positional arguments? but", failure.message):
        return ""
    for node in failure.nodes():
        name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        most = _TAKES.get(name, len(_ORDER))
        if isinstance(node, ast.Call) and most < len(node.args) < len(_ORDER):
            first = ast.unparse(node.args[most])
            return (
                f"`{name}` takes {most} argument{'s' if most > 1 else ''} without a name here, and "
                f"got {len(node.args)}. Give the {_ORDER[most + 1]} one, `{first[:40]}`, by its "
                + ("name, `cv=`." if "KFold" in first else "name, with `=`.")
            )
    return ""


def _parts_by_another_name(failure: Failure) -> str:
    """Tell of the number of parts under another name than `cv`; "" of other arguments."""
    found = re.search(r"got an unexpected keyword argument '(\w+)'", failure.message)
    if not found or found[1] not in {"k", "n_splits", "folds", "n_folds", "kfold", "splits"}:
        return ""
    for node in failure.nodes():
        name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if name in _ROUND_A_CLASSIFIER:
            return f"`{name}` takes the number of parts as `cv`, not as `{found[1]}`."
    return ""


def _for_fit_of_a_network(failure: Failure) -> str:
    """Tell of settings of a network's fit that a cross-validation or a search got; "" of others."""
    found = re.search(r"got an unexpected keyword argument '(\w+)'$", failure.message)
    if failure.kind != "TypeError" or not found or found[1] not in _OF_FIT:
        return ""
    for node in failure.nodes():
        name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in _ROUND_A_CLASSIFIER:
            continue
        given = [key.arg for key in node.keywords if key.arg in _OF_FIT]
        if found[1] in given:
            words = " and ".join(f"`{one}`" for one in given)
            one = len(given) == 1
            return (
                f"`{name}` does not take {words}. {'This is' if one else 'They are'} for fit of a "
                f"network: give {'it' if one else 'them'} to the KerasClassifier."
            )
    return ""


_OF_FIT = {"epochs", "batch_size", "validation_split", "callbacks"}
_ROUND_A_CLASSIFIER = {
    "cross_val_score", "cross_validate", "cross_val_predict", "RandomizedSearchCV", "GridSearchCV",
}  # fmt: skip
