"""One picture of many results: what was found in each image, and why some have no answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from labelpipe.pictures.boxes import INK, WHITE, Area, DrawnBox, draw_boxes, ink_on, label_colours
from labelpipe.pictures.text import font, printable, shorten, wrap

STATUS_COLOURS = {"SUCCEEDED": "#0B7A53", "REJECTED": "#B4600A", "FAILED": "#B3261E"}
OTHER_STATUS, GROUND, MAT, CARD, RULE, QUIET = "#5B6770", "#F1F3EE", "#E4E8E1", "#D3D8D3", "#D5DBD2", "#5E6A63"
MARGIN, GAP, PAD, RADIUS = 36, 22, 12, 12
PICTURE = 360, 270
TILE = PICTURE[0], PICTURE[1] + 76
HEADER = 128
TITLE, SUBTITLE, KEY, NOTE, BADGE = 34, 17, 16, 14, 12


@dataclass(frozen=True)
class Tile:
    """One image on the sheet: its key, its result's status, what was found.

    `picture` is a file, an opened image, or None. `code` is an error's name and `note` a few words: an error's reason,
    or what to say beside the badge (default: how many of each label).
    """

    picture: Path | Image.Image | None
    title: str
    status: str
    boxes: Sequence[DrawnBox] = ()
    note: str = ""
    code: str = ""


def contact_sheet(tiles: Sequence[Tile], *, columns: int = 4, title: str = "", subtitle: str = "") -> Image.Image:
    """The sheet: a header with the title and how many images ended how, then a tile for each, in rows of `columns`.

    An image that was not answered, or that cannot be shown, has a grey card with the error in place of its picture.
    """
    columns = max(1, min(columns, max(len(tiles), 3)))  # a header needs the room of three tiles
    rows = -(-len(tiles) // columns)
    width = 2 * MARGIN + columns * TILE[0] + (columns - 1) * GAP
    sheet = Image.new("RGB", (width, HEADER + rows * (TILE[1] + GAP) - GAP + MARGIN), GROUND)
    colours = label_colours(box.label for tile in tiles for box in tile.boxes)
    _header(sheet, tiles, title, subtitle, colours)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(_tile(tile, colours), (MARGIN + column * (TILE[0] + GAP), HEADER + row * (TILE[1] + GAP)))
    return sheet


def _header(sheet: Image.Image, tiles: Sequence[Tile], title: str, subtitle: str, colours: Mapping[str, str]) -> None:
    draw = ImageDraw.Draw(sheet)
    right = sheet.width - MARGIN
    pills = _status_pills(sheet, tiles, right)
    legend = _legend(sheet, tiles, right, colours)
    draw.text(
        (MARGIN, 52), shorten(printable(title), TITLE, pills - MARGIN - GAP), fill=INK, font=font(TITLE), anchor="lm"
    )
    fitting = shorten(printable(subtitle), SUBTITLE, legend - MARGIN - GAP)
    draw.text((MARGIN, 90), fitting, fill=QUIET, font=font(SUBTITLE), anchor="lm")


def _status_pills(sheet: Image.Image, tiles: Sequence[Tile], right: int) -> int:
    """How many ended how, from the right edge leftwards; gives where the leftmost begins."""
    counts = Counter(tile.status for tile in tiles)
    known = [status for status in STATUS_COLOURS if counts[status]]
    for status in reversed(known + sorted(counts.keys() - STATUS_COLOURS.keys())):
        text = f"{counts[status]}  {shorten(printable(status), 16, 120)}"
        right = _pill(sheet, text, right, 52, 16, status) - PAD
    return right


def _legend(sheet: Image.Image, tiles: Sequence[Tile], right: int, colours: Mapping[str, str]) -> int:
    """Each label's colour and how many were found, from the right edge leftwards; as many as half the sheet holds."""
    draw = ImageDraw.Draw(sheet)
    counts = Counter(box.label for tile in tiles for box in tile.boxes)
    for label in sorted(counts, reverse=True):
        text = shorten(f"{counts[label]} {printable(label)}", NOTE, 200)
        left = right - round(font(NOTE).getlength(text)) - 20
        if left < sheet.width / 2:
            break
        draw.text((left + 20, 90), text, fill=INK, font=font(NOTE), anchor="lm")
        _round(sheet, (left, 83, left + 14, 97), 4, colours[label])
        right = left - PAD - 6
    return right


def _tile(tile: Tile, colours: Mapping[str, str]) -> Image.Image:
    card = Image.new("RGB", TILE, GROUND)
    _round(card, (0, 0, *TILE), RADIUS, RULE)
    _round(card, (1, 1, TILE[0] - 1, TILE[1] - 1), RADIUS - 1, WHITE)
    view = _view(tile, colours)
    card.paste(view, (1, 1), _round_mask((view.width, view.height + RADIUS), RADIUS - 1).crop((0, 0, *view.size)))
    draw = ImageDraw.Draw(card)
    key = shorten(printable(tile.title), KEY, TILE[0] - 2 * PAD)
    draw.text((PAD, PICTURE[1] + 24), key, fill=INK, font=font(KEY), anchor="lm")
    end = _badge(card, tile.status)
    note = shorten(printable(_remark(tile)), NOTE, TILE[0] - PAD - end - PAD)
    draw.text((end + PAD, PICTURE[1] + 53), note, fill=QUIET, font=font(NOTE), anchor="lm")
    return card


