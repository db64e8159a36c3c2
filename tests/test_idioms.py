"""Code of 2019: every idiom is named with its line and today's spelling, and nothing else is."""

from __future__ import annotations

import ast
import re

import pytest
from corpus import answer_source, load_answers
from old_spellings import (
    ACC,
    ADADELTA,
    BUILD_FN,
    BUILT,
    CLASSES,
    CLASSIFIER,
    FIT,
    FUNCTION,
    KERAS_FILE,
    LAYERS,
    LENGTH,
    ONE_HOT,
    PROBABILITIES,
    RATE,
    RATE_OF,
    SEARCHED,
    TOKENIZER,
    VAL_ACC,
    VAL_ACC_WATCHED,
    WEIGHTS_FILE,
)

from grader.catalogue import Exercise, exercises
from grader.places import Line
from grader.tips import idioms
from grader.verdict import Fact, Tip

OLD = {
    # an optimizer's rate
    "Adam(lr=0.01)": (1, RATE),
    "opt = keras.optimizers.SGD(momentum=0.9, lr=0.01)": (1, RATE),
    "import tensorflow as tf\nopt = tf.keras.optimizers.RMSprop(lr=0.01)": (2, RATE),
    "import keras as k\nk.optimizers.Adam(lr=0.01)": (2, RATE),
    "from keras import optimizers as o\no.Nadam(lr=0.01)": (2, RATE),
    "from keras.optimizers import Adam as A\n\nopt = A(\n    lr=0.01,\n)": (3, RATE),
    "from tensorflow.keras.optimizers import Adam\nmodel.compile(Adam(lr=1), 'mse')": (2, RATE),
    "make = keras.optimizers.Adam\nmake(lr=0.01)": (2, RATE),
    "print(model.optimizer.lr)": (1, RATE_OF),
    "model.optimizer.lr = 0.1": (1, RATE_OF),
    "opt = Adam()\nprint(opt.lr)": (2, RATE_OF),
    # names of metrics
    "EarlyStopping(monitor='val_acc', patience=5)": (1, VAL_ACC_WATCHED),
    "import keras\nkeras.callbacks.EarlyStopping('val_acc')": (2, VAL_ACC_WATCHED),
    "EarlyStopping(monitor='val_acc', mode='max')": (1, VAL_ACC_WATCHED),
    "ModelCheckpoint('best.keras', monitor='val_acc')": (1, VAL_ACC_WATCHED),
    "from keras.callbacks import EarlyStopping as Stop\nStop('val_acc')": (2, VAL_ACC_WATCHED),
    "from tensorflow.keras import callbacks\ncallbacks.ReduceLROnPlateau('val_acc')": (2, VAL_ACC_WATCHED),
    "history.history['acc']": (1, ACC),
    "plot_accuracy(h.history['accuracy'], h.history['val_acc'])": (1, VAL_ACC),
    "past = model.fit(X, y).history\nprint(past['acc'])": (2, ACC),
    "plt.plot(results['relu'].history['val_acc'])": (1, VAL_ACC),
    # files
    "ModelCheckpoint('best.hdf5', save_best_only=True)": (1, KERAS_FILE),
    "import keras\nkeras.callbacks.ModelCheckpoint(filepath='best.h5')": (2, KERAS_FILE),
    "ModelCheckpoint('best.hdf5', save_weights_only=True)": (1, WEIGHTS_FILE),
    # the backend
    "import keras.backend as K\nf = K.function([inp], [out])": (2, FUNCTION),
    "import keras as k\nf = k.backend.function([inp], [out])": (2, FUNCTION),
    "from keras import backend\nf = backend.function([inp], [out])": (2, FUNCTION),
    "from keras import backend as b\nf = b.function([inp], [out])": (2, FUNCTION),
    "from tensorflow.keras import backend as K\nf = K.function([inp], [out])": (2, FUNCTION),
    "import tensorflow.keras.backend as back\nf = back.function([inp], [out])": (2, FUNCTION),
    "import tensorflow as tf\nf = tf.keras.backend.function([inp], [out])": (2, FUNCTION),
    "K = keras.backend\nf = K.function([inp], [out])": (2, FUNCTION),
    "f = K.function([inp], [out])": (1, FUNCTION),
    "from keras.backend import function": (1, "`keras.backend.function` has moved"),
    # scikit-learn's wrapper
    "from keras.wrappers.scikit_learn import KerasClassifier": (1, CLASSIFIER),
    "from tensorflow.keras.wrappers.scikit_learn import KerasClassifier as C": (1, CLASSIFIER),
    "from keras.wrappers import scikit_learn": (1, CLASSIFIER),
    "import keras.wrappers.scikit_learn": (1, CLASSIFIER),
    "import keras\nkeras.wrappers.scikit_learn.KerasClassifier(create_model)": (2, CLASSIFIER),
    "KerasClassifier(build_fn=create_model)": (1, BUILD_FN),
    "model = KerasClassifier(model=create_model(0.1, 'relu'), epochs=50)": (1, BUILT),
    "net = Sequential([Dense(1)])\nmodel = KerasClassifier(net)": (2, BUILT),
    "def make():\n    return Sequential()\n\nKerasClassifier(make())": (4, BUILT),
    """
model = KerasClassifier(model=create_model)
params = {'learning_rate': [0.1, 0.01], 'activation': ['relu'], 'epochs': [50]}
search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))
""": (2, SEARCHED),
    """
params = dict(learning_rate=[0.1, 0.01])
search = GridSearchCV(estimator=KerasClassifier(create_model, epochs=3), param_grid=params)
""": (3, SEARCHED),
    # the text
    "from keras.preprocessing.text import Tokenizer": (1, TOKENIZER),
    "from keras.preprocessing import text": (1, TOKENIZER),
    "import keras as k\nt = k.preprocessing.text.Tokenizer()": (2, TOKENIZER),
    "Embedding(44, 8, input_length=3)": (1, LENGTH),
    "from tensorflow.keras import layers\nlayers.Embedding(44, 8, input_length=3)": (2, LENGTH),
    # modules
    "from keras.layers.core import Dense": (1, f"`keras.layers.core` {LAYERS}"),
    "from keras.layers.normalization import BatchNormalization": (1, LAYERS),
    "from tensorflow.keras.layers.core import Dense": (1, LAYERS),
    "from keras.layers.advanced_activations import LeakyReLU": (1, LAYERS),
    "from keras.layers.convolutional import Conv2D": (1, LAYERS),
    "import keras\nkeras.layers.core.Dense(3)": (2, f"`keras.layers.core` {LAYERS}"),
    "from keras.utils import np_utils": (1, ONE_HOT),
    "from keras.utils.np_utils import to_categorical": (1, ONE_HOT),
    "from tensorflow.keras.utils import np_utils": (1, ONE_HOT),
    "import keras\ny = keras.utils.np_utils.to_categorical(y)": (2, ONE_HOT),
    "from keras.engine.topology import Layer": (1, "Write `from keras import …`"),
    # methods
    "preds = model.predict_classes(X)": (1, CLASSES),
    "model = create_model()\nmodel.predict_classes(X)": (2, CLASSES),
    "model.predict_proba(X)": (1, PROBABILITIES),
    "net = Sequential()\nnet.predict_proba(X)": (2, PROBABILITIES),
    "model.fit_generator(batches)": (1, FIT),
    "model.predict_generator(batches)": (1, "Write `model.predict(…)`"),
    # the rate that an autoencoder learned with
    "net.compile(optimizer='adadelta', loss='mse')\nnet.fit(X, X)": (1, ADADELTA),
    "net.compile(keras.optimizers.Adadelta(), 'mse')\nnet.fit(X, X)": (1, ADADELTA),
}  # fmt: skip

