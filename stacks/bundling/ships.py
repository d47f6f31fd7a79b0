"""What ships is a list: the rooms of each function's bundle, and the services that it calls."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
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
    extras: tuple[str, ...] = ()
    """Third-party code that only some deployments need: each has a lock of its own."""

    @property
    def locks(self) -> tuple[Path, ...]:
        """Third-party requirements, with hashes."""
        names = ("requirements.txt", *(f"requirements-{extra}.txt" for extra in self.extras))
        return tuple(self.root / "lambdas" / self.function / name for name in names)

    def own_files(self) -> Iterator[Path]:
        """Our files, relative to the repository."""
        yield from (Path("lambdas/__init__.py"), Path("labelpipe/__init__.py"))
        for folder in (f"lambdas/{self.function}", *(f"labelpipe/{room}" for room in self.rooms)):
            yield from sorted(path.relative_to(self.root) for path in (self.root / folder).rglob("*.py"))


_INFERENCE = Bundle(
    "inference", ("core", "aws", "fitting"), ("events", "rekognition", "s3", "sagemaker-runtime", "sqs", "ssm")
)
BUNDLES = {
    "inference": _INFERENCE,
    "inference-heic": replace(_INFERENCE, extras=("heic",)),
    "model_controller": Bundle(
        "model_controller", ("core", "aws"), ("lambda", "rekognition", "s3", "sagemaker", "scheduler", "sqs", "ssm")
    ),
}


def inference_bundle(formats: Collection[str]) -> str:
    """The name of the bundle that a route of these formats needs."""
    return "inference-heic" if "heic" in formats else "inference"
