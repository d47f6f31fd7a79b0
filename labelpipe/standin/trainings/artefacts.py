"""Where a training leaves its files in S3."""

from __future__ import annotations

from collections.abc import Mapping

from botocore.exceptions import ClientError

from labelpipe.standin.objects import Objects
from labelpipe.standin.state import Location
from labelpipe.standin.trainings.jobs import Job
from labelpipe.standin.trainings.material import FileError

# The validation results: "Getting the validation results". The evaluation: the example of "Accessing the summary file
# and evaluation manifest snapshot"; another page calls it EvaluationSummary. AWS does not tell the snapshots' names.
FILES: Mapping[str, str] = {
    "TrainValidation": "training_manifest_with_validation.json",
    "TestValidation": "testing_manifest_with_validation.json",
    "Summary": "manifest_summary.json",
    "Evaluation": "EvaluationResultSummary-{project}-{version}.json",
    "Train": "training_manifest.json",
    "Test": "testing_manifest.json",
}


def write(objects: Objects, job: Job, contents: Mapping[str, bytes]) -> dict[str, Location]:
    """Write files, given by their names here, under the job's output; tells where each is, or FileError."""
    places = {name: _place(job, FILES[name]) for name in contents}
    try:
        for name, place in places.items():
            objects.write(place, contents[name])
    except ClientError as error:
        raise FileError(f"Unable to write to output S3 bucket. (s3://{job.output.bucket}/{job.output.key})") from error
    return places


def _place(job: Job, file: str) -> Location:
    return job.output.below(job.project, job.version, file.format(project=job.project, version=job.version))
