"""The models that are loaded. An engine is imported when the first one is asked."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from labelpipe.standin.errors import InternalServerError, InvalidImageFormatException
from labelpipe.standin.findings import Finding
from labelpipe.standin.store import Store

if TYPE_CHECKING:
    from labelpipe.standin.engine import Model

MODEL = "model.npz"


class Models:
    """Versions' models, loaded at the first use and kept until the version stops."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: dict[str, Model] = {}
        self._lock = threading.Lock()
        # A decoded image of 4096 x 4096 pixels takes 48 MB: no more at once than there are cores to work on them.
        self._room = threading.Semaphore(os.cpu_count() or 1)

    def find(self, version_arn: str, image: bytes) -> tuple[list[Finding], dict[str, float]]:
        """What the version's model finds in the image, and the version's assumed thresholds (0 to 1) by label."""
        from labelpipe.standin.engine import BrokenImage, pixels_of  # noqa: PLC0415

        model = self.load(version_arn)
        with self._room:
            try:
                pixels = pixels_of(image)
            except BrokenImage as error:
                raise InvalidImageFormatException() from error
            return model.find(pixels), model.thresholds

    def load(self, version_arn: str) -> Model:
        from threadpoolctl import threadpool_limits  # noqa: PLC0415

        with self._lock:
            if not self._loaded:
                threadpool_limits(1)  # for good: requests come in parallel, and more threads for each slow them all
            if version_arn not in self._loaded:
                self._loaded[version_arn] = self._read(version_arn)
            return self._loaded[version_arn]

    def _read(self, version_arn: str) -> Model:
        from labelpipe.standin.engine import BrokenModel, load  # noqa: PLC0415

        try:
            return load(self._store.model_folder(version_arn) / MODEL)
        except (BrokenModel, OSError) as error:  # also of a version that a person put to RUNNING untrained
            print(f"standin: {version_arn} has no model to answer with: {error}", file=sys.stderr, flush=True)
            raise InternalServerError() from error

    def forget(self, version_arn: str) -> None:
        with self._lock:
            self._loaded.pop(version_arn, None)
