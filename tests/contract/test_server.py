"""The process and its HTTP: what a caller without an SDK sees, and what is left when it ends."""

import contextlib
import http.client
import json
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.contract.polling import until

ARN = "arn:aws:rekognition:us-east-1:000000000000:project/bees/version/v1/1790000000000"
TARGET = {"X-Amz-Target": "RekognitionService.DescribeProjects"}


@pytest.fixture
def connection(target):
    made = http.client.HTTPConnection(urlsplit(target.server.url).netloc, timeout=10)
    yield made
    made.close()


def post(connection: http.client.HTTPConnection, headers: dict[str, str], body: bytes = b"{}") -> tuple[int, dict]:
    connection.request("POST", "/", body, headers)
    reply = connection.getresponse()
    return reply.status, json.loads(reply.read())


def test_one_connection_carries_many_requests(connection) -> None:
    for _ in range(3):
        assert post(connection, TARGET)[0] == 200
    used = connection.sock.getsockname()
    post(connection, {})
    post(connection, TARGET)
    assert connection.sock.getsockname() == used


def test_an_unknown_operation_is_an_error_and_no_traceback(connection, capfd) -> None:
    status, body = post(connection, {"X-Amz-Target": "RekognitionService.DetectFaces"})
    assert (status, body["__type"]) == (400, "UnknownOperationException")
    assert "DetectFaces" in body["Message"]
    assert capfd.readouterr().err == ""


def test_a_bug_is_an_internal_error_for_the_caller_and_a_traceback_for_us(
    target, connection, capfd, monkeypatch
) -> None:
    monkeypatch.setattr(target.server.service, "admit", lambda *_: 1 / 0)
    status, body = post(connection, {"X-Amz-Target": "RekognitionService.CreateProject"}, b'{"ProjectName": "bug"}')
    assert (status, body["__type"]) == (500, "InternalServerError")
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_body_without_end_is_refused_before_it_is_read(connection) -> None:
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    assert connection.getresponse().status == 413


def test_get_says_that_it_runs(connection) -> None:
    connection.request("GET", "/")
    assert connection.getresponse().status == 200


@pytest.fixture
def begin(tmp_path: Path, s3):
    """Begin the command, each time on the same state."""
    with ExitStack() as running:

        def one() -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "labelpipe.standin", "--state", str(tmp_path / "state")]
            command += ["--s3-endpoint-url", s3.url, "--limits", "off"]  # the tests poll without a pause
            made = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            running.enter_context(made)
            running.callback(made.kill)
            return made

        yield one


@pytest.fixture
def process(begin) -> subprocess.Popen[str]:
    return begin()


