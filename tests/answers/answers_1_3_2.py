"""Answers to 1.3.2, training."""

import numpy as np
from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import orbit
from plans import Limit, Plan

SLOW = True

FIT = "model.fit(time_steps, y_positions, epochs=30)"
EVALUATE = "model.evaluate(time_steps, y_positions)"

RIGHT = [
    Right(
        "objects",
        edit(
            (
                'optimizer="adam", loss="mse"',
                "keras.optimizers.Adam(), keras.losses.MeanSquaredError()",
            ),
            ("from grader", "import keras\nfrom grader"),
        ),
    ),
    Right(
        "columns, float32",
        edit(
            (
                FIT,
                'x = time_steps.reshape(-1, 1).astype("float32")\n'
                "model.fit(x, y_positions.reshape(-1, 1), epochs=30, verbose=0)",
            )
        ),
    ),
    Right(
        "the history's last loss",
        edit((FIT, "history = " + FIT), (EVALUATE, 'history.history["loss"][-1]')),
    ),
    Right(
        "as in 2019, bare, only printed",
        bare("""
model.compile(loss = 'mse', optimizer = 'adam')
model.fit(time_steps, y_positions, epochs = 30)
print(model.evaluate(time_steps, y_positions))
"""),
    ),
    Right(
        "two times fifteen epochs",
        edit((FIT, FIT.replace("30", "15") + "\n" + FIT.replace("30", "15"))),
    ),
    Right(
        "with a metric",
        steps("""
model.compile("adam", "mean_squared_error", metrics=["mae"])
model.fit(x=time_steps, y=y_positions, epochs=30, batch_size=16)
loss, mae = model.evaluate(time_steps, y_positions)
"""),
    ),
    Right(
        "a dataset, shuffled",
        edit(
            (
                FIT,
                """
import tensorflow as tf
data = tf.data.Dataset.from_tensor_slices((time_steps, y_positions))
model.fit(data.shuffle(2000).batch(32), epochs=30)
""",
            ),
            (EVALUATE, "model.evaluate(data.batch(100))"),
        ),
    ),
    Right(
        "a generator without an end",
        edit(
            (
                FIT,
                """
import numpy as np
def batches(size):
    while True:
        order = np.random.permutation(len(time_steps))
        for start in range(0, len(order), size):
            yield time_steps[order[start:start + size]], y_positions[order[start:start + size]]
model.fit(batches(32), steps_per_epoch=63, epochs=30)
""",
            )
        ),
    ),
    Right(
        "a PyDataset",
        edit(
            (
                FIT,
                """
import keras
class Measurements(keras.utils.PyDataset):
    def __len__(self):
        return 40
    def __getitem__(self, index):
        rows = slice(index, None, 40)
        return time_steps[rows], y_positions[rows]
model.fit(Measurements(), epochs=30)
""",
            ),
            (EVALUATE, "model.evaluate(Measurements())"),
        ),
    ),
    Right("all that evaluate returns", edit(('loss="mse")', 'loss="mse", metrics=["mae"])'))),
]