NEW = {
    "today's spelling": """
import keras
from keras.callbacks import EarlyStopping, ModelCheckpoint
from keras.preprocessing import image
from keras.utils import to_categorical
from scikeras.wrappers import KerasClassifier
from tensorflow.keras.preprocessing.text import Tokenizer

stop = EarlyStopping(monitor='val_accuracy')
keep = ModelCheckpoint('best.keras', save_best_only=True)
model.compile(keras.optimizers.Adam(learning_rate=0.1), 'mse', metrics=['accuracy'])
history = model.fit(X, y, callbacks=[stop, keep])
print(history.history['accuracy'], model.optimizer.learning_rate)
f = keras.Function([inp], [out])
chosen = model.predict(X).argmax(axis=1)
tuned = KerasClassifier(model=create_model, learning_rate=0.001, activation='relu')
""",
    "old code that still works": """
from keras.layers import Dense, LeakyReLU
from keras.preprocessing.sequence import pad_sequences
from keras.wrappers import SKLearnClassifier
model.add(Dense(3, input_shape=(2,), input_dim=2))
model.add(LeakyReLU(alpha=0.1))
model.save('model.h5')
""",
    "through TensorFlow": """
import tensorflow as tf
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
words = tf.keras.preprocessing.text.Tokenizer()
opt = tf.keras.optimizers.Adam(learning_rate=0.1)

@tf.function
def step(x):
    return x
""",
    "a metric called acc": """
model.compile('adam', 'mse', metrics=['acc'])
history = model.fit(X, y, callbacks=[EarlyStopping('val_acc')])
print(history.history['acc'], history.history['val_acc'])
""",
    "a metric called acc, in a list with a name": """
wanted = ['acc']
model.compile('adam', 'mse', metrics=wanted)
print(model.fit(X, y).history['acc'])
""",
    "a metric called acc, among settings": """
settings = {'loss': 'mse', 'metrics': ['acc']}
model.compile(**settings)
print(model.fit(X, y).history['acc'])
""",
    "a dictionary of one's own": """
results = {'acc': 0.9, 'val_acc': 0.8}
print(results['acc'], results['val_acc'])
""",
    "a history of one's own": """
class Record:
    def __init__(self):
        self.history = {}

    def note(self, value):
        self.history['acc'] = value

record = Record()
record.note(3)
print(record.history['acc'])
""",
    "either key": """
acc = history.history['acc'] if 'acc' in history.history else history.history['accuracy']
""",
    "a column of one's own": "table = pd.DataFrame({'acc': [1]})\nprint(table['acc'])",
    "lr of one's own function": "def train(lr):\n    return lr\n\ntrain(lr=0.1)",
    "lr of a given function": "create_model(lr=0.1)",
    "lr in a dictionary": "settings = dict(lr=0.1)\ncreate_model(**settings)",
    "an Adam of one's own": "class Adam:\n    pass\n\nAdam(lr=0.1)",
    "lr as an attribute of one's own": "args.training.lr = 0.1\nprint(args.training.lr, settings.lr)",
    "a plateau": "ReduceLROnPlateau(monitor='val_loss', min_lr=0.01)",
    "weights in a file": "ModelCheckpoint('best.weights.h5', save_weights_only=True)",
    "a method of one's own": """
class Net:
    def predict_classes(self, X):
        return X

Net().predict_classes(3)
""",
    "scikit-learn's probabilities": """
classifier = LogisticRegression().fit(X, y)
classifier.predict_proba(X)
tuned = KerasClassifier(model=create_model)
tuned.predict_proba(X)
search.best_estimator_.predict_proba(X)
""",
    "K for something else": "K = make_kernel()\nK.function([1], [2])",
    "a K that is counted": "for K in range(3):\n    print(K)",
    "itself under its own name": "x = x.T\ny = y.a.b\nprint(x.lr)",
    "names routed": """
model = KerasClassifier(model=create_model)
params = {'model__learning_rate': [0.1], 'batch_size': [32], 'fit__epochs': [5]}
RandomizedSearchCV(model, params)
""",
    "settings given as a whole": """
model = KerasClassifier(model=create_model, **settings)
RandomizedSearchCV(model, {'learning_rate': [0.1]})
""",
    "a search of something else": "GridSearchCV(LogisticRegression(), {'learning_rate': [1], 'activation': [2]})",
    "a function made for the classifier": """
from functools import partial

def maker(activation):
    def make():
        return Sequential([Dense(3, activation)])
    return make

KerasClassifier(model=maker('relu'))
KerasClassifier(model=partial(create_model, activation='relu'))
KerasClassifier(model=create_model)
""",
    "adadelta that trains nothing": "net.compile(optimizer='adadelta', loss='mse')",
    "adadelta with its rate": "net.compile(Adadelta(learning_rate=1.0), 'mse')\nnet.fit(X, X)",
    "an old import that may fail": """
try:
    from keras.wrappers.scikit_learn import KerasClassifier
except ImportError:
    from scikeras.wrappers import KerasClassifier
""",
    "an old key that may be missing": """
try:
    acc = history.history['acc']
except KeyError:
    acc = history.history['accuracy']
""",
    "in comments and texts": "# Adam(lr=0.1), K.function\nprint('val_acc', 'best.hdf5')",
    "labels of a plot": "plt.legend(['acc', 'val_acc'])",
}  # fmt: skip


