"""Answers as learners wrote them in 2019, pasted as they are: no given part, Keras 2.2.

Such an answer passes, or it is told in today's words what stopped it; and with what the
tips say, and nothing else, it passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from words import tips_of, words_of

from grader.catalogue import exercises
from grader.verdict import Verdict


@dataclass(frozen=True)
class Answer:
    """An answer of 2019.

    Args:
        exercise: id.
        code: the whole file.
        status: of the verdict.
        says: regular expressions, one for each of the tips that must be given.
        today: replacements that do what the tips say; with them the answer passes.
    """

    exercise: str
    code: str
    status: str = "passed"
    says: tuple[str, ...] = ()
    today: tuple[tuple[str, str], ...] = ()


ANSWERS = [
    Answer("1.2.1", """
from keras.models import Sequential
from keras.layers import Dense

# two numbers in, one out
model = Sequential()
model.add(Dense(10, input_shape=(2,), activation='relu'))
model.add(Dense(1))
model.summary()
"""),
    Answer("1.2.2", """
from keras.models import Sequential
from keras.layers import Dense

model = Sequential()
model.add(Dense(5, input_shape=(3,), activation='relu'))
model.add(Dense(1))
model.summary()
answer = 3
"""),
    Answer("1.2.3", """
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(3, input_shape=(2,)))
model.add(Dense(1))
"""),
    Answer("1.3.1", """
model = Sequential()
model.add(Dense(50, input_shape=(1,), activation='relu'))
model.add(Dense(50, activation='relu'))
model.add(Dense(50, activation='relu'))
model.add(Dense(1))
"""),
    Answer("1.3.2", """
model.compile(optimizer='adam', loss='mse')
print('The training starts, be patient')
model.fit(time_steps, y_positions, epochs=30)
print('Loss at the end:', model.evaluate(time_steps, y_positions))
""", says=("Give what evaluate returns the name `loss`",)),
    Answer("1.3.3", """
twenty_min_orbit = model.predict(np.arange(-10, 11))
plot_orbit(twenty_min_orbit)
eighty_min_orbit = model.predict(np.arange(-40, 41))
plot_orbit(eighty_min_orbit)
"""),
    Answer("2.1.1", """
import seaborn as sns
import matplotlib.pyplot as plt

sns.pairplot(banknotes, hue='class')
plt.show()
print('Statistics:\\n', banknotes.describe())
print('How many of each:\\n', banknotes['class'].value_counts())
""", says=("the name `stats`", "the name `counts`")),
    Answer("2.1.2", """
from keras.models import Sequential
from keras.layers import Dense

