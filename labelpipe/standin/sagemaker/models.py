"""Create, describe and delete models and endpoint configurations."""

from __future__ import annotations

from typing import Any

from labelpipe.standin.sagemaker.errors import ValidationException
from labelpipe.standin.sagemaker.hosting import Table
from labelpipe.standin.sagemaker.resources import Container, EndpointConfig, Model, Variant
from labelpipe.standin.service import Service


def create(service: Service, request: dict[str, Any], table: Table) -> dict[str, Any]:
    name = request["ModelName"]
    table.check_free(Model, name)
    if "PrimaryContainer" not in request:
        raise ValidationException("The stand-in needs a PrimaryContainer; it knows no other kind of model.")
    model = Model(
        arn=table.arn(Model, name),
        name=name,
        created=table.now,
        container=_container(request["PrimaryContainer"]),
        role=request.get("ExecutionRoleArn"),
    )
    table.put(model)
    return {"ModelArn": model.arn}


def describe(service: Service, request: dict[str, Any], table: Table) -> dict[str, Any]:
    model: Model = table.find(Model, request["ModelName"])
    described = {
        "ModelName": model.name,
        "ModelArn": model.arn,
        "CreationTime": model.created,
        "PrimaryContainer": _described_container(model.container),
        "ExecutionRoleArn": model.role,
    }
    return _present(described)


def delete(service: Service, request: dict[str, Any], table: Table) -> None:
    table.remove(table.find(Model, request["ModelName"]))


def create_config(service: Service, request: dict[str, Any], table: Table) -> dict[str, Any]:
    name = request["EndpointConfigName"]
    table.check_free(EndpointConfig, name)
    variants = tuple(_variant(variant) for variant in request["ProductionVariants"])
    for variant in variants:
        table.find(Model, variant.model)
    config = EndpointConfig(table.arn(EndpointConfig, name), name, table.now, variants)
    table.put(config)
    return {"EndpointConfigArn": config.arn}


def describe_config(service: Service, request: dict[str, Any], table: Table) -> dict[str, Any]:
    config: EndpointConfig = table.find(EndpointConfig, request["EndpointConfigName"])
    return {
        "EndpointConfigName": config.name,
        "EndpointConfigArn": config.arn,
        "CreationTime": config.created,
        "ProductionVariants": [_described_variant(variant) for variant in config.variants],
    }


def delete_config(service: Service, request: dict[str, Any], table: Table) -> None:
    table.remove(table.find(EndpointConfig, request["EndpointConfigName"]))


def _container(given: dict[str, Any]) -> Container:
    return Container(given.get("Image"), given.get("ModelDataUrl"), given.get("Environment", {}))


def _described_container(container: Container) -> dict[str, Any]:
    described = {"Image": container.image, "ModelDataUrl": container.model_data_url}
    return _present({**described, "Environment": dict(container.environment)})


def _variant(given: dict[str, Any]) -> Variant:
    for name in ("ModelName", "InstanceType"):
        if name not in given:
            raise ValidationException(f"The stand-in needs the {name} of every production variant.")
    return Variant(
        name=given["VariantName"],
        model=given["ModelName"],
        instances=given.get("InitialInstanceCount", 1),
        instance_type=given["InstanceType"],
        weight=given.get("InitialVariantWeight", 1.0),
    )


def _described_variant(variant: Variant) -> dict[str, Any]:
    return {
        "VariantName": variant.name,
        "ModelName": variant.model,
        "InitialInstanceCount": variant.instances,
        "InstanceType": variant.instance_type,
        "InitialVariantWeight": variant.weight,
    }


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
