"""Where things are, in ratios of a raster, and the way back from the asked picture to the stored one."""

from collections.abc import Callable
from dataclasses import dataclass

Point = tuple[float, float]
"""Right and down from the top left corner, each 0 to 1."""


@dataclass(frozen=True)
class Box:
    """Ratios of width and height, 0 to 1."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Geometry:
    """Where a label is; either may be missing."""

    box: Box | None = None
    polygon: tuple[Point, ...] = ()


# From a point of the upright picture to the stored raster's, by EXIF orientation.
# Source: EXIF 2.32, tag 0x0112; the test takes Pillow's exif_transpose as its oracle.
_STORED: dict[int, Callable[[float, float], Point]] = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (y, 1 - x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (1 - y, x),
}


@dataclass(frozen=True)
class WayBack:
    """From the asked picture to the stored raster, before EXIF: first out of the padding, then out of the turn."""

    orientation: int = 1
    """By which the stored raster was turned."""
    content: Box = Box(0, 0, 1, 1)
    """The part of the asked picture that is not padding."""

    def geometry(self, found: Geometry) -> Geometry | None:
        """None when it lies wholly in the padding."""
        if self == WayBack():
            return found
        box = found.box and self._box(found.box)
        if found.box and not box:
            return None
        return Geometry(box, tuple(self._point(x, y) for x, y in found.polygon))

    def _box(self, box: Box) -> Box | None:
        (left, right), (top, bottom) = _sorted_pairs(
            self._point(box.left, box.top), self._point(box.left + box.width, box.top + box.height)
        )
        if left >= right or top >= bottom:
            return None
        return Box(left, top, right - left, bottom - top)

    def _point(self, x: float, y: float) -> Point:
        part = self.content
        return _STORED[self.orientation](_unit((x - part.left) / part.width), _unit((y - part.top) / part.height))


def _sorted_pairs(one: Point, other: Point) -> tuple[Point, Point]:
    (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return (left, right), (top, bottom)


def _unit(ratio: float) -> float:
    return min(max(ratio, 0.0), 1.0)
