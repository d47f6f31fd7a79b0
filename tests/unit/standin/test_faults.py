"""Which fault a call gets, how many images an inference unit takes, and what is counted."""

from collections import Counter

import pytest

from labelpipe.standin.faults import Fault, Faults
from labelpipe.standin.injection import Injector

RATES = {"DetectCustomLabels": {Fault.THROTTLING: 0.2, Fault.HANG: 0.1}}


def drawn(faults: Faults, calls: int = 2000) -> list[Fault | None]:
    return [faults.of_call("DetectCustomLabels", number) for number in range(calls)]


def test_each_fault_comes_about_as_often_as_its_rate_says() -> None:
    found = Counter(drawn(Faults(rates=RATES)))
    assert found[Fault.THROTTLING] == pytest.approx(400, rel=0.15)
    assert found[Fault.HANG] == pytest.approx(200, rel=0.15)
    assert found[None] == pytest.approx(1400, rel=0.1)


def test_a_seed_gives_the_same_faults_again_and_another_seed_others() -> None:
    first = drawn(Faults(7, RATES))
    assert drawn(Faults(7, RATES)) == first
    assert drawn(Faults(8, RATES)) != first


@pytest.mark.parametrize(("rate", "fault"), [(0.0, None), (1.0, Fault.DROP)])
def test_the_ends_of_the_scale_are_never_and_always(rate: float, fault: Fault | None) -> None:
    assert set(drawn(Faults(rates={"DetectCustomLabels": {Fault.DROP: rate}}))) == {fault}


def test_an_operation_that_is_not_named_gets_no_fault() -> None:
    assert Faults(rates=RATES).of_call("StartProjectVersion", 0) is None


def test_counts_go_on_when_the_faults_change_and_the_draws_begin_anew() -> None:
    injector = Injector(Faults(3, RATES))
    first = [injector.draw("DetectCustomLabels") for _ in range(100)]
    injector.put(Faults(3, RATES))
    assert [injector.draw("DetectCustomLabels") for _ in range(100)] == first
    told = injector.counts()
    assert told["calls"] == {"DetectCustomLabels": 200}
    kinds = (Fault.THROTTLING, Fault.HANG)
    assert told["injected"]["DetectCustomLabels"] == {kind: 2 * first.count(kind) for kind in kinds}


@pytest.mark.parametrize(("rate", "units", "admitted"), [(5, 1, 15), (5, 2, 30), (0.5, 1, 2)])
def test_units_take_their_images_a_second(rate: float, units: int, admitted: int) -> None:
    injector = Injector(Faults(images_per_second=rate))
    seconds = [step / 100 for step in range(200)]  # from 0 to 2, asked a hundred times a second
    assert sum(injector.admits("arn", units, now) for now in seconds) == pytest.approx(admitted, abs=1)
    refused = injector.counts()["injected"]["DetectCustomLabels"]["images_per_second"]
    assert refused == pytest.approx(200 - admitted, abs=1)


def test_a_pause_earns_no_more_than_one_second_of_images() -> None:
    injector = Injector(Faults(images_per_second=3))
    assert sum(injector.admits("arn", 1, 0) for _ in range(10)) == 3
    assert sum(injector.admits("arn", 1, 1000) for _ in range(10)) == 3


def test_one_model_s_images_are_not_another_s() -> None:
    injector = Injector(Faults(images_per_second=1))
    assert [injector.admits(arn, 1, 0) for arn in ("a", "b", "a", "b")] == [True, True, False, False]


def test_without_a_limit_everything_is_admitted_and_nothing_counted() -> None:
    injector = Injector()
    assert all(injector.admits("arn", 1, 0) for _ in range(1000))
    assert injector.counts() == {"calls": {}, "injected": {}}
