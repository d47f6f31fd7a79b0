"""Inference-unit minutes that a route has run today and this month, counted from observations."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

_STEP = timedelta(minutes=1)


@dataclass(frozen=True)
class Usage:
    """Unit-minutes up to `counted`; since then `units` are billed. Days are the policy's local days."""

    day: date = date.min
    day_minutes: float = 0.0
    month_minutes: float = 0.0
    units: int = 0
    counted: datetime | None = None

    def on(self, today: date) -> Self:
        """The same on another day: a new day begins at zero, and so does a new month."""
        if today == self.day:
            return self
        same_month = (today.year, today.month) == (self.day.year, self.day.month)
        return replace(self, day=today, day_minutes=0.0, month_minutes=self.month_minutes if same_month else 0.0)

    def count(self, now: datetime, today: date, units: int, longest: timedelta) -> Self:
        """Add the time since the last count, by the minute, or at once when `units` changes.

        longest bounds what one gap can add: nobody saw the model meanwhile, and its lease has ended it.
        """
        elapsed = now - (self.counted or now)
        if units == self.units and (not units or elapsed < _STEP):
            return self
        usage, minutes = self.on(today), self.units * (min(elapsed, longest) / _STEP)
        return replace(
            usage,
            day_minutes=usage.day_minutes + minutes,
            month_minutes=usage.month_minutes + minutes,
            units=units,
            counted=now if units else None,
        )

    def to_raw(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "day_minutes": round(self.day_minutes, 3),
            "month_minutes": round(self.month_minutes, 3),
            "units": self.units,
            "counted": self.counted and self.counted.isoformat(),
        }

    @classmethod
    def from_raw(cls, raw: dict[str, Any]) -> Self:
        """The inverse of to_raw."""
        counted = raw["counted"] and datetime.fromisoformat(raw["counted"])
        return cls(date.fromisoformat(raw["day"]), raw["day_minutes"], raw["month_minutes"], raw["units"], counted)
