"""Answers to 3.3.1, changing batch sizes."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import dots
from plans import Limit, Plan, commonest, usual_ways

SLOW = True

ONE = "model.fit(X_train, y_train, epochs=5, batch_size=1)"
FULL = "model.fit(X_train, y_train, epochs=5, batch_size=len(X_train))"
SCORE_1 = "accuracy_batch_1 = model.evaluate(X_test, y_test)[1]"
SCORE_FULL = "accuracy_full_batch = model.evaluate(X_test, y_test)[1]"

RIGHT = [
    Right(
        "as in the course, bare",
        bare("""
# Get a fresh new model with get_model
model = get_model()

# Train your model for 5 epochs with a batch size of 1
model.fit(X_train, y_train, epochs=5, batch_size=1)
print("\\n Accuracy, one by one: ",
      model.evaluate(X_test, y_test)[1])

model = get_model()

# Fit your model for 5 epochs with a batch of size the training set
model.fit(X_train, y_train, epochs=5, batch_size=X_train.shape[0])
print("\\n Accuracy, all at once: ",
      model.evaluate(X_test, y_test)[1])
"""),
    ),
    Right(
        "datasets",
        steps("""
import tensorflow as tf
train, test = (tf.data.Dataset.from_tensor_slices(pair) for pair in ((X_train, y_train), (X_test, y_test)))
found = []
for size in (1, 700):
    model = get_model()
    model.fit(train.shuffle(700, seed=1).batch(size), validation_data=test.batch(50), epochs=5)
    found.append(model.evaluate(test.batch(32))[1])
accuracy_batch_1, accuracy_full_batch = found
"""),
    ),
    Right(
        "in a function, a dictionary",
        steps("""
def train(batch_size):
    model = get_model()
    model.fit(x=X_train, y=y_train, batch_size=batch_size, epochs=5, verbose=0)
    return model.evaluate(X_test, y_test, verbose=0, return_dict=True)["accuracy"]

accuracy_batch_1, accuracy_full_batch = train(1), train(700)
"""),
    ),
    Right(
        "a loop, the large batch first",
        steps("""
found = {}
for size in (len(X_train), 1):
    network = get_model()
    network.fit(X_train, y_train, size, 5)
    loss, found[size] = network.evaluate(X_test, y_test)
accuracy_batch_1 = found[1]
accuracy_full_batch = found[700]
"""),
    ),
    Right(
        "two names, counted by hand, rounded",
        steps("""
one, full = get_model(), get_model()
one.fit(X_train, y_train.reshape(-1, 1), epochs=5, batch_size=1)
full.fit(X_train, y_train.reshape(-1, 1), epochs=5, batch_size=1000)
accuracy_batch_1 = round(((one.predict(X_test).ravel() > 0.5) == y_test).mean(), 3)
accuracy_full_batch = round(((full.predict(X_test)[:, 0] > 0.5) == y_test).mean(), 3)
"""),
    ),
    Right(
        "tensors, a table, scikit-learn's accuracy",
        steps("""
import pandas as pd
import tensorflow as tf
from sklearn.metrics import accuracy_score
model = get_model()
model.fit(tf.constant(X_train), tf.constant(y_train), epochs=5, batch_size=1)
accuracy_batch_1 = accuracy_score(y_test, model.predict(X_test).round())
model = get_model()
model.fit(pd.DataFrame(X_train), pd.Series(y_train), epochs=5, batch_size=len(y_train))
accuracy_full_batch = accuracy_score(y_test, model.predict(pd.DataFrame(X_test)).round())
"""),
    ),
    Right(
        "batches of one's own",
        steps("""
one, full = get_model(), get_model()
for _ in range(5):
    for i in range(len(X_train)):
        one.train_on_batch(X_train[i : i + 1], y_train[i : i + 1])
    full.train_on_batch(X_train, y_train)
accuracy_batch_1 = one.evaluate(X_test, y_test)[1]
accuracy_full_batch = full.evaluate(X_test, y_test)[1]
"""),
    ),
    Right(
        "one training with fit, the other one without",
        edit((FULL, "for _ in range(5):\n    model.train_on_batch(X_train, y_train)")),
    ),
    Right(
        "epoch by epoch, with validation",
        edit(
            (
                FULL,
                """
for epoch in range(5):
    model.fit(X_train, y_train, epochs=1, batch_size=700, validation_data=(X_test, y_test))
""",
            )
        ),
    ),
    Right(
        "other sizes tried as well",
        edit(
            (
                SCORE_FULL,
                SCORE_FULL
                + """
for size in (32, 100):
    other = get_model()
    other.fit(X_train, y_train, epochs=2, batch_size=size)
    print(size, other.evaluate(X_test, y_test))
""",
            )
        ),
    ),
    Right(
        "a cloned network",
        edit(
            (
                ONE,
                """
