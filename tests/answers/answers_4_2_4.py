"""Answers to 4.2.4, using a real world model."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

SLOW = True

MODEL = 'model = ResNet50(weights="imagenet")'
PREDS = "preds = model.predict(img_ready)"
TOP3 = "top3 = decode_predictions(preds, top=3)[0]"

RIGHT = [
    Right(
        "as in 2019, bare, only printed",
        bare("""
# Instantiate a ResNet50 model with 'imagenet' weights
model = ResNet50(weights='imagenet')

# Predict with ResNet50 on your already processed img
preds = model.predict(img_ready)

# Decode the first 3 predictions
print('Predicted:', decode_predictions(preds, top=3)[0])
"""),
    ),
    Right(
        "tensorflow.keras, default weights, a direct call, a list for each image",
        bare("""
from tensorflow.keras.applications.resnet50 import ResNet50, decode_predictions
model = ResNet50()
preds = model(img_ready)
top3 = decode_predictions(preds, 3)
"""),
    ),
    Right(
        "imported as a module, later",
        steps("""
import keras
model = keras.applications.ResNet50(include_top=True, weights="imagenet", input_shape=(224, 224, 3), classes=1000)
preds = model.predict(img_ready, batch_size=1, verbose=0)
top3 = keras.applications.imagenet_utils.decode_predictions(preds, top=3)
"""),
    ),
    Right(
        "a file of its own, nothing given",
        bare("""
import numpy as np
import sklearn.datasets
from keras.applications import resnet
from keras.utils import img_to_array, load_img
path = sklearn.datasets.__path__[0] + "/images/flower.jpg"
model = resnet.ResNet50(weights="imagenet", name="my_resnet")
pixels = img_to_array(load_img(path, target_size=(224, 224)))
preds = model.predict(resnet.preprocess_input(pixels[None]))
top3 = resnet.decode_predictions(preds, top=3)[0]
for name, word, share in top3:
    print(word, round(float(share), 3))
"""),
    ),
    Right(
        "softmax afterwards",
        edit(
            (MODEL, 'model = ResNet50(weights="imagenet", classifier_activation=None)'),
            (PREDS, "import keras\npreds = keras.ops.softmax(model.predict(img_ready)).numpy()"),
        ),
    ),
    Right(
        "a table",
        edit(
            (
                TOP3,
                'import pandas as pd\ntop3 = pd.DataFrame(decode_predictions(preds, top=3)[0], columns=["id", "name", "probability"])',
            )
        ),
    ),
    Right(
        "a function, the best of five",
        steps("""
def look(network, images):
    return network.predict_on_batch(images)

model = ResNet50(weights="imagenet")
preds = look(model, img_ready)
top3 = decode_predictions(preds)[0][:3]
"""),
    ),
    Right(
        "frozen and compiled, rounded, the summary",
        steps("""
import numpy as np
model = ResNet50(weights="imagenet")
model.trainable = False
model.compile("sgd", "categorical_crossentropy")
model.summary()
preds = np.round(model.predict(img_ready), 4)
top3 = [tuple(entry) for entry in decode_predictions(preds.astype("float64"), top=3)[0]]
"""),
    ),
]

WRONG = [
    Wrong("without its top, decoded", edit((MODEL, 'model = ResNet50(weights="imagenet", include_top=False)')), "network", "Leave the top on", "error"),
    Wrong("random weights", edit((MODEL, "model = ResNet50(weights=None)")), "weights", "(?s)random weights.*learned nothing"),
    Wrong("weights of its own", edit((MODEL, MODEL + "\nmodel.set_weights([w * 0.9 for w in model.get_weights()])")),
          "weights", "random weights"),
    Wrong("changed at its top", edit((MODEL, MODEL + "\nmodel.layers[-1].bias.assign(model.layers[-1].bias + 1)")),
          "weights", "(?s)changed afterwards.*learned already"),
    Wrong("without its top", edit((MODEL, 'model = ResNet50(weights="imagenet", include_top=False)'), (TOP3, "top3 = None")),
          "network", r"(?s)without its top.*23,587,712.*Leave the top on"),
    Wrong("another network of the family", edit((MODEL, "import keras\nmodel = keras.applications.ResNet50V2(weights=None)")),
          "network", "ResNet50V2: 25,613,800"),
    Wrong("a small network", edit((MODEL, "import keras\nmodel = keras.applications.MobileNetV2(weights=None)")),
          "network", "MobileNetV2: 3,538,984"),
    Wrong("ten classes", edit((MODEL, "model = ResNet50(weights=None, classes=10)"), (TOP3, "top3 = preds.argsort()[0, :3]")),
          "network", r"another network.*\(10,\)"),
    Wrong("not a model", edit((MODEL, "network = ResNet50(weights='imagenet')\nmodel = network.layers[-1]"),
                              (PREDS, "preds = network.predict(img_ready)")), "network", "a Keras model"),
    Wrong("not preprocessed", edit((PREDS, """
