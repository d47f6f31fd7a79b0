"""A version whose model is not there, or is none."""

import base64

import pytest

from labelpipe.standin.errors import InternalServerError
from labelpipe.standin.models import MODEL


@pytest.mark.parametrize("content", [None, b"", b"a model"])
def test_a_model_that_cannot_be_loaded_is_an_internal_error_and_one_line(
    standin, capsys: pytest.CaptureFixture[str], draw, encode, content: bytes | None
) -> None:
    arn = standin.running(standin.project())
    file = standin.service.store.model_folder(arn) / MODEL
    if content is not None:
        file.write_bytes(content)
    image = {"Bytes": base64.b64encode(encode(draw(1).pixels)).decode()}
    with pytest.raises(InternalServerError):
        standin.call("DetectCustomLabels", ProjectVersionArn=arn, Image=image)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"standin: {arn} has no model to answer with: ")
    assert str(file) in line
