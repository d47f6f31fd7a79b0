"""What ships of botocore's service models is what our code calls, whole."""

import ast
import sys

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.session import get_session

from stacks.bundling import BUNDLES, host_target, stage
from stacks.bundling.models import OPERATIONS
from stacks.bundling.ships import ROOT

CALLED_BY_BOTOCORE = {"s3": {"HeadBucket"}}
SHIPPED = [*(ROOT / "labelpipe/aws").rglob("*.py"), *(ROOT / "lambdas").rglob("*.py")]
SERVICES = sorted({service for bundle in BUNDLES.values() for service in bundle.services})


@pytest.fixture(scope="module")
def trees():
    return [ast.parse(path.read_text()) for path in SHIPPED]


@pytest.fixture(scope="module")
def folders():
    """The bundles as they ship, by name."""
    return {name: stage(bundle, host_target(sys.executable)) for name, bundle in BUNDLES.items()}


@pytest.fixture(params=[(name, service) for name, bundle in BUNDLES.items() for service in bundle.services])
def model(request, folders):
    """One service's model, as one bundle carries it."""
    name, service = request.param
    data = str(folders[name] / "botocore/data")
    return ServiceModel(
        Loader([data], include_default_search_paths=False).load_service_model(service, "service-2"), service
    )


@pytest.mark.parametrize("service", SERVICES)
def test_the_operations_that_ship_are_those_that_the_code_names(trees, service):
    """As a method, or as a word for a paginator."""
    named = {
        node.attr if isinstance(node, ast.Attribute) else str(node.value)
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Constant)
    }
    operations = get_session().get_service_model(service).operation_names
    called = {operation for operation in operations if xform_name(operation) in named}
    namesakes = {each for other in OPERATIONS if other != service for each in OPERATIONS[other]}
    shipped = set(OPERATIONS[service])
    assert shipped - CALLED_BY_BOTOCORE.get(service, set()) == called - (namesakes - shipped)


def test_a_model_has_its_operations_and_every_shape_in_them(model):
    assert sorted(model.operation_names) == sorted(OPERATIONS[model.service_name])
    for name in model.operation_names:
        operation = model.operation_model(name)
        whole = get_session().get_service_model(model.service_name).operation_model(name)
        assert shapes(operation) == shapes(whole)


def test_an_exception_that_the_code_catches_by_name_ships(trees, folders):
    caught = {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "exceptions"
    }
    shipped = set()
    for service in BUNDLES["model_controller"].services:
        loader = Loader([str(folders["model_controller"] / "botocore/data")], include_default_search_paths=False)
        shipped |= set(loader.load_service_model(service, "service-2")["shapes"])
    assert caught
    assert caught <= shipped


def shapes(operation):
    """Everything that it takes, answers and raises, down to the last member, by name."""
    found = {}
    ahead = [operation.input_shape, operation.output_shape, *operation.error_shapes]
    while ahead:
        shape = ahead.pop()
        if shape is not None and shape.name not in found:
            found[shape.name] = (shape.type_name, shape.serialization, shape.metadata)
            ahead += getattr(shape, "members", {}).values()
            ahead += [getattr(shape, part, None) for part in ("member", "key", "value")]
    return found