import keras
model = keras.models.clone_model(get_model())
model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["acc"])
"""
                + ONE,
            )
        ),
    ),
    Right(
        "measured on all data, too",
        edit((SCORE_1, SCORE_1 + "\nprint(model.evaluate(X_train, y_train))")),
    ),
]

WRONG = [
    Wrong("one network for both", edit(("model = get_model()\n" + FULL, FULL)), "fresh", "The later training went on where", blames="fit("),
    Wrong("one step in place of one batch", edit((FULL, "model.fit(X_train, y_train, epochs=5, steps_per_epoch=1)")), "full_batch",
          "`steps_per_epoch` says how many batches make an epoch: 1 of 32 dots here", blames="steps_per_epoch"),
    Wrong("batch sizes swapped", edit((ONE, FULL.replace("len(X_train)", "700")), (FULL, ONE)), "accuracy_batch_1",
          "trained with all dots in one batch. The two accuracies, or the two trainings, stand"),
    Wrong("epochs and batch size swapped", edit((ONE, "model.fit(X_train, y_train, epochs=1, batch_size=5)")), "batch_of_one",
          "stand in each other's place"),
    Wrong("a loop with batches of 32", edit((FULL, """
for _ in range(5):
    for start in range(0, 700, 32):
        model.train_on_batch(X_train[start : start + 32], y_train[start : start + 32])
""")), "full_batch", "(?s)only with batch sizes of 1 and 32[^(]*Look at how many dots you give to train_on_batch"),
    Wrong("a loop with batches of several sizes", edit((FULL, """
import numpy as np
for _ in range(5):
    for batch in np.array_split(np.arange(700), 3):
        model.train_on_batch(X_train[batch], y_train[batch])
""")), "full_batch", "only with batch sizes of 1 and no fixed number"),
    Wrong("a loop with batches of several sizes before", edit((FULL, """
for rows in (slice(300), slice(300, 700)):
    model.train_on_batch(X_train[rows], y_train[rows])
print(model.evaluate(X_test, y_test))
""" + FULL)), "fresh", "a batch size of no fixed number and then 700"),
    Wrong("a loop of six", edit((FULL, "for _ in range(6):\n    model.train_on_batch(X_train, y_train)")), "full_batch",
          "(?s)6 epochs.*how often your loop goes through the data", blames="train_on_batch"),
    Wrong("no fit but a loop", steps("""
model = get_model()
for _ in range(5):
    model.train_on_batch(X_train, y_train)
accuracy_batch_1 = accuracy_full_batch = model.evaluate(X_test, y_test)[1]
"""), "batch_of_one", "only with a batch size of 700"),
    Wrong("batch size forgotten", edit((", batch_size=1)", ")")), "batch_of_one", r"(?s)only with batch sizes of 32 \(what fit takes.*700"),
    Wrong("a batch of ten", edit(("batch_size=1)", "batch_size=10)")), "batch_of_one", "only with batch sizes of 10 and 700"),
    Wrong("three epochs", edit((ONE, ONE.replace("5", "3"))), "batch_of_one", "3 epochs"),
    Wrong("one by one on the test dots", edit((ONE, ONE.replace("X_train, y_train", "X_test, y_test"))), "batch_of_one",
          "can no longer be tested"),
    Wrong("labels in reverse", edit((ONE, ONE.replace("y_train", "y_train[::-1]"))), "batch_of_one", "`X_train` and an array"),
    Wrong("never trained", steps("""
model = get_model()
accuracy_batch_1 = model.evaluate(X_test, y_test)[1]
model = get_model()
accuracy_full_batch = model.evaluate(X_test, y_test)[1]
"""), "batch_of_one", "fit was not called"),
    Wrong("no second training", edit((FULL, "pass")), "full_batch", "only with a batch size of 1"),
    Wrong("batch size of the test set", edit(("batch_size=len(X_train)", "batch_size=len(X_test)")), "full_batch",
          r"(?s)700, all of the training dots.*only with batch sizes of 1 and 300"),
    Wrong("as many epochs as dots", edit((FULL, FULL.replace("epochs=5", "epochs=700"))), "full_batch", "700 epochs"),
    Wrong("second training without a batch size", edit((FULL, FULL.replace(", batch_size=len(X_train)", ""))), "full_batch",
          r"only with batch sizes of 1 and 32 \(what fit takes"),
    Wrong("the same network again", edit((FULL, "PLACE"), ("model = get_model()\nPLACE", FULL)), "fresh",
          "(?s)batch size of 1 and then 700.*new network"),
    Wrong("two names for one network", steps("""