model = Sequential()
model.add(Dense(1, input_shape=(4,), activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.summary()
"""),
    Answer("2.1.3", """
model.fit(X_train, y_train, epochs=20)
accuracy = model.evaluate(X_test, y_test)[1]
print('Accuracy:', accuracy)
"""),
    Answer("2.2.1", """
model = Sequential()
model.add(Dense(128, input_shape=(2,), activation='relu'))
model.add(Dense(64, activation='relu'))
model.add(Dense(32, activation='relu'))
model.add(Dense(4, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
"""),
    Answer("2.2.2", """
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
print('Codes:\\n', darts.competitor.head())

from keras.utils import to_categorical

coordinates = darts.drop(['competitor'], axis=1)
competitors = to_categorical(darts.competitor)
print('One-hot:\\n', competitors)
"""),
    Answer("2.2.2", """
from keras.utils import np_utils
darts.competitor = pd.Categorical(darts.competitor)
darts.competitor = darts.competitor.cat.codes
coordinates = darts.drop(['competitor'], axis=1)
competitors = np_utils.to_categorical(darts.competitor)
""", "error", ("Line 2: `keras.utils.np_utils` has moved. Write `from keras.utils import to_categorical`",),
           (("import np_utils", "import to_categorical"), ("np_utils.to", "to"))),
    Answer("2.2.3", """
model.fit(coord_train, competitors_train, epochs=200)
accuracy = model.evaluate(coord_test, competitors_test)[1]
print('Accuracy:', accuracy)
"""),
    Answer("2.2.4", """
preds = model.predict(coords_small_test)

# first the probabilities, then the labels
for number, pred in enumerate(preds):
    print('{} | {}'.format(pred, competitors_small_test[number]))

preds_chosen = [np.argmax(pred) for pred in preds]
for number, pred in enumerate(preds_chosen):
    print('{:10} | {}'.format(pred, competitors_small_test[number]))
"""),
    Answer("2.2.4", """
preds = model.predict(coords_small_test)
preds_chosen = model.predict_classes(coords_small_test)
""", "error", (r"Line 3: `.predict_classes` is gone. Write `model.predict\(X\).argmax\(axis=1\)`",),
           (("model.predict_classes(coords_small_test)", "model.predict(coords_small_test).argmax(axis=1)"),)),
    Answer("2.3.1", """
model = Sequential()
model.add(Dense(64, input_shape=(20,), activation='relu'))
model.add(Dense(3, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.summary()
""", says=("binary_accuracy",)),
    Answer("2.3.2", """
model.fit(sensors_train, parcels_train, epochs=100, validation_split=0.2)
preds = model.predict(sensors_test)
preds_rounded = np.round(preds)
print('Rounded:\\n', preds_rounded)
accuracy = model.evaluate(sensors_test, parcels_test)[1]
print('Accuracy:', accuracy)
"""),
    Answer("2.4.1", """
history = model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))
plot_loss(history.history['loss'], history.history['val_loss'])
plot_accuracy(history.history['acc'], history.history['val_acc'])
""", "error", ("Line 4: .*'accuracy', not 'acc'", "Line 4: .*'val_accuracy', not 'val_acc'"),
           (("['acc']", "['accuracy']"), ("['val_acc']", "['val_accuracy']"))),
    Answer("2.4.2", """
from keras.callbacks import EarlyStopping

monitor_val_acc = EarlyStopping(monitor='val_acc', patience=5)
model.fit(X_train, y_train, epochs=1000, validation_data=(X_test, y_test), callbacks=[monitor_val_acc])
""", "error", ("Line 4: There is no metric 'val_acc' to watch: it is called 'val_accuracy'",), (("'val_acc'", "'val_accuracy'"),)),
    Answer("2.4.3", """
from keras.callbacks import EarlyStopping, ModelCheckpoint

monitor_val_acc = EarlyStopping(monitor='val_acc', patience=3)
modelCheckpoint = ModelCheckpoint('best_banknote_model.hdf5', save_best_only=True)
history = model.fit(X_train, y_train, epochs=10000000, callbacks=[monitor_val_acc, modelCheckpoint],
                    validation_data=(X_test, y_test))
""", "error", ("Line 5: Keras saves whole models in files that end in `.keras`", "Line 4: .*it is called 'val_accuracy'"),
           (("'val_acc'", "'val_accuracy'"), (".hdf5", ".keras"))),
    Answer("3.1.1", """
model = Sequential()
model.add(Dense(16, input_shape=(64,), activation='relu'))
model.add(Dense(10, activation='softmax'))
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])

# does it work at all?
print(model.predict(X_train))
""", says=("the name `preds`",)),
    Answer("3.1.2", """
h_callback = model.fit(X_train, y_train, epochs=60, validation_data=(X_test, y_test), verbose=0)
plot_loss(h_callback.history['loss'], h_callback.history['val_loss'])
answer = 3
"""),
    Answer("3.1.3", """
for size in training_sizes:
    X_train_frac, y_train_frac = X_train[:size], y_train[:size]
    model.set_weights(initial_weights)
    model.fit(X_train_frac, y_train_frac, epochs=50, callbacks=[early_stop])
    train_accs.append(model.evaluate(X_train_frac, y_train_frac)[1])
    test_accs.append(model.evaluate(X_test, y_test)[1])

plot_results(train_accs, test_accs)
"""),
    Answer("3.2.2", """
activations = ['relu', 'leaky_relu', 'sigmoid', 'tanh']
activation_results = {}
for act in activations:
    model = get_model(act_function=act)
    history = model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=20, verbose=0)
    activation_results[act] = history
"""),
    Answer("3.2.3", """
val_loss = pd.DataFrame(val_loss_per_function)
val_loss.plot()
plt.show()
val_acc = pd.DataFrame(val_acc_per_function)
val_acc.plot()
plt.show()
"""),
    Answer("3.3.1", """
model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=1)
print('Batches of one:', model.evaluate(X_test, y_test)[1])

model = get_model()
model.fit(X_train, y_train, epochs=5, batch_size=X_train.shape[0])
print('One batch:', model.evaluate(X_test, y_test)[1])
""", says=("`accuracy_batch_1`", "`accuracy_full_batch`")),
    Answer("3.3.2", """
from keras.layers import BatchNormalization

batchnorm_model = Sequential()
batchnorm_model.add(Dense(50, input_shape=(64,), activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(10, activation='softmax', kernel_initializer='normal'))
batchnorm_model.compile(optimizer='sgd', loss='categorical_crossentropy', metrics=['accuracy'])
"""),
    Answer("3.3.3", """
h1_callback = standard_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)
h2_callback = batchnorm_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)
compare_histories_acc(h1_callback, h2_callback)
"""),
    Answer("3.4.1", """
