"""A server that a fixture or a command can hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from labelpipe.standin.clock import Clock
from labelpipe.standin.faults import Faults
from labelpipe.standin.folder import claim
from labelpipe.standin.http.connections import Server
from labelpipe.standin.injection import Injector
from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.limits import Limits
from labelpipe.standin.metering import Meter
from labelpipe.standin.objects import Objects
from labelpipe.standin.service import Service
from labelpipe.standin.store import Store


class ThreadedStandin:
    """The stand-in in a thread of this process.

    Args:
        state: the folder that keeps projects, datasets and models.
        s3_endpoint_url: the S3 to read from, or None for boto3's own settings.
        cloudwatch_endpoint_url: the CloudWatch that hears each minute what runs; None: nobody does.
        delays: how long starting, stopping and imports last.
        port: 0 takes a free one.
        clock: gives the real time in epoch seconds.
        speed: seconds of the service in a real one.
        faults: what is to go wrong from the start.
        limits: the account's quotas; None: the service's own.

    Raises:
        Unusable: the folder, or what is in it.
        OSError: the port.
    """

    def __init__(
        self,
        state: Path,
        *,
        s3_endpoint_url: str | None = None,
        cloudwatch_endpoint_url: str | None = None,
        delays: Delays | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        speed: float = 1.0,
        faults: Faults | None = None,
        limits: Limits | None = None,
    ) -> None:
        with ExitStack() as held:
            held.enter_context(claim(state))
            store, objects, injector = Store(state), Objects(s3_endpoint_url), Injector(faults)
            its_clock = Clock(clock, state / "clock.json", speed)
            self.service = Service(store, objects, its_clock, delays or Delays(), injector, limits)
            self._server = Server((host, port), self.service)
            self._held = held.pop_all()
        self._meter = Meter(self.service, cloudwatch_endpoint_url) if cloudwatch_endpoint_url else None
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host}:{port}"

    def start(self) -> None:
        self.service.resume()
        self._thread.start()
        if self._meter:
            self._meter.start()

    def stop(self) -> None:
        """Answer nothing more, end the trainings, free the port and the folder."""
        if self._meter:
            self._meter.stop()
        self._server.shutdown()
        self._thread.join()
        self.service.close()
        self._server.server_close()
        self._held.close()

    def __enter__(self) -> ThreadedStandin:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
