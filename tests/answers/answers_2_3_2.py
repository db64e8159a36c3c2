"""Answers to 2.3.2, training with multiple labels."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import irrigation
from plans import Limit, Plan, commonest, usual_ways

SLOW = True

FIT = "model.fit(sensors_train, parcels_train, epochs=100, validation_split=0.2)\n"
ONE = ("epochs=100", "epochs=1")
ACCURACY = "model.evaluate(sensors_test, parcels_test)[1]"
ROUNDED = "np.round(preds)"

RIGHT = [
    Right(
        "keywords, comparison, own mean",
        steps("""
model.fit(x=sensors_train, y=parcels_train, validation_split=0.2, epochs=100, verbose=0)
preds = model.predict(x=sensors_test, batch_size=100, verbose=0)
preds_rounded = preds > 0.5
accuracy = np.mean(preds_rounded == parcels_test)
"""),
    ),
    Right(
        "tensors, result as dictionary",
        steps("""
import tensorflow as tf
model.fit(tf.constant(sensors_train), tf.constant(parcels_train), epochs=100, validation_split=0.2)
preds = model(sensors_test)
preds_rounded = tf.round(preds)
accuracy = model.evaluate(sensors_test, parcels_test, return_dict=True)["accuracy"]
"""),
    ),
    Right(
        "set aside by hand",
        steps("""
cut = int(0.8 * len(sensors_train))
model.fit(sensors_train[:cut], parcels_train[:cut], epochs=100,
          validation_data=(sensors_train[cut:], parcels_train[cut:]))
preds = model.predict(sensors_test)
preds_rounded = np.rint(preds).astype(int)
loss, accuracy = model.evaluate(sensors_test, parcels_test)
"""),
    ),
    Right(
        "scikit-learn splits and scores",
        steps("""
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
X, X_val, y, y_val = train_test_split(sensors_train, parcels_train, test_size=0.2, random_state=3)
model.fit(X, y, epochs=100, validation_data=[X_val, y_val])
preds = model.predict(sensors_test)
preds_rounded = np.where(preds >= 0.5, 1, 0)
accuracy = accuracy_score(parcels_test.ravel(), preds_rounded.ravel())
"""),
    ),
    Right(
        "several calls of fit, in functions",
        steps("""