WRONG = [
    Wrong("sgd", edit(('"adam"', '"sgd"'), (FIT, FIT.replace("30", "1"))), "optimizer", "optimizer sgd"),
    Wrong("absolute error", edit(('"mse"', '"mae"'), (FIT, FIT.replace("30", "1"))), "loss", "mean_absolute_error"),
    Wrong("not compiled", steps("loss = 0.14"), "optimizer", "not compiled"),
    Wrong("fit forgotten", edit((FIT, "pass")), "training_data", "fit was not called"),
    Wrong("inputs and outputs swapped", edit((FIT, "model.fit(y_positions, time_steps, epochs=1)")),
          "training_data", "fit on `y_positions` and `time_steps`"),
    Wrong("half of the measurements", edit((FIT, "model.fit(time_steps[:1000], y_positions[:1000], epochs=1)")),
          "training_data", "the first 1000 rows of `time_steps`"),
    Wrong("a dataset of a half", edit((FIT, """
import tensorflow as tf
model.fit(tf.data.Dataset.from_tensor_slices((time_steps, y_positions)).take(1000).batch(32), epochs=1)
""")), "training_data", "the first 1000 rows of `time_steps`"),
    Wrong("a dataset that comes twice", edit((FIT, """
import tensorflow as tf
model.fit(tf.data.Dataset.from_tensor_slices((time_steps, y_positions)).batch(32).repeat(2), epochs=1)
""")), "training_data", r"\(4000,\)"),
    Wrong("a dataset without an end", edit((FIT, """
import tensorflow as tf
model.fit(tf.data.Dataset.from_tensor_slices((time_steps, y_positions)).batch(32).repeat(), epochs=1, steps_per_epoch=5)
""")), "training_data", "the first 160 rows of `time_steps`"),
    Wrong("a generator that reads on in the labels", edit((FIT, """
def batches():
    while True:
        for start in range(0, 2000, 50):
            yield time_steps[start:start + 50], y_positions[start - 50:start] if start else y_positions[:50]
model.fit(batches(), epochs=1, steps_per_epoch=40)
""")), "training_data", "`time_steps` and an array"),
    Wrong("five batches in an epoch", edit((FIT, FIT.replace("epochs=30", "epochs=2, steps_per_epoch=5"))),
          "training_data", "5 × 32 = 160 rows in an epoch"),
    Wrong("a fifth held back", edit((FIT, "model.fit(time_steps, y_positions, epochs=1, validation_split=0.2)")),
          "training_data", "20% of them held back"),
    Wrong("a learning rate far too small", edit(('"adam"', "keras.optimizers.Adam(1e-6)"),
                                                ("from grader", "import keras\nfrom grader")), "quality", "learning rate is low: 1e-06"),
    Wrong("measured on a part", edit((FIT, FIT.replace("30", "3")), (EVALUATE, "model.evaluate(time_steps[:200], y_positions[:200])")),
          "reported", r"evaluate was given the first 200 rows of `time_steps`"),
    Wrong("shuffled labels", edit((FIT, "import numpy as np\n"
                                        "model.fit(time_steps, np.random.permutation(y_positions), epochs=30)")),
          "training_data", "`time_steps` and an array"),
    Wrong("one epoch", edit((FIT, FIT.replace("30", "1"))), "epochs", "1 epoch"),
    Wrong("29 epochs", edit((FIT, FIT.replace("30", "29"))), "epochs", "29 epochs"),
    Wrong("epochs forgotten", edit((", epochs=30", "")), "epochs", "1 epoch"),
    Wrong("epochs as the batch size", edit(("epochs=30", "batch_size=30")), "epochs", "1 epoch"),
    Wrong("a typed number", edit((EVALUATE, "0.14159"), (FIT, FIT.replace("30", "3"))), "reported", "not how far off"),
    Wrong("measured before training", edit((FIT, "early = " + EVALUATE + "\n" + FIT.replace("30", "2")),
                                           ("loss = " + EVALUATE, "loss = early")), "reported", "after training"),
    Wrong("loss is the whole history", edit((FIT, "history = " + FIT.replace("30", "2")),
                                            ("loss = " + EVALUATE, 'loss = history.history["loss"]')),
          "reported", "is a list: the loss on the training data in each epoch"),
    Wrong("all losses of the training", steps("""
model.compile("adam", "mse")
history = model.fit(time_steps, y_positions, epochs=30)
loss = history.history["loss"]
"""), "reported", "a list of 30\n`loss` is a list: the loss on the training data in each epoch.*evaluate"),
    Wrong("a rate of 1", steps("""
from keras.optimizers import Adam
model.compile(optimizer=Adam(learning_rate=1.0), loss='mse')
model.fit(time_steps, y_positions, epochs=30)
loss = model.evaluate(time_steps, y_positions)
"""),
          "quality", r"learning rate is high: 1", blames="model.compile("),
]  # fmt: skip

TYPICAL = "epochs forgotten"

COURSE_2019 = [
    Course2019("""
model.compile(optimizer='adam', loss='mse')
print('The training starts, be patient')
model.fit(time_steps, y_positions, epochs=30)
print('Loss at the end:', model.evaluate(time_steps, y_positions))
""", says=("Give what evaluate returns the name `loss`",)),
]  # fmt: skip

PLAN = Plan(
    (Limit("quality", "MAXIMUM", True, lambda: float(np.var(orbit.load()[1]))),),
    {
        "one epoch": edit((FIT, FIT.replace("30", "1"))),
        "ten epochs": edit((FIT, FIT.replace("30", "10"))),
        "untrained": edit((FIT, f"model.optimizer.learning_rate = 0.0\n{FIT}")),
        "shuffled positions": edit(
            (
                FIT,
                FIT.replace(
                    "y_positions", "y_positions[__import__('numpy').random.permutation(2000)]"
                ),
            )
        ),
        "wrong loss": edit(('loss="mse"', 'loss="mape"')),
    },
)
