"""Names that Keras 1 or 2 had and today's refuses: what they are called now, or that they are gone.

Gathered from the signatures of Keras 1.2, 2.2 and 2.15 against those of today, in the words of
this course: layers, callbacks, optimizers, the methods of models, imports, and the ways to
switch things off in TensorFlow 1. What Keras still takes, if with a warning, is not here.
"""

from __future__ import annotations

import re

_WEIGHTS = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
_ANY_LAYER = {
    "batch_input_shape": "@ Put `keras.Input(batch_shape=…)` in front.",
    "input_dtype": "@ It belongs to `keras.Input(…, dtype=…)`.",
    "weights": "@ Call `set_weights` of the layer once the model is made.",
}
_WITHOUT_WEIGHTS = {"weights": "@ This layer has no weights: leave it out."}
_RECURRENT = {
    "output_dim": "units",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "consume_less": "",
    "time_major": "@ Leave it out. Samples come first now, their steps second.",
    "input_length": "@ Put `keras.Input((steps, numbers))` in front.",
}
_ORDER = {"dim_ordering": 'data_format @ "th" is "channels_first" now, "tf" is "channels_last".'}
_ON_IMAGES = {"border_mode": "padding", **_ORDER}
_SIDES = "@ Both sides stand in one pair today: `kernel_size=(rows, columns)`."
_CONVOLUTION_1D = {
    **_WEIGHTS,
    "border_mode": "padding",
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "subsample_length": "strides",
}
_CONVOLUTION_2D = {
    **_WEIGHTS,
    **_ON_IMAGES,
    "nb_filter": "filters",
    "nb_row": _SIDES,
    "nb_col": _SIDES,
    "subsample": "strides",
}
_POOL_1D = {
    **_WITHOUT_WEIGHTS,
    "border_mode": "padding",
    "pool_length": "pool_size",
    "stride": "strides",
}
_POOL_2D = {**_WITHOUT_WEIGHTS, **_ON_IMAGES}
_ORDER_ONLY = {**_WITHOUT_WEIGHTS, **_ORDER}
_BATCHES = "It counts batches, not samples."
_IN_PARALLEL = {
    "workers": "", "use_multiprocessing": "", "max_queue_size": "", "max_q_size": "",
    "nb_worker": "", "pickle_safe": "",
}  # fmt: skip
_LAYERS: dict[str, dict[str, str]] = {
    "Dense": {**_WEIGHTS, "output_dim": "units", "input_length": "!"},
    "LSTM": {
        **_RECURRENT,
        "forget_bias_init": "@ `unit_forget_bias=` is there today: True or False, no initializer.",
    },
    "GRU": _RECURRENT,
    "SimpleRNN": {
        **_RECURRENT,
        "inner_activation": "! `LSTM` and `GRU` have one: `recurrent_activation`.",
    },
    "Conv1D": _CONVOLUTION_1D,
    "Conv2D": _CONVOLUTION_2D,
    "Conv2DTranspose": {**_CONVOLUTION_2D, "output_shape": ""},
    "SeparableConv2D": {
        **_ON_IMAGES,
        "nb_filter": "filters", "nb_row": _SIDES, "nb_col": _SIDES, "subsample": "strides",
    },
    "MaxPooling1D": _POOL_1D,
    "MaxPooling2D": _POOL_2D,
    "AveragePooling1D": _POOL_1D,
    "AveragePooling2D": _POOL_2D,
    "GlobalMaxPooling2D": _ORDER_ONLY,
    "GlobalAveragePooling2D": _ORDER_ONLY,
    "UpSampling1D": {**_WITHOUT_WEIGHTS, "length": "size"},
    "UpSampling2D": _ORDER_ONLY,
    "ZeroPadding2D": _ORDER_ONLY,
    "Dropout": {**_WITHOUT_WEIGHTS, "p": "rate"},
    "SpatialDropout2D": {"p": "rate", **_ORDER_ONLY},
    "GaussianDropout": {**_WITHOUT_WEIGHTS, "p": "rate"},
    "GaussianNoise": {**_WITHOUT_WEIGHTS, "sigma": "stddev"},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
        "dropout": "@ Put a Dropout layer behind it.",
    },
    "BatchNormalization": {
        "mode": "", "fused": "", "virtual_batch_size": "", "adjustment": "",
        "beta_init": "beta_initializer", "gamma_init": "gamma_initializer",
    },
    "PReLU": {"init": "alpha_initializer"},
    "Reshape": {**_WITHOUT_WEIGHTS, "dims": "target_shape"},
    "Flatten": _WITHOUT_WEIGHTS,
    "Activation": _WITHOUT_WEIGHTS,
    "Masking": _WITHOUT_WEIGHTS,
}  # fmt: skip

