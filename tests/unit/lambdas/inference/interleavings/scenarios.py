"""The parts of the product of all that may happen which are explored, each to its end."""

from tests.unit.lambdas.inference.interleavings.plot import (
    BARE,
    BREAKS,
    CRASHED,
    ONCE,
    REWRITE,
    TIRED,
    TWICE,
    Delivery,
    Line,
    Scenario,
)

BEE, WASP, EMPTY, DENIED, LOCKED, DELETE = Line.BEE, Line.WASP, Line.EMPTY, Line.DENIED, Line.LOCKED, Line.DELETE
EARLY = Delivery()
HALF = (Delivery(), BREAKS)

SHORT = (
    Scenario("three uploads", (BEE, WASP, BEE), least=130),
    Scenario("three uploads, two faults", (BEE, WASP, BEE), faults=2, least=8_000),
    Scenario("three uploads, events twice", (BEE, WASP, BEE), (TWICE,) * 3, least=8_000),
    Scenario(
        "three uploads, two events twice, a fault", (BEE, WASP, BEE), (TWICE, ONCE, TWICE), faults=1, least=30_000
    ),
    Scenario("deleted in between, a fault", (BEE, DELETE, WASP, BEE), faults=1, least=1_400),
    Scenario("deleted in between, events twice", (BEE, DELETE, WASP, BEE), (TWICE,) * 4, least=8_000),
    Scenario("deleted at the end, events twice, a fault", (BEE, WASP, DELETE), (TWICE,) * 3, faults=1, least=4_000),
    Scenario("the same bytes three times, a fault", (BEE, BEE, BEE), faults=1, least=1_400),
    Scenario("two messages without a version", (BEE, WASP, BEE), early=(EARLY, EARLY), least=18_000),
    Scenario("empty in between, one without a version", (BEE, EMPTY, WASP), early=(EARLY,), least=4_000),
    Scenario("empty after a deletion, events twice", (BEE, DELETE, EMPTY), (TWICE,) * 3, (EARLY,), least=3_000),
    Scenario("thresholds rewritten at any moment", (BEE, WASP, BEE), early=(REWRITE, REWRITE), least=1_500),
    Scenario("one of two handlers gives up", (BEE, WASP, BEE), (ONCE, ONCE, HALF), least=900),
    Scenario("its dead letter is redriven, a fault", (BEE, WASP), (ONCE, HALF), faults=1, redrives=1, least=4_000),
    Scenario("both give up on the last", (BEE, WASP, BEE), (ONCE, ONCE, (BREAKS, TIRED)), least=1_500),
    Scenario("all give up, redriven", (BEE, WASP, BEE), ((BREAKS,), (TIRED,), (BREAKS,)), redrives=3, least=4_000),
    Scenario("handlers crashed before, a fault", (BEE, WASP), ((CRASHED,),) * 2, faults=1, least=1_500),
    Scenario("handlers crashed before, three uploads", (BEE, WASP, BEE), ((CRASHED,),) * 3, least=4_000),
    Scenario("unreadable, its event without an ETag", (BEE, WASP, DENIED), (ONCE, ONCE, (BARE,)), least=800),
    Scenario("unreadable, and replaced", (DENIED, BEE, DENIED), least=400),
    Scenario("unreadable at the end, a fault", (BEE, DENIED), faults=1, least=500),
    Scenario("under another's key, one without a version", (BEE, LOCKED, WASP), early=(EARLY,), least=4_000),
    Scenario("under another's key at the end, events twice", (BEE, LOCKED), (TWICE, TWICE), least=500),
    Scenario("under another's key twice, a fault", (LOCKED, LOCKED), faults=1, least=350),
)

LONG = (
    Scenario("three uploads, three faults", (BEE, WASP, BEE), faults=3),
    Scenario("three uploads, events twice, a fault", (BEE, WASP, BEE), (TWICE,) * 3, faults=1),
    Scenario("three uploads, events twice, two faults", (BEE, WASP, BEE), (TWICE,) * 3, faults=2),
    Scenario("deleted in between, two faults", (BEE, DELETE, WASP, BEE), faults=2),
    Scenario("four uploads, two faults", (BEE, WASP, BEE, WASP), faults=2),
    Scenario("deleted twice, two faults", (BEE, DELETE, WASP, DELETE, BEE), (TWICE, (), ONCE, (), TWICE), faults=2),
    Scenario("two without a version, a fault", (BEE, WASP, BEE), early=(EARLY, EARLY), faults=1),
    Scenario("empty, one without a version, two faults", (BEE, EMPTY, WASP), early=(EARLY,), faults=2),
    Scenario("one of two handlers gives up on each", (BEE, WASP, BEE), (HALF,) * 3),
    Scenario("the same, redriven, a fault", (BEE, WASP), (HALF,) * 2, faults=1, redrives=2),
    Scenario("unreadable, and replaced, two faults", (DENIED, BEE, DENIED), faults=2),
    Scenario("all give up, two faults", (BEE, WASP), ((BREAKS,), (TIRED,)), faults=2, redrives=1),
    Scenario("handlers crashed before, three uploads, a fault", (BEE, WASP, BEE), ((CRASHED,),) * 3, faults=1),
)
