"""CloudWatch hears what runs, as from the service, and nothing of what does not."""

import threading

import pytest
from botocore.exceptions import EndpointConnectionError

from labelpipe.standin.metering import Meter


class FakeCloudWatch:
    """Remembers what was published; may be away."""

    def __init__(self, *, away: Exception | None = None) -> None:
        self.published, self.away, self.asked = [], away, threading.Semaphore(0)

    def put_metric_data(self, **request):
        self.asked.release()
        if self.away:
            raise self.away
        self.published.append(request)


def test_a_running_version_is_told_with_its_units(standin):
    standin.running(standin.project())
    cloudwatch = FakeCloudWatch()
    Meter(standin.service, "", client=cloudwatch).publish()
    datum = {
        "MetricName": "InServiceInferenceUnits",
        "Dimensions": [{"Name": "ProjectName", "Value": "bees"}, {"Name": "VersionName", "Value": "v1"}],
        "Value": 1,
        "Unit": "Count",
    }
    assert cloudwatch.published == [{"Namespace": "AWS/Rekognition", "MetricData": [datum]}]


def test_what_starts_or_has_stopped_has_no_data(standin):
    arn = standin.trained(standin.project())
    standin.call("StartProjectVersion", ProjectVersionArn=arn, MinInferenceUnits=2)
    cloudwatch = FakeCloudWatch()
    meter = Meter(standin.service, "", client=cloudwatch)
    meter.publish()
    assert cloudwatch.published == []
    standin.now += 600
    meter.publish()
    standin.call("StopProjectVersion", ProjectVersionArn=arn)
    meter.publish()
    assert [data["Value"] for each in cloudwatch.published for data in each["MetricData"]] == [2]


@pytest.mark.parametrize(
    "away", [EndpointConnectionError(endpoint_url="nowhere"), FileNotFoundError(2, "gone", "state.json.new")]
)
def test_it_goes_on_while_it_cannot_publish_and_ends_when_told(standin, capsys, away: Exception):
    standin.running(standin.project())
    cloudwatch = FakeCloudWatch(away=away)
    meter = Meter(standin.service, "", 0.001, client=cloudwatch)
    meter.start()
    assert all(cloudwatch.asked.acquire(timeout=30) for _ in range(2))
    meter.stop()
    assert f"standin: the metric was not published: {away}" in capsys.readouterr().err
