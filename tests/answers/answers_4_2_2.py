"""Answers to 4.2.2, looking at convolutions."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

SLOW = True

FIRST = "first_layer_model = Model(inputs=model.layers[0].input, outputs=model.layers[0].output)"
PREDICT = "activations = first_layer_model.predict(X_test)"
SHOW_15 = "axs[0].matshow(activations[0, :, :, 14])"
SHOW_18 = "axs[1].matshow(activations[0, :, :, 17])"
MODEL_AND_ACTIVATIONS = FIRST + "\n" + PREDICT + "\n"

RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
# Obtain a reference to the outputs of the first layer
layer_output = model.layers[0].output

# Build a model using the model's input and the first layer output
first_layer_model = Model(inputs = model.layers[0].input, outputs = layer_output)

# Use this model to predict on X_test
activations = first_layer_model.predict(X_test)

# Plot the activations of first digit of X_test for the 15th filter
axs[0].matshow(activations[0,:,:,14], cmap = 'viridis')

# Do the same but for the 18th filter now
axs[1].matshow(activations[0,:,:,17], cmap = 'viridis')
plt.show()
"""),
    ),
    Right(
        "two figures, imshow, direct call",
        steps("""
first_layer_model = Model(model.inputs, model.layers[0].output)
activations = first_layer_model(X_test)
for k in (15, 18):
    plt.figure()
    plt.imshow(activations[0, ..., k - 1], cmap="gray")
    plt.title(f"filter {k}")
    plt.colorbar()
plt.show()
"""),
    ),
    Right(
        "a sequential of the first layer",
        steps("""
import keras
first_layer_model = keras.Sequential([keras.Input((28, 28, 1)), model.layers[0]])
activations = first_layer_model.predict(X_test, batch_size=7, verbose=0)
axs[0].imshow(activations[0, :, :, 14])
axs[1].imshow(activations[0, :, :, 17])
"""),
    ),
    Right(
        "a sequential without input, own axes one below the other",
        steps("""
from keras.models import Sequential
first_layer_model = Sequential()
first_layer_model.add(model.layers[0])
activations = first_layer_model.predict(X_test)
fig2, (upper, lower) = plt.subplots(2, 1)
upper.matshow(activations[0][:, :, 14])
lower.matshow(activations[0][:, :, 17])
"""),
    ),
    Right(
        "keras.Function",
        steps("""
import keras
first_layer_model = keras.Function(model.inputs, [model.get_layer(index=0).output])
activations = first_layer_model([X_test])[0]
axs[0].matshow(activations[0, :, :, 14])
axs[1].matshow(activations[0, :, :, 17])
"""),
    ),
    Right(
        "heatmaps, a table",
        steps(
            MODEL_AND_ACTIVATIONS
            + """
import pandas as pd
import seaborn as sns
for ax, k in zip(axs, [14, 17]):
    sns.heatmap(pd.DataFrame(activations[0, :, :, k]), ax=ax, square=True)
plt.tight_layout()
plt.show()
"""
        ),
    ),
    Right(
        "in a function, moved axes, scaled, double precision",
        steps(
            MODEL_AND_ACTIVATIONS
            + """
import numpy as np
activations = activations.astype("float64")
def show(ax, image, number):
    picture = np.moveaxis(activations, 3, 1)[image, number - 1]
    ax.pcolormesh(picture / picture.max())
    ax.invert_yaxis()
show(axs[0], 0, 15)
show(axs[1], 0, 18)
"""
        ),
    ),
    Right(
        "the digit beside them",
        steps(
            MODEL_AND_ACTIVATIONS
            + """
plt.close()
fig, axs = plt.subplots(1, 3)
axs[0].matshow(X_test[0, :, :, 0])
axs[1].matshow(activations[0, :, :, 14])
axs[2].matshow(activations[0, :, :, 17])
plt.show()
"""
        ),
    ),
    Right(
        "a new model around the layers",
        steps("""
import keras
inputs = keras.Input((28, 28, 1))
first_layer_model = keras.Model(inputs, model.layers[0](inputs))
activations = [first_layer_model.predict(image[None], verbose=0)[0] for image in X_test]
axs[0].matshow(activations[0][:, :, 14])
axs[1].matshow(activations[0][:, :, 17])
"""),
    ),
]

