"""Answers to 2.1.3, is this dollar bill fake."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import banknotes
from plans import Limit, Plan, commonest, usual_ways

SLOW = True

FIT = "model.fit(X_train, y_train, epochs=20)"
EVALUATE = "model.evaluate(X_test, y_test)[1]"

RIGHT = [
    Right(
        "only printed",
        edit(
            ("accuracy = model", "print(model"), ("y_test)[1]", "y_test)[1])"), (", accuracy)", ")")
        ),
    ),
    Right(
        "under another name", edit(("accuracy = model", "acc = model"), (", accuracy)", ", acc)"))
    ),
    Right(
        "as in 2019, bare",
        bare("""
# Train your model for 20 epochs
model.fit(X_train, y_train, epochs = 20)

# Evaluate your model accuracy on the test set
accuracy = model.evaluate(X_test, y_test)[1]

# Print accuracy
print('Accuracy:', accuracy)
"""),
    ),
    Right(
        "a copy is evaluated",
        steps("""
import keras
model.fit(X_train, y_train, epochs=20)
copy = keras.models.clone_model(model)
copy.set_weights(model.get_weights())
copy.compile("adam", "binary_crossentropy", metrics=["accuracy"])
accuracy = copy.evaluate(X_test, y_test)[1]
"""),
    ),
    Right(
        "saved, loaded in a function, and evaluated there",
        steps("""
import tempfile
from pathlib import Path
import keras
model.fit(X_train, y_train, epochs=20)
with tempfile.TemporaryDirectory() as folder:
    model.save(Path(folder) / "net.keras")
    accuracy = keras.models.load_model(Path(folder) / "net.keras").evaluate(X_test, y_test)[1]
"""),
    ),
    Right(
        "unpacked, columns",
        steps("""
model.fit(x=X_train.astype("float32"), y=y_train.reshape(-1, 1), epochs=20, verbose=0)
loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
"""),
    ),
    Right(
        "counted by hand",
        steps("""
model.fit(X_train, y_train, 16, 20)
guesses = model.predict(X_test).ravel() > 0.5
accuracy = (guesses == y_test).mean()
"""),
    ),
    Right(
        "scikit-learn's accuracy, validation split",
        steps("""
from sklearn.metrics import accuracy_score
history = model.fit(X_train, y_train, epochs=20, validation_split=0.1)
accuracy = accuracy_score(y_test, model.predict(X_test).round())
"""),
    ),
    Right(
        "a dictionary, rounded",
        edit((EVALUATE, 'round(model.evaluate(X_test, y_test, return_dict=True)["accuracy"], 3)')),
    ),
    Right(
        "rows in another order, tensors",
        steps("""
import numpy as np
import tensorflow as tf
order = np.random.permutation(len(X_train))
model.fit(tf.constant(X_train[order]), tf.constant(y_train[order]), epochs=20)
accuracy = model.evaluate(tf.constant(X_test), tf.constant(y_test))[1]
"""),
    ),
    Right(
        "batches one after the other",
        edit(
            (
                FIT,
                """
for _ in range(20):
    for start in range(0, len(X_train), 32):
        model.train_on_batch(X_train[start : start + 32], y_train[start : start + 32])
""",
            )
        ),
    ),
    Right(
        "batches in another order in each epoch, measured after each",
        steps("""
import numpy as np
for epoch in range(20):
    order = np.random.permutation(len(X_train))
    for batch in np.array_split(order, 31):
        loss, running = model.train_on_batch(X_train[batch], y_train[batch])
    accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
    print(epoch, running, accuracy)
"""),
    ),
]

BATCHES = """
import numpy as np
for epoch in range(20):
    order = np.random.permutation(len(X_train))
    for batch in np.array_split(order, 30):
        model.train_on_batch(X_train[batch], y_train[batch])
