"""What AWS's own errors mean to the person at the terminal."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

_UNKNOWN_KEY = "AWS does not know your access key: check the profile with 'aws sts get-caller-identity'"
_EXPIRED = "your AWS credentials have expired: sign in again, for example with 'aws sso login'"
_BY_CODE = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "UnrecognizedClientException": _UNKNOWN_KEY,
}
_BY_CLASS = {
    NoCredentialsError: "no AWS credentials were found: set AWS_PROFILE, or sign in with 'aws sso login'",
    NoRegionError: "no AWS Region was found: set AWS_DEFAULT_REGION, or the region of your profile",
}


def explain(error: ClientError | BotoCoreError) -> str:
    """One line: what went wrong, and the next step where there is a better one than the error's own words."""
    if isinstance(error, ClientError):
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        return _BY_CODE.get(code, f"AWS refused {error.operation_name}: {code}: {message}")
    if isinstance(error, EndpointConnectionError):
        url = error.kwargs["endpoint_url"]
        return f"nothing answers at {url}: is it running ('labelpipe local status'), and is the network up?"
    if isinstance(error, ProfileNotFound):
        return f"{error}: 'aws configure list-profiles' lists them"
    return _BY_CLASS.get(type(error), str(error))
