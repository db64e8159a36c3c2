"""Answers to 4.1.4, de-noising like an autoencoder."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

SLOW = True

ENCODER = "encoder = Sequential()\n"
ADD = "encoder.add(autoencoder.layers[0])"
ENCODE = "encodings = encoder.predict(X_test_noise)"
SHOW = "show_encodings(encodings, number=4)"
DECODE = "decoded_imgs = autoencoder.predict(X_test_noise)"
COMPARE = "compare_plot(X_test_noise, decoded_imgs)"
REST = f"\n{ENCODE}\n{SHOW}\n{DECODE}\n{COMPARE}\n"

RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
# Build your encoder by using the first layer of your autoencoder
encoder = Sequential()
encoder.add(autoencoder.layers[0])

# Encode the noisy images and show the encodings for your favorite number [0-9]
encodings = encoder.predict(X_test_noise)
show_encodings(encodings, number = 1)

# Predict on the noisy images with your autoencoder
decoded_imgs = autoencoder.predict(X_test_noise)

# Plot noisy vs decoded images
compare_plot(X_test_noise, decoded_imgs)
"""),
    ),
    Right("another digit", edit((SHOW, "show_encodings(encodings, number=7)"))),
    Right(
        "a list of layers, with an input",
        steps(
            """
import keras
encoder = Sequential([keras.Input((784,)), autoencoder.layers[0]])
"""
            + REST
        ),
    ),
    Right(
        "a model between two tensors",
        steps(
            """
import keras
encoder = keras.Model(autoencoder.inputs, autoencoder.layers[0].output)
"""
            + REST
        ),
    ),
    Right(
        "a keras.Function",
        steps(
            """
import keras
encoder = keras.Function(autoencoder.inputs, autoencoder.layers[0].output)
encodings = encoder([X_test_noise]).numpy()
"""
            + f"{SHOW}\n{DECODE}\n{COMPARE}"
        ),
    ),
    Right(
        "a copy with the same weights",
        steps(
            """
import keras
encoder = Sequential([keras.Input((784,)), keras.layers.Dense(32, activation="relu")])
encoder.set_weights(autoencoder.get_weights()[:2])
"""
            + REST
        ),
    ),
    Right(
        "called, in batches, the encodings decoded",
        steps("""
import keras
encoder = Sequential([autoencoder.get_layer(index=0)])
encodings = encoder(X_test_noise)
decoder = Sequential([autoencoder.layers[1]])
decoded_imgs = decoder.predict(encodings, batch_size=100, verbose=0)
show_encodings(number=3, encodings=encodings)
compare_plot(original=X_test_noise, decoded=decoded_imgs)
"""),
    ),
    Right(
        "plots of one's own",
        steps(f"""
import matplotlib.pyplot as plt
{ENCODER}{ADD}
{ENCODE}
{DECODE}
plt.imshow(encodings[0].reshape(4, 8))
plt.figure()
plt.subplot(1, 2, 1)
plt.imshow(X_test_noise[3].reshape(28, 28), cmap="gray")
plt.subplot(1, 2, 2)
plt.imshow(decoded_imgs[3].reshape(28, 28), cmap="gray")
plt.show()
"""),
    ),
    Right(
        "as in 2019, bare, another name",
        bare("""
# Build your encoder
encoder = Sequential()
encoder.add(autoencoder.layers[0])

# Encode the images and show the encodings
preds = encoder.predict(X_test_noise)
show_encodings(preds)

# Predict on the noisy images with your autoencoder
decoded_imgs = autoencoder.predict(X_test_noise)

# Plot noisy vs decoded images
compare_plot(X_test_noise, decoded_imgs)
"""),
    ),
    Right(
        "a table of encodings, each image in a figure of its own",
        steps(f"""
import matplotlib.pyplot as plt
{ENCODER}{ADD}
{ENCODE}
{DECODE}
plt.imshow(encodings[:20])
plt.show()
for images in (X_test_noise, decoded_imgs):
    plt.imshow(images[0].reshape(28, 28))
    plt.show()
"""),
    ),
    Right(
        "a line for each encoding",
        edit((SHOW, "import matplotlib.pyplot as plt\nplt.plot(encodings[:3].T)\nplt.show()")),
    ),
]