"""

WRONG = [
    Wrong("measured on other features", edit(("evaluate(X_test, y_test)", "evaluate(X_test[:, ::-1], y_test)"), ("epochs=20", "epochs=1")),
          "tested", r"only on an array of shape \(412, 4\).*Measure the model on `X_test`, as it is"),
    Wrong("measured on the first notes", edit(("evaluate(X_test, y_test)", "evaluate(X_test[:100], y_test[:100])"), ("epochs=20", "epochs=1")),
          "tested", "only on the first 100 rows of `X_test`"),
    Wrong("a copy from before training is measured", edit((FIT, """import keras
copy = keras.models.clone_model(model)
copy.set_weights(model.get_weights())
copy.compile("adam", "binary_crossentropy", metrics=["accuracy"])
""" + FIT), (EVALUATE, "copy.evaluate(X_test, y_test)[1]")), "tested", "another model was measured"),
    Wrong("fit forgotten", edit((FIT, "pass")), "training_data", "fit was not called"),
    Wrong("trained on the test notes", edit((FIT, "model.fit(X_test, y_test, epochs=20)")), "training_data",
          "can no longer be tested"),
    Wrong("trained on all notes", edit((FIT, "import numpy as np\nmodel.fit(np.vstack([X_train, X_test]), "
                                        "np.hstack([y_train, y_test]), epochs=20)")), "training_data", r"\(1372, 4\)"),
    Wrong("labels shuffled", edit((FIT, "import numpy as np\nmodel.fit(X_train, np.random.permutation(y_train), epochs=20)")),
          "training_data", "rows do not belong together"),
    Wrong("two epochs", edit((FIT, FIT.replace("20", "2"))), "epochs", "2 epochs"),
    Wrong("epochs forgotten", edit((", epochs=20", "")), "epochs", "1 epoch"),
    Wrong("two hundred epochs", edit((FIT, FIT.replace("20", "60"))), "epochs", "60 epochs"),
    Wrong("labels turned round", edit((FIT, "model.fit(X_train, 1 - y_train, epochs=20)")), "training_data", "fit on `X_train`"),
    Wrong("compiled anew, a learning rate far too small", edit((FIT, 'import keras\nmodel.compile(keras.optimizers.SGD(1e-6), "binary_crossentropy", metrics=["accuracy"])\n' + FIT)),
          "quality", "sgd with learning_rate=1e-06"),
    Wrong("compiled anew with squared errors", edit((FIT, 'model.compile("sgd", "mse", metrics=["accuracy"])\n' + FIT)),
          "quality", "loss binary_crossentropy.*loss mean_squared_error.*came with this loss"),
    Wrong("accuracy on the training notes", edit((EVALUATE, "model.evaluate(X_train, y_train)[1]")), "tested",
          "only on `X_train`"),
    Wrong("batches in 19 epochs", edit((FIT, BATCHES.replace("range(20)", "range(1, 20)"))), "epochs",
          "(?s)19 epochs.*in a row are one epoch until all its rows come again.*how often your loop goes"),
    Wrong("batches of the test notes", edit((FIT, "for _ in range(20):\n    model.train_on_batch(X_test, y_test)")), "training_data",
          "(?s)train_on_batch on `X_test` and `y_test`.*no longer be tested"),
    Wrong("batches of labels of other notes", edit((FIT, BATCHES.replace("y_train[batch]", "y_train[np.sort(batch)]"))), "training_data",
          r"train_on_batch on an array of shape \(19200, 4\)"),
    Wrong("batches of labels in reverse", edit((FIT, "for _ in range(20):\n    model.train_on_batch(X_train, y_train[::-1])")), "training_data",
          "The rows do not belong together"),
    Wrong("one batch in each epoch", edit((FIT, "for _ in range(20):\n    model.train_on_batch(X_train[:32], y_train[:32])")), "training_data",
          "(?s)train_on_batch on the first 32 rows of `X_train`.*takes each row once"),
    Wrong("batches drawn by chance", edit((FIT, BATCHES.replace("order = np.random.permutation(len(X_train))",
          "order = np.random.randint(0, len(X_train), len(X_train))"))), "training_data", r"of shape \(19200, 4\).*takes each row once"),
    Wrong("batches with weights", edit((FIT, BATCHES.replace("y_train[batch])", "y_train[batch], sample_weight=1 + y_train[batch])"))),
          "training_data", "train_on_batch with sample_weight="),
    Wrong("a loop with a tape", edit((FIT, """