model = get_model()
other = model
model.fit(X_train, y_train, epochs=5, batch_size=1)
accuracy_batch_1 = model.evaluate(X_test, y_test)[1]
other.fit(X_train, y_train, epochs=5, batch_size=700)
accuracy_full_batch = other.evaluate(X_test, y_test)[1]
"""), "fresh", "one network"),
    Wrong("warmed up", edit((ONE, "model.fit(X_train, y_train, epochs=5)\n" + ONE)), "fresh", "of 32 and then 1"),
    Wrong("another loss", edit((ONE, 'model.compile("sgd", "mape", metrics=["accuracy"])\n' + ONE)), "quality", "loss mean_absolute_percentage_error.*came with this loss"),
    Wrong("labels turned round", edit((ONE, ONE.replace("y_train", "1 - y_train"))), "batch_of_one", "`X_train` and an array"),
    Wrong("accuracy of the training dots", edit((SCORE_1, SCORE_1.replace("X_test, y_test", "X_train, y_train"))),
          "accuracy_batch_1", "only on `X_train`"),
    Wrong("the loss", edit((SCORE_1, SCORE_1.replace("[1]", "[0]"))), "accuracy_batch_1", "the loss that evaluate returns"),
    Wrong("both numbers", edit((SCORE_1, SCORE_1.replace("[1]", ""))), "accuracy_batch_1", "the loss first"),
    Wrong("typed in", edit((SCORE_1, "accuracy_batch_1 = 0.973")), "accuracy_batch_1", "typed in does not count"),
    Wrong("the first network measured again", edit(("accuracy_full_batch = model", "accuracy_full_batch = first"),
                                               (SCORE_1, SCORE_1 + "\nfirst = model")), "accuracy_full_batch", "another model was measured"),
    Wrong("measured before training", edit((SCORE_FULL, "pass"), (FULL, SCORE_FULL + "\n" + FULL)), "accuracy_full_batch",
          "measured before its training"),
    Wrong("names swapped", edit((SCORE_1, SCORE_1.replace("batch_1", "full")), (SCORE_FULL, SCORE_FULL.replace("full_batch", "batch_1")),
                                ('one dot:", accuracy_batch_1', 'one dot:", accuracy_full'),
                                ('all dots:", accuracy_full_batch', 'all dots:", accuracy_batch_1')),
          "accuracy_batch_1", "accuracy of another network"),
    Wrong("the training history", edit((FULL, "history = " + FULL), (SCORE_FULL, SCORE_FULL + """
accuracy_full_batch = history.history["loss"][-1]""")), "accuracy_full_batch", "is the loss on the training data, as fit wrote it down"),
    Wrong("a text", edit((SCORE_FULL, SCORE_FULL + "\naccuracy_full_batch = str(accuracy_full_batch)")), "accuracy_full_batch",
          "something else"),
    Wrong("get_model without calling it", edit(("model = get_model()\n" + ONE, "model = get_model\n" + ONE)), "", "AttributeError", "error"),
    Wrong("a name misspelt", edit(("batch_size=1)", "batchsize=1)")), "", "batchsize", "error"),
    Wrong("the number of coordinates", steps("""
model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=1)
accuracy_batch_1 = model.evaluate(X_test, y_test)[1]
model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=X_train.shape[1])
accuracy_full_batch = model.evaluate(X_test, y_test)[1]
"""),
          "full_batch", r"batch sizes of 1 and 2\nfit was told that 2 dots make a batch"),
    Wrong("the given function not called", steps("""
get_model.fit(X_train, y_train, epochs=5, batch_size=1)
accuracy_batch_1 = get_model.evaluate(X_test, y_test)[1]
get_model.fit(X_train, y_train, epochs=5, batch_size=700)
accuracy_full_batch = get_model.evaluate(X_test, y_test)[1]
"""),
          "", r"`get_model` is a function, which is not called here", "error", blames="get_model.fit"),
    Wrong("no number of dots", steps("""
model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=1, verbose=0)
accuracy_batch_1 = model.evaluate(X_test, y_test, verbose=0)[1]
model2 = get_model()
model2.fit(X_train, y_train, epochs=5, batch_size=None, verbose=0)
accuracy_full_batch = model2.evaluate(X_test, y_test, verbose=0)[1]
"""),
          "full_batch", r"Without a number as `batch_size`, fit takes 32 dots, not all"),
    Wrong("compared each with each", steps("""
model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=1, verbose=0)
accuracy_batch_1 = (model.predict(X_test).round() == y_test).mean()
model2 = get_model()
model2.fit(X_train, y_train, epochs=5, batch_size=len(X_train), verbose=0)
accuracy_full_batch = (model2.predict(X_test).round() == y_test).mean()
"""),
          "accuracy_batch_1", r"are compared each with each, as the two differ in shape"),
]  # fmt: skip

TYPICAL = "the same network again"

COURSE_2019 = [
    Course2019("""
model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=1)
print('Batches of one:', model.evaluate(X_test, y_test)[1])

model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=X_train.shape[0])
print('One batch:', model.evaluate(X_test, y_test)[1])
""", says=("`accuracy_batch_1`", "`accuracy_full_batch`")),
]  # fmt: skip

EQUIVALENT = {
    ("data", "X_train → y_train in len"): "Still right: there are as many labels as dots.",
}

UNNAMED = {
    (
        "other name",
        "model = accuracy_batch_1",
    ): "The second training stops the file: a number has no fit. The message quotes the line.",
}

PLAN = Plan(
    (
        Limit("quality", "MINIMUM", False, lambda: commonest(dots.load_split()[3])),
        Limit("gain", "GAIN", False, lambda: 0.0),
    ),
    usual_ways(ONE, "y_train", 5, loss="'sgd', 'mape', metrics=['accuracy']"),
)
