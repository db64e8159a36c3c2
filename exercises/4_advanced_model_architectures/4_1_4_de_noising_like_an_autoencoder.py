"""4.1.4 De-noising like an autoencoder

This autoencoder has learned to turn noisy digits into clean ones. Noise does not fit
through the bottleneck: 32 numbers are enough to say what digit it is and how it is written,
but not to repeat every speck. Here you look at both of its halves at work.

These are at hand:
- `autoencoder`: the trained network. 784 pixels go in, through a layer of 32 neurons, the
  encoder, and 784 pixels come out of the decoder.
- `X_test_noise`: images of digits with noise, one in each row of 784 pixels. The network
  has not seen them before.
- `show_encodings(encodings, number=1)`: plots noisy images of a digit, and below each one
  its 32 numbers as small squares. `number` is the digit, from 0 to 9.
- `compare_plot(original, decoded)`: plots images, and below each one what the network made
  of it.
- `Sequential`: the class of sequential models.

Steps
1. Make a model called `encoder` that is the first half of the autoencoder: a sequential
   model with the first layer of `autoencoder` in it. Layers can be shared, and a shared
   layer keeps what it has learned.
2. Encode the noisy images with it. Keep the result, 32 numbers for each image, as
   `encodings`.
3. Show the encodings of a digit that you like.
4. Let the whole autoencoder predict the noisy images. Keep the result as `decoded_imgs`.
5. Compare the noisy images with the decoded ones in a plot.
"""

from keras import Sequential

from grader.datasets import mnist, trained
from grader.datasets.plots import compare_plot, show_encodings

autoencoder = trained.load("autoencoder")
X_test_noise, y_test = mnist.load_noisy_test()

# TODO: make a model of the first layer of `autoencoder`
____

# TODO: encode the noisy images
encodings = ____

# TODO: show the encodings of a digit
____

# TODO: let the autoencoder decode the noisy images
decoded_imgs = ____

# TODO: compare the noisy images with the decoded ones
____