def create_model(learning_rate=0.01, activation='relu'):
    opt = Adam(lr=learning_rate)
    model = Sequential()
    model.add(Dense(128, input_shape=(30,), activation=activation))
    model.add(Dense(256, activation=activation))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(optimizer=opt, loss='binary_crossentropy', metrics=['accuracy'])
    return model
""", "failed", ("Line 3: `lr=` is called `learning_rate=` today",), (("lr=", "learning_rate="),)),
    Answer("3.4.2", """
from keras.wrappers.scikit_learn import KerasClassifier

model = KerasClassifier(build_fn=create_model)
params = {'activation': ['relu', 'tanh'], 'batch_size': [32, 128, 256],
          'epochs': [50, 100, 200], 'learning_rate': [0.1, 0.01, 0.001]}
random_search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))
show_results()
""", "error", ("Line 2: .*has moved. Write `from scikeras.wrappers import KerasClassifier`",
               "Line 4: A search cannot find `activation` and `learning_rate`.*Name each of them there",
               "Line 4: `build_fn=` of KerasClassifier is called `model=` today"),
           (("keras.wrappers.scikit_learn", "scikeras.wrappers"),
            ("build_fn=create_model", "model=create_model, learning_rate=0.01, activation='relu'"))),
    Answer("3.4.2", """
model = KerasClassifier(build_fn=create_model)
params = {'activation': ['relu', 'tanh'], 'batch_size': [32, 128, 256],
          'epochs': [50, 100, 200], 'learning_rate': [0.1, 0.01, 0.001]}
random_search = RandomizedSearchCV(model, param_distributions=params, cv=KFold(3))
show_results()
""", "failed", ("Line 2: A search cannot find `activation` and `learning_rate`", "Line 2: `build_fn=` of")),
    Answer("3.4.3", """
from keras.wrappers.scikit_learn import KerasClassifier

model = KerasClassifier(build_fn=create_model(learning_rate=0.001, activation='relu'), epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(model, X, y, cv=3)
print('Mean:', kfolds.mean())
print('Spread:', kfolds.std())
""", "error", ("Line 2: .*has moved. Write `from scikeras.wrappers import KerasClassifier`",
               "Line 4: Give KerasClassifier the function itself", "Line 4: `build_fn=`"),
           (("keras.wrappers.scikit_learn", "scikeras.wrappers"), ("build_fn=create_model(learning_rate=0.001, activation='relu')", "model=create_model"))),
    Answer("3.4.3", """
model = KerasClassifier(build_fn=create_model(learning_rate=0.001, activation='relu'), epochs=50, batch_size=128, verbose=0)
kfolds = cross_val_score(model, X, y, cv=3)
print('Mean:', kfolds.mean())
""", says=("Line 2: Give KerasClassifier the function itself", "Line 2: `build_fn=`")),
    Answer("4.1.1", """
import keras.backend as K

inp = model.layers[0].input
out = model.layers[0].output
inp_to_out = K.function([inp], [out])
print(inp_to_out([X_test]))
""", "error", (r"Line 6: `K.function` is gone. Write `keras.Function\(\[inp\], \[out\]\)`",),
           (("import keras.backend as K", "import keras"), ("K.function", "keras.Function"))),
    Answer("4.1.2", """
for i in range(0, 21):
    h = model.fit(X_train, y_train, batch_size=16, epochs=1, verbose=0)
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test)[1]
        plot()
"""),
    Answer("4.1.3", """
autoencoder = Sequential()
autoencoder.add(Dense(32, input_shape=(784,), activation='relu'))
autoencoder.add(Dense(784, activation='sigmoid'))
autoencoder.compile(optimizer='adadelta', loss='binary_crossentropy')
autoencoder.summary()
"""),
    Answer("4.1.4", """
encoder = Sequential()
encoder.add(autoencoder.layers[0])
encodings = encoder.predict(X_test_noise)
show_encodings(encodings, number=1)
decoded_imgs = autoencoder.predict(X_test_noise)
compare_plot(X_test_noise, decoded_imgs)
"""),
    Answer("4.2.1", """
from keras.models import Sequential
from keras.layers import Dense, Conv2D, Flatten

model = Sequential()
model.add(Conv2D(32, kernel_size=3, input_shape=(28, 28, 1), activation='relu'))
model.add(Conv2D(16, kernel_size=3, activation='relu'))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
"""),
    Answer("4.2.1", """
from keras.models import Sequential
from keras.layers.core import Dense, Flatten
from keras.layers.convolutional import Conv2D

