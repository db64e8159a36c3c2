"""Answers to 3.4.3, training with cross-validation."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import breast_cancer
from plans import Limit, Plan, commonest

SLOW = True

MODEL = "model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)"
SCORE = "kfolds = cross_val_score(model, X, y, cv=3)"
ONE = ("epochs=50", "epochs=1")
COURSE = """
# Create a KerasClassifier
model = KerasClassifier(build_fn=create_model(learning_rate=0.001, activation='relu'), epochs=50,
             batch_size=128, verbose=0)

# Calculate the accuracy score for each fold
kfolds = cross_val_score(model, X, y, cv=3)

# Print the mean accuracy
print('The mean accuracy was:', kfolds.mean())

# Print the accuracy standard deviation
print('With a standard deviation of:', kfolds.std())
"""

RIGHT = [
    Right("as in the course, bare", bare(COURSE)),
    Right(
        "settings passed on, a splitter, shuffled",
        steps("""
from sklearn.model_selection import KFold
model = KerasClassifier(create_model, learning_rate=0.001, activation="relu", fit__epochs=50, fit__batch_size=128)
kfolds = cross_val_score(estimator=model, X=X, y=y, cv=KFold(3, shuffle=True, random_state=1), n_jobs=-1)
"""),
    ),
    Right(
        "stratified, scores of cross_validate, a list",
        steps("""
from sklearn.model_selection import StratifiedKFold, cross_validate
model = KerasClassifier(model=create_model, model__activation="relu", epochs=50, batch_size=128, verbose=0)
found = cross_validate(model, X, y, cv=StratifiedKFold(n_splits=3), scoring="accuracy")
kfolds = list(found["test_score"])
print(sum(kfolds) / 3)
"""),
    ),
    Right(
        "an own loop",
        steps("""
from sklearn.base import clone
from sklearn.model_selection import KFold
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
kfolds = []
for train, test in KFold(n_splits=3).split(X):
    fold = clone(model).fit(X[train], y[train])
    kfolds.append(fold.score(X[test], y[test]))
print(kfolds)
"""),
    ),
    Right(
        "own function, a table, rounded",
        steps("""
import keras
import pandas as pd

def make():
    inputs = keras.Input((30,))
    x = keras.layers.Dense(128, activation="relu")(inputs)
    x = keras.layers.Dense(256, activation="relu")(x)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile(keras.optimizers.Adam(0.001), "binary_crossentropy", metrics=["accuracy"])
    return model

model = KerasClassifier(model=make, epochs=50, batch_size=128, verbose=0, random_state=3)
kfolds = cross_val_score(model, pd.DataFrame(X), pd.Series(y), cv=3).round(3)
print(kfolds.mean(), kfolds.std())
"""),
    ),
    Right(
        "only printed",
        steps("""
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
print(cross_val_score(model, X, y, cv=3))
"""),
    ),
    Right(
        "under another name",
        steps("""
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
scores = cross_val_score(model, X, y, cv=3)
mean, spread = scores.mean(), scores.std()
"""),
    ),
    Right(
        "tried with other parts first, trained on all afterwards",
        steps("""
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
print(cross_val_score(model, X, y, cv=2))
kfolds = cross_val_score(model, X, y, cv=3)
model.fit(X, y)
print(model.score(X, y))
"""),
    ),
    Right(
        "the library's own name, parameters at the call",
        steps("""
