"""Clients rely on no default of botocore."""

import pytest

from labelpipe.aws.clients import Clients

TIMEOUT = 60
"""Seconds that an inference function has, as shipped."""


@pytest.mark.parametrize("name", ["s3", "sqs", "ssm", "rekognition"])
def test_every_client_states_its_retries_and_timeouts_and_fits_into_the_function(name):
    config = getattr(Clients(), name)().meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": config.retries["total_max_attempts"]}
    assert config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout) <= TIMEOUT - 10
    assert config.max_pool_connections >= 16


def test_the_environment_moves_one_service_elsewhere_and_no_other(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_REKOGNITION", "http://127.0.0.1:9")
    clients = Clients()
    assert clients.rekognition().meta.endpoint_url == "http://127.0.0.1:9"
    assert clients.s3().meta.endpoint_url.endswith("amazonaws.com")
