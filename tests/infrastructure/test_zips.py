"""What ships is a list: exactly these files, small enough, and complete without anything else."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stacks.bundling import BUNDLES, host_target, stage
from tests.corpus import CORPUS

CONTENTS = Path(__file__).with_name("contents")
HANDLERS = {
    "inference": ["lambdas.inference.handler"],
    "model_controller": ["lambdas.model_controller.handler", "lambdas.model_controller.on_delete"],
}
CLIENTS = {
    "inference": {
        "clients.Clients.endpoints": "sagemaker-runtime",
        "clients.Clients.events": "events",
        "clients.Clients.rekognition": "rekognition",
        "clients.Clients.s3": "s3",
        "clients.Clients.sqs": "sqs",
        "clients.Clients.ssm": "ssm",
    },
    "model_controller": {
        "control_clients.ControlClients.functions": "lambda",
        "control_clients.ControlClients.rekognition": "rekognition",
        "control_clients.ControlClients.s3": "s3",
        "control_clients.ControlClients.sagemaker": "sagemaker",
        "control_clients.ControlClients.scheduler": "scheduler",
        "control_clients.ControlClients.sqs": "sqs",
        "control_clients.ControlClients.ssm": "ssm",
    },
}
"""What makes each client, and the name of its service."""
HANDLERS["inference-heic"], CLIENTS["inference-heic"] = HANDLERS["inference"], CLIENTS["inference"]
MEGABYTE = 1_000_000


@pytest.fixture(params=list(BUNDLES))
def bundle(request):
    return request.param


@pytest.mark.parametrize("assembly", ["real", "local"])
@pytest.mark.parametrize("bundle", ["inference", "model_controller"])
def test_a_zip_holds_exactly_these_files(request, bundle, assembly):
    """Ours one by one, third-party code by its top-level names. With UPDATE=1, the list is written anew."""
    listed = CONTENTS / f"{bundle}.txt"
    found = "".join(f"{line}\n" for line in contents(request.getfixturevalue(assembly).asset(bundle)))
    if os.environ.get("UPDATE"):
        listed.write_text(found)
    assert found == listed.read_text(), f"if this is meant: UPDATE=1 pytest {Path(__file__).name}"


@pytest.mark.parametrize("assembly", ["real", "local"])
def test_where_a_route_lists_heic_its_reader_ships_and_nothing_else_is_added(request, assembly):
    made = request.getfixturevalue(assembly)
    plain, heic = set(contents(made.asset("inference"))), set(contents(made.asset("inference-heic")))
    assert {name.split(".")[0] for name in heic ^ plain} == {"pi_heif", "_pi_heif"}
    assert plain < heic


def test_nothing_but_code_of_ours_is_in_a_zip(real, bundle):
    ours = [path for path in contents(real.asset(bundle)) if path.startswith(("labelpipe", "lambdas"))]
    assert all(path.endswith(".py") for path in ours)
    assert not [path for path in ours if "/cli/" in path or "/settings/" in path or "/standin/" in path]


def test_a_zip_carries_the_service_models_that_its_code_calls_and_no_other(real, bundle):
    data = real.asset(bundle) / "botocore" / "data"
    services = {path.name: [version.name for version in path.iterdir()] for path in data.iterdir() if path.is_dir()}
    assert set(services) == set(CLIENTS[bundle].values())
    assert {len(versions) for versions in services.values()} == {1}


@pytest.mark.parametrize(("function", "limit"), [("inference", 10), ("inference-heic", 15), ("model_controller", 5)])
def test_a_zip_is_small(real, tmp_path, function, limit):
    folder, file = real.asset(function), tmp_path / "bundle.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    assert file.stat().st_size < limit * MEGABYTE


ALONE = """
import importlib, json, os, sys, sysconfig
folder, handlers, clients = json.loads(sys.argv[1])
sys.path.insert(0, folder)
for name in handlers:
    importlib.import_module(name)
early = sorted(name for name in ("PIL", "boto3") if name in sys.modules)
for parent, _, files in os.walk(folder):
    package = os.path.relpath(parent, folder).replace(os.sep, ".")
    if package.split(".")[0] in ("lambdas", "labelpipe"):
        for file in files:
            importlib.import_module(f"{package}.{file[:-3]}")
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
for path in clients:
    module, kind, method = path.split(".")
    getattr(getattr(importlib.import_module(f"labelpipe.aws.{module}"), kind)(), method)()
here = (folder, sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
foreign = sorted(name for name, file in files.items() if file and not file.startswith(here))
print(json.dumps({"early": early, "foreign": foreign, "path": sys.path[1:]}))
"""


@pytest.fixture(scope="module", params=list(BUNDLES))
def alone(request):
    """Imported by this Python in isolated mode, with nothing on its path but the bundle and the standard library."""
    name = request.param
    folder = str(stage(BUNDLES[name], host_target(sys.executable)))
    arguments = json.dumps([folder, HANDLERS[name], list(CLIENTS[name])])
    command = [sys.executable, "-I", "-S", "-B", "-c", ALONE, arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={}, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_zip_is_complete_on_its_own(alone):
    """Every module of ours was imported, and every client made: nothing came from anywhere else."""
    assert not [path for path in alone["path"] if "site-packages" in path]
    assert alone["foreign"] == []


def test_importing_a_handler_imports_nothing_that_can_wait(alone):
    """Pillow only for an image that does not fit. Clients are not made either: without a Region that would fail."""
    assert "PIL" not in alone["early"]


FIT = """
import sys
folder, file, format = sys.argv[1:]
sys.path.insert(0, folder)
from labelpipe.fitting.fit import fit
print(fit(open(file, "rb").read(), format, upright=True).transform.steps, "PIL" in sys.modules)
"""


@pytest.mark.parametrize(
    ("bundle", "name"), [("inference", "webp"), ("inference", "tiff-lzw"), ("inference-heic", "heic")]
)
def test_a_zip_decodes_what_its_route_lists_in_a_process_of_its_own(tmp_path, bundle, name):
    case = next(case for case in CORPUS if case.name == name)
    file = tmp_path / name
    file.write_bytes(case.make())
    folder = str(stage(BUNDLES[bundle], host_target(sys.executable)))
    command = [sys.executable, "-I", "-S", "-B", "-c", FIT, folder, str(file), name.partition("-")[0].upper()]
    done = subprocess.run(command, capture_output=True, text=True, env={}, check=False)
    assert (done.stdout, done.stderr) == (f"{case.steps} False\n", "")


def test_the_controller_brings_its_own_time_zones():
    folder = str(stage(BUNDLES["model_controller"], host_target(sys.executable)))
    ask = "import sys, zoneinfo as z; sys.path.insert(0, sys.argv[1]); z.reset_tzpath(to=[]); z.ZoneInfo(sys.argv[2])"
    command = [sys.executable, "-I", "-S", "-B", "-c", ask, folder]
    assert subprocess.run([*command, "Europe/Paris"], env={}, check=False).returncode == 0
    assert subprocess.run([*command, "Europe/Nowhere"], env={}, check=False, capture_output=True).returncode == 1


def contents(folder):
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    ours = sorted(str(path) for path in files if path.parts[0] in ("labelpipe", "lambdas"))
    return ours + sorted({path.parts[0] for path in files} - {"labelpipe", "lambdas"})
