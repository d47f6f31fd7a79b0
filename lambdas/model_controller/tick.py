"""One tick: look at everything, decide once, act route by route. A route's trouble stays its own."""

from collections.abc import Iterable

from labelpipe.aws.records import LostRace
from labelpipe.core.control.actions import Action, Outcome, Serve, StartModel
from labelpipe.core.control.handover import as_the_route, heir_actions, is_heir, route_name
from labelpipe.core.control.leases import Lease
from labelpipe.core.control.observations import Model
from labelpipe.core.control.running import Decision, decide, decide_strays
from labelpipe.core.control.statuses import BILLED, ON
from labelpipe.core.control.wanting import Row
from lambdas.model_controller.acting import Clock, Done, act, learn
from lambdas.model_controller.observing import Named, Sight, leased, look, name, strays
from lambdas.model_controller.reports import RouteReport, TickReport
from lambdas.model_controller.tools import Tools
from lambdas.model_controller.troubles import Troubles


def tick(tools: Tools, clock: Clock, troubles: Troubles) -> TickReport:
    """Without the list of leases nothing is done at all: then every model ends with its lease."""
    now, known, sights = clock(), list[Named](), list[Sight]()
    leases = leased(tools)
    for parameter in tools.settings.route_parameters:
        with troubles.of(f"looking at {parameter}"):
            known.append(name(tools, parameter))
            sights.append(look(tools, known[-1], leases, now))
    looked_at = [each for sight in sights for each in (sight, sight.heir) if each]
    lost_models, lost_queues = list[Model](), list[Lease]()
    if not troubles.lines:  # what an unseen route has would look lost
        lost_models, lost_queues = strays(tools, [each.seen for each in looked_at], leases, troubles)
    decisions = _decide(tools, sights, lost_models, _unseen(tools, known, sights))
    reports = [_act(tools, sight, decisions[sight.seen.name], clock, troubles) for sight in looked_at]
    lost = list[Done]()
    for action in decide_strays(lost_models, lost_queues, now):
        with troubles.of(f"lease of no route: {action}"):
            act(tools, [action], now, clock, lost)
    return TickReport(tuple(reports), tuple(map(str, lost)), tuple(troubles.lines), _running(looked_at, lost_models))


def _decide(tools: Tools, sights: list[Sight], lost: list[Model], unseen: frozenset[str]) -> dict[str, Decision]:
    """Routes first; their heirs get what slots are left, and neither stops what the other may want."""
    slots, routes = tools.settings.max_running_models, [sight.seen for sight in sights]
    heirs = [sight.heir.seen for sight in sights if sight.heir]
    theirs, ours = ([model for seen in group for model in seen.models] for group in (heirs, routes))
    decisions = decide(routes, [*lost, *theirs], slots, unseen | _arns(theirs))
    heirs = [as_the_route(each, decisions[route_name(each.name)]) for each in heirs]
    return decisions | decide(heirs, [*lost, *ours], slots, unseen | _arns(ours))


def _act(tools: Tools, sight: Sight, decision: Decision, clock: Clock, troubles: Troubles) -> RouteReport:
    """What goes wrong in acting keeps nothing from being remembered, measured and told.

    But who lingers is renewed only once that is remembered: nothing else ends it.
    """
    done, notes, what = list[Done](), list[str](), f"route {sight.seen.name}"
    starts = any(isinstance(action, StartModel) for action in decision.actions)
    lingers = decision.want.row is Row.LINGER and not starts
    with troubles.of(what):
        if lingers:
            notes += _remember(tools, sight, decision, done)
        _perform(tools, sight, decision, clock, done)
    with troubles.of(what):
        if not lingers:  # what came of a start is known only now
            notes += _remember(tools, sight, decision, done)
    return RouteReport.of(sight.seen, decision, (*done, *notes))


def _perform(tools: Tools, sight: Sight, decision: Decision, clock: Clock, done: list[Done]) -> None:
    act(tools, _actions(sight, decision), sight.seen.now, clock, done)
    if is_heir(sight.seen.name) and any(each.outcome is Outcome.NO_SLOT for each in done):
        act(tools, [_serve(sight)], sight.seen.now, clock, done)


def _actions(sight: Sight, decision: Decision) -> Iterable[Action]:
    if is_heir(sight.seen.name):
        return heir_actions(decision, _serve(sight))
    return (_serve(sight), *decision.actions) if sight.to_serve else decision.actions


def _serve(sight: Sight) -> Serve:
    return Serve(sight.seen.wiring.serving_parameter, sight.to_serve or "")


def _remember(tools: Tools, sight: Sight, decision: Decision, done: list[Done]) -> list[str]:
    memory = learn(decision.memory, sight.seen, done)
    if memory == sight.seen.memory:
        return []
    try:
        tools.records.remember(sight.seen.name, memory, sight.etag)
    except LostRace:
        return ["forget this tick: another one has written meanwhile"]
    return []


def _unseen(tools: Tools, known: list[Named], sights: list[Sight]) -> frozenset[str]:
    """ARNs of what routes have, or may have, that could not be looked at: one without a name may share anything."""
    are_named = len(known) == len(tools.settings.route_parameters)
    seen = {sight.seen.name for sight in sights if are_named}
    unseen = (each for each in known if each.wiring.name not in seen)
    return frozenset(model.version_arn for each in unseen for model in (*each.models, *each.former))


def _arns(models: Iterable[Model]) -> frozenset[str]:
    return frozenset(model.arn for model in models)


def _running(sights: list[Sight], lost: list[Model]) -> int:
    models = [model for sight in sights for model in sight.seen.models] + lost
    return len({model.arn for model in models if model.status in ON | BILLED})
