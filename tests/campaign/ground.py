"""Where the campaign takes place: the pipeline, deployed to a local AWS of its own, with proxies before it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from labelpipe.core.releases import VersionArn
from labelpipe.datasets.folder import split
from labelpipe.datasets.images import LabelledImage
from labelpipe.local.cloud import Cloud
from labelpipe.local.deployment import Deployment, finish
from labelpipe.local.emulator import start_emulator
from labelpipe.local.processes import free_port
from labelpipe.local.standin import start_standin
from labelpipe.local.training import start_training, wait_for_training
from labelpipe.operations.pipeline import Pipeline
from labelpipe.operations.releases import Releases, release_versions
from labelpipe.settings import load_settings
from tests.campaign.contents import sky

SETTINGS = Path(__file__).with_name("pipeline.toml")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ground:
    """A deployed pipeline with a released model. folder: where the local AWS keeps its things."""

    cloud: Cloud
    pipeline: Pipeline
    version_arn: str
    folder: Path

    def lead_through(self, endpoints: dict[str, str]) -> None:
        """Give the inference functions other endpoints, by service, as anyone may in a function's environment."""
        functions = self.cloud.client("lambda")
        for route in self.pipeline.routes:
            name = route.function_name
            own = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            others = {f"AWS_ENDPOINT_URL_{service}": url for service, url in endpoints.items()}
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": own | others})

    def hide_for(self, seconds: int) -> None:
        """How long a received message stays out of sight: after a worker's death, that long it waits."""
        sqs = self.cloud.client("sqs")
        for route in self.pipeline.routes:
            sqs.set_queue_attributes(QueueUrl=route.queue_url, Attributes={"VisibilityTimeout": str(seconds)})


@contextmanager
def prepared(folder: Path, say: Say) -> Iterator[Ground]:
    """Deploy and train at the same time; stop everything in the end."""
    with ExitStack() as running:
        port, other = free_port(), free_port()
        cloud = Cloud(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}")
        running.callback(start_emulator(port=port, folder=folder, lasting=False).stop, patience=1)
        running.callback(start_standin(cloud, port=other, folder=folder, lasting=False, start_seconds=1).stop)
        deployment = Deployment(cloud, SETTINGS, folder)
        say("deploying to a local AWS, and training meanwhile")
        finish(deployment.start_bootstrap())
        deploy = deployment.start_deploy()
        running.callback(deploy.stop)
        training = start_training(
            cloud, bucket="training", project="suns", version="v1", images=split(_skies(folder)), folder=folder
        )
        wait_for_training(cloud, training, lambda _: None)
        finish(deploy)
        settings = load_settings(SETTINGS)
        pipeline = Pipeline.from_outputs(settings, deployment.outputs(settings.name))
        for route in pipeline.routes:
            releases = Releases(pipeline, route, cloud.client("s3"), cloud.client("ssm"))
            models, arns = settings.routes[route.name].models, [VersionArn.parse(training.version_arn)]
            release_versions(releases, models, arns, cloud.client("rekognition"))
        _take_the_clock_away(cloud)
        yield Ground(cloud, pipeline, training.version_arn, folder)


def _take_the_clock_away(cloud: Cloud) -> None:
    """The campaign decides when the controller runs, and when it is dead."""
    scheduler = cloud.client("scheduler")
    for schedule in scheduler.list_schedules()["Schedules"]:
        scheduler.delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])


def _skies(folder: Path) -> list[LabelledImage]:
    """Twenty images, labelled as a whole."""
    images = []
    for number in range(20):
        content = sky("day" if number % 2 else "night", number)
        path = folder / f"{content.name}{content.suffix}"
        path.write_bytes(content.make())
        images.append(LabelledImage(path, 96, 80, labels=(content.label or "",)))
    return images
