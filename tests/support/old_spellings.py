"""What is said of each spelling of 2019."""

RATE = "`lr=` is called `learning_rate=` today."
RATE_OF = "`.lr` of an optimizer is called `.learning_rate` today."
VAL_ACC_WATCHED = "There is no metric 'val_acc' to watch: it is called 'val_accuracy'."
ACC = VAL_ACC = (
    "The history keeps a metric under its own name: 'accuracy', not 'acc', and 'val_accuracy', not "
    "'val_acc'."
)
KERAS_FILE = "Keras saves whole models in files that end in `.keras` today."
WEIGHTS_FILE = (
    "With `save_weights_only`, Keras saves the weights alone, in files that end in `.weights.h5` "
    "today. Without it, Keras saves the whole model."
)
FUNCTION = (
    "`keras.backend.function`, or `K.function`, is gone. Write `keras.Function([inp], [out])`."
)
CLASSIFIER = "has moved. Write `from scikeras.wrappers import KerasClassifier`."
TOKENIZER = "has moved. Write `from tensorflow.keras.preprocessing.text import Tokenizer`."
LAYERS = "has moved. Write `from keras.layers import …`."
ONE_HOT = "has moved. Write `from keras.utils import to_categorical`."
CLASSES = "`.predict_classes` is gone. Write `model.predict(X).argmax(axis=1)` for softmax, or `(model.predict(X) > 0.5).astype(int)` for sigmoid."
PROBABILITIES = "`.predict_proba` is gone. Write `model.predict(X)`."
FIT = "`.fit_generator` is gone. Write `model.fit(…)`."
BUILD_FN = "`build_fn=` of KerasClassifier is called `model=` today."
BUILT = "Give KerasClassifier the function itself."
SEARCHED = "there, with a value to start from."
LENGTH = "`input_length=` does nothing any more. Put `keras.Input((length,))` in front."
ADADELTA = (
    "its rate is 0.001 where it used to be 1.0. `Adadelta(learning_rate=1.0)` is the old one."
)
