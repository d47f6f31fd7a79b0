"""The hourly workflow: whole hours for any image, and more where it sees one when it looks."""

import pytest

from labelpipe.cost.physics import Physics
from labelpipe.cost.workflow import hourly_workflow
from tests.unit.cost.conftest import Come


@pytest.mark.parametrize(
    ("minutes", "spans"),
    [
        ((0,), [(15, 15 + 59 + 3)]),
        ((0.5,), [(75, 75 + 59 + 3)]),  # seen an hour later
        ((0, 60), [(15, 77)]),
        ((0, 73.5), [(15, 15 + 2 * 59 + 3)]),  # the count is a minute old
        ((0, 72.5), [(15, 77)]),
        ((0, 74.5), [(15, 77), (135, 197)]),
    ],
)
def test_it_holds_an_hour_and_another_one_where_its_look_counts_an_image(
    come: Come, minutes: tuple[float, ...], spans: list[tuple[float, float]]
) -> None:
    line, server = hourly_workflow(come(*minutes), Physics())
    assert server.spans == spans
    assert (line.answered >= line.arrivals).all()
