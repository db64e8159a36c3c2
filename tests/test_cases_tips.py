"""Inputs that once got a false, useless or late word on what stopped them; what is said now."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from conftest import GradeSource
from words import words_of

from grader.catalogue import find
from grader.stubs import given_part
from grader.tips.idioms import static_tips
from grader.tips.renamed import ARGUMENTS, METHODS_OF_MODELS

CASES = Path(__file__).parent / "cases"
MESSAGES = json.loads((CASES / "tips.json").read_text("utf-8"))

FILES = {
    "F02_own_module_under_a_data_name/2.1.3.py": ("passed", "", r"grader\.datasets"),
    "F02_own_module_under_a_data_name/2.2.3.py": ("passed", "", r"grader\.datasets"),
    "F03_did_you_mean_a_wrong_name/1.3.3.py": ("failed", "`eighty_min_orbit`", "misspelt"),
    "F03_did_you_mean_a_wrong_name/4.3.3.py": ("error", r"Exercise 4\.3\.1 does", "misspelt"),
    "F04_given_name_called_missing/3.3.3-bare.py": (
        "failed", "`batchnorm_model` trained", "does not make `batchnorm_model`",
    ),
    "F04_given_name_called_missing/3.3.3-stub.py": (
        "failed", "`batchnorm_model` trained", "does not make `batchnorm_model`",
    ),
    "F07_old_arguments_without_a_tip/2.1.3-nb_epoch.py": (
        "error", "`nb_epoch=` of `fit` is called `epochs=` today", "misspelt",
    ),
    "F07_old_arguments_without_a_tip/2.1.3-workers.py": (
        "error", "(?s)`use_multiprocessing=` of `fit` is gone.*`workers=` of `fit` is gone", "misspelt",
    ),
    "F07_old_arguments_without_a_tip/2.2.1-output_dim.py": (
        "error", "(?s)`init=` of `Dense`.*`kernel_initializer=` today.*`output_dim=` of `Dense`.*`units=` today", "misspelt",
    ),
    "F08_jupyter_lines_in_a_py_file/2.2.1-exported.py": ("passed", "Lines 1, 2 are for notebooks only", ""),
    "F08_jupyter_lines_in_a_py_file/2.2.1-magic.py": ("passed", "Lines 1, 2 are for notebooks only", ""),
    "F14_private_keras_of_tensorflow/2.2.1-private.py": (
        "failed", r"`tensorflow\.python\.keras\S* belongs to TensorFlow itself", "",
    ),
}  # fmt: skip
"""For each file, the outcome, what is said, and what is not."""


GONE = (
    "from tensorflow.python.keras.layers import Dense",
    "import tensorflow.contrib.keras as keras",
    "import tensorflow as tf\nsession = tf.Session()",
    "import tensorflow as tf\ntf.set_random_seed(1)",
    "import tensorflow as tf\ntf.compat.v1.disable_eager_execution()",
    "import tensorflow as tf\ntf.enable_eager_execution()",
    "import tensorflow as tf\ntf.reset_default_graph()",
    "import keras.backend as K\nK.set_session(1)",
    "from keras import backend as K\nK.set_image_dim_ordering('tf')",
    "from keras.objectives import mse",
    "from keras.utils.visualize_util import plot",
    "from keras.layers import CuDNNLSTM",
    "from keras.layers import Merge",
    "from keras.models import model_from_yaml",
    "from keras.optimizers import adam",
    "from keras.regularizers import l1l2",
    "from keras.optimizers.legacy import Adam",
)


@pytest.mark.parametrize("owner", ARGUMENTS)
def test_each_old_argument_is_told(owner: str) -> None:
    call = f"model.{owner}" if owner in METHODS_OF_MODELS else owner
    for name in ARGUMENTS[owner]:
        told = [str(tip.text) for tip in static_tips(ast.parse(f"{call}({name}=1)"))]
        begins = f"`{name}=` of `{owner}` is", f"`{name}=` is not an argument of `{owner}`"
        assert any(text.startswith(begins) for text in told), (name, told)


@pytest.mark.parametrize("code", GONE)
def test_each_old_name_is_told(code: str) -> None:
    (tip,) = static_tips(ast.parse(code))
    assert re.search("gone|today|moved|Leave it out", str(tip.text)), tip


@pytest.mark.parametrize("case", MESSAGES, ids=lambda case: case["what"].replace(" ", "-"))
def test_what_is_said_of_a_body(case: dict[str, str], grade_source: GradeSource) -> None:
    given = given_part(find(case["exercise"]).stub_source)
    told = words_of(grade_source(case["exercise"], given + "\n" + case["body"], timeout=60))
    assert re.search(case["says"], told, re.IGNORECASE), told
    if "not" in case:
        assert not re.search(case["not"], told, re.IGNORECASE), told


@pytest.mark.parametrize("name", FILES, ids=lambda name: name.split("/")[1])
def test_what_is_said_of_a_file(name: str, grade_source: GradeSource) -> None:
    outcome, says, never = FILES[name]
    path = CASES / name
    verdict = grade_source(path.name[:5], path.read_text("utf-8"), timeout=60)
    told = words_of(verdict)
    assert verdict.status == outcome, told
    assert re.search(says, told), told
    assert not never or not re.search(never, told), told