import tensorflow as tf
for _ in range(20):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((y_train[:, None] - model(tf.constant(X_train), training=True)) ** 2)
    gradients = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))
""")), "training_data", "(?s)a GradientTape, and no call of fit.*follow fit and train_on_batch only"),
    Wrong("a typed number", edit((EVALUATE, "0.825")), "tested", "neither was called"),
    Wrong("the loss", edit((EVALUATE, EVALUATE.replace("[1]", "[0]"))), "accuracy", "the loss that evaluate returns"),
    Wrong("both numbers", edit((EVALUATE, EVALUATE.replace("[1]", ""))), "accuracy", "the loss first"),
    Wrong("measured before training", steps("""
accuracy = model.evaluate(X_test, y_test)[1]
model.fit(X_train, y_train, epochs=20)
"""), "accuracy", "before the training was over"),
    Wrong("the training history", steps("""
history = model.fit(X_train, y_train, epochs=20)
model.evaluate(X_test, y_test)
accuracy = history.history["accuracy"][0]
"""), "accuracy", "as fit wrote it down"),
    Wrong("of two numbers none kept", edit(("accuracy = model", "model.evaluate(X_train, y_train)\nmodel"), (', accuracy)', ")")),
          "accuracy", "does not make `accuracy`"),
    Wrong("each output beside each label", edit((EVALUATE, "((model.predict(X_test) > 0.5) == y_test).mean()")), "accuracy",
          r"the mean of 412 × 412 comparisons: outputs of shape \(412, 1\) beside labels of shape \(412,\)"),
    Wrong("the data scaled under their name", edit((FIT, "X_train = X_train / 255\n" + FIT)), "training_data",
          r"`X_train` is no longer what the exercise hands out: it gets another value on line \d+\. The features are"),
    Wrong("the data scaled in place", edit((FIT, "X_train /= 255\n" + FIT)), "training_data", r"hands out: it gets another value on line \d+"),
    Wrong("the data scaled without a new value", edit((FIT, "X_train[:] = X_train / 255\n" + FIT)), "training_data",
          r"`X_train` is no longer what the exercise hands out\. The"),
    Wrong("the test data scaled under their name", edit((FIT, FIT + "\nX_test = X_test / 255")), "tested",
          "`X_test` is no longer what the exercise hands out: it gets another value"),
    Wrong("trained with the share of no rows", edit((FIT, FIT.replace(")", ", validation_split=2)"))), "training_data", "With 2 nothing is left"),
    Wrong("features for labels", steps("""
model.fit(X_train, X_test, epochs=20)
accuracy = model.evaluate(X_test, y_test)[1]
"""),
          "", r"`X_test` are features, too, and no labels. The labels that belong to `X_train` are `y_train`", "error", blames="model.fit("),
]  # fmt: skip

TYPICAL = "accuracy on the training notes"

COURSE_2019 = [
    Course2019("""
model.fit(X_train, y_train, epochs=20)
accuracy = model.evaluate(X_test, y_test)[1]
print('Accuracy:', accuracy)
"""),
]  # fmt: skip

PLAN = Plan(
    (
        Limit("quality", "MINIMUM", False, lambda: commonest(banknotes.load_split()[3])),
        Limit("gain", "GAIN", False, lambda: 0.0),
    ),
    usual_ways(FIT, "y_train", 20, loss="'sgd', 'hinge', metrics=['accuracy']"),
    ("banknotes.csv",),
)