ARGUMENTS: dict[str, dict[str, str]] = {
    **{layer: {**_ANY_LAYER, **own} for layer, own in _LAYERS.items()},
    "ModelCheckpoint": {
        "period": "@ `save_freq` counts batches, not epochs; \"epoch\" saves after each one.",
        "load_weights_on_restart": "",
        "options": "",
    },
    "TensorBoard": {
        "batch_size": "", "write_grads": "", "embeddings_layer_names": "", "embeddings_data": "",
    },
    "Nadam": {"schedule_decay": ""},
    "fit": {
        **_IN_PARALLEL,
        "nb_epoch": "epochs",
        "show_accuracy": "@ Give `metrics` to `compile`.",
        "samples_per_epoch": f"steps_per_epoch @ {_BATCHES}",
        "nb_val_samples": f"validation_steps @ {_BATCHES}",
    },
    "evaluate": {
        **_IN_PARALLEL,
        "show_accuracy": "@ Give `metrics` to `compile`.",
        "val_samples": f"steps @ {_BATCHES}",
    },
    "predict": {**_IN_PARALLEL, "val_samples": f"steps @ {_BATCHES}"},
    "compile": {
        "class_mode": "", "sample_weight_mode": "", "target_tensors": "", "distribute": "",
        "experimental_run_tf_function": "", "theano_mode": "",
    },
    "to_categorical": {"nb_classes": "num_classes", "dtype": ""},
    "Model": {"input": "inputs", "output": "outputs"},
    "KerasClassifier": {"nb_epoch": "epochs"},
}  # fmt: skip
"""For each call its old arguments: what each is called today, if it is still there; after `@` what
else is to be known of it. There `name=` is another argument of the same call. Behind `!` stands
what is to be known of an argument that never was one."""

ARGUMENTS |= {
    "Convolution1D": ARGUMENTS["Conv1D"],
    "Convolution2D": ARGUMENTS["Conv2D"],
    "MaxPool2D": ARGUMENTS["MaxPooling2D"],
}
del ARGUMENTS["Embedding"]["weights"]  # it takes them still

LAYERS = {
    *_LAYERS, "Convolution1D", "Convolution2D", "MaxPool2D", "LeakyReLU", "ReLU", "Softmax", "ELU",
    "Concatenate", "Add", "Multiply", "TimeDistributed", "Bidirectional", "LayerNormalization",
    "RepeatVector", "Permute", "Lambda", "GlobalMaxPooling1D", "GlobalAveragePooling1D",
}  # fmt: skip
"""Classes of layers."""

METHODS_OF_MODELS = ("fit", "evaluate", "predict", "compile")

