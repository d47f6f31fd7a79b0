"""The ordinary AWS CLI leads a model through its life, by a script as a person would write it: life.sh."""

import json
import os
import re
import subprocess
from pathlib import Path

import botocore.session
import pytest

from tests.contract.pictures import boxed_line, draw

HERE = Path(__file__).parent
AWS = HERE.parents[1] / ".venv-local/bin/aws"

# N is a number. Labels come surest first, as name, confidence, left and top.
EXPECTED = """\
Upload
make_bucket: shapes-and-more
Create a project, a dataset from the manifest, and an empty one to test on
  CREATE_COMPLETE CREATE_COMPLETE
Distribute the images over both
  UPDATE_COMPLETE UPDATE_COMPLETE
disc\t3\t3
square\t3\t3
Train
  results/shapes/v1/EvaluationResultSummary-shapes-v1.json
Start
STARTING
Ask about the object in S3, then about the same file as bytes
LABEL\tN\tN\tN
LABEL\tN\tN\tN
LABEL\tN\tN\tN
LABEL\tN\tN\tN
Stop
STOPPING
  STOPPED
Delete
DELETING
  None
DELETING
"""
_LABEL = re.compile(r"^(disc|square)\t([\d.]+)\t([\d.]+)\t([\d.]+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What life.sh takes: images, a manifest of them, and a photo."""
    made = tmp_path_factory.mktemp("life")
    (made / "images").mkdir()
    for number in range(15):
        (made / f"images/{number}.jpg").write_bytes(draw(number).content)
    lines = [boxed_line(f"images/{number}.jpg", draw(number), "shapes-and-more") for number in range(15)]
    (made / "all.manifest").write_text("\n".join(lines))
    (made / "photo.jpg").write_bytes(draw(50).content)
    return made


@pytest.fixture(scope="module")
def impatient_waiters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for AWS_DATA_PATH: botocore's own waiters, which ask every second and not every 30 or 120."""
    waiters = botocore.session.get_session().get_component("data_loader").load_service_model("rekognition", "waiters-2")
    made = tmp_path_factory.mktemp("models")
    (made / "rekognition/2016-06-27").mkdir(parents=True)
    quick = {name: waiter | {"delay": 1} for name, waiter in waiters["waiters"].items()}
    (made / "rekognition/2016-06-27/waiters-2.json").write_text(json.dumps({"version": 2, "waiters": quick}))
    return made


@pytest.fixture(scope="module")
def said(swift_environment: dict[str, str], folder: Path, impatient_waiters: Path) -> str:
    """What the script prints from the first upload to the last deletion."""
    assert AWS.exists(), f"{AWS} is missing: run `make install`"
    environment = os.environ | swift_environment | {"AWS_DATA_PATH": str(impatient_waiters), "HOME": str(folder)}
    environment["PATH"] = f"{AWS.parent}{os.pathsep}{os.environ['PATH']}"
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # each of thirty commands would compile the whole CLI anew
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    command = ["sh", str(HERE / "life.sh"), str(folder), "shapes-and-more"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + ended.stderr
    return ended.stdout


def test_the_cli_leads_a_model_through_its_life(said: str) -> None:
    assert _LABEL.sub("LABEL\tN\tN\tN", said) == EXPECTED


def test_bytes_and_an_object_give_the_same_labels_where_they_were_drawn(said: str) -> None:
    labels = _LABEL.findall(said)
    assert labels[:2] == labels[2:]
    found = {name: (float(left) * 160, float(top) * 120) for name, _, left, top in labels}
    for name, left, top, side, _ in draw(50).boxes:
        assert found[name] == pytest.approx((left, top), abs=side / 3)


def test_the_summary_that_the_cli_fetched_is_of_this_training(said: str, folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["EvaluationDetails"]["NumberOfTestingImages"] == 3