from sklearn import model_selection
model = KerasClassifier(model=create_model, verbose=0)
model.set_params(epochs=50, batch_size=128)
kfolds = model_selection.cross_val_score(model, X.astype("float32"), y.astype(float), cv=3, error_score="raise")
"""),
    ),
]

WRONG = [
    Wrong("epochs and batch size swapped", edit((MODEL, MODEL.replace("epochs=50, batch_size=128", "epochs=128, batch_size=50"))), "epochs",
          "(?s)128 epochs in batches of 50.*stand in each other's place"),
    Wrong("epochs for the cross-validation", edit((MODEL, "model = KerasClassifier(model=create_model, verbose=0)"),
                                                  (SCORE, SCORE.replace("cv=3", "cv=3, epochs=50, batch_size=128"))), "",
          "does not take `epochs` and `batch_size`.*give them to the KerasClassifier", "error"),
    Wrong("as in the course, bare, its import", bare("from tensorflow.keras.wrappers.scikit_learn import KerasClassifier\n" + COURSE), "",
          "Line 1: `tensorflow.keras.wrappers.scikit_learn` has moved. Write `from scikeras.wrappers import KerasClassifier`", "error"),
    Wrong("a regressor", edit((MODEL, "from scikeras.wrappers import KerasRegressor\n" + MODEL.replace("KerasClassifier", "KerasRegressor")), ONE,
                              (SCORE, SCORE.replace("cv=3", "cv=3, scoring='r2'"))), "model", "two classes"),
    Wrong("a network as model", edit((SCORE, SCORE + "\nmodel = create_model()"), ONE), "model", "a Keras model"),
    Wrong("five parts", edit(("cv=3", "cv=5"), ONE), "folds", "5 parts"),
    Wrong("parts forgotten", edit((", cv=3", ""), ONE), "folds", "5 parts"),
    Wrong("typed in", edit((SCORE, "import numpy as np\nkfolds = np.array([0.97, 0.97, 0.97])")), "folds", "(?s)no training.*typed in"),
    Wrong("trained once, no parts", edit((SCORE, "import numpy as np\nmodel.fit(X, y)\nkfolds = np.array([model.score(X, y)] * 3)"), ONE),
          "folds", "(?s)a training on all rows.*Nothing was left out"),
    Wrong("random thirds", edit((SCORE, "from sklearn.model_selection import ShuffleSplit\n" + SCORE.replace("cv=3", "cv=ShuffleSplit(3, test_size=0.33)")), ONE),
          "folds", "leave out some rows more than once"),
    Wrong("only half of the tumours", edit((SCORE, SCORE.replace("X, y", "X[:300], y[:300]")), ONE), "folds", "269 rows that are in no training"),
    Wrong("labels shuffled", edit((SCORE, "import numpy as np\n" + SCORE.replace("y,", "np.random.permutation(y),")), ONE), "folds", "other data"),
    Wrong("features doubled", edit((SCORE, SCORE.replace("X,", "2 * X,")), ONE), "folds", "(?s)other data.*as they are"),
    Wrong("one network for all parts", edit((SCORE, """
import numpy as np
from sklearn.model_selection import KFold
model = KerasClassifier(model=create_model(), epochs=1, batch_size=128, verbose=0)
kfolds = []
for train, test in KFold(3).split(X):
    model.fit(X[train], y[train])
    kfolds.append(model.score(X[test], y[test]))
kfolds = np.array(kfolds)
""")), "folds", "(?s)one network that went on learning.*new network"),
    Wrong("five epochs", edit(("epochs=50", "epochs=5")), "epochs", "5 epochs"),
    Wrong("epochs forgotten", edit(("epochs=50, ", "")), "epochs", "1 epoch\n"),
    Wrong("a batch of 32", edit(("batch_size=128", "batch_size=32"), ONE), "batch_size", "batches of 32\n"),
    Wrong("batch size forgotten", edit((", batch_size=128", ""), ONE), "batch_size", "none were asked for"),
    Wrong("another rate", edit(("model=create_model,", "model=create_model, learning_rate=0.01,"), ONE), "network", "rate of 0.01"),
    Wrong("tanh", edit(("model=create_model,", 'model=create_model, activation="tanh",'), ONE), "network", "layer 1: tanh"),
    Wrong("another network", edit((MODEL, "model = KerasClassifier(model=networks.dots_network, epochs=1, batch_size=128, verbose=0)"),
                                  (SCORE, SCORE.replace("X,", "X[:, :2],"))), "folds", "other data"),
    Wrong("the mean", edit((SCORE, SCORE + ".mean()"), ONE), "kfolds", "(?s)the number.*Keep all three"),
    Wrong("the whole dictionary", edit((SCORE, "from sklearn.model_selection import cross_validate\n" + SCORE.replace("cross_val_score", "cross_validate")), ONE,
                                       ("kfolds.mean()", "kfolds"), ("kfolds.std()", "kfolds")), "kfolds", "(?s)a dictionary of 3.*without the times"),
    Wrong("mean and spread", edit((SCORE, SCORE + "\nimport numpy as np\nkfolds = np.array([kfolds.mean(), kfolds.std()])"), ONE), "kfolds", "2 numbers"),
    Wrong("another score", edit((SCORE, SCORE.replace("cv=3", 'cv=3, scoring="neg_log_loss"')), ONE), "kfolds", "(?s)-.*measure what it measures"),
    Wrong("errors instead", edit((SCORE, SCORE.replace("kfolds = ", "kfolds = 1 - ")), ONE), "kfolds", "not the accuracies"),
    Wrong("not kept, two parts at last", edit((SCORE, SCORE.removeprefix("kfolds = ") + "\n" + SCORE.removeprefix("kfolds = ").replace("cv=3", "cv=2")),
                                                   ("kfolds.mean()", "0"), ("kfolds.std()", "0"), ONE), "kfolds", "2 numbers"),
    Wrong("not kept, of an own loop", edit((SCORE, """
