"""What CloudWatch keeps is asked for as finely as it is kept, page by page, and missing data are a stopped model."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labelpipe.core.errors import Problem
from labelpipe.cost.measured import (
    Results,
    Version,
    find_versions,
    read_results,
    read_service,
    segments,
    stored_results,
)

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
V1 = Version("bees", "v1")


class FakeCloudWatch:
    """Data by metric name, statistic and last dimension; a page for each result."""

    def __init__(self, data: dict[tuple[str, str, str], dict[datetime, float]], status: str = "Complete") -> None:
        self.data, self.status, self.asked = data, status, list[dict[str, Any]]()

    def get_paginator(self, name: str) -> "FakeCloudWatch":
        assert name in ("get_metric_data", "list_metrics")
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(request)
        if "MetricName" in request:
            yield {"Metrics": [{"Dimensions": [*request["Dimensions"], {"Name": "VersionName", "Value": "gone"}]}]}
            return
        for query in request["MetricDataQueries"]:
            yield {"MetricDataResults": [self._result(query, request["StartTime"], request["EndTime"])]}

    def _result(self, query: dict[str, Any], start: datetime, end: datetime) -> dict[str, Any]:
        metric, statistic = query["MetricStat"]["Metric"], query["MetricStat"]["Stat"]
        known = self.data.get((metric["MetricName"], statistic, metric["Dimensions"][-1]["Value"]), {})
        values = {at: value for at, value in known.items() if start <= at < end}
        return {
            "Id": query["Id"],
            "StatusCode": self.status,
            "Timestamps": list(values),
            "Values": list(values.values()),
        }


def in_service(**data: dict[datetime, float]) -> FakeCloudWatch:
    return FakeCloudWatch({("InServiceInferenceUnits", name, "v1"): values for name, values in data.items()})


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(("days", "periods"), [(1, [60]), (30, [60, 300]), (90, [60, 300, 3600])])
def test_time_is_cut_where_cloudwatch_keeps_less(days, periods):
    cut = list(segments(days_ago(days), NOW))
    assert [period for *_, period in cut] == periods
    assert (cut[0][1], cut[-1][0]) == (NOW, days_ago(days))
    assert all(newer[0] == older[1] for newer, older in zip(cut, cut[1:], strict=False))
    assert all(start >= NOW - timedelta(days=15) for start, _, period in cut if period == 60)


def test_a_minute_in_service_is_a_minute_times_its_units():
    cloudwatch = in_service(Average={days_ago(1): 2.0}, SampleCount={days_ago(1): 1.0})
    (found,) = read_service(cloudwatch, [V1], days_ago(2), NOW)
    assert (found.version, found.at, found.minutes, found.unit_minutes) == (V1, days_ago(1), 1, 2)


@pytest.mark.parametrize(("samples", "minutes"), [(2, 2), (5, 5), (50, 5)])
def test_of_five_minutes_together_only_those_with_data_count(samples, minutes):
    cloudwatch = in_service(Average={days_ago(20): 2.0}, SampleCount={days_ago(20): samples})
    (found,) = read_service(cloudwatch, [V1], days_ago(30), NOW)
    assert (found.minutes, found.unit_minutes) == (minutes, 2 * minutes)


def test_the_services_own_names_are_asked_for():
    cloudwatch = in_service()
    assert list(read_service(cloudwatch, [V1], days_ago(1), NOW)) == []
    metric = cloudwatch.asked[0]["MetricDataQueries"][0]["MetricStat"]["Metric"]
    assert metric == {
        "Namespace": "AWS/Rekognition",
        "MetricName": "InServiceInferenceUnits",
        "Dimensions": [{"Name": "ProjectName", "Value": "bees"}, {"Name": "VersionName", "Value": "v1"}],
    }


def test_a_call_has_five_hundred_queries_at_most():
    cloudwatch = in_service()
    list(read_service(cloudwatch, [Version("bees", f"v{n}") for n in range(300)], days_ago(1), NOW))
    assert [len(request["MetricDataQueries"]) for request in cloudwatch.asked] == [500, 100]


def test_results_of_every_status_are_counted_by_route():
    data = {("Succeeded", "Sum", "bees"): {days_ago(1): 3.0}, ("Failed", "Sum", "bees"): {days_ago(1): 1.0}}
    found = read_results(FakeCloudWatch(data), "bucket", ["bees", "wasps"], days_ago(2), NOW)
    assert found == [Results("bees", days_ago(1), 3), Results("bees", days_ago(1), 1)]


class FakeS3:
    """Two pages."""

    def get_paginator(self, _: str) -> "FakeS3":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        written = {"a.jpg": 1, "a.jpg.json": 1, "b.jpg.json": 1, "old.jpg.json": 40, "c.jpg.json": 20}
        for name, ago in written.items():
            yield {"Contents": [{"Key": Prefix + name, "LastModified": days_ago(ago) + timedelta(seconds=20)}]}
        yield {}


def test_results_in_the_bucket_fall_into_the_steps_in_which_service_is_read():
    found = stored_results(FakeS3(), "bucket", {"bees": "bees/"}, days_ago(30), NOW + timedelta(minutes=2))
    assert found == [Results("bees", days_ago(1), 2), Results("bees", days_ago(20), 1)]


def test_an_answer_that_is_not_whole_is_no_answer():
    cloudwatch = FakeCloudWatch({}, status="InternalError")
    with pytest.raises(Problem, match="CloudWatch did not tell everything"):
        list(read_service(cloudwatch, [V1], days_ago(1), NOW))


class FakeRekognition:
    """One project with one trained version."""

    def describe_projects(self, **_: Any) -> dict[str, Any]:
        return {"ProjectDescriptions": [{"ProjectArn": "arn"}]}

    def get_paginator(self, _: str) -> "FakeRekognition":
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        arn = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1"
        trained = {"BillableTrainingTimeInSeconds": 3600, "TrainingEndTimestamp": NOW}
        yield {"ProjectVersionDescriptions": [{"ProjectVersionArn": arn} | trained]}


def test_versions_are_those_that_are_there_and_those_whose_metric_is_left():
    found = find_versions(FakeRekognition(), in_service(), ["bees"])
    assert found == [Version("bees", "gone"), Version("bees", "v1", 3600, NOW)]
