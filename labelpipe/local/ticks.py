"""The deployed controller, invoked by hand instead of waiting for its minute."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from labelpipe.core.errors import Problem


@dataclass
class Ticks:
    """Invokes the controller and keeps what it told of one route."""

    client: Any
    """A client of Lambda."""
    function: str
    route: str
    seconds: float = 2
    """Between two invocations."""
    running_seconds: float = 0
    """For how long the model was seen running."""
    report: dict[str, Any] = field(default_factory=dict)
    """What the last tick told of the route."""
    _last: float = 0

    def tick(self) -> dict[str, Any]:
        """Invoke it when its time has come; what it told of the route."""
        now = time.monotonic()
        if now - self._last < self.seconds:
            return self.report
        if self.running:
            self.running_seconds += now - self._last
        self._last = now
        answer = self.client.invoke(FunctionName=self.function, Payload=b"{}")
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise Problem(f"the controller failed: {payload.get('errorMessage', payload)}")
        self.report = next(route for route in payload["routes"] if route["name"] == self.route)
        return self.report

    @property
    def running(self) -> bool:
        """Whether a model of the route was running at the last tick."""
        return "RUNNING" in self.report.get("statuses", {}).values()

    @property
    def off(self) -> bool:
        """Whether every model of the route was off at the last tick."""
        return bool(self.report) and not {"STARTING", "RUNNING", "STOPPING"} & set(self.report["statuses"].values())

    def told(self) -> str:
        """The last report in words."""
        statuses = ", ".join(sorted(set(self.report.get("statuses", {}).values()))) or "no model"
        return f"{statuses}: {self.report.get('reason', '')}"
