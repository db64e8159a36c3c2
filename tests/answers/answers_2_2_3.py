"""Answers to 2.2.3, training on dart throwers."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import darts
from plans import Limit, Plan, commonest, usual_ways

SLOW = True

FIT = "model.fit(coord_train, competitors_train, epochs=200)"
ONE = ("epochs=200", "epochs=1")
EVALUATE = "model.evaluate(coord_test, competitors_test)[1]"
REBUILT = """
import keras
from keras.layers import Dense
model = keras.Sequential([keras.Input((2,)), Dense(128, "relu"), Dense(64, "relu"), Dense(32, "relu"), Dense(4, "softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
"""

RIGHT = [
    Right(
        "as in the course, bare",
        bare("""
model.fit(coord_train, competitors_train, epochs = 200)
accuracy = model.evaluate(coord_test, competitors_test)[1]
print('Accuracy:', accuracy)
"""),
    ),
    Right(
        "saved and loaded in between",
        steps("""
import keras
model.fit(coord_train, competitors_train, epochs=200, verbose=0)
model.save("darts.keras")
model = keras.models.load_model("darts.keras")
accuracy = model.evaluate(coord_test, competitors_test)[1]
"""),
    ),
    Right(
        "two halves, unpacked",
        steps("""
for _ in range(2):
    model.fit(x=coord_train, y=competitors_train, epochs=100, verbose=0)
loss, accuracy = model.evaluate(coord_test, competitors_test, verbose=0)
"""),
    ),
    Right(
        "a loop of batches",
        steps("""
for epoch in range(200):
    for begin in range(0, len(coord_train), 64):
        here = slice(begin, begin + 64)
        model.train_on_batch(coord_train[here], competitors_train[here])
loss, accuracy = model.evaluate(coord_test, competitors_test)
"""),
    ),
    Right(
        "rows in another order, own accuracy",
        steps("""
import numpy as np
order = np.random.permutation(len(coord_train))
model.fit(coord_train[order], competitors_train[order], epochs=200)
chosen = np.argmax(model.predict(coord_test), axis=1)
accuracy = np.mean(chosen == competitors_test.argmax(axis=1))
"""),
    ),
    Right(
        "DataFrames, scikit-learn's accuracy",
        steps("""
import pandas as pd
from sklearn.metrics import accuracy_score
model.fit(pd.DataFrame(coord_train), pd.DataFrame(competitors_train), 32, 200)
accuracy = accuracy_score(competitors_test.argmax(1), model.predict(pd.DataFrame(coord_test)).argmax(1))
"""),
    ),
    Right(
        "tensors, functions, a rounded dictionary",
        steps("""
import tensorflow as tf

def train(network, epochs):
    return network.fit(tf.constant(coord_train), tf.constant(competitors_train), epochs=epochs)

def measure(network):
    return network.evaluate(tf.constant(coord_test), tf.constant(competitors_test), return_dict=True)

train(model, 200)
accuracy = round(measure(model)["accuracy"], 3)
"""),
    ),
    Right(
        "batches of 64, a part held back",
        edit(
            (
                FIT,
                "history = model.fit(coord_train, competitors_train, batch_size=64, epochs=200, validation_split=0.2)",
            ),
        ),
    ),
    Right(
        "validated by fit itself",
        steps("""
history = model.fit(coord_train, competitors_train, epochs=200,
                    validation_data=(coord_test, competitors_test))
accuracy = history.history["val_accuracy"][-1]
"""),
    ),
    Right(
        "the same network built anew, direct call",
        steps(
            REBUILT
            + """
model.fit(coord_train.astype("float32"), competitors_train.astype(int), epochs=200)
outputs = model(coord_test).numpy()
accuracy = float((outputs.argmax(axis=-1) == competitors_test.argmax(axis=-1)).mean())
"""
        ),
    ),
    Right(
        "in per cent, with a callback",
        steps("""
import keras
model.fit(coord_train, competitors_train, epochs=200, callbacks=[keras.callbacks.History()])
accuracy = 100 * model.evaluate(coord_test, competitors_test, batch_size=160)[1]
"""),
    ),
]

WRONG = [
    Wrong("fit forgotten", edit((FIT, "pass")), "training_data", "fit was not called"),
    Wrong("trained on the test throws", edit((FIT, "model.fit(coord_test, competitors_test, epochs=1)")), "training_data",
          "can no longer be tested"),
    Wrong("trained on all throws", edit((FIT, "import numpy as np\nmodel.fit(np.vstack([coord_train, coord_test]), "
                                              "np.vstack([competitors_train, competitors_test]), epochs=1)")),
          "training_data", r"\(800, 2\)"),
    Wrong("only some of the throws", edit((FIT, "model.fit(coord_train[:100], competitors_train[:100], epochs=1)")),
          "training_data", "(?s)the first 100 rows of `coord_train`.*all of the rows"),
    Wrong("labels shuffled", edit((FIT, "import numpy as np\nmodel.fit(coord_train, np.random.permutation(competitors_train), epochs=1)")),
          "training_data", "(?s)`coord_train` and an array.*rows do not belong together"),
    Wrong("x and y of the throws swapped", edit((FIT, "model.fit(coord_train[:, ::-1], competitors_train, epochs=1)")),
          "training_data", "and `competitors_train`"),
    Wrong("labels as codes, compiled for them", steps("""
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(coord_train, competitors_train.argmax(axis=1), epochs=1)
accuracy = model.evaluate(coord_test, competitors_test.argmax(axis=1))[1]
"""), "training_data", r"\(640,\)"),
    Wrong("another network trained", steps("""
network = networks.darts_network()
network.fit(coord_train, competitors_train, epochs=1)
accuracy = network.evaluate(coord_test, competitors_test)[1]
"""), "training_data", "another model was trained"),
    Wrong("twenty epochs", edit(("epochs=200", "epochs=20")), "epochs", "20 epochs"),
    Wrong("epochs forgotten", edit((", epochs=200", "")), "epochs", "1 epoch"),
    Wrong("one epoch too many", edit(("epochs=200", "epochs=201")), "epochs", "201 epochs"),
    Wrong("trained twice", edit((FIT, "for epochs in (20, 200):\n    model.fit(coord_train, competitors_train, epochs=epochs)")),
          "epochs", "220 epochs in 2 calls"),
    Wrong("stopped early", edit((FIT, "import keras\nstop = keras.callbacks.EarlyStopping('loss', patience=1)\n"
                                      + FIT.replace(")", ", callbacks=[stop])"))), "epochs", r"\d+ epochs"),
    Wrong("compiled anew as for banknotes", edit((FIT, 'model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])\n' + FIT)),
          "quality", "loss categorical_crossentropy.*loss binary_crossentropy.*came with this loss"),
    Wrong("nine tenths held back", edit((FIT, FIT.replace(")", ", validation_split=0.9)"))), "quality", "what else you tell fit"),
    Wrong("layers frozen", edit((FIT, "model.trainable = False\n" + FIT)), "network", "trainable=False"),
    Wrong("sigmoid in place of softmax", edit((FIT, REBUILT.replace("softmax", "sigmoid").replace("categorical_", "binary_") + FIT), ONE),
          "network", "ends with softmax"),
    Wrong("a smaller network", edit((FIT, REBUILT.replace('Dense(64, "relu"), ', "") + FIT), ONE), "network", "64"),
    Wrong("accuracy of the training", edit((EVALUATE, "model.evaluate(coord_train, competitors_train)[1]"), ONE), "tested",
          "only on `coord_train`"),
    Wrong("a typed number", edit((EVALUATE, "0.8375"), ONE), "tested", "neither was called"),
    Wrong("both measured, the training kept", edit((EVALUATE, EVALUATE + "\naccuracy = model.evaluate(coord_train, competitors_train)[1]"),
                                                   ("epochs=200", "epochs=3")), "accuracy", "accuracy on the training data"),
    Wrong("the training kept, where both are close", steps("""
for _ in range(150):
    model.fit(coord_train, competitors_train, epochs=1)
    accuracy = model.evaluate(coord_train, competitors_train)[1]
    tested = model.evaluate(coord_test, competitors_test)[1]
    if 0 < abs(accuracy - tested) <= 0.002:
        break
"""), "accuracy", "accuracy on the training data"),
    Wrong("the loss", edit((EVALUATE, EVALUATE.replace("[1]", "[0]")), ONE), "accuracy", "the loss that evaluate returns"),
    Wrong("loss and accuracy", edit((EVALUATE, EVALUATE.replace("[1]", "")), ONE), "accuracy", "the loss first"),
    Wrong("the share that is wrong", edit((EVALUATE, "1 - " + EVALUATE), ONE), "accuracy", "not what your model gives"),
    Wrong("measured before training", steps("""
accuracy = model.evaluate(coord_test, competitors_test)[1]
model.fit(coord_train, competitors_train, epochs=3)
"""), "accuracy", "before the training was over"),
    Wrong("the history's accuracy", steps("""
history = model.fit(coord_train, competitors_train, epochs=3)
model.evaluate(coord_test, competitors_test)
accuracy = history.history["accuracy"][0]
"""), "accuracy", "as fit wrote it down"),
    Wrong("a typed number beside evaluate", edit((EVALUATE, "0.99\n" + EVALUATE), ONE), "accuracy", r"0\.9900"),
    Wrong("of two numbers none kept", edit(("accuracy = model", "model.evaluate(coord_train, competitors_train)\nmodel"), (', accuracy)', ")"), ONE),
          "accuracy", "does not make `accuracy`"),
    Wrong("labels as codes", edit((FIT, "model.fit(coord_train, competitors_train.argmax(axis=1), epochs=1)")), "",
          "(?i)shape", "error"),
    Wrong("throws and labels swapped", edit((FIT, "model.fit(competitors_train, coord_train, epochs=1)")), "",
          "(?i)shape|incompatible", "error"),
    Wrong("a name misspelt", edit(("fit(coord_train", "fit(coords_train")), "",
          "NameError.*coords_train", "error"),
    Wrong("the last accuracy of the history", edit((FIT, "history = " + FIT), (EVALUATE, 'history.history["accuracy"][-1]'), ONE), "tested",
          "`accuracy` is the accuracy on the training data, as fit wrote it down in the last epoch. Measure the model on `coord_test`"),
    Wrong("a new network after the training", edit((FIT, FIT + "\nmodel = networks.darts_network()"), ONE), "training_data",
          r"The training is on line \d+, and `model` became another model on line \d+"),
    Wrong("coordinates shuffled in place", steps("""
import numpy as np
np.random.shuffle(coord_train)
model.fit(coord_train, competitors_train, epochs=200)
accuracy = model.evaluate(coord_test, competitors_test)[1]
"""),
          "", r"`coord_train` is given, and cannot be changed in place. Shuffled alone", "error", blames="np.random.shuffle"),
]  # fmt: skip

TYPICAL = "twenty epochs"

COURSE_2019 = [
    Course2019("""
model.fit(coord_train, competitors_train, epochs=200)
accuracy = model.evaluate(coord_test, competitors_test)[1]
print('Accuracy:', accuracy)
"""),
]  # fmt: skip

PLAN = Plan(
    (Limit("quality", "MINIMUM", False, lambda: commonest(darts.load_split()[3])),),
    usual_ways(
        FIT, "competitors_train", 200, loss="'sgd', 'binary_crossentropy', metrics=['accuracy']"
    )
    | {
        "twenty epochs": edit((FIT, FIT.replace("200", "20"))),
        "nine tenths set aside": edit((FIT, FIT[:-1] + ", validation_split=0.9)")),
    },
    ("darts.csv",),
)
