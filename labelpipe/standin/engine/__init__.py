"""The engine: learns labels or boxes from ten to a few hundred images, and finds them again.

Learning needs scikit-learn; finding needs numpy and Pillow only, because a learnt model is plain arrays.
"""

from labelpipe.standin.engine.model import BrokenModel, Model, learn, load, save
from labelpipe.standin.engine.pictures import BrokenImage, pixels_of
from labelpipe.standin.engine.values import Example, Pixels, TrueBox
from labelpipe.standin.findings import Finding

__all__ = [
    "BrokenImage",
    "BrokenModel",
    "Example",
    "Finding",
    "Model",
    "Pixels",
    "TrueBox",
    "learn",
    "load",
    "pixels_of",
    "save",
]
