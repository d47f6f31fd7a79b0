"""Names that two worlds share: the stack writes them, the functions and the command line read them."""

from collections.abc import Iterable

RESULT_SUFFIX = ".json"
"""Appended to an image's key: `bees/a.jpg` has its result at `bees/a.jpg.json`."""

OWN_PREFIX = "_labelpipe/"
"""Where our own records live in the bucket. No route's prefix may overlap it."""

RELEASES = OWN_PREFIX + "releases/"
STATES = OWN_PREFIX + "state/"
OVERRIDES = OWN_PREFIX + "overrides/"

NO_RELEASE = "none"
"""What a release pointer holds from the template: constant, so that a deploy never resets a pointer that was set."""

METRICS_NAMESPACE = "labelpipe"

ENDPOINT_TAG = "labelpipe"
"""Tag of the endpoints that a deployment creates; its value is the deployment's bucket. By it alone may the deployment
delete an endpoint that the settings no longer name."""

# Names of stack outputs. A route's outputs end in its name, so that a reader needs no map.
BUCKET_OUTPUT = "Bucket"
KEY_OUTPUT = "BucketKeyArn"
CONTROLLER_OUTPUT = "ControllerFunction"
LEASE_GROUP_OUTPUT = "LeaseGroup"
UPLOADERS_OUTPUT = "UploadersPolicyArn"
READERS_OUTPUT = "ReadersPolicyArn"
EVENTS_OUTPUT = "EventBus"


def route_output(kind: str, route: str) -> str:
    """The output of one route. kind: Queue (URL), DeadLetterQueue (URL), Function (name), Release (parameter name)."""
    return f"{kind}{camel(route)}"


def camel(name: str) -> str:
    """`ripe-bees` as `RipeBees`: CloudFormation's logical names allow letters and digits only."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("-"))


def release_key(route: str, release_id: str) -> str:
    """Where the record of a release is kept in the bucket."""
    return f"{RELEASES}{route}/{release_id}.json"


def state_key(route: str) -> str:
    """Where the controller keeps what it remembers of a route."""
    return f"{STATES}{route}.json"


# Image formats, as in `formats` of a route: the extensions by which people upload them.
EXTENSIONS = {
    "jpeg": ("jpg", "jpeg"),
    "png": ("png",),
    "webp": ("webp",),
    "tiff": ("tif", "tiff"),
    "bmp": ("bmp",),
    "gif": ("gif",),
    "heic": ("heic", "heif"),
}


def suffixes(formats: Iterable[str]) -> tuple[str, ...]:
    """Every suffix that counts as an image: S3 compares case, so both cases and the capitalised form of each.

    Source: Amazon S3 User Guide, "Configuring event notifications using object key name filtering".
    """
    extensions = [extension for name in formats for extension in EXTENSIONS[name]]
    return tuple("." + form for each in extensions for form in (each, each.upper(), each.capitalize()))
