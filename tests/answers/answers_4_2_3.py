"""Answers to 4.2.3, preparing your input image."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

LOAD = "img = image.load_img(img_path, target_size=(224, 224))"
ARRAY = "img_array = image.img_to_array(img)"
EXPAND = "img_expanded = np.expand_dims(img_array, axis=0)"
READY = "img_ready = preprocess_input(img_expanded)"
SHOW = 'print("Shape:", img_ready.shape)\n'

RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
# Import image and preprocess_input
from keras.preprocessing import image
from keras.applications.resnet50 import preprocess_input

# Load the image with the right target size for your model
img = image.load_img(img_path, target_size=(224, 224))

# Turn it into an array
img_array = image.img_to_array(img)

# Expand the dimensions of the image, this is so that it fits the expected model input format
img_expanded = np.expand_dims(img_array, axis = 0)

# Pre-process the img in the same way original images were
img_ready = preprocess_input(img_expanded)
"""),
    ),
    Right(
        "keras.utils, an index, Lanczos",
        steps("""
import keras
picture = keras.utils.load_img(img_path, target_size=(224, 224), interpolation="lanczos")
img_ready = keras.applications.resnet50.preprocess_input(keras.utils.img_to_array(picture)[None])
"""),
    ),
    Right(
        "Pillow",
        steps("""
from PIL import Image
picture = Image.open(img_path).convert("RGB").resize((224, 224))
img_ready = preprocess_input(np.array(picture).reshape(1, 224, 224, 3))
"""),
    ),
    Right(
        "TensorFlow's own functions",
        steps("""
import tensorflow as tf
picture = tf.io.decode_image(tf.io.read_file(img_path), channels=3)
picture = tf.image.resize(picture, (224, 224))
img_ready = tf.keras.applications.resnet50.preprocess_input(tf.expand_dims(picture, 0))
"""),
    ),
    Right(
        "a layer that resizes, Matplotlib reads",
        steps("""
import keras
import matplotlib.pyplot as plt
pixels = plt.imread(img_path)[np.newaxis]
img_ready = preprocess_input(keras.layers.Resizing(224, 224)(pixels).numpy())
"""),
    ),
    Right(
        "by hand",
        steps("""
pixels = image.img_to_array(image.load_img(img_path, target_size=(224, 224), interpolation="bilinear"))
blue_first = pixels[..., ::-1].astype("float64")
img_ready = (blue_first - [103.939, 116.779, 123.68])[np.newaxis]
"""),
    ),
    Right(
        "preprocessed before the axis is added, a function",
        steps("""
def prepare(path, rows=224, columns=224):
    pixels = image.img_to_array(image.load_img(path, target_size=(rows, columns)))
    return np.stack([preprocess_input(pixels)])

img_ready = prepare(img_path)
"""),
    ),
    Right(
        "a network of the same family",
        edit(
            (
                "from keras.applications.resnet50 import preprocess_input",
                "from keras.applications.vgg16 import preprocess_input",
            ),
        ),
    ),
    Right(
        "imported from tensorflow.keras",
        bare("""
import numpy as np
from tensorflow.keras.preprocessing import image
from tensorflow.keras.applications.resnet50 import preprocess_input
img = image.load_img(img_path, target_size=(224, 224), interpolation="box")
img_array = image.img_to_array(img, dtype="uint8")
img_ready = preprocess_input(np.array([img_array]))
"""),
    ),
]