_GONE = "is gone. Leave it out."
_KERAS = r"(?:tensorflow\.)?keras"
NAMES = {
    r"tensorflow\.python\.keras(\..*)?": (
        "belongs to TensorFlow itself: an old Keras that today's does not know. Import from "
        "`tensorflow.keras` or from `keras`."
    ),
    r"tensorflow\.contrib(\..*)?": "is gone. Keras itself is `keras`, or `tensorflow.keras`.",
    r"keras\.backend\.tensorflow_backend": _GONE,
    rf"{_KERAS}\.backend\.(set_session|get_session|manual_variable_initialization)": _GONE,
    rf"{_KERAS}\.backend\.(set_learning_phase|learning_phase)": _GONE,
    rf"{_KERAS}\.backend\.set_image_dim_ordering": (
        "is called `keras.config.set_image_data_format` today. \"th\" is \"channels_first\" now, "
        "\"tf\" is \"channels_last\"."
    ),
    rf"{_KERAS}\.backend\.image_dim_ordering": (
        "is called `keras.config.image_data_format` today. It gives \"channels_first\" in place of "
        "\"th\", \"channels_last\" in place of \"tf\"."
    ),
    r"tensorflow\.(Session|InteractiveSession|ConfigProto|GPUOptions)": _GONE,
    r"tensorflow\.(global_variables_initializer|initialize_all_variables|placeholder)": _GONE,
    r"tensorflow\.(reset_default_graph|get_default_graph)": (
        "is gone. `keras.backend.clear_session()` forgets what was made before."
    ),
    r"tensorflow\.enable_eager_execution": "is gone: it is always so today. Leave it out.",
    r"tensorflow\.compat\.v1\.(disable_eager_execution|disable_v2_behavior)": (
        "switches off what Keras of today needs. Leave it out."
    ),
    r"tensorflow\.(disable_eager_execution|disable_v2_behavior)": _GONE,
    r"tensorflow\.(set_random_seed|random\.set_random_seed)": (
        "is gone. Write `keras.utils.set_random_seed(…)`."
    ),
    r"tensorflow\.logging": "is gone. Write `tf.get_logger()`.",
    r"tensorflow\.train\.(Adam|GradientDescent|RMSProp|Adagrad)Optimizer": (
        "is gone. The optimizers are in `keras.optimizers`."
    ),
    r"keras\.objectives": "is called `keras.losses` today.",
    r"keras\.initializations": "is called `keras.initializers` today.",
    r"keras\.utils\.visualize_util": "has moved. Write `from keras.utils import plot_model`.",
    r"keras\.utils\.multi_gpu_model|keras\.utils\.training_utils": _GONE,
    r"keras\.utils\.(data_utils|layer_utils|io_utils|test_utils)": (
        "has moved. Write `from keras.utils import …`."
    ),
    rf"{_KERAS}\.models\.model_from_yaml": "is gone. Write `model_from_json`.",
    rf"{_KERAS}\.layers\.CuDNN(LSTM|GRU)": "is gone: `LSTM` and `GRU` do the same today.",
    rf"{_KERAS}\.layers\.(Merge|merge)": (
        "is gone. There are `Concatenate`, `Add`, `Multiply` and others in `keras.layers`."
    ),
    rf"{_KERAS}\.layers\.(MaxoutDense|Highway|LocallyConnected1D|LocallyConnected2D)": (
        "is gone. Today's Keras has no such layer."
    ),
    rf"{_KERAS}\.layers\.TimeDistributedDense": "is gone. Write `TimeDistributed(Dense(…))`.",
    rf"{_KERAS}\.layers\.ThresholdedReLU": "is gone. Write `ReLU(threshold=…)`.",
    rf"{_KERAS}\.layers\.Deconvolution2D": "is called `Conv2DTranspose` today.",
    rf"{_KERAS}\.layers\.AtrousConvolution[12]D": (
        "is gone. `Conv1D` and `Conv2D` take a `dilation_rate`."
    ),
    rf"{_KERAS}\.layers\.experimental(\..*)?": "has moved. Write `from keras.layers import …`.",
    r"keras\.preprocessing\.image\.ImageDataGenerator": (
        "has moved. Write `from tensorflow.keras.preprocessing.image import ImageDataGenerator`."
    ),
    r"keras\.legacy(\..*)?": _GONE,
    rf"{_KERAS}\.callbacks\.callbacks": "has moved. Write `from keras.callbacks import …`.",
    rf"{_KERAS}\.optimizers\.(adam|sgd|rmsprop|adagrad|adadelta|adamax|nadam)": (
        "is called by the name of its class today, such as `Adam` or `SGD`."
    ),
    rf"{_KERAS}\.optimizers\.legacy(\..*)?": (
        "is gone. Write `from keras.optimizers import …`."
    ),
    rf"{_KERAS}\.regularizers\.(l1l2|WeightRegularizer|activity_l1|activity_l2|activity_l1l2)": (
        "is gone. There are `L1`, `L2` and `L1L2` in `keras.regularizers`."
    ),
}  # fmt: skip
"""Full names, and what is said of each."""

ATTRIBUTES = {
    "output_shape": "`.output_shape` of a layer is gone. Write `.output.shape`.",
    "input_shape": "`.input_shape` of a layer is gone. Write `.input.shape`.",
    "get_output_at": "`.get_output_at` is gone. Write `.output`.",
    "get_input_at": "`.get_input_at` is gone. Write `.input`.",
    "get_output_shape_at": "`.get_output_shape_at` is gone. Write `.output.shape`.",
    "inbound_nodes": "`.inbound_nodes` is gone.",
    "outbound_nodes": "`.outbound_nodes` is gone.",
    "reset_states": "`.reset_states` of a model is gone. Its layers have `reset_state`.",
    "total_loss": "`.total_loss` is gone.",
    "targets": "`.targets` is gone.",
    "sample_weights": "`.sample_weights` is gone.",
    "state_updates": "`.state_updates` is gone.",
    "uses_learning_phase": "`.uses_learning_phase` is gone.",
    "to_yaml": "`.to_yaml` is gone. Write `.to_json()`.",
}
"""Attributes of layers and models that today's have not, and what is said of each."""


def old_argument(owner: str, name: str) -> str:
    """Return what is said of an argument of a call; "" where it is not an old one."""
    entry = ARGUMENTS.get(owner, {}).get(name)
    if entry is None:
        return ""
    if entry.startswith("!"):
        more = entry.removeprefix("!").strip()
        return f"`{name}=` is not an argument of `{owner}`. {more or 'Leave it out.'}"
    now, _, more = (part.strip() for part in entry.partition("@"))
    what = f"is called `{now}=` today." if now else "is gone."
    return f"`{name}=` of `{owner}` {what} {more or ('' if now else 'Leave it out.')}".rstrip()


def old_name(full: str) -> str:
    """Return what is said of a full name, `tensorflow.Session`; "" where it is not an old one."""
    for pattern, text in NAMES.items():
        if re.fullmatch(pattern, full):
            return f"`{full.replace('tensorflow.', 'tf.', 1) if _short(full) else full}` {text}"
    return ""


def _short(full: str) -> bool:
    """Whether a name of TensorFlow's is written as `tf.Session`, not as a module to import."""
    return full.startswith("tensorflow.") and not full.startswith(
        ("tensorflow.python", "tensorflow.contrib", "tensorflow.keras")
    )
