"""The inference function as Lambda calls it."""

import json

from labelpipe.core.results import Status


def test_an_image_gets_its_labels_beside_it(world):
    world.upload("bees/a.jpg", world.jpeg())
    assert world.invoke(world.event("bees/a.jpg")) == []
    result = world.result("bees/a.jpg")
    print(result.to_json())
    assert result.status is Status.SUCCEEDED
