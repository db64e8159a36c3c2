"""4.2.1 Building a CNN model

A network that reads handwritten digits sees each one as an image: 28 rows of 28
pixels, and one number for the brightness of each pixel. Laid out flat, pixels that
touch would lie far apart. A convolutional network, CNN for short, keeps the image as
it is. Small filters slide over it, and each one looks for a pattern of its own,
wherever in the image that may be.

Here you build such a network. You need not compile it.

Steps
1. Make a sequential model called `model` that takes images of shape (28, 28, 1): 28
   rows, 28 columns, 1 number for each pixel. Give it a convolutional layer of 32
   filters that are 3 by 3 pixels in size, with the relu activation.
2. Add a second convolutional layer: 16 filters of the same size, relu again.
3. What comes out is still 16 images. Add a layer that lays them out flat, as one row
   of numbers.
4. Add a dense layer with one neuron for each of the 10 digits. Its activation turns
   the 10 outputs into probabilities that add up to 1.

How many parameters does each layer have? The summary at the end tells you.
"""

import keras
from keras.layers import Conv2D, Dense, Flatten, Input
from keras.models import Sequential

# TODO: make a sequential `model` that takes images of shape (28, 28, 1), and add a
# convolutional layer of 32 filters, 3 by 3, with relu
### BEGIN SOLUTION
model = Sequential()
model.add(Input((28, 28, 1)))
model.add(Conv2D(32, kernel_size=3, activation="relu"))
### END SOLUTION

# TODO: add a convolutional layer of 16 filters, 3 by 3, with relu
### BEGIN SOLUTION
model.add(Conv2D(16, kernel_size=3, activation="relu"))
### END SOLUTION

# TODO: lay the images out flat
### BEGIN SOLUTION
model.add(Flatten())
### END SOLUTION

# TODO: add the output layer: one neuron for each digit, and the activation that makes
# the outputs add up to 1
### BEGIN SOLUTION
model.add(Dense(10, activation="softmax"))
### END SOLUTION

model.summary()
