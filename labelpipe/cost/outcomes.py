"""What came of a policy, in figures that people compare."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelpipe.cost.arrivals import Arrivals

_MONTH = 30


@dataclass(frozen=True)
class Outcome:
    """`max_wait` in minutes, or None where nothing was promised. Delays in minutes, from arrival to answer."""

    policy: str
    max_wait: float | None
    days: int
    images: int
    model_minutes: float
    starts: int
    usd_per_hour: float
    delays: tuple[float, float, float]
    """p50, p95, max."""
    broken: int
    """Images that waited longer than was promised."""
    unanswered: int
    """Images that still wait when nothing more will happen; their delays count until the end of the days."""
    spans: tuple[tuple[float, float], ...] = ()
    """When the model was billed, in minutes."""
    bound: float | None = None
    """Model minutes of who knew all arrivals, and kept the same promise."""
    bound_max_wait: float | None = None
    """That promise in minutes, also where this way promises nothing."""

    @classmethod
    def of(
        cls,
        policy: str,
        max_wait: float | None,
        arrivals: Arrivals,
        answered: NDArray[np.float64],
        spans: list[tuple[float, float]],
        starts: int,
        usd_per_hour: float,
    ) -> "Outcome":
        """From when each image was answered, and when the model was billed."""
        waiting = np.isnan(answered)
        delays = np.where(waiting, arrivals.span, answered) - arrivals.minutes
        p50, p95 = np.percentile(delays, (50, 95))
        return cls(
            policy=policy,
            max_wait=max_wait,
            days=arrivals.days,
            images=len(delays),
            model_minutes=sum(end - begin for begin, end in spans),
            starts=starts,
            usd_per_hour=usd_per_hour,
            delays=(float(p50), float(p95), float(delays.max())),
            broken=int(((delays > max_wait + 1e-6) | waiting).sum()) if max_wait is not None else 0,
            unanswered=int(waiting.sum()),
            spans=tuple(spans),
        )

    @property
    def usd(self) -> float:
        """For the whole time."""
        return self.model_minutes / 60 * self.usd_per_hour

    @property
    def usd_per_month(self) -> float:
        """For 30 days at that rate."""
        return self.usd / self.days * _MONTH

    @property
    def ratio(self) -> float | None:
        """Model time as a multiple of the bound."""
        return self.model_minutes / self.bound if self.bound else None

    def to_json(self) -> dict[str, Any]:
        """As `cost plan --json` prints it."""
        p50, p95, longest = (round(delay, 2) for delay in self.delays)
        return {
            "policy": self.policy,
            "max_wait_minutes": self.max_wait,
            "model_hours": round(self.model_minutes / 60, 3),
            "usd": round(self.usd, 2),
            "usd_per_month": round(self.usd_per_month, 2),
            "usd_per_1000": round(self.usd / self.images * 1000, 4),
            "starts": self.starts,
            "delay_p50_minutes": p50,
            "delay_p95_minutes": p95,
            "delay_max_minutes": longest,
            "broken_promises": self.broken,
            "unanswered": self.unanswered,
            "ratio_to_clairvoyant": None if self.ratio is None else round(self.ratio, 4),
            "clairvoyant_max_wait_minutes": self.bound_max_wait,
        }
