from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.datasets.images import Box, LabelledImage
from labelpipe.datasets.voc import read_voc

SIZE = "<size><width>100</width><height>80</height><depth>3</depth></size>"


def thing(label: str, *edges: object) -> str:
    sides = zip(("xmin", "ymin", "xmax", "ymax"), edges, strict=True)
    return f"<object><name>{label}</name><bndbox>{''.join(f'<{s}>{e}</{s}>' for s, e in sides)}</bndbox></object>"


@pytest.fixture
def annotate(tmp_path: Path):
    (tmp_path / "xml").mkdir()

    def write(stem: str, body: str, wrap: str = "<annotation>{}</annotation>") -> Path:
        path = tmp_path / "xml" / f"{stem}.xml"
        path.write_text(wrap.format(body), encoding="utf-8")
        return path

    return write


@pytest.fixture
def read(tmp_path: Path):
    return lambda: read_voc(tmp_path / "images", tmp_path / "xml")


def test_pixels_count_from_one_and_the_last_belongs_to_the_box(make_image, annotate, read) -> None:
    path = make_image("images/a.jpg")
    annotate("a", SIZE + thing("bee", 1, 1, 100, 80) + thing("wasp", 11, 21, 20, 40))
    assert read().labelled == [
        LabelledImage(path, 100, 80, (Box("bee", 0, 0, 100, 80), Box("wasp", 10, 20, 10, 20))),
    ]


def test_images_without_annotation_are_still_to_be_labelled(make_image, annotate, read) -> None:
    labelled, other = make_image("images/a.JPG"), make_image("images/deep/b.png")
    annotate("a", thing("bee", 1, 1, 10, 10))
    imported = read()
    assert [image.path for image in imported.labelled] == [labelled]
    assert imported.unlabelled == [other]
    assert imported.remarks == ()


def test_an_annotation_without_objects_says_that_there_is_nothing(make_image, annotate, read) -> None:
    make_image("images/a.jpg")
    annotate("a", SIZE)
    assert read().labelled[0].boxes == ()


@pytest.mark.parametrize(
    ("edges", "box"),
    [
        ((-5, 0, 11, 10), Box("bee", 0, 0, 11, 10)),
        ((91, 71, 300, 300), Box("bee", 90, 70, 10, 10)),
        ((1.2, "2.0", 3.8, " 9 "), Box("bee", 0, 1, 4, 8)),
    ],
)
def test_a_box_is_clipped_to_the_image(make_image, annotate, read, edges: tuple, box: Box) -> None:
    make_image("images/a.jpg")
    annotate("a", thing("bee", *edges))
    assert read().labelled[0].boxes == (box,)


@pytest.mark.parametrize("edges", [(5, 5, 5, 9), (9, 9, 5, 5), (101, 1, 140, 40), (-9, -9, 0, 0)])
def test_a_box_without_area_is_left_out_and_told(make_image, annotate, read, edges: tuple) -> None:
    make_image("images/a.jpg")
    file = annotate("a", thing("bee", 1, 1, 9, 9) + thing("wasp", *edges))
    imported = read()
    assert [box.label for box in imported.labelled[0].boxes] == ["bee"]
    assert imported.remarks == (f"{file}: object 2 (wasp) has no area inside the image and was left out",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<annotation", "not readable XML .*: mend it"),
        ("", "not readable XML"),
        ('<?xml version="1.0" encoding="no-such"?><annotation/>', "not readable XML"),
        ("<html/>", "holds <html>, not a Pascal VOC <annotation>"),
        ("<annotation><object><name>bee</name></object></annotation>", "object 1 needs numbers for xmin"),
        (f"<annotation>{thing('bee', 1, 1, 'nan', 4)}</annotation>", "object 1 needs numbers for xmin"),
        (f"<annotation>{thing('bee', 1, 1, 'inf', 4)}</annotation>", "object 1 needs numbers for xmin"),
        (f"<annotation>{thing(' ', 1, 1, 4, 4)}</annotation>", "object 1 has no name: give it a label"),
        (
            "<annotation><size><width>80</width><height>100</height></size></annotation>",
            "drawn on 80 x 100 pixels but the image has 100 x 80",
        ),
    ],
)
def test_a_wrong_annotation_is_named_in_one_line(make_image, annotate, read, body: str, said: str) -> None:
    make_image("images/a.jpg")
    annotate("a", body, wrap="{}")
    with pytest.raises(Problem, match=rf"a\.xml.*{said}") as problem:
        read()
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE annotation [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE annotation [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE annotation>",
    ],
)
def test_declarations_that_could_harm_are_refused_in_any_encoding(
    make_image, annotate, read, encoding: str, declaration: str
) -> None:
    make_image("images/a.jpg")
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = f"{declaration}<annotation>{SIZE}</annotation>"
    file = annotate("a", "")
    file.write_bytes((head + body).encode(encoding))
    with pytest.raises(Problem, match=r"a\.xml is not readable XML \(it declares a DOCTYPE"):
        read()


def test_a_size_that_the_tool_left_at_zero_is_not_compared(make_image, annotate, read) -> None:
    make_image("images/a.jpg")
    annotate("a", "<size><width>0</width><height>0</height></size>" + thing("bee", 1, 1, 9, 9))
    assert len(read().labelled[0].boxes) == 1


def test_an_annotation_without_its_image_is_a_problem(make_image, annotate, read) -> None:
    make_image("images/a.jpg")
    annotate("a", "")
    annotate("b", "")
    with pytest.raises(Problem, match=r"b\.xml has no image b\.jpg, \.jpeg or \.png"):
        read()


def test_nothing_that_matches_is_a_problem(make_image, annotate, read) -> None:
    make_image("images/a.jpg")
    annotate("b", "")
    with pytest.raises(Problem, match="no annotation in .* has the name of an image"):
        read()


def test_a_folder_without_annotations_is_a_problem(make_image, annotate, read) -> None:
    make_image("images/a.jpg")
    with pytest.raises(Problem, match=r"holds no \.xml file"):
        read()


def test_annotations_that_are_not_a_folder_are_a_problem(make_image, tmp_path: Path) -> None:
    path = make_image("images/a.jpg")
    with pytest.raises(Problem, match="is not a folder"):
        read_voc(tmp_path / "images", path)


def test_two_images_that_would_share_an_annotation_are_a_problem(make_image, annotate, read) -> None:
    make_image("images/a.jpg")
    make_image("images/a.png")
    annotate("a", "")
    with pytest.raises(Problem, match=r"share one annotation name, a\.xml: rename one"):
        read()
