"""The whole pipeline on this machine: draw, deploy, train, release, upload, start, answer, stop, show."""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from string import Template

from rich.console import Console

from labelpipe.core.errors import Problem
from labelpipe.core.releases import VersionArn
from labelpipe.local import paths
from labelpipe.local.answers import Answer, answered, collect, macro_f1
from labelpipe.local.cloud import Cloud
from labelpipe.local.deployment import Deployment, finish
from labelpipe.local.emulator import start_emulator
from labelpipe.local.material import Material
from labelpipe.local.node import require_node
from labelpipe.local.phases import Phases, Say
from labelpipe.local.processes import free_port
from labelpipe.local.report import Summary, draw_sheet, keep
from labelpipe.local.standin import start_standin
from labelpipe.local.ticks import Ticks
from labelpipe.local.training import Training, start_training, wait_for_training
from labelpipe.operations.pipeline import Pipeline
from labelpipe.operations.releases import Releases, release_versions
from labelpipe.settings import Settings, load_settings

PATIENCE = 180
"""Seconds for all answers, and again for the model to stop."""


@dataclass(frozen=True)
class Demo:
    """What came of it. answers: one for each upload, in their order."""

    answers: list[Answer]
    summary: Summary
    sheet: Path
    drawn: bool


def run_demo(console: Console, prepare: Callable[[Path], Material]) -> Demo:
    """Run it all, and stop everything that was started, whatever happens. prepare makes the images, given a folder."""
    begun, phases = time.monotonic(), Phases(console)
    paths.require_installed()
    require_node()
    shutil.rmtree(paths.DEMO, ignore_errors=True)
    work = paths.make_folder(paths.DEMO / "work")
    with ExitStack() as running:
        with phases.phase("Prepare images") as say:
            material = prepare(paths.make_folder(work / "images"))
            say(f"{material.training_size} to learn from, {len(material.uploads)} to upload")
        for remark in material.remarks:
            phases.remark(remark)
        stage = _deploy(running, phases, material, work)
        ticks = _answer(phases, stage, material)
        with phases.phase("Collect the results") as say:
            answers = _results(stage, material)
            summary = _summarise(answers, time.monotonic() - begun, ticks.running_seconds)
            sheet = paths.DEMO / "sheet.png"
            keep(answers, paths.DEMO / "results")
            draw_sheet(answers, summary, sheet)
            summary.write(paths.DEMO / "summary.json")
            say(f"boxes drawn into {sheet.name}")
    return Demo(answers, summary, sheet, material.drawn)


@dataclass(frozen=True)
class _Stage:
    """A deployed pipeline with a released model."""

    cloud: Cloud
    pipeline: Pipeline


def _deploy(running: ExitStack, phases: Phases, material: Material, work: Path) -> _Stage:
    """Start the local AWS and deploy to it, training meanwhile; then release what was trained."""
    settings_file = work / "pipeline.toml"
    settings_file.write_text(Template(paths.DEMO_SETTINGS.read_text()).substitute(route=material.route))
    settings = load_settings(settings_file)
    with phases.phase("Start a local AWS and a model stand-in") as say:
        cloud = _start_cloud(running, work)
        say(cloud.endpoint)
    deployment = Deployment(cloud, settings_file, work)
    with phases.phase("Deploy with the CDK") as say:
        training = _deploy_and_train(running, deployment, material, say)
    pipeline = Pipeline.from_outputs(settings, deployment.outputs(settings.name))
    with phases.phase("Train") as say:
        wait_for_training(cloud, training, say)
    with phases.phase("Release the model") as say:
        say(_release(cloud, pipeline, settings, training))
    return _Stage(cloud, pipeline)


def _start_cloud(running: ExitStack, work: Path) -> Cloud:
    port, other = free_port(), free_port()
    cloud = Cloud(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}")
    running.callback(start_emulator(port=port, folder=work, lasting=False).stop)
    running.callback(start_standin(cloud, port=other, folder=work, lasting=False).stop)
    return cloud


def _deploy_and_train(running: ExitStack, deployment: Deployment, material: Material, say: Say) -> Training:
    """Two things at a time: the CDK works in a program of its own, and the stand-in learns in another."""
    bootstrap = deployment.start_bootstrap()
    running.callback(bootstrap.stop)
    say("cdk bootstrap; uploading images to learn from")
    training = start_training(
        deployment.cloud,
        bucket="labelpipe-demo-training",
        project=material.route,
        version="v1",
        images=material.training,
        folder=deployment.folder,
    )
    finish(bootstrap)
    deploy = deployment.start_deploy()
    running.callback(deploy.stop)
    say("cdk deploy; training meanwhile")
    finish(deploy)
    return training


def _release(cloud: Cloud, pipeline: Pipeline, settings: Settings, training: Training) -> str:
    """Do what `labelpipe release set` does; what it did in words."""
    route = pipeline.routes[0]
    releases = Releases(pipeline, route, cloud.client("s3"), cloud.client("ssm"))
    arns = [VersionArn.parse(training.version_arn)]
    release = release_versions(releases, settings.routes[route.name].models, arns, cloud.client("rekognition"))
    thresholds = ", ".join(f"{label} from {value:.0f} %" for label, value in release.models[0].thresholds.items())
    return f"{release.id}: {thresholds}"


def _answer(phases: Phases, stage: _Stage, material: Material) -> Ticks:
    """Upload, and invoke the deployed controller until everything is answered and the model is off again."""
    ticks = Ticks(stage.cloud.client("lambda"), stage.pipeline.controller_function_name, material.route)
    with phases.phase("Upload") as say:
        _upload(stage, material)
        say(f"{len(material.uploads)} images below {material.route}/")
    phases.remark("the controller runs once a minute; here it is invoked every two seconds instead")
    with phases.phase("Wait for the model, because work waits") as say:
        _until(lambda: ticks.running, ticks, say)
    with phases.phase("Wait for every JSON") as say:
        _until(lambda: _all_answered(stage, material, say), ticks, lambda _: None)
    with phases.phase("Wait for the idle model to be stopped") as say:
        _until(lambda: ticks.off, ticks, say)
    return ticks


def _upload(stage: _Stage, material: Material) -> None:
    s3 = stage.cloud.client("s3")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: s3.upload_file(str(each.path), stage.pipeline.bucket, each.key), material.uploads))


def _all_answered(stage: _Stage, material: Material, say: Say) -> bool:
    there = answered(stage.cloud.client("s3"), stage.pipeline.bucket, material.uploads, f"{material.route}/")
    say(f"{len(there)} of {len(material.uploads)}")
    return len(there) == len(material.uploads)


def _until(done: Callable[[], bool], ticks: Ticks, say: Say) -> None:
    """Tick until it is done. Too slow is no error here: what is missing will be counted, and shown."""
    deadline = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < deadline:
        ticks.tick()
        say(ticks.told())
        time.sleep(0.25)


def _results(stage: _Stage, material: Material) -> list[Answer]:
    s3 = stage.cloud.client("s3")
    there = answered(s3, stage.pipeline.bucket, material.uploads, f"{material.route}/")
    return collect(s3, stage.pipeline.bucket, material.uploads, there)


def _summarise(answers: list[Answer], seconds: float, running_seconds: float) -> Summary:
    if not answers:
        raise Problem("there was nothing to upload")
    return Summary.of(answers, f1=macro_f1(answers), seconds=seconds, running_seconds=running_seconds)
