"""What models have run, from the service's own metric, and what they have answered, from ours: read from CloudWatch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from labelpipe.core.errors import Problem
from labelpipe.core.names import METRICS_NAMESPACE, RESULT_SUFFIX

RETENTION = ((timedelta(days=15), 60), (timedelta(days=63), 300), (timedelta(days=455), 3600))
"""How long data are kept, and with which period in seconds. Source: CloudWatch API Reference, GetMetricData."""

LONGEST = 454
"""Days that can be looked back."""

_QUERIES = 500
"""Of one call. Source: the same page."""

_STATUSES = ("Succeeded", "Rejected", "Failed")


@dataclass(frozen=True)
class Version:
    """A project version. Training: what the service bills for it, once it is trained."""

    project: str
    name: str
    training_seconds: int = 0
    training_end: datetime | None = None


@dataclass(frozen=True)
class Service:
    """A version in service, in the time from `at` on. A minute without data is one in which it was stopped."""

    version: Version
    at: datetime
    minutes: float
    unit_minutes: float


@dataclass(frozen=True)
class Results:
    """How many results a route had in the time from `at` on."""

    route: str
    at: datetime
    count: int


@dataclass(frozen=True)
class _Query:
    """One statistic of one metric."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str

    def to_request(self, number: int, period: int) -> dict[str, Any]:
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions]
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions}
        return {"Id": f"q{number}", "MetricStat": {"Metric": metric, "Period": period, "Stat": self.statistic}}


def find_versions(rekognition: Any, cloudwatch: Any, projects: Iterable[str]) -> list[Version]:
    """All versions of the projects, and those deleted since whose metric is still listed (two weeks)."""
    found: dict[tuple[str, str], Version] = {}
    for project in sorted(projects):
        for name in _listed(cloudwatch, project):
            found[project, name] = Version(project, name)
        for described in _described(rekognition, project):
            version = _version(project, described)
            found[project, version.name] = version
    return list(found.values())


def read_service(cloudwatch: Any, versions: Sequence[Version], begin: datetime, now: datetime) -> Iterator[Service]:
    """Average units times minutes with data: beyond 15 days, one sample a minute is taken for granted."""
    queries = {version: _in_service(version) for version in versions}
    wanted = [query for pair in queries.values() for query in pair]
    for start, end, period in segments(begin, now):
        read = _read(cloudwatch, wanted, start, end, period)
        for version, (average, samples) in queries.items():
            for at, units in read[average].items():
                minutes = min(read[samples].get(at, 0), period / 60)
                yield Service(version, at, minutes, units * minutes)


def read_results(cloudwatch: Any, bucket: str, routes: Iterable[str], begin: datetime, now: datetime) -> list[Results]:
    """Of whatever status, with the same steps in time as read_service."""
    queries = {
        _Query(METRICS_NAMESPACE, status, (("Bucket", bucket), ("Route", route)), "Sum"): route
        for route in routes
        for status in _STATUSES
    }
    return [
        Results(queries[query], at, round(count))
        for start, end, period in segments(begin, now)
        for query, values in _read(cloudwatch, list(queries), start, end, period).items()
        for at, count in values.items()
        if count
    ]


def stored_results(s3: Any, bucket: str, prefixes: Mapping[str, str], begin: datetime, now: datetime) -> list[Results]:
    """By route, from the times at which results that are there were written last: what CloudWatch was never told.

    prefixes: of each route. It lists all that is below them.
    """
    cut, found = list(segments(begin, now)), Counter[tuple[str, datetime]]()
    for route, prefix in prefixes.items():
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for each in (each for page in pages for each in page.get("Contents", ())):
            written = each["LastModified"].astimezone(UTC)
            for start, end, period in cut if each["Key"].endswith(RESULT_SUFFIX) else ():
                if start <= written < end:
                    stamp = written.timestamp() // period * period
                    found[route, datetime.fromtimestamp(stamp, UTC)] += 1
    return [Results(route, at, count) for (route, at), count in found.items()]


def segments(begin: datetime, now: datetime) -> Iterator[tuple[datetime, datetime, int]]:
    """From begin to now, newest first, each with the finest period in which its data are kept."""
    end = now
    for kept, period in RETENTION:
        oldest = (now - kept).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        start = max(begin, oldest)
        if start < end:
            yield start, end, period
            end = start


def _in_service(version: Version) -> tuple[_Query, _Query]:
    """Source: Custom Labels Developer Guide, "Reporting running duration and inference units used"."""
    place = (("ProjectName", version.project), ("VersionName", version.name))
    average, samples = (
        _Query("AWS/Rekognition", "InServiceInferenceUnits", place, statistic)
        for statistic in ("Average", "SampleCount")
    )
    return average, samples


def _read(
    cloudwatch: Any, queries: Sequence[_Query], start: datetime, end: datetime, period: int
) -> Mapping[_Query, dict[datetime, float]]:
    found: dict[_Query, dict[datetime, float]] = {query: {} for query in queries}
    numbered = [query.to_request(number, period) for number, query in enumerate(queries)]
    for first in range(0, len(numbered), _QUERIES):
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=numbered[first : first + _QUERIES],
            StartTime=start,
            EndTime=end,
            ScanBy="TimestampAscending",
        )
        for result in (each for page in pages for each in page["MetricDataResults"]):
            if result["StatusCode"] in ("InternalError", "Forbidden"):
                raise Problem(f"CloudWatch did not tell everything ({result['StatusCode']}): try again in a minute")
            values = zip(result["Timestamps"], result["Values"], strict=True)
            found[queries[int(result["Id"][1:])]].update({at.astimezone(UTC): value for at, value in values})
    return found


def _listed(cloudwatch: Any, project: str) -> Iterator[str]:
    pages = cloudwatch.get_paginator("list_metrics").paginate(
        Namespace="AWS/Rekognition",
        MetricName="InServiceInferenceUnits",
        Dimensions=[{"Name": "ProjectName", "Value": project}],
    )
    for metric in (each for page in pages for each in page["Metrics"]):
        yield from (each["Value"] for each in metric["Dimensions"] if each["Name"] == "VersionName")


def _described(rekognition: Any, project: str) -> Iterator[Mapping[str, Any]]:
    for each in rekognition.describe_projects(ProjectNames=[project])["ProjectDescriptions"]:
        pages = rekognition.get_paginator("describe_project_versions").paginate(ProjectArn=each["ProjectArn"])
        yield from (version for page in pages for version in page["ProjectVersionDescriptions"])


def _version(project: str, described: Mapping[str, Any]) -> Version:
    name = described["ProjectVersionArn"].rpartition("/version/")[2].partition("/")[0]
    return Version(
        project, name, described.get("BillableTrainingTimeInSeconds", 0), described.get("TrainingEndTimestamp")
    )