@pytest.mark.parametrize("code", OLD, ids=lambda code: code.strip().replace("\n", "; ")[:70])
def test_an_idiom_is_named_with_its_line_and_todays_spelling(code: str) -> None:
    line, words = OLD[code]
    tips = idioms.static_tips(ast.parse(code))
    assert [tip.place for tip in tips] == [Line(line)], tips
    text = tips[0].text
    assert isinstance(text, str)
    assert words in text


@pytest.mark.parametrize("name", NEW)
def test_code_of_today_gets_no_tip(name: str) -> None:
    assert idioms.static_tips(ast.parse(NEW[name])) == []


def test_arguments_that_one_thing_has_replaced_are_told_at_once() -> None:
    tree = ast.parse("Conv2D(nb_filter=8, nb_row=3, nb_col=3)")
    first, both = idioms.static_tips(tree)
    assert first.text == "`nb_filter=` of `Conv2D` is called `filters=` today."
    assert str(both.text).startswith("`nb_row=` and `nb_col=` of `Conv2D` are gone. Both sides")


def test_an_idiom_is_named_once_with_its_first_line() -> None:
    tree = ast.parse("x = 1\nAdam(lr=0.1)\nSGD(lr=0.1)\nmodel.predict_classes(X)")
    assert idioms.static_tips(tree) == [
        Tip(RATE, Line(2)),
        Tip(CLASSES, Line(4), Fact.METHOD_GONE),
    ]


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_solutions_and_right_answers_of_today_get_no_tip(exercise: Exercise) -> None:
    solution = exercise.solution.read_text("utf-8")
    assert idioms.static_tips(ast.parse(solution)) == []
    module = load_answers(exercise.id)
    assert module is not None
    old = re.compile(r"build_fn|input_length|adadelta", re.IGNORECASE)
    for answer in module.RIGHT:
        source = answer_source(solution, answer.change)
        assert old.search(source) or idioms.static_tips(ast.parse(source)) == [], answer.name