def train(model, epochs):
    for _ in range(epochs // 50):
        model.fit(sensors_train, parcels_train, epochs=50, validation_split=0.2)

def measure(model):
    return round(model.evaluate(sensors_test, parcels_test)[1], 3)

train(model, 100)
preds = model.predict(sensors_test)
preds_rounded = [[round(float(p)) for p in row] for row in preds]
accuracy = measure(model)
"""),
    ),
    Right(
        "as in 2019, bare",
        bare("""
# Train for 100 epochs using a validation split of 0.2
model.fit(sensors_train, parcels_train, epochs = 100, validation_split = 0.2)

# Predict on sensors_test and round up the predictions
preds = model.predict(sensors_test)
preds_rounded = np.round(preds)

# Print rounded preds
print('Rounded Predictions: \\n', preds_rounded)

# Evaluate your model's accuracy on the test data
accuracy = model.evaluate(sensors_test, parcels_test)[1]

# Print accuracy
print('Accuracy:', accuracy)
"""),
    ),
    Right(
        "DataFrames, float32",
        steps("""
import pandas as pd
model.fit(pd.DataFrame(sensors_train), parcels_train.astype("float32"), 32, 100, validation_split=0.2)
preds = pd.DataFrame(model.predict(sensors_test))
preds_rounded = preds.round()
accuracy = float((preds_rounded.to_numpy() == parcels_test).mean())
"""),
    ),
]

WRONG = [
    Wrong("the share to train on", edit(("split=0.2", "split=0.8"), ONE), "validation", "the share that is set aside, not the one to train on"),
    Wrong("no validation", edit((", validation_split=0.2", ""), ONE), "validation", "no validation"),
    Wrong("half set aside", edit(("split=0.2", "split=0.5"), ONE), "validation", "validation on 0.5"),
    Wrong("a tenth set aside by hand", edit((FIT, """
model.fit(sensors_train[:1260], parcels_train[:1260], epochs=1,
          validation_data=(sensors_train[1260:], parcels_train[1260:]))
""")), "validation", "validation on 0.1"),
    Wrong("validated on the test fields",
          edit(("validation_split=0.2", "validation_data=(sensors_test, parcels_test)"), ONE),
          "validation", "on `sensors_test` and `parcels_test`.*test fields are for the end"),
    Wrong("ten epochs", edit(("epochs=100", "epochs=10")), "epochs", "10 epochs"),
    Wrong("one epoch", edit(ONE), "epochs", "1 epoch"),
    Wrong("compiled anew, a learning rate far too small", edit((FIT, """
import keras
model.compile(keras.optimizers.Adam(1e-6), "binary_crossentropy", metrics=["binary_accuracy"])
""" + FIT)), "quality", "adam with learning_rate=1e-06"),
    Wrong("compiled anew for exclusive classes",
          edit((FIT, 'model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])\n' + FIT)),
          "quality", "loss categorical_crossentropy.*came with this loss"),
    Wrong("trained on the test fields",
          edit(("fit(sensors_train, parcels_train", "fit(sensors_test, parcels_test"), ONE),
          "training_data", "can no longer be tested"),
    Wrong("labels in reverse", edit(("fit(sensors_train, parcels_train,", "fit(sensors_train, parcels_train[::-1],"), ONE),
          "training_data", "`sensors_train` and an array"),
    Wrong("not trained", edit((FIT, "pass\n")), "training_data", "fit was not called"),
    Wrong("preds rounded in place",
          edit(("preds = model.predict(sensors_test)", "preds = np.round(model.predict(sensors_test))"), ONE),
          "preds", "rounded numbers in the end"),
    Wrong("predicted the training fields", edit(("predict(sensors_test)", "predict(sensors_train)"), ONE),
          "preds", r"shape \(1400, 3\)"),
    Wrong("predicted before training", steps("""
preds = model.predict(sensors_test)
model.fit(sensors_train, parcels_train, epochs=1, validation_split=0.2)
preds_rounded = np.round(preds)
accuracy = model.evaluate(sensors_test, parcels_test)[1]
"""), "preds", "gave on line .*before its training was over"),
    Wrong("no predictions", edit(("preds = model.predict(sensors_test)", "probabilities = model.predict(sensors_test)"),
                                 (ROUNDED, "np.round(probabilities)"), ONE),
          "preds", "does not make `preds`"),
    Wrong("another threshold", edit((ROUNDED, "(preds > 0.3).astype(int)"), ONE), "preds_rounded", "Above 0.5"),
    Wrong("cut off behind the point", edit((ROUNDED, "preds.astype(int)"), ONE), "preds_rounded", "was cut off"),
    Wrong("rounded up", edit((ROUNDED, "np.ceil(preds)"), ONE), "preds_rounded", "Above 0.5"),
    Wrong("two digits", edit((ROUNDED, "np.round(preds, 2)"), ONE), "preds_rounded", "only 0 and 1"),
    Wrong("not rounded", edit((ROUNDED, "preds"), ONE), "preds_rounded", "whole numbers"),
    Wrong("one parcel for each field", edit((ROUNDED, "preds.argmax(axis=1)"), ONE), "preds_rounded",
          r"shape \(600,\)"),
    Wrong("no name for the rounded", edit(("preds_rounded = " + ROUNDED, ROUNDED), ("print(preds_rounded)", ""), ONE),
          "preds_rounded", "does not make `preds_rounded`"),
    Wrong("the loss", edit((ACCURACY, ACCURACY.replace("[1]", "[0]")), ONE), "accuracy", "is the loss that evaluate returns"),
    Wrong("loss and accuracy", edit((ACCURACY, ACCURACY.replace("[1]", "")), ONE), "accuracy", "the loss first"),
    Wrong("accuracy of the training", edit((ACCURACY, "model.evaluate(sensors_train, parcels_train)[1]"),
                                           ("epochs=100", "epochs=4")),
          "accuracy", "accuracy on the training fields"),
    Wrong("all three parcels at once",
          edit((ACCURACY, "np.mean((preds_rounded == parcels_test).all(axis=1))"), ONE),
          "accuracy", "three parcels are right at once"),
    Wrong("whole rows", edit((FIT, """
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(sensors_train, parcels_train, epochs=1, validation_split=0.2)
""")), "accuracy", "comparison of whole rows"),
    Wrong("typed in", edit((ACCURACY, "0.99"), ONE), "accuracy", "not what your model gives"),
    Wrong("a name misspelt", edit(("fit(sensors_train", "fit(sensors_trian")), "", "NameError.*sensors_trian", "error"),
    Wrong("20 for a share", edit(("split=0.2", "split=20"), ONE), "training_data", "With 20 nothing is left to train on"),
    Wrong("measured against its own answers", edit((ACCURACY, "model.evaluate(sensors_test, preds_rounded)[1]"), ONE), "accuracy",
          r"what evaluate returned on line \d+. The labels there are `preds_rounded`, not `parcels_test`"),
    Wrong("rounded in place", edit((ROUNDED, "np.round(preds, out=preds)"), ONE), "preds", "holds rounded numbers in the end.*a new array"),
    Wrong("one array under two names", steps("""
model.fit(sensors_train, parcels_train, epochs=100, validation_split=0.2)
preds = model.predict(sensors_test)
preds_rounded = preds
preds_rounded[preds_rounded >= 0.5] = 1
preds_rounded[preds_rounded < 0.5] = 0
_, accuracy = model.evaluate(sensors_test, parcels_test)
"""),
          "preds", r"`preds_rounded` is no new array: it was made a second name of `preds` on line", blames=">= 0.5"),
]  # fmt: skip

TYPICAL = edit(
    ("preds = model.predict(sensors_test)", "preds = np.round(model.predict(sensors_test))")
)

COURSE_2019 = [
    Course2019("""
model.fit(sensors_train, parcels_train, epochs=100, validation_split=0.2)
preds = model.predict(sensors_test)
preds_rounded = np.round(preds)
print('Rounded:\\n', preds_rounded)
accuracy = model.evaluate(sensors_test, parcels_test)[1]
print('Accuracy:', accuracy)
"""),
]  # fmt: skip

CALL = FIT.rstrip()
PLAN = Plan(
    (Limit("quality", "MINIMUM", False, lambda: commonest(irrigation.load_split()[3])),),
    usual_ways(
        CALL,
        "parcels_train",
        100,
        loss="'adam', 'categorical_crossentropy', metrics=['accuracy']",
    )
    | {"two epochs": edit((CALL, CALL.replace("100", "2")))},
)
