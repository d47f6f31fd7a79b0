"""What becomes of a tick's calls: they succeed, unless the tick's fate or a lasting trouble says otherwise."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from labelpipe.core.control.actions import Outcome
from tests.chaos.fates import NO_FATE, Fate, Trouble
from tests.chaos.world import World

TIMEOUT = timedelta(seconds=50)
"""The function's."""
_OFTEN = 0.7
"""So often a call fails while its service does."""
_LIES = {"start": (Outcome.DONE, Outcome.BUSY), "stop": (Outcome.DONE, Outcome.BUSY)}


class Death(BaseException):
    """The function's environment is gone: no handler of ours sees it."""


class Failed(Exception):
    """A call was throttled, or had no answer."""


class Calls:
    """Of one tick. `again` runs another one, from within."""

    def __init__(self, world: World, fate: Fate, luck: Random, again: Callable[[], object]) -> None:
        self.world, self._fate, self._luck, self._again = world, fate, luck, again
        self._began: datetime = world.clock.now
        self._made = self._changes = 0

    def read(self, service: str, answer: Callable[[], Any]) -> Any:
        self._made += 1
        if self._fate is NO_FATE and not self.world.troubles:
            return answer()
        return self._call(service, service, answer, [t for t in self._fate.troubles if self._is_now(t, change=False)])

    def change(self, service: str, told: str, effect: Callable[[], Any]) -> Any:
        self._made, self._changes = self._made + 1, self._changes + 1
        spoilt = [each for each in self._fate.troubles if self._is_now(each, change=True)]

        def told_effect() -> Any:
            outcome = effect()
            self.world.reckoning.tell(f"  {told}{f': {outcome.name}' if outcome is not None else ''}")
            return outcome

        return self._call(service, told, told_effect, spoilt)

    def _is_now(self, trouble: Trouble, *, change: bool) -> bool:
        if trouble.changes:
            return change and trouble.nth == self._changes
        return trouble.nth == self._made

    def _call(self, service: str, told: str, effect: Callable[[], Any], spoilt: list[Trouble]) -> Any:
        self._spoil(told, [each for each in spoilt if not each.after])
        if self.world.has(service) and self._luck.random() < _OFTEN:
            raise Failed(f"{told}: throttled")
        lie = next((each for each in spoilt if each.kind == "lie"), None)
        if lie and service in _LIES:
            return self._lie(service, told, effect, lie)
        answer = effect()
        self._spoil(told, [each for each in spoilt if each.after])
        return answer

    def _lie(self, service: str, told: str, effect: Callable[[], Any], lie: Trouble) -> Outcome:
        """It says that it did and has not, or the other way round."""
        said, denied = _LIES[service]
        self.world.reckoning.tell(f"  {told}: {'done, but told to be busy' if lie.after else 'only told to be done'}")
        if lie.after:
            effect()
        return denied if lie.after else said

    def _spoil(self, told: str, troubles: list[Trouble]) -> None:
        for trouble in troubles:
            match trouble.kind:
                case "death":
                    raise Death(told)
                case "error":
                    raise Failed(f"{told}: no answer")
                case "again":
                    self._again()
                case "slow":
                    self._pass(trouble.seconds)

    def _pass(self, seconds: float) -> None:
        dies = self._began + TIMEOUT
        self.world.clock.pass_until(min(self.world.clock.now + timedelta(seconds=seconds), dies))
        if self.world.clock.now >= dies:
            raise Death("the function's time ran out")