import numpy as np
pixels = (img_ready + [103.939, 116.779, 123.68])[..., ::-1]
preds = model.predict(pixels)
""")), "preds", "without its preprocessing"),
    Wrong("preprocessed twice", edit((PREDS, """
from keras.applications.resnet50 import preprocess_input
preds = model.predict(preprocess_input(img_ready))
""")), "preds", "preprocessed twice"),
    Wrong("an image of zeros", edit((PREDS, "preds = model.predict(img_ready * 0)")), "preds", "not what the network predicts"),
    Wrong("one row", edit((PREDS, "preds = model.predict(img_ready)[0]"), (TOP3, "top3 = decode_predictions(preds[None], top=3)[0]")),
          "preds", r"(?s)shape \(1000,\).*row of the one image"),
    Wrong("the class alone", edit((PREDS, "p = model.predict(img_ready)\npreds = p.argmax(axis=1)"), (TOP3, TOP3.replace("preds", "p"))),
          "preds", r"(?s)shape \(1,\).*column for each class"),
    Wrong("raw scores", edit((MODEL, 'model = ResNet50(weights="imagenet", classifier_activation=None)')), "preds",
          "(?s)add up to.*last activation"),
    Wrong("predictions not kept", edit((PREDS, "p = model.predict(img_ready)"), (TOP3, TOP3.replace("preds", "p"))), "preds",
          "does not make `preds`"),
    Wrong("five classes", edit((TOP3, "top3 = decode_predictions(preds)[0]")), "top3", "(?s)5 classes.*Look at `top`"),
    Wrong("five classes, printed", bare("""
model = ResNet50(weights='imagenet')
preds = model.predict(img_ready)
print('Predicted:', decode_predictions(preds)[0])
"""), "top3", "5 classes"),
    Wrong("one class", edit((TOP3, TOP3.replace("top=3", "top=1"))), "top3", "(?s)1 class.*Look at `top`"),
    Wrong("the first only", edit((TOP3, TOP3 + "[0]")), "top3", "first of them only"),
    Wrong("the numbers of the classes", edit((TOP3, "top3 = preds.argsort()[0, :-4:-1]")), "top3", "what the probabilities mean"),
    Wrong("the names only", edit((TOP3, "top3 = [entry[1] for entry in decode_predictions(preds, top=3)[0]]")), "top3",
          "(?s)a list of 3.*decode_predictions"),
    Wrong("not decoded", edit((TOP3, "pass"), ('print("In the photograph:", top3)', "print(preds.max())")), "top3",
          "does not make `top3`"),
    Wrong("the three smallest", edit((TOP3, TOP3.replace("(preds", "(1 - preds"))), "classes", "not the three largest"),
    Wrong("typed in", edit((TOP3, """
top3 = [("n11939491", "daisy", 0.91), ("n02206856", "bee", 0.04), ("n11879895", "rapeseed", 0.01)]
""")), "classes", "(?s)daisy 0.910.*not the three largest"),
    Wrong("in reverse", edit((TOP3, TOP3 + "[::-1]")), "classes", "most probable one first"),
    Wrong("wrong classes with imagenet", edit((MODEL, 'model = ResNet50(weights="imagenet", classes=10)')), "", "(?i)classes", "error"),
    Wrong("one image without its axis", edit((PREDS, "preds = model.predict(img_ready[0])")), "", "(?i)shape", "error"),
    Wrong("one row decoded", edit((PREDS, PREDS + "[0]")), "", "(?i)2D array", "error"),
    Wrong("the row of the image", steps("""
model = ResNet50(weights="imagenet")
preds = model.predict(img_ready)[0]
top3 = decode_predictions(preds, top=3)
"""),
          "", r"(?s)a row of probabilities for each image.*The tip on line \d+ says what is wrong", "error", blames="[0]"),
    Wrong("ImageNet in capitals", steps("""
model = ResNet50(weights="ImageNet")
preds = model.predict(img_ready)
top3 = decode_predictions(preds, top=3)
"""),
          "", r"written 'imagenet', in small letters", "error", blames="ResNet50("),
]  # fmt: skip

TYPICAL = "random weights"

COURSE_2019 = [
    Course2019("""
from keras.applications.resnet50 import ResNet50, decode_predictions

model = ResNet50(weights='imagenet')
preds = model.predict(img_ready)
print('It may be:', decode_predictions(preds, top=3)[0])
""", says=("the name `top3`",)),
]  # fmt: skip

PARAMETERS = Parameters("model", None, 25_636_712)

EQUIVALENT = {
    (
        "setting",
        "top3 = decode_predictions(preds, top=3)[0]: 0 → -1",
    ): "Still right: there is one item, which is the first and the last.",
    (
        "argument",
        'ResNet50 without weights="imagenet"',
    ): "Still right: these are the weights that Keras takes on its own.",
}