WRONG = [
    Wrong("images in place of encodings", edit((SHOW, "show_encodings(X_test_noise)")), "",
          "`X_test_noise` holds the noisy images themselves. `show_encodings` takes", "error", blames="show_encodings("),
    Wrong("not shown, for want of parentheses", edit((SHOW, "show_encodings")), "encodings_plot",
          "`show_encodings` is not called here", blames="show_encodings"),
    Wrong("popped in place", steps(f"encoder = autoencoder\nencoder.pop()\n{ENCODE}\n{SHOW}\n{DECODE}\n{COMPARE}\n"), "decoded_imgs",
          r"^\n\nThe tip on line \d+ says what is wrong\.$", "error", blames="encoder.pop()"),
    Wrong("popped in place, not compared", steps(f"encoder = autoencoder\nencoder.pop()\n{ENCODE}\n{SHOW}\n{DECODE}\n"), "decoded_imgs",
          "shape .*: the encodings\n`encoder` and `autoencoder` are one model. `pop` takes a layer out of both", blames="encoder.pop()"),
    Wrong("popped in place, the tip", steps(f"encoder = autoencoder\nencoder.pop()\n{ENCODE}\n{SHOW}\n{DECODE}\n{COMPARE}\n"), "",
          "are two names of one model, from line .* on. `pop` takes a layer out of both", "error"),
    Wrong("the encodings decoded by the whole", edit((DECODE, DECODE.replace("X_test_noise", "encodings"))), "",
          "`encodings` have been through the encoder already", "error"),
    Wrong("the second layer, given images", edit((ADD, "encoder.add(autoencoder.layers[1])")), "encoder", "This is the decoder", "error"),
    Wrong("a new layer", edit((ADD, 'import keras\nencoder.add(keras.Input((784,)))\nencoder.add(keras.layers.Dense(32, activation="relu"))')),
          "learned", "knows nothing yet"),
    Wrong("the second layer", edit((ADD, "encoder.add(autoencoder.layers[1])"), (ENCODE, "encodings = encoder.predict(autoencoder.layers[0](X_test_noise))"),
                                   (SHOW, "pass")), "encoder", r"\(32,\)"),
    Wrong("both layers", edit((ADD, ADD + "\nencoder.add(autoencoder.layers[1])"), (SHOW, "pass")), "encoder", "one too many|2 layers"),
    Wrong("the whole autoencoder", edit((ENCODER, "encoder = autoencoder\n"), (ADD, ""), (SHOW, "pass")), "encoder", "one too many|2 layers"),
    Wrong("trained again", edit((ENCODER, "autoencoder.fit(X_test_noise, X_test_noise, epochs=1)\n" + ENCODER)), "learned", "trained again"),
    Wrong("decoded images in place of encodings", edit((ADD, "import keras\nencoder.add(keras.Input((784,)))\n" + ADD), (ENCODE, "encodings = autoencoder.predict(X_test_noise)"), (SHOW, "pass")),
          "encodings", "the decoded images"),
    Wrong("encodings of the clean images", edit((ENCODE, "_, _, images, _ = mnist.load_split()\nencodings = encoder.predict(images.reshape(-1, 784)[:len(X_test_noise)])")),
          "encodings", "encodings of the clean"),
    Wrong("ten images only", edit((ENCODE, "encodings = encoder.predict(X_test_noise[:10])"), (SHOW, "pass")), "encodings", r"\(10, 32\)"),
    Wrong("encodings that were rounded", edit((ENCODE, ENCODE + ".round()")), "encodings", "but rounded"),
    Wrong("encodings in another order", edit((ENCODE, ENCODE + "[::-1]")), "encodings", "not what the given autoencoder"),
    Wrong("the encodings decoded by nobody", edit((DECODE, "decoded_imgs = encoder.predict(X_test_noise)"), (COMPARE, "pass")),
          "decoded_imgs", "These are the encodings"),
    Wrong("the noisy images as decoded", edit((DECODE, "decoded_imgs = X_test_noise")), "decoded_imgs", "noisy images themselves"),
    Wrong("the clean images as decoded", edit((DECODE, "decoded_imgs = mnist.load_split()[2].reshape(-1, 784)[:len(X_test_noise)]")),
          "decoded_imgs", "the clean images"),
    Wrong("decoded from the clean images", edit((DECODE, "decoded_imgs = autoencoder.predict(mnist.load_split()[2].reshape(-1, 784)[:len(X_test_noise)])")),
          "decoded_imgs", "encoded and decoded"),
    Wrong("no plot of encodings", edit((SHOW, "pass")), "encodings_plot", "without them"),
    Wrong("no comparison", edit((COMPARE, "pass")), "comparison_plot", "without them"),
    Wrong("no plot at all", edit((SHOW, "pass"), (COMPARE, "pass")), "comparison_plot", "no plot"),
    Wrong("decoded beside decoded", edit((COMPARE, "compare_plot(decoded_imgs, decoded_imgs)")), "comparison_plot", "with noise"),
    Wrong("noisy beside noisy", edit((COMPARE, "compare_plot(X_test_noise, X_test_noise)")), "comparison_plot", "without them"),
    Wrong("comparison swapped", edit((COMPARE, "compare_plot(decoded_imgs, X_test_noise)")), "comparison_plot", "(?s)noisy ones below.*swapped"),
    Wrong("encodings compared", edit((COMPARE, "compare_plot(X_test_noise, encodings)")), "", "cannot reshape", "error"),
    Wrong("no such digit", edit((SHOW, SHOW.replace("4", "12"))), "", "digits from 0 to 9 to show", "error"),
    Wrong("decoded images that were rounded", edit((DECODE, DECODE + ".round()")), "decoded_imgs", "but rounded"),
    Wrong("encodings not kept, of ten images", edit((ENCODE, "codes = encoder.predict(X_test_noise[:10])"), (SHOW, "pass")), "encodings",
          "does not make `encodings`"),
    Wrong("decoded not kept", edit((DECODE, "decoded = autoencoder.predict(X_test_noise)"), (COMPARE, "compare_plot(X_test_noise, decoded)")),
          "decoded_imgs", "does not make `decoded_imgs`"),
    Wrong("all labels in place of a digit", edit((SHOW, "show_encodings(encodings, y_test)")), "", "ValueError.*one digit to show", "error"),
    Wrong("the wrong thing shown", edit((SHOW, "show_encodings(X_test_noise)")), "", "ValueError.*show_encodings takes encodings", "error"),
    Wrong("encoder is a layer", edit((ENCODER, "encoder = autoencoder.layers[0]\n"), (ADD, ""), (ENCODE, "encodings = encoder(X_test_noise)")),
          "encoder", "Dense"),
    Wrong("a new layer of the same size", steps("""
from keras.layers import Dense, Input
encoder = Sequential()
encoder.add(Input(shape=(784,)))
encoder.add(Dense(32, activation="relu"))
encodings = encoder.predict(X_test_noise)
show_encodings(encodings, 3)
decoded_imgs = autoencoder.predict(X_test_noise)
compare_plot(X_test_noise, decoded_imgs)
"""),
          "learned", r"Put the autoencoder's own first layer into `encoder`"),
    Wrong("a layer in place of a model", steps("""
encoder = autoencoder.layers[0]
encodings = encoder.predict(X_test_noise)
show_encodings(encodings, number=3)
decoded_imgs = autoencoder.predict(X_test_noise)
compare_plot(X_test_noise, decoded_imgs)
"""),
          "encoder", r"is a layer by itself", "error", blames="autoencoder.layers[0]"),
]  # fmt: skip

TYPICAL = "encodings of the clean images"

COURSE_2019 = [
    Course2019("""
encoder = Sequential()
encoder.add(autoencoder.layers[0])
encodings = encoder.predict(X_test_noise)
show_encodings(encodings, number=1)
decoded_imgs = autoencoder.predict(X_test_noise)
compare_plot(X_test_noise, decoded_imgs)
"""),
]  # fmt: skip

EQUIVALENT = {
    (
        "argument",
        "show_encodings without number=4",
    ): "Still right: the task leaves it open which digit is shown.",
    ("setting", "number: 4 → 5"): "Still right: the task leaves it open which digit is shown.",
    ("setting", "number: 4 → 3"): "Still right: the task leaves it open which digit is shown.",
}