WRONG = [
    Wrong("a row in place of a filter", edit(("axs[0].matshow(activations[0, :, :, 14])", "axs[0].matshow(activations[0, 14])")), "filter_15",
          "one row of the image, from all filters"),
    Wrong("the layer for its output", edit((FIRST, FIRST.removesuffix(".output)") + ")")), "",
          r"`model.layers\[0\]` is a layer of a model.*What it gives there is its `.output`", "error"),
    Wrong("the second layer", edit((FIRST, "first_layer_model = Model(model.inputs, model.layers[1].output)"),
                                   (SHOW_15, SHOW_15.replace("14", "4")), (SHOW_18, SHOW_18.replace("17", "7"))),
          "first_layer_model", r"(?s)\(50, 24, 24, 16\).*output of layer 2"),
    Wrong("the whole model", edit((FIRST, "first_layer_model = Model(model.inputs, model.outputs[0])"),
                                  (SHOW_15, "pass"), (SHOW_18, "pass")), "first_layer_model", r"(?s)\(50, 10\).*layer 4, the last one"),
    Wrong("a new layer", edit((FIRST, """
import keras
first_layer_model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(32, 3, activation="relu")])
""")), "first_layer_model", "other weights"),
    Wrong("the layer's output only", edit((FIRST, "first_layer_model = model.layers[0].output"),
                                          (PREDICT, "activations = Model(model.inputs, first_layer_model).predict(X_test)")),
          "first_layer_model", "(?s)expected: |a Keras model"),
    Wrong("the input itself", edit((FIRST, "first_layer_model = Model(model.inputs, model.inputs[0])"),
                                   (SHOW_15, "pass"), (SHOW_18, "pass")), "first_layer_model", "the images themselves"),
    Wrong("without relu", edit((FIRST, """
import keras
linear = keras.layers.Conv2D(32, 3)
first_layer_model = keras.Sequential([keras.Input((28, 28, 1)), linear])
linear.set_weights(model.layers[0].get_weights())
""")), "first_layer_model", "relu activation"),
    Wrong("trained again", edit((PREDICT, """
import numpy as np
model.fit(X_test, np.eye(10)[np.arange(50) % 10], epochs=2)
activations = first_layer_model.predict(X_test)
""")), "first_layer_model", "other weights"),
    Wrong("other name for the model", edit((FIRST, FIRST.replace("first_layer_model", "layer_model")),
                                           (PREDICT, PREDICT.replace("first_layer_model", "layer_model"))),
          "first_layer_model", "does not make `first_layer_model`"),
    Wrong("predicted with the whole model", edit((PREDICT, "activations = model.predict(X_test)"), (SHOW_15, "pass"), (SHOW_18, "pass")),
          "activations", r"(?s)\(50, 10\).*layer 4, the last one"),
    Wrong("only one image", edit((PREDICT, "activations = first_layer_model.predict(X_test[:1])")), "activations", "one image only"),
    Wrong("activations are one picture", edit((PREDICT, PREDICT + "\npictures = activations\nactivations = activations[0, :, :, 14]"),
                                              (SHOW_15, "axs[0].matshow(activations)"), (SHOW_18, SHOW_18.replace("activations", "pictures"))),
          "activations", r"(?s)\(26, 26\).*something else"),
    Wrong("other images", edit((PREDICT, "activations = first_layer_model.predict(mnist.load_split()[0][:50, :, :, None])")),
          "activations", "other images"),
    Wrong("images in reverse", edit((PREDICT, "activations = first_layer_model.predict(X_test[::-1])")), "activations", "order"),
    Wrong("not kept", edit((PREDICT, "a = first_layer_model.predict(X_test)"), (SHOW_15, SHOW_15.replace("activations", "a")),
                           (SHOW_18, SHOW_18.replace("activations", "a"))), "activations", "does not make `activations`"),
    Wrong("counted from one", edit((SHOW_15, SHOW_15.replace("14", "15")), (SHOW_18, SHOW_18.replace("17", "18"))), "filter_15",
          "(?s)filter 16 of image 1.*counts from 0"),
    Wrong("filter 19", edit((SHOW_18, SHOW_18.replace("17", "18"))), "filter_18", "(?s)filter 19 of image 1.*counts from 0"),
    Wrong("filter 20", edit((SHOW_18, SHOW_18.replace("17", "19"))), "filter_18", "(?s)filter 20 of image 1.*last index"),
    Wrong("filter 14", edit((SHOW_15, SHOW_15.replace("14", "12"))), "filter_15", "(?s)filter 13 of image 1.*last index"),
    Wrong("a filter that finds nothing", edit((SHOW_15, SHOW_15.replace("14", "13"))), "filter_15",
          "(?s)0 everywhere.*last index|filter 14 of image 1.*last index"),
    Wrong("second image", edit((SHOW_15, SHOW_15.replace("[0, :", "[1, :"))), "filter_15", "(?s)filter 15 of image 2.*first image"),
    Wrong("another image for the 18th", edit((SHOW_18, SHOW_18.replace("[0, :", "[3, :"))), "filter_18", "filter 18 of image 4"),
    Wrong("indices in the wrong place", edit((SHOW_15, "axs[0].matshow(activations[0, 14])")), "filter_15",
          "(?s)picture of 26×32.*one row of the image, from all filters"),
    Wrong("turned", edit((SHOW_18, "axs[1].matshow(activations[0, :, :, 17].T)")), "filter_18", "rows and columns swapped"),
    Wrong("the digits", edit((SHOW_15, "axs[0].matshow(X_test[0, :, :, 0])")), "filter_15", "a digit itself"),
    Wrong("nothing shown", edit((SHOW_15, "pass"), (SHOW_18, "pass")), "filter_15", "no picture"),
    Wrong("the 15th forgotten", edit((SHOW_15, "pass")), "filter_15", "only the other filter"),
    Wrong("the 18th forgotten", edit((SHOW_18, "pass")), "filter_18", "only the other filter"),
    Wrong("the 15th twice", edit((SHOW_18, SHOW_18.replace("17", "14"))), "filter_18", "only the other filter"),
    Wrong("both in one plot", edit((SHOW_18, SHOW_18.replace("axs[1]", "axs[0]"))), "filter_15",
          r"below another picture.*This picture is drawn over it: both go into `axs\[0\]`\. Give", blames="17]"),
    Wrong("both in one plot, by plt", edit((SHOW_15, "plt.imshow(activations[0, :, :, 14])"), (SHOW_18, "plt.imshow(activations[0, :, :, 17])")),
          "filter_15", "This picture is drawn over it. Give", blames="17]"),
    Wrong("swapped", edit((SHOW_15, SHOW_15.replace("14", "17 ")), (SHOW_18, SHOW_18.replace("17", "14"))), "order",
          "filter 18, then filter 15"),
    Wrong("the input of a Sequential", bare("""
layer_output = model.layers[0].output
first_layer_model = Model(inputs = model.input, outputs = layer_output)
activations = first_layer_model.predict(X_test)
"""), "", r"`model.inputs`", "error"),
    Wrong("a filter that is not there", edit((SHOW_18, SHOW_18.replace("17", "32"))), "", "(?i)out of bounds", "error"),
    Wrong("images as an input", steps("""
first_layer_model = Model(inputs=X_test, outputs=model.layers[0].output)
activations = first_layer_model.predict(X_test)
axs[0].matshow(activations[0, :, :, 14])
axs[1].matshow(activations[0, :, :, 17])
plt.show()
"""),
          "", r"`X_test` are data. `inputs` takes what flows through a network", "error", blames="inputs=X_test"),
]  # fmt: skip

TYPICAL = "counted from one"

COURSE_2019 = [
    Course2019("""
first_layer_model = Model(inputs=model.layers[0].input, outputs=model.layers[0].output)
activations = first_layer_model.predict(X_test)
axs[0].matshow(activations[0, :, :, 14], cmap='viridis')
axs[1].matshow(activations[0, :, :, 17], cmap='viridis')
plt.show()
"""),
]  # fmt: skip