from sklearn.base import clone
from sklearn.model_selection import KFold
for train, test in KFold(3).split(X):
    print(clone(model).fit(X[train], y[train]).score(X[test], y[test]))
"""), ("kfolds.mean()", "0"), ("kfolds.std()", "0"), ONE), "kfolds", "does not make `kfolds`"),
    Wrong("the loss of several classes", edit((MODEL, """
def make(learning_rate=0.001):
    model = create_model(learning_rate)
    model.compile(model.optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model
""" + MODEL.replace("create_model", "make"))), "network", "loss categorical_crossentropy.*came with this loss"),
    Wrong("layers frozen", edit((MODEL, """
def make(learning_rate=0.001):
    model = create_model(learning_rate)
    model.trainable = False
    model.compile(model.optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model
""" + MODEL.replace("create_model", "make"))), "network", "trainable=False"),
    Wrong("weights forgotten after the training", edit((MODEL, """
import keras
class Forget(keras.callbacks.Callback):
    def on_train_end(self, logs=None):
        self.model.set_weights([0 * weight for weight in self.model.get_weights()])
""" + MODEL.replace("verbose", "callbacks=[Forget()], verbose"))), "quality", "at least"),
    Wrong("the function to the cross-validation", edit((SCORE, SCORE.replace("(model,", "(create_model,"))), "", "estimator", "error"),
    Wrong("the built network to the cross-validation", edit((MODEL, "model = create_model()")), "", "estimator|score", "error"),
    Wrong("labels forgotten", edit((SCORE, SCORE.replace("X, y,", "X,")), ONE), "", "(?s)All the 3 fits failed.*missing 1 required positional argument: 'y'", "error"),
    Wrong("no cv", steps("""
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(model, X, y)
"""),
          "folds", r"told no `cv`, and then it cuts 5 parts"),
    Wrong("the function scored", steps("""
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(create_model, X, y, cv=3)
"""),
          "", r"`create_model` is a function that makes networks.*KerasClassifier made with it", "error", blames="cross_val_score("),
    Wrong("k for cv", steps("""
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(model, X, y, k=3)
"""),
          "", r"takes the number of parts as `cv`, not as `k`", "error", blames="k=3"),
    Wrong("names of other exercises", steps("""
model = KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(model, X_train, y_train, cv=3)
"""),
          "", r"Here there are `X` and `y`", "error"),
]  # fmt: skip

TYPICAL = "parts forgotten"

COURSE_2019 = [
    Course2019("""
from keras.wrappers.scikit_learn import KerasClassifier

model = KerasClassifier(build_fn=create_model(learning_rate=0.001, activation='relu'), epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(model, X, y, cv=3)
print('Mean:', kfolds.mean())
print('Spread:', kfolds.std())
""", "error", ("Line 2: .*has moved. Write `from scikeras.wrappers import KerasClassifier`",
               "Line 4: Give KerasClassifier the function itself", "Line 4: `build_fn=`"),
           (("keras.wrappers.scikit_learn", "scikeras.wrappers"), ("build_fn=create_model(learning_rate=0.001, activation='relu')", "model=create_model"))),
    Course2019("""
model = KerasClassifier(build_fn=create_model(learning_rate=0.001, activation='relu'), epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(model, X, y, cv=3)
print('Mean:', kfolds.mean())
""", says=("Line 2: Give KerasClassifier the function itself", "Line 2: `build_fn=`")),
]  # fmt: skip

EQUIVALENT = {
    ("setting", "verbose: 0 → 1"): "Still right: how much fit prints is the learner's own choice.",
    ("setting", "verbose: 0 → -1"): "Still right: how much fit prints is the learner's own choice.",
}

CLASSIFIER = MODEL.removeprefix("model = ")
PLAN = Plan(
    (Limit("quality", "MINIMUM", False, lambda: commonest(breast_cancer.load()[1])),),
    {
        "one epoch": edit((CLASSIFIER, CLASSIFIER.replace("50", "1"))),
        "untrained": edit(
            (CLASSIFIER, CLASSIFIER.replace("verbose", "model__learning_rate=0.0, verbose"))
        ),
        "shuffled labels": edit(
            (
                "kfolds = cross_val_score(model, X, y,",
                "kfolds = cross_val_score(model, X, __import__('numpy').random.permutation(y),",
            )
        ),
        "wrong loss": edit(
            (
                "create_model = networks.cancer_network",
                "def create_model():\n"
                "    made = networks.cancer_network()\n"
                "    made.compile('adam', 'mse', metrics=['accuracy'])\n"
                "    return made",
            )
        ),
    },
)
