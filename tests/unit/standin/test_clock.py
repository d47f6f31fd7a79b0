"""The service's time: as fast as it is told, never back, and the same after a restart."""

from pathlib import Path

import pytest

from labelpipe.standin.clock import Clock
from labelpipe.standin.folder import Unusable


class Real:
    """Real time, which the test lets pass."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def real() -> Real:
    return Real()


def test_it_is_real_time_until_it_is_turned(real: Real) -> None:
    clock = Clock(real)
    real.now += 7
    assert clock() == real.now
    clock.turn(forward=60)
    assert clock() == real.now + 60


def test_a_speed_holds_from_when_it_is_given(real: Real) -> None:
    clock = Clock(real, speed=60)
    began = clock()
    real.now += 2
    clock.turn(speed=1)
    real.now += 3
    assert clock() - began == 123
    clock.turn(speed=0)
    real.now += 1000
    assert clock() - began == 123


def test_a_turn_forward_keeps_the_speed(real: Real) -> None:
    clock = Clock(real, speed=60)
    began = clock()
    clock.turn(forward=5)
    real.now += 1
    assert clock() - began == 65


def test_it_never_goes_back_when_real_time_does(real: Real) -> None:
    clock = Clock(real)
    told = clock()
    real.now -= 3600
    assert clock() == told
    clock.turn(forward=1)
    assert clock() == told + 1


def test_another_life_goes_on_from_where_time_was_at_its_own_speed(real: Real, tmp_path: Path) -> None:
    clock = Clock(real, tmp_path / "clock.json", speed=60)
    clock.turn(forward=1000)
    real.now += 10
    told = clock()
    again = Clock(real, tmp_path / "clock.json")
    assert again() == told
    real.now += 5
    assert again() == told + 5
    assert Clock(real, tmp_path / "clock.json")() == told + 5


@pytest.mark.parametrize("content", ["", "{", "[]", '{"service": 1}', '{"service": "a", "real": 1, "speed": 1}'])
def test_a_damaged_file_is_named_with_the_next_step(tmp_path: Path, content: str) -> None:
    file = tmp_path / "clock.json"
    file.write_text(content)
    with pytest.raises(Unusable, match="clock.json is damaged.*: remove it, and time goes on"):
        Clock(file=file)
