"""4.2.3 Preparing your input image

ResNet50 is a network that has learned from more than a million photographs to tell
1000 kinds of things apart. Anyone may use it. But it only understands images that look
as those did when it learned: of the same size, and preprocessed in the same way. In
this exercise you prepare a photograph for it.

These are at hand:
- `img_path`: the path of the photograph, a file.
- `image`: a part of Keras with functions for images. `image.load_img` reads a file and,
  if you tell it a `target_size` of rows and columns, changes the image to this size.
  `image.img_to_array` turns an image into an array of rows, columns and colours.
- `preprocess_input`: from Keras, made for ResNet50. It takes arrays of images, changes
  the order of their colours, and subtracts from each colour its mean over all images
  that the network has learned from.
- `np`: NumPy. `np.expand_dims(a, axis=0)` gives an array one more axis, in front.

Steps
1. Load the photograph with 224 rows and 224 columns. Keep the whole of it, even if that
   squeezes it a little.
2. Turn it into an array. Its shape is (224, 224, 3).
3. A network takes many images at once. Make it an array of one image, of shape
   (1, 224, 224, 3).
4. Preprocess this array for ResNet50, and keep the result as `img_ready`.
"""

import numpy as np
from keras.applications.resnet50 import preprocess_input
from keras.preprocessing import image

from grader.datasets import photo

img_path = photo.path()

# TODO: load the photograph with 224 rows and 224 columns
img = ____

# TODO: turn it into an array
img_array = ____

# TODO: make it an array of one image
img_expanded = ____

# TODO: preprocess it for ResNet50
img_ready = ____

print("Shape:", img_ready.shape)
