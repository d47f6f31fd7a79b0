"""Training as everyone does it: images and manifests into a bucket, a project with two datasets, a version."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from labelpipe.core.errors import Problem
from labelpipe.datasets.images import LabelledImage, Split
from labelpipe.datasets.manifest import write_manifest
from labelpipe.local.cloud import Cloud
from labelpipe.operations.versions import describe_version


@dataclass(frozen=True)
class Training:
    """A version that is being trained."""

    project_arn: str
    version_arn: str


def start_training(cloud: Cloud, *, bucket: str, project: str, version: str, images: Split, folder: Path) -> Training:
    """Upload the images, and begin. folder: where manifests are written on their way."""
    cloud.client("s3").create_bucket(Bucket=bucket)
    rekognition = cloud.client("rekognition")
    try:
        project_arn = rekognition.create_project(ProjectName=project)["ProjectArn"]
    except rekognition.exceptions.ResourceInUseException:
        raise Problem(
            f"project '{project}' is there already, without a trained version: an earlier start was interrupted; "
            "begin afresh with 'labelpipe local down --delete'"
        ) from None
    for kind, part in (("TRAIN", images.train), ("TEST", images.test)):
        manifest = _upload(cloud, bucket, f"{project}/{kind.lower()}", part, folder)
        source = {"GroundTruthManifest": {"S3Object": {"Bucket": bucket, "Name": manifest}}}
        dataset = rekognition.create_dataset(ProjectArn=project_arn, DatasetType=kind, DatasetSource=source)
        _wait_for_dataset(rekognition, dataset["DatasetArn"])
    output = {"S3Bucket": bucket, "S3KeyPrefix": f"{project}/output"}
    made = rekognition.create_project_version(ProjectArn=project_arn, VersionName=version, OutputConfig=output)
    return Training(project_arn, made["ProjectVersionArn"])


def wait_for_training(cloud: Cloud, training: Training, say: Callable[[str], None], seconds: float = 900) -> None:
    """Return when the version is trained; raise a Problem when training failed or takes too long."""
    rekognition, begun = cloud.client("rekognition"), time.monotonic()
    while (elapsed := time.monotonic() - begun) < seconds:
        version = describe_version(rekognition, training.project_arn, training.version_arn)
        if version["Status"] == "TRAINING_COMPLETED":
            f1 = version.get("EvaluationResult", {}).get("F1Score")
            seconds = version.get("BillableTrainingTimeInSeconds", elapsed)
            return say(f"{seconds:.0f} s of training; F1 {f1:.2f} on the images for the thresholds")
        if version["Status"] != "TRAINING_IN_PROGRESS":
            raise Problem(
                f"training ended as {version['Status']}: {version.get('StatusMessage', 'no reason was given')}"
            )
        say(f"training, {elapsed:.0f} s")
        time.sleep(0.3)
    raise Problem(f"training took longer than {seconds:.0f} s: try fewer images")


def _upload(cloud: Cloud, bucket: str, prefix: str, images: Sequence[LabelledImage], folder: Path) -> str:
    """Put the images and their manifest below the prefix; the manifest's key."""
    s3 = cloud.client("s3")
    keys = [f"{prefix}/{number:04d}{image.path.suffix.lower()}" for number, image in enumerate(images)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: s3.upload_file(str(pair[0].path), bucket, pair[1]), zip(images, keys, strict=True)))
    manifest = folder / f"{prefix.replace('/', '-')}.manifest"
    write_manifest(manifest, images, [f"s3://{bucket}/{key}" for key in keys])
    s3.upload_file(str(manifest), bucket, f"{prefix}.manifest")
    return f"{prefix}.manifest"


def _wait_for_dataset(rekognition: object, arn: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        described = rekognition.describe_dataset(DatasetArn=arn)["DatasetDescription"]  # type: ignore[attr-defined]
        if described["Status"] == "CREATE_COMPLETE":
            return
        if described["Status"] == "CREATE_FAILED":
            raise Problem(f"the dataset was refused: {described.get('StatusMessage', 'no reason was given')}")
        time.sleep(0.3)  # the service takes five such calls a second
    raise Problem(f"the dataset {arn} was not ready after {seconds:.0f} s")
