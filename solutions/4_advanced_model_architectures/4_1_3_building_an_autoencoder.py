"""4.1.3 Building an autoencoder

An autoencoder learns to copy its input to its output. That sounds easy, but the way leads
through a bottleneck: an image of 28×28 pixels must pass through 32 numbers. So the network
learns what matters in an image and drops the rest. The first half, which squeezes, is
called the encoder; the second half, which unfolds, the decoder.

    784 pixels  →  32 neurons, relu  →  784 neurons, sigmoid

Every pixel's brightness is a number from 0 to 1. Sigmoid gives just such numbers, and
binary crossentropy compares them pixel by pixel.

Steps
1. Make a sequential model called `autoencoder`. It takes the 784 pixels of an image, laid
   out in one row.
2. Add the encoder: a dense layer of 32 neurons with the relu activation.
3. Add the decoder: a dense layer that gives back as many pixels as came in, with the
   sigmoid activation.
4. Compile it with the `adadelta` optimizer and the binary crossentropy loss. The optimizer
   decides on its own how far each step goes. Today its learning rate is 0.001 unless you
   choose another one, which makes it slow; 1.0 is the rate it was designed with. Both are
   right here.
"""

from keras import Input, Sequential
from keras.layers import Dense

# TODO: start a sequential model that takes 784 pixels
### BEGIN SOLUTION
autoencoder = Sequential()
autoencoder.add(Input((784,)))
### END SOLUTION

# TODO: add the encoder, 32 neurons with relu
### BEGIN SOLUTION
autoencoder.add(Dense(32, activation="relu"))
### END SOLUTION

# TODO: add the decoder, as many neurons as there are pixels, with sigmoid
### BEGIN SOLUTION
autoencoder.add(Dense(784, activation="sigmoid"))
### END SOLUTION

# TODO: compile it with adadelta and binary crossentropy
### BEGIN SOLUTION
autoencoder.compile(optimizer="adadelta", loss="binary_crossentropy")
### END SOLUTION

autoencoder.summary()