model = Sequential()
model.add(Conv2D(32, kernel_size=(3, 3), input_shape=(28, 28, 1), activation='relu'))
model.add(Conv2D(16, kernel_size=(3, 3), activation='relu'))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
""", "error", ("Line 3: `keras.layers.core` has moved. Write `from keras.layers", "Line 4: `keras.layers.convolutional` has moved"),
           (("keras.layers.core", "keras.layers"), ("keras.layers.convolutional", "keras.layers"))),
    Answer("4.2.2", """
first_layer_model = Model(inputs=model.layers[0].input, outputs=model.layers[0].output)
activations = first_layer_model.predict(X_test)
axs[0].matshow(activations[0, :, :, 14], cmap='viridis')
axs[1].matshow(activations[0, :, :, 17], cmap='viridis')
plt.show()
"""),
    Answer("4.2.3", """
from keras.preprocessing import image
from keras.applications.resnet50 import preprocess_input

img = image.load_img(img_path, target_size=(224, 224))
img_array = image.img_to_array(img)
img_expanded = np.expand_dims(img_array, axis=0)
img_ready = preprocess_input(img_expanded)
"""),
    Answer("4.2.4", """
from keras.applications.resnet50 import ResNet50, decode_predictions

model = ResNet50(weights='imagenet')
preds = model.predict(img_ready)
print('It may be:', decode_predictions(preds, top=3)[0])
""", says=("the name `top3`",)),
    Answer("4.3.1", """
from keras.preprocessing.text import Tokenizer

words = text.split(' ')
sentences = []
for i in range(4, len(words)):
    sentences.append(' '.join(words[i - 4:i]))
tokenizer = Tokenizer()
tokenizer.fit_on_texts(sentences)
sequences = tokenizer.texts_to_sequences(sentences)
print('Windows:\\n {}\\nNumbers:\\n {}'.format(sentences[:5], sequences[:5]))
""", "error", ("Line 2: .*has moved. Write `from tensorflow.keras.preprocessing.text import Tokenizer`",),
           (("from keras", "from tensorflow.keras"),)),
    Answer("4.3.2", """
from keras.layers import Embedding, LSTM, Dense

model = Sequential()
model.add(Embedding(input_dim=vocab_size, output_dim=8, input_length=3))
model.add(LSTM(32))
model.add(Dense(32, activation='relu'))
model.add(Dense(vocab_size, activation='softmax'))
model.summary()
""", says=(r"Line 5: `input_length=` does nothing any more. Put `keras.Input\(\(length,\)\)` in front",)),
    Answer("4.3.3", """
def predict_text(test_text, model=model):
    if len(test_text.split()) != 3:
        print('Three words, please!')
        return False
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    pred = model.predict(test_seq).argmax(axis=1)[0]
    return tokenizer.index_word[pred]
"""),
    Answer("4.3.3", """
def predict_text(test_text, model=model):
    if len(test_text.split()) != 3:
        print('Three words, please!')
        return False
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    pred = model.predict_classes(test_seq)[0]
    return tokenizer.index_word[pred]
""", "failed", (r"Line 7: `.predict_classes` is gone. Write `model.predict\(X\).argmax\(axis=1\)`",),
           (("model.predict_classes(test_seq)[0]", "model.predict(test_seq).argmax(axis=1)[0]"),)),
    Answer("4.3.4", """
print(predict_text('answer errors with'))
print(predict_text('the curve of'))
print(predict_text('length of the'))
answer = 2
"""),
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.exercise)
def test_an_answer_of_2019_passes_or_is_told_why(
    answer: Answer, grade_source: Callable[..., Verdict]
) -> None:
    verdict = grade_source(answer.exercise, answer.code)
    words, tips = words_of(verdict), tips_of(verdict)
    assert verdict.status == answer.status, words
    assert "Traceback" not in words
    assert len(tips) == len(answer.says), words
    for says in answer.says:
        assert re.search(says, "\n".join(tips)), words
    if verdict.status == "error":
        assert tips[0].startswith(f"Line {verdict.line}: ") or "to watch" in words


@pytest.mark.parametrize(
    "answer", [answer for answer in ANSWERS if answer.today], ids=lambda answer: answer.exercise
)
def test_an_answer_in_todays_words_passes(
    answer: Answer, grade_source: Callable[..., Verdict]
) -> None:
    code = answer.code
    for old, new in answer.today:
        assert old in code
        code = code.replace(old, new)
    verdict = grade_source(answer.exercise, code)
    assert verdict.status == "passed", words_of(verdict)


def test_every_exercise_but_the_quizzes_has_an_answer() -> None:
    answered = {answer.exercise for answer in ANSWERS}
    quizzes = {"1.1.1", "1.1.2", "3.2.1"}
    assert answered == {exercise.id for exercise in exercises()} - quizzes
