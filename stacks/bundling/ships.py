"""What ships is a list: the rooms of each function's bundle, and the services that it calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Bundle:
    """One function's zip. The bundle mirrors the repository with parts left out, so import names stay the same."""

    function: str
    """Folder below `lambdas/`."""
    rooms: tuple[str, ...]
    """Folders below `labelpipe/`."""
    services: tuple[str, ...]
    """Names of the botocore clients it makes: the only service models that it carries."""
    root: Path = ROOT

    @property
    def lock(self) -> Path:
        """Third-party requirements, with hashes."""
        return self.root / "lambdas" / self.function / "requirements.txt"

    def own_files(self) -> Iterator[Path]:
        """Our files, relative to the repository."""
        yield from (Path("lambdas/__init__.py"), Path("labelpipe/__init__.py"))
        for folder in (f"lambdas/{self.function}", *(f"labelpipe/{room}" for room in self.rooms)):
            yield from sorted(path.relative_to(self.root) for path in (self.root / folder).rglob("*.py"))


BUNDLES = {
    "inference": Bundle(
        "inference", ("core", "aws", "fitting"), ("rekognition", "s3", "sagemaker-runtime", "sqs", "ssm")
    ),
    "model_controller": Bundle(
        "model_controller", ("core", "aws"), ("lambda", "rekognition", "s3", "sagemaker", "scheduler", "sqs", "ssm")
    ),
}
