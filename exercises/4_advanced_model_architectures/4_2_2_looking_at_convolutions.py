"""4.2.2 Looking at convolutions

The convolutional network of 4.2.1 has learned to read digits. What does it look for?
Nobody told it. But we can watch: each of the 32 filters in its first layer slides over
an image and writes down, place by place, how strongly it answers. These answers are
called activations, and they can be looked at like an image.

These are at hand:
- `model`: the trained network. `model.layers` is the list of its layers. A layer knows
  what goes in and what comes out, as `input` and `output`.
- `X_test`: 50 images of digits, shape (50, 28, 28, 1).
- `Model`: from Keras. It makes a model from inputs and outputs that belong together.
- `axs`: two empty plots side by side, `axs[0]` and `axs[1]`. Each has a method `matshow`
  that shows an array of rows and columns as a picture.

Steps
1. Make a model that takes an image, as `model` does, and gives the output of its first
   layer. Call it `first_layer_model`.
2. Predict all images of `X_test` with it and keep the result as `activations`. Its shape
   is (50, 26, 26, 32): for each image 26 rows and 26 columns from each of 32 filters.
3. Show the activations of the first image from the 15th filter, on `axs[0]`.
4. Show those of the same image from the 18th filter, on `axs[1]`.

Python counts from 0. What is the index of the 15th filter?
"""

import matplotlib.pyplot as plt
from keras.models import Model

from grader.datasets import mnist, trained

X_test = mnist.load_split()[2][:50, :, :, None]
model = trained.load("cnn")
fig, axs = plt.subplots(1, 2)

# TODO: make a model from the input to the output of the first layer
first_layer_model = ____

# TODO: predict the images with it
activations = ____

# TODO: show the first image's activations from the 15th filter on `axs[0]`
____

# TODO: show them from the 18th filter on `axs[1]`
____

plt.show()
