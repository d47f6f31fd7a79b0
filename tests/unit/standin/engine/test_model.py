"""Learning, on drawn pictures small enough to take seconds."""

import struct
import subprocess
import sys
import zlib
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from labelpipe.standin.engine import Example, Model, learn, load, pixels_of, save
from labelpipe.standin.engine.detector_training import mirrored
from labelpipe.standin.engine.evaluation import at_threshold, ranking
from labelpipe.standin.engine.pictures import BrokenImage


@pytest.fixture(scope="module")
def detector(draw) -> Model:
    return learn([draw(n) for n in range(12)], [draw(n) for n in range(12, 16)], boxes=True)[0]


def test_a_detector_finds_in_new_images_what_it_learnt_from_a_dozen(detector: Model, draw) -> None:
    examples = [draw(number) for number in range(100, 120)]
    found = [detector.find(example.pixels) for example in examples]
    for label in ("disc", "square"):
        assert at_threshold(ranking(label, found, examples), detector.thresholds[label])[2] > 0.85


def test_boxes_stay_inside_an_image_that_cuts_things_off(detector: Model, draw) -> None:
    places = [finding.box for n in range(20) for finding in detector.find(draw(n).pixels[20:, 22:])]
    assert places
    for left, top, width, height in places:
        assert min(left, top, width, height) >= 0
        assert max(left + width, top + height) <= 1 + 1e-6


def test_a_saved_model_finds_the_same_and_names_the_version_that_fitted_it(detector: Model, draw, tmp_path) -> None:
    save(detector, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert again.find(draw(50).pixels) == detector.find(draw(50).pixels)
    assert again.thresholds == detector.thresholds
    with np.load(tmp_path / "model.npz", allow_pickle=False) as arrays:
        assert str(arrays["scikit_learn"])


def test_the_same_images_give_the_same_model(draw) -> None:
    first, second = (learn([draw(n) for n in range(2)], [draw(4)], boxes=True)[0] for _ in range(2))
    assert first.find(draw(9).pixels) == second.find(draw(9).pixels)


def test_one_label_and_one_box_are_enough_to_learn_from(draw) -> None:
    one = Example(draw(1).pixels, boxes=draw(1).boxes[:1])
    assert learn([one], [one], boxes=True)[0].labels == ("disc",)


def test_an_image_without_boxes_shows_what_nothing_looks_like(draw) -> None:
    """Marked as empty, it teaches that its ground is no thing; an engine that needs boxes would fail on it."""
    empty = Example(np.random.default_rng(5).integers(90, 150, (120, 160, 3), np.uint8))
    model, _ = learn([draw(1), empty, draw(2)], [draw(4), empty], boxes=True)
    assert all(finding.confidence < model.thresholds[finding.label] for finding in model.find(empty.pixels))


def test_learning_uses_one_thread_in_a_process_that_has_loaded_nothing_yet() -> None:
    """Limits bind only libraries that are loaded: set before the import they would do nothing, silently."""
    code = """if True:
        import numpy as np, threadpoolctl
        from labelpipe.standin.engine import Example, TrueBox, learn, model
        class Training:
            def __init__(self, examples): pass
            def run(self):
                import sklearn.ensemble
                print(sorted({pool["num_threads"] for pool in threadpoolctl.threadpool_info()}))
                raise SystemExit
        model.DetectorTraining = Training
        learn([], [], boxes=True)
    """
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("[1]\n", "")


def striped(number: int, upright: bool, red: bool) -> Example:
    random = np.random.default_rng(number)
    pixels = random.integers(60, 120, (96, 128, 3), np.uint8)
    pixels[(slice(None), slice(number % 9, None, 12)) if upright else slice(number % 9, None, 12)] += 90
    pixels[..., 0] += 40 * red
    return Example(pixels, frozenset({"upright" if upright else "lying"} | ({"red"} if red else set())))


def test_a_classifier_of_one_label_each_shares_certainty_among_them() -> None:
    train = [striped(n, bool(n % 2), red=False) for n in range(20)]
    model, scores = learn(train, [striped(n, bool(n % 2), red=False) for n in range(20, 30)], boxes=False)
    assert [score.f1 for score in scores] == [1, 1]
    assert sum(finding.confidence for finding in model.find(train[0].pixels)) == pytest.approx(1, abs=1e-5)


def test_a_classifier_of_several_labels_answers_each_for_itself(tmp_path) -> None:
    train = [striped(n, bool(n % 2), bool(n % 3)) for n in range(24)]
    model, scores = learn(train, [striped(n, bool(n % 2), bool(n % 3)) for n in range(24, 36)], boxes=False)
    assert {score.label: score.f1 for score in scores} == {"lying": 1, "red": 1, "upright": 1}
    save(model, tmp_path / "model.npz")
    assert load(tmp_path / "model.npz").find(train[0].pixels) == model.find(train[0].pixels)


def test_a_mirrored_example_has_mirrored_boxes(draw) -> None:
    left, _, width, _ = draw(1).boxes[0].box
    assert mirrored(draw(1)).boxes[0].box[0] == pytest.approx(1 - left - width)
    twice = mirrored(mirrored(draw(1)))
    assert np.array_equal(twice.pixels, draw(1).pixels)
    for one, other in zip(twice.boxes, draw(1).boxes, strict=True):
        assert asdict(one)["box"] == pytest.approx(other.box)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("L", "JPEG"), ("CMYK", "JPEG"), ("RGBA", "PNG"), ("P", "PNG"), ("I;16", "PNG"), ("LA", "PNG"), ("1", "PNG")],
)
def test_every_kind_of_pixels_becomes_rgb(mode: str, kind: str, tmp_path) -> None:
    Image.new(mode, (100, 80)).save(tmp_path / "image", kind)
    assert pixels_of((tmp_path / "image").read_bytes()).shape == (80, 100, 3)


def test_grey_of_sixteen_bits_keeps_its_brightness(tmp_path) -> None:
    Image.new("I;16", (100, 80), 0x8000).save(tmp_path / "image", "PNG")
    assert pixels_of((tmp_path / "image").read_bytes())[0, 0].tolist() == [128, 128, 128]


def test_a_large_image_is_reduced_and_a_turned_one_stays_as_it_is_stored(tmp_path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (4000, 2000)).save(tmp_path / "image", "JPEG", exif=exif)
    assert pixels_of((tmp_path / "image").read_bytes()).shape == (640, 1280, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_cut_off_image_is_broken(encode, draw, kind: str) -> None:
    whole = encode(draw(1).pixels, kind)
    with pytest.raises(BrokenImage):
        pixels_of(whole[: len(whole) // 2])


def test_a_claim_of_very_many_pixels_is_refused_before_memory_is_taken(encode, draw) -> None:
    image = encode(draw(1).pixels, "PNG")
    header = b"IHDR" + struct.pack(">II", 20_000, 20_000) + image[24:29]
    with pytest.raises(BrokenImage, match="exceeds limit"):
        pixels_of(image[:12] + header + struct.pack(">I", zlib.crc32(header)) + image[33:])


def test_finding_needs_no_scikit_learn() -> None:
    """That takes seconds and 100 MB to import; the server never trains in its own process."""
    code = "import sys, labelpipe.standin.engine; print({'sklearn', 'scipy'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("set()\n", "")