def _remark(tile: Tile) -> str:
    """What stands beside the badge; the grey card has said it already where there was no answer."""
    if tile.note or tile.status != "SUCCEEDED":
        return tile.note if tile.status == "SUCCEEDED" else ""
    counts = Counter(box.label for box in tile.boxes)
    return ", ".join(f"{counts[label]} {label}" for label in sorted(counts)) or "nothing found"


def _view(tile: Tile, colours: Mapping[str, str]) -> Image.Image:
    """The picture with its boxes on a mat, or the grey card; as wide as a tile within its border."""
    size = PICTURE[0] - 2, PICTURE[1] - 1
    if tile.status != "SUCCEEDED":
        return _grey_card(size, tile.code or tile.status, tile.note)
    picture = _load(tile.picture, size)
    if picture is None:
        return _grey_card(size, tile.code or "NO PREVIEW", "The picture cannot be opened here.")
    view = Image.new("RGB", size, MAT)
    drawn = draw_boxes(picture, tile.boxes, colours=colours, text_size=12)
    view.paste(drawn, ((size[0] - drawn.width) // 2, (size[1] - drawn.height) // 2))
    return view


def _load(picture: Path | Image.Image | None, room: tuple[int, int]) -> Image.Image | None:
    """The picture scaled to fit, its raster as stored; None if it cannot be read."""
    if picture is None:
        return None
    try:
        if isinstance(picture, Image.Image):
            return _scale(picture, _fitting(picture.size, room))
        with Image.open(picture) as image:
            size = _fitting(image.size, room)
            image.draft("RGB", (2 * size[0], 2 * size[1]))  # a large JPEG is then decoded small, and fast
            return _scale(image, size)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _fitting(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    factor = min(room[0] / size[0], room[1] / size[1])
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _scale(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def _grey_card(size: tuple[int, int], code: str, reason: str) -> Image.Image:
    card = Image.new("RGB", size, CARD)
    draw = ImageDraw.Draw(card)
    middle, room = size[0] // 2, size[0] - 4 * PAD
    _no_picture(draw, (middle, 78))
    draw.text((middle, 136), shorten(printable(code), 19, room), fill=INK, font=font(19), anchor="mm")
    for number, line in enumerate(wrap(printable(reason), NOTE, room, 4)):
        draw.text((middle, 166 + number * 21), line, fill=QUIET, font=font(NOTE), anchor="mm")
    return card


def _no_picture(draw: ImageDraw.ImageDraw, centre: tuple[int, int]) -> None:
    """The sign of a picture, struck out."""
    x, y = centre
    draw.rectangle((x - 32, y - 24, x + 32, y + 24), outline=QUIET, width=3)
    draw.ellipse((x + 8, y - 15, x + 18, y - 5), fill=QUIET)
    draw.polygon([(x - 26, y + 18), (x - 9, y - 6), (x + 3, y + 8), (x + 10, y + 2), (x + 26, y + 18)], fill=QUIET)
    draw.line((x - 42, y + 32, x + 42, y - 32), fill=CARD, width=9)
    draw.line((x - 42, y + 32, x + 42, y - 32), fill=QUIET, width=3)


def _badge(card: Image.Image, status: str) -> int:
    """The status in its colour, at the left; gives where it ends."""
    text = shorten(printable(status), BADGE, TILE[0] / 2)
    right = PAD + round(font(BADGE).getlength(text)) + 2 * PAD - 4
    _pill(card, text, right, PICTURE[1] + 53, BADGE, status)
    return right


def _pill(image: Image.Image, text: str, right: int, middle: int, size: int, status: str) -> int:
    colour = STATUS_COLOURS.get(status, OTHER_STATUS)
    left, half = right - round(font(size).getlength(text)) - 2 * PAD + 4, size * 6 // 7
    _round(image, (left, middle - half, right, middle + half), half, colour)
    ImageDraw.Draw(image).text(((left + right) / 2, middle), text, fill=ink_on(colour), font=font(size), anchor="mm")
    return left


def _round(image: Image.Image, area: Area, radius: int, colour: str) -> None:
    size = area[2] - area[0], area[3] - area[1]
    image.paste(Image.new("RGB", size, colour), area[:2], _round_mask(size, radius))


def _round_mask(size: tuple[int, int], radius: int) -> Image.Image:
    """A rectangle with round corners, drawn four times as large so that its edge is smooth."""
    mask = Image.new("L", (size[0] * 4, size[1] * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius * 4, fill=255)
    return mask.reduce(4)
