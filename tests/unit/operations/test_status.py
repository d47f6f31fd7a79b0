"""What a person is told of a route."""

from datetime import timedelta

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import ENABLED
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.usage import Usage
from labelpipe.operations.status import statuses
from labelpipe.operations.watching import Watched

MINUTE = timedelta(minutes=1)


def status(*routes, slots=2, price=4.0):
    return list(statuses(Watched(routes, (), slots), None, price))[-1]


def test_a_program_reads_everything(see, now):
    usage = Usage(now.date(), 30, 90, 1, now - MINUTE / 2)
    memory = Memory(
        non_empty_since=now - 6 * MINUTE, started_at=now - 20 * MINUTE, ready_at=now - 5 * MINUTE, usage=usage
    )
    seen = see("RUNNING", waiting=90, mapping=ENABLED, memory=memory, policy={"time_zone": "Europe/Paris"})
    told = status(seen).to_json()
    assert told["models"] == [{"name": "m", "model": "bees/v1", "status": "RUNNING", "units": 1}]
    assert (told["route"], told["since"], told["wanted"]) == ("bees", "2026-11-20T12:55:00+01:00", "running")
    assert (told["row"], told["wanted_since"]) == ("demand", "2026-11-20T12:54:00+01:00")
    assert told["reason"] == "90 messages wait, for 30m at most: starting later could be too late"
    assert (told["waiting"], told["answered_by"]) == (90, "2026-11-20T13:02:00+01:00")
    assert told["next"][0]["what"] == "a stop"
    assert told["lease_end"] == "2026-11-20T13:30:00+01:00"
    assert told["today"] == {"unit_hours": 0.508, "usd": 2.03}
    assert told["month"] == {"unit_hours": 1.508, "usd": 6.03}


def test_yesterdays_hours_are_not_todays(see, now):
    usage = Usage((now - timedelta(days=1)).date(), 30, 90)
    told = status(see("STOPPED", memory=Memory(usage=usage))).to_json()
    assert (told["today"]["usd"], told["month"]["usd"]) == (0, 6)


def test_an_endpoints_hours_have_no_price_of_ours(see, now):
    arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees"
    told = status(see("STOPPED", arn=arn, memory=Memory(usage=Usage(now.date(), 30, 30)))).to_json()
    assert told["today"] == {"unit_hours": 0.5, "usd": None}


def test_an_override_stands_since_it_was_given(see, now):
    order = Override("start", None, "ana", now - 7 * MINUTE)
    assert status(see("STOPPED", override=order)).wanted_since == now - 7 * MINUTE


def test_who_waits_for_a_slot_is_promised_nothing(see):
    others = "arn:aws:rekognition:us-east-1:123456789012:project/wasps/version/v1/1"
    busy = see("RUNNING", name="wasps", arn=others, waiting=5, mapping=ENABLED)
    found = status(busy, see("STOPPED", waiting=5), slots=1)
    assert (found.want.row, found.next, found.ahead.answered) == ("no slot", (), None)


def test_what_is_done_next_is_told_without_the_leases_that_go_with_it(see):
    assert status(see("STOPPED", waiting=5)).doing == ("start bees/v1 with 1 inference unit",)
