"""Result events: a bus that hears of each finished image. Rules on it are whoever listens' own."""

from aws_cdk import Aws
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.permissions import Allow


class ResultEvents(Construct):
    """The bus is named after the stack, so that the key's policy can name it before it is there."""

    def __init__(self, scope: Construct, id: str, *, key: kms.Key) -> None:
        super().__init__(scope, id)
        bus = events.EventBus(
            self,
            "Bus",
            event_bus_name=f"{Aws.STACK_NAME}-results",
            description="Finished images",
            kms_key=key,
        )
        self.name = bus.event_bus_name
        self.put = Allow(["events:PutEvents"], [bus.event_bus_arn])
