"""What a release needs to know of endpoints comes from their configurations."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from labelpipe.core.errors import Problem
from labelpipe.operations.endpoints import PlannedEndpoint, find_endpoints
from labelpipe.settings import ModelSettings

CONFIG_ARN = "arn:aws-cn:sagemaker:cn-north-1:123456789012:endpoint-config/bees-v3"
HOSTED = ModelSettings(name="bees", backend="sagemaker", endpoint="bees", endpoint_config="bees-v3", answer="labelpipe")
TRAINED = ModelSettings(name="hives", project="hives")


@pytest.fixture
def sagemaker():
    client = boto3.client("sagemaker", region_name="us-east-1")
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def test_an_endpoint_will_be_where_its_configuration_is(sagemaker):
    client, stub = sagemaker
    answer = {
        "EndpointConfigName": "bees-v3",
        "EndpointConfigArn": CONFIG_ARN,
        "ProductionVariants": [{"VariantName": "all"}],
        "CreationTime": datetime(2026, 11, 20, tzinfo=UTC),
    }
    stub.add_response("describe_endpoint_config", answer, {"EndpointConfigName": "bees-v3"})
    planned = PlannedEndpoint("arn:aws-cn:sagemaker:cn-north-1:123456789012:endpoint/bees", CONFIG_ARN)
    assert find_endpoints(client, [HOSTED, TRAINED]) == {"bees": planned}


def test_a_configuration_that_is_not_there_is_named(sagemaker):
    client, stub = sagemaker
    stub.add_client_error("describe_endpoint_config", "ValidationException", "Could not find endpoint configuration")
    with pytest.raises(Problem, match="no endpoint configuration 'bees-v3' in this account"):
        find_endpoints(client, [HOSTED])


def test_any_other_error_escapes(sagemaker):
    client, stub = sagemaker
    stub.add_client_error("describe_endpoint_config", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        find_endpoints(client, [HOSTED])


def test_where_no_model_is_an_endpoint_sagemaker_is_not_asked():
    assert find_endpoints(None, [TRAINED]) == {}