WRONG = [
    Wrong("divided, then prepared", edit(("img_to_array(img)", "img_to_array(img) / 255")), "preprocessing",
          "scaled before ResNet50's preprocessing", blames="/ 255"),
    Wrong("the result not kept", edit((READY, "preprocess_input(img_expanded)\nimg_ready = img_expanded")), "preprocessing",
          "not what preprocess_input returned: its colours stand in the order"),
    Wrong("its form kept", edit((LOAD, LOAD.replace("224)", "224), keep_aspect_ratio=True", 1))), "photo", "`keep_aspect_ratio=True` cuts off"),
    Wrong("preprocessed for another network", edit((READY, "from keras.applications.resnet_v2 import preprocess_input\n" + READY)), "preprocessing",
          "Yours is not ResNet50's"),
    Wrong("299 pixels", edit((LOAD, LOAD.replace("(224, 224)", "(299, 299)"))), "size", r"(?s)\(1, 299, 299, 3\).*how many rows and columns"),
    Wrong("its own size", edit((LOAD, "img = image.load_img(img_path)")), "size", r"(?s)\(1, \d+, \d+, 3\).*loaded with"),
    Wrong("no axis for images", edit((READY, "img_ready = preprocess_input(img_array)")), "size", r"(?s)\(224, 224, 3\).*one axis is missing"),
    Wrong("the axis at the end", edit((EXPAND, "img_expanded = img_array"), (READY, READY + "[..., None]")), "size", "belongs in front"),
    Wrong("an axis too many", edit((READY, READY + "[None]")), "size", "too many"),
    Wrong("two images", edit((EXPAND, "img_expanded = np.stack([img_array, img_array])")), "size", "These are 2 images"),
    Wrong("numbers without a sign", edit((READY, READY + ".astype('uint8')")), "photo", "(?s)uint8.*below zero"),
    Wrong("one number for the size", edit((LOAD, LOAD.replace("(224, 224)", "224"))), "", r"`target_size` takes two numbers.*\(224, 224\)", "error"),
    Wrong("channels first", edit((READY, READY + ".transpose(0, 3, 1, 2)")), "size", "colours last"),
    Wrong("without colours", edit((LOAD, LOAD.replace("224))", "224), color_mode='grayscale')")),
                                  (READY, "img_ready = img_expanded - 118")), "size", "three colours"),
    Wrong("laid flat", edit((READY, READY + ".reshape(1, -1)")), "size", "Look at how many rows, columns and colours"),
    Wrong("not preprocessed", edit((READY, "img_ready = img_expanded")), "preprocessing",
          "(?s)red first, pixels from 0 to 25.*still have to be preprocessed"),
    Wrong("colours turned only", edit((READY, "img_ready = img_expanded[..., ::-1]")), "preprocessing",
          "(?s)blue first, pixels from 0.*but for their order"),
    Wrong("divided by 255", edit((READY, "img_ready = img_expanded / 255")), "preprocessing", "divided by 255"),
    Wrong("divided by 255 first", edit((EXPAND, "img_expanded = np.expand_dims(img_array / 255, axis=0)")), "preprocessing", "scaled"),
    Wrong("that of ResNet50V2", edit(("keras.applications.resnet50", "keras.applications.resnet_v2")), "preprocessing", "from -1 to 1"),
    Wrong("that of EfficientNet", edit(("keras.applications.resnet50", "keras.applications.efficientnet")), "preprocessing",
          "as the file has them"),
    Wrong("that of DenseNet", edit(("keras.applications.resnet50", "keras.applications.densenet")), "preprocessing", "DenseNet"),
    Wrong("means of red first", edit((READY, "img_ready = img_expanded - [123.68, 116.779, 103.939]")), "preprocessing",
          "do not stand where"),
    Wrong("means swapped", edit((READY, "img_ready = img_expanded - [103.939, 116.779, 123.68]")), "preprocessing", "do not stand where"),
    Wrong("one mean for all", edit((READY, "img_ready = img_expanded[..., ::-1] - img_expanded.mean()")), "preprocessing", "of its own in Keras"),
    Wrong("standardised", edit((READY, "img_ready = (img_expanded - img_expanded.mean()) / img_expanded.std()")), "preprocessing", "scaled"),
    Wrong("twice", edit((READY, "preprocess_input(img_expanded)\n" + READY)), "preprocessing", "preprocessed twice"),
    Wrong("twice in a row", edit((READY, "img_ready = preprocess_input(preprocess_input(img_expanded))")), "preprocessing",
          "preprocessed twice"),
    Wrong("cropped", edit((LOAD, LOAD.replace("224))", "224), keep_aspect_ratio=True)"))), "photo", "cropped to a square"),
    Wrong("with a frame", steps("""
import tensorflow as tf
pixels = image.img_to_array(image.load_img(img_path))
img_ready = preprocess_input(tf.image.resize_with_pad(pixels, 224, 224).numpy()[None])
"""), "photo", "frame"),
    Wrong("rows and columns swapped", edit((READY, READY + ".transpose(0, 2, 1, 3)")), "photo", "rows and columns swapped"),
    Wrong("mirrored", edit((READY, READY + "[:, :, ::-1]")), "photo", "mirrored"),
    Wrong("noise", edit((EXPAND, "img_expanded = np.random.uniform(0, 255, (1, 224, 224, 3))")), "photo", "another picture"),
    Wrong("all zeros", edit((READY, "img_ready = np.zeros((1, 224, 224, 3))")), "photo", "another picture"),
    Wrong("another photograph", edit((LOAD, LOAD.replace("img_path", "img_path.replace('flower', 'china')"))), "photo", "another picture"),
    Wrong("colours taken away", edit((EXPAND, EXPAND + "\nimg_expanded = img_expanded.mean(axis=3, keepdims=True) * [1, 1, 1]")),
          "photo", "in colours"),
    Wrong("an image, no array", edit((READY, "img_ready = img"), (SHOW, "")), "size", "one axis is missing"),
    Wrong("nothing kept", edit((READY, READY.split(" = ")[1]), (SHOW, "")), "size", "does not make `img_ready`"),
    Wrong("an image preprocessed", edit((READY, "img_ready = preprocess_input(img)")), "", "Error", "error"),
    Wrong("path misspelt", edit((LOAD, LOAD.replace("img_path", "'img_path'"))), "", "FileNotFoundError", "error"),
]  # fmt: skip

TYPICAL = "divided by 255"

COURSE_2019 = [
    Course2019("""
from keras.preprocessing import image
from keras.applications.resnet50 import preprocess_input

img = image.load_img(img_path, target_size=(224, 224))
img_array = image.img_to_array(img)
img_expanded = np.expand_dims(img_array, axis=0)
img_ready = preprocess_input(img_expanded)
"""),
]  # fmt: skip

UNNAMED = {
    ("setting", "axis: 0 → 1"): "The message shows both shapes, and speaks of the size.",
}