def hopeless(asked, name: str) -> str:
    """Begin a training that will fail, because its manifest is not there; the ARN of its project."""
    project = asked.create_project(ProjectName=name)["ProjectArn"]
    asked.create_project_version(
        ProjectArn=project,
        VersionName="v1",
        OutputConfig={"S3Bucket": "results"},
        TrainingData={"Assets": [{"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "absent"}}}]},
        TestingData={"AutoCreate": True},
    )
    return project


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_one_line_and_ends_cleanly(process, number: signal.Signals) -> None:
    line = process.stdout.readline()
    assert line.startswith("standin listening on http://127.0.0.1:")
    process.send_signal(number)
    assert process.wait(10) == 0
    assert (process.stdout.read(), process.stderr.read()) == ("", "")


def refused(*flags: str) -> str:
    """The one line of a command that does not begin."""
    command = [sys.executable, "-m", "labelpipe.standin", *flags]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    return line


def test_a_busy_port_is_one_line_with_the_next_step(target, tmp_path: Path) -> None:
    port = str(urlsplit(target.server.url).port)
    line = refused("--state", str(tmp_path), "--port", port)
    assert line.startswith(f"standin: cannot listen at 127.0.0.1:{port} (Address already in use): give another --port")


def test_a_file_that_cannot_be_written_is_not_taken_for_a_busy_port(tmp_path: Path) -> None:
    (tmp_path / "clock.json.new").mkdir()
    line = refused("--state", str(tmp_path), "--speed", "2")
    assert line == f"standin: [Errno 21] Is a directory: '{tmp_path}/clock.json.new'"


def test_a_second_server_on_one_folder_is_refused_and_a_killed_one_s_successor_is_not(process, begin, tmp_path) -> None:
    process.stdout.readline()
    line = refused("--state", str(tmp_path / "state"))
    assert line == f"standin: another server holds {tmp_path}/state: end it, or name another folder with --state"
    process.kill()
    process.wait(10)
    assert begin().stdout.readline().startswith("standin listening")


@pytest.mark.parametrize(
    ("flag", "url"),
    [
        ("--s3-endpoint-url", "127.0.0.1:4566"),
        ("--s3-endpoint-url", "http://127.0.0.1:port"),
        ("--s3-endpoint-url", "s3://bucket"),
        ("--cloudwatch-endpoint-url", "http://"),
    ],
)
def test_a_url_that_is_none_is_one_line(tmp_path: Path, flag: str, url: str) -> None:
    line = refused("--state", str(tmp_path), flag, url)
    assert line == f"standin: {flag}: {url} is not a URL such as http://127.0.0.1:4566"


def test_a_folder_that_goes_is_an_error_of_one_line(process, make_client, tmp_path: Path) -> None:
    asked = make_client(process.stdout.readline().split()[-1])
    shutil.rmtree(tmp_path / "state")
    with pytest.raises(ClientError, match="InternalServerError"):
        asked.create_project(ProjectName="nowhere")
    with pytest.raises(ConnectionClosedError):  # large bodies come into the folder
        asked.detect_custom_labels(ProjectVersionArn=ARN, Image={"Bytes": b"x" * 1_000_000})
    process.terminate()
    lines = process.communicate(timeout=20)[1].splitlines()
    assert [line[:52] for line in lines] == ["standin: not done: [Errno 2] No such file or directo"] * 2


def test_a_file_that_is_damaged_while_it_runs_is_an_error_of_one_line(process, tmp_path: Path) -> None:
    made = http.client.HTTPConnection(process.stdout.readline().split("//")[1].strip(), timeout=10)
    (tmp_path / "state" / "sagemaker.json").write_text("damaged")
    assert post(made, {"X-Amz-Target": "SageMaker.ListEndpoints"})[0] == 500
    made.close()
    process.terminate()
    (line,) = process.communicate(timeout=20)[1].splitlines()
    assert line.startswith(f"standin: not done: {tmp_path}/state/sagemaker.json is damaged")


def test_a_dial_that_is_posted_to_says_how_it_is_put(connection) -> None:
    connection.request("POST", "/_standin/clock", '{"forward": 1}')
    reply = connection.getresponse()
    assert (reply.status, json.loads(reply.read())["message"]) == (
        405,
        "GET, PUT and DELETE: curl needs -X PUT before -d",
    )


def test_the_server_starts_without_what_only_some_calls_need() -> None:
    heavy = {"numpy", "sklearn", "boto3", "PIL", "sqlite3", "subprocess", "labelpipe.standin.sagemaker"}
    code = f"import sys, labelpipe.standin.__main__; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_a_training_cut_off_by_the_end_is_done_in_the_next_life(begin, make_client) -> None:
    first = begin()
    project = hopeless(make_client(first.stdout.readline().split()[-1]), "patient")
    first.terminate()
    assert first.wait(60) == 0
    asked = make_client(begin().stdout.readline().split()[-1])

    def ended():
        (version,) = asked.describe_project_versions(ProjectArn=project)["ProjectVersionDescriptions"]
        return version if version["Status"] != "TRAINING_IN_PROGRESS" else None

    assert (
        "The manifest file extension or contents are invalid." in until(ended, seconds=10, pause=0.05)["StatusMessage"]
    )


def test_no_training_outlives_a_server_that_was_killed(process, make_client) -> None:
    hopeless(make_client(process.stdout.readline().split()[-1]), "orphan")
    children = until(lambda: _children(process.pid), seconds=10, pause=0.05)
    process.kill()
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), seconds=10, pause=0.05)


def _children(pid: int) -> list[int]:
    """Of each of its threads; one may end while we look."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += map(int, (task / "children").read_text().split())
    return found
