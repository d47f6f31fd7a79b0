"""Every role allows what the code calls, on what it calls it on, and nothing else."""

import pytest

ROLES = {
    ("RouteBees",): {
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "rekognition:DetectCustomLabels",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutObject",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "ssm:GetParameter",
    },
    ("Controller", "TickRole"): {
        "iam:PassRole",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "lambda:GetEventSourceMapping",
        "lambda:UpdateEventSourceMapping",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "rekognition:DescribeProjectVersions",
        "rekognition:StartProjectVersion",
        "rekognition:StopProjectVersion",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sagemaker:AddTags",
        "sagemaker:CreateEndpoint",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DescribeEndpoint",
        "scheduler:CreateSchedule",
        "scheduler:DeleteSchedule",
        "scheduler:GetSchedule",
        "scheduler:ListSchedules",
        "scheduler:UpdateSchedule",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "ssm:GetParameter",
        "ssm:PutParameter",
    },
    ("Controller", "OnDelete"): {
        "lambda:UpdateEventSourceMapping",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "rekognition:DescribeProjectVersions",
        "rekognition:StopProjectVersion",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DescribeEndpoint",
        "scheduler:DeleteSchedule",
        "scheduler:GetSchedule",
        "scheduler:ListSchedules",
        "ssm:GetParameter",
    },
    ("Leases",): {
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "lambda:UpdateEventSourceMapping",
        "rekognition:StopProjectVersion",
        "sagemaker:DeleteEndpoint",
        "sqs:SendMessage",
    },
    ("Storage", "Notifications"): {"s3:PutBucketNotification"},
    ("Controller", "Caller"): {"lambda:InvokeFunction"},
}


@pytest.mark.parametrize("words", ROLES, ids=" ".join)
def test_a_role_allows_exactly_these_actions(real, words):
    role = real.one("AWS::IAM::Role", *words)
    assert {action for each in statements(role) for action in as_list(each["Action"])} == ROLES[words]


def test_every_role_is_known_here(real):
    known = {real.id("AWS::IAM::Role", *words) for words in ROLES}
    assert set(real.all("AWS::IAM::Role")) - known == {real.id("AWS::IAM::Role", "RouteRipeFigs")}


def test_roles_have_no_policies_but_their_own(real):
    assert not real.all("AWS::IAM::Policy")
    for role in real.all("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role
        assert len(role["Policies"]) == 1


def test_only_an_action_without_resources_is_allowed_on_all(real):
    everything = [
        action
        for role in [*real.all("AWS::IAM::Role").values(), *real.all("AWS::IAM::ManagedPolicy").values()]
        for each in statements(role)
        for action in as_list(each["Action"])
        if "*" in as_list(each["Resource"])
    ]
    assert set(everything) == {"scheduler:ListSchedules"}


def test_no_action_is_a_wildcard(real):
    """Except where a key's policy gives the account the key, and where plain HTTP is refused."""
    for role in [*real.all("AWS::IAM::Role").values(), *real.all("AWS::IAM::ManagedPolicy").values()]:
        assert not [each for each in statements(role) if "*" in str(each["Action"])]


@pytest.mark.parametrize("words", ROLES, ids=" ".join)
def test_only_the_service_that_needs_a_role_may_take_it(real, words):
    (trust,) = real.one("AWS::IAM::Role", *words)["AssumeRolePolicyDocument"]["Statement"]
    scheduler = words in [("Leases",), ("Controller", "Caller")]
    assert trust["Principal"] == {"Service": f"{'scheduler' if scheduler else 'lambda'}.amazonaws.com"}
    assert trust["Action"] == "sts:AssumeRole"


@pytest.mark.parametrize("words", [("Leases",), ("Controller", "Caller")])
def test_the_scheduler_may_take_a_role_for_this_accounts_schedules_only(real, words):
    (trust,) = real.one("AWS::IAM::Role", *words)["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert written(trust["Condition"]["ArnLike"]["aws:SourceArn"]) == (
        f"<{real.id('AWS::Scheduler::ScheduleGroup')}>"
        if words == ("Leases",)
        else "arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule-group/default"
    )


def test_versions_are_listed_below_the_route_s_prefix_only(real):
    (listed,) = [
        each
        for each in statements(real.one("AWS::IAM::Role", "RouteBees"))
        if "s3:ListBucketVersions" in each["Action"]
    ]
    assert listed["Condition"] == {"StringLike": {"s3:prefix": "bees/*"}}


BUCKET = "<Bucket>"
SAGEMAKER = "arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>"
REKOGNITION = "arn:<AWS::Partition>:rekognition:<AWS::Region>:<AWS::AccountId>:project"


@pytest.mark.parametrize(
    ("words", "action", "resources"),
    [
        (("RouteBees",), "s3:GetObject", [f"{BUCKET}/_labelpipe/releases/bees/*", f"{BUCKET}/bees/*"]),
        (("RouteBees",), "s3:GetObjectVersion", [f"{BUCKET}/bees/*"]),
        (("RouteBees",), "s3:PutObject", [f"{BUCKET}/bees/*.json"]),
        (("RouteBees",), "rekognition:DetectCustomLabels", [f"{REKOGNITION}/hives/version/*"]),
        (
            ("RouteRipeFigs",),
            "rekognition:DetectCustomLabels",
            [f"{REKOGNITION}/figs-leaf/version/*", f"{REKOGNITION}/figs-ripe/version/*"],
        ),
        (("Controller", "TickRole"), "s3:PutObject", [f"{BUCKET}/_labelpipe/state/*"]),
        (
            ("Controller", "TickRole"),
            "s3:GetObject",
            [f"{BUCKET}/_labelpipe/{name}/*" for name in ("overrides", "releases", "state")],
        ),
        (
            ("Controller", "TickRole"),
            "rekognition:StartProjectVersion",
            [f"{REKOGNITION}/{name}/version/*" for name in ("figs-leaf", "figs-ripe", "hives")],
        ),
        # A route may leave the settings while its model runs: it must still be seen, and stopped.
        *(
            (words, action, [f"{REKOGNITION}/{which}"])
            for words in [("Controller", "TickRole"), ("Controller", "OnDelete")]
            for action, which in [
                ("rekognition:DescribeProjectVersions", "*"),
                ("rekognition:StopProjectVersion", "*/version/*"),
            ]
        ),
        (("Leases",), "rekognition:StopProjectVersion", [f"{REKOGNITION}/*/version/*"]),
        (("RouteRipeFigs",), "sagemaker:InvokeEndpoint", [f"{SAGEMAKER}:endpoint/stems"]),
        (
            ("Controller", "TickRole"),
            "sagemaker:CreateEndpoint",
            [f"{SAGEMAKER}:endpoint-config/stems-v3", f"{SAGEMAKER}:endpoint/stems"],
        ),
        (("Controller", "TickRole"), "sagemaker:AddTags", [f"{SAGEMAKER}:endpoint/stems"]),
        *(
            (words, action, arns)
            for words in [("Controller", "TickRole"), ("Controller", "OnDelete"), ("Leases",)]
            for action, arns in [
                ("sagemaker:DescribeEndpoint", [f"{SAGEMAKER}:endpoint/*"]),
                ("sagemaker:DeleteEndpoint", [f"{SAGEMAKER}:endpoint/*", f"{SAGEMAKER}:endpoint/stems"]),
            ]
            if (words, action) != (("Leases",), "sagemaker:DescribeEndpoint")
        ),
        (
            ("Controller", "TickRole"),
            "scheduler:CreateSchedule",
            ["arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<LeasesGroup>/*"],
        ),
        (("Controller", "TickRole"), "iam:PassRole", ["<LeasesRole>"]),
    ],
)
def test_an_action_is_allowed_on_exactly_these_resources(real, words, action, resources):
    role = real.one("AWS::IAM::Role", *words)
    found = [each for each in statements(role) if action in as_list(each["Action"])]
    shown = [written(arn) for each in found for arn in as_list(each["Resource"])]
    short = {
        real.id("AWS::S3::Bucket"): "Bucket",
        real.id("AWS::Scheduler::ScheduleGroup"): "LeasesGroup",
        real.id("AWS::IAM::Role", "Leases"): "LeasesRole",
    }
    for id, name in short.items():
        shown = [arn.replace(f"<{id}>", f"<{name}>") for arn in shown]
    assert sorted(shown) == sorted(resources)


@pytest.mark.parametrize("words", [("Controller", "TickRole"), ("Controller", "OnDelete"), ("Leases",)])
def test_endpoints_that_settings_do_not_name_are_deleted_only_if_we_created_them(real, words):
    allowed = [each for each in statements(real.one("AWS::IAM::Role", *words)) if "sagemaker:Delete" in str(each)]
    (any_of_ours,) = [each for each in allowed if "endpoint/*" in str(each["Resource"])]
    bucket = real.id("AWS::S3::Bucket")
    assert any_of_ours["Condition"] == {"StringEquals": {"aws:ResourceTag/labelpipe": {"Ref": bucket}}}
    assert [each.get("Condition") for each in allowed if each is not any_of_ours] == [None]


def test_a_route_may_ask_only_the_service_that_its_models_are_of(synthesise):
    """Before its first endpoint and after its last, what was created is still deleted."""
    hosted = """
    [[routes.bees.models]]
    name = "bees"
    backend = "sagemaker"
    endpoint = "bees"
    endpoint_config = "bees-v3"
    answer = "labelpipe"
    """
    asked = {"project": "DetectCustomLabels", "endpoint": "InvokeEndpoint"}
    for key, model in {"project": 'models = [{ name = "bees", project = "bees" }]', "endpoint": hosted}.items():
        made = synthesise(f'[routes.bees]\nprefix = "bees/"\n{model}')
        role, tick = str(made.one("AWS::IAM::Role", "RouteBees")), str(made.one("AWS::IAM::Role", "TickRole"))
        assert {name for name, action in asked.items() if action in role} == {key}
        assert ("rekognition:StartProjectVersion" in tick, "sagemaker:CreateEndpoint" in tick) == (
            key == "project",
            key == "endpoint",
        )
        assert "sagemaker:DeleteEndpoint" in str(made.one("AWS::IAM::Role", "Leases"))


def test_a_route_reaches_no_other_routes_queues(real):
    role, other = real.one("AWS::IAM::Role", "RouteBees"), "RouteRipeFigs"
    assert other not in str(role)


def test_the_lease_role_can_only_be_given_to_the_scheduler(real):
    role = real.one("AWS::IAM::Role", "Controller", "TickRole")
    (passing,) = [each for each in statements(role) if each["Action"] == "iam:PassRole"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (
            "Uploaders",
            {
                "kms:Decrypt",
                "kms:GenerateDataKey",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            },
        ),
        ("Readers", {"kms:Decrypt", "s3:GetObject", "s3:ListBucket"}),
    ],
)
def test_people_get_policies_for_images_and_for_nothing_of_ours(real, policy, actions):
    made = real.one("AWS::IAM::ManagedPolicy", policy)
    assert {action for each in statements(made) for action in as_list(each["Action"])} == actions
    assert "_labelpipe" not in str(made)
    objects = next(each for each in statements(made) if "Object" in str(each["Action"]))
    bucket = real.id("AWS::S3::Bucket")
    assert sorted(map(written, objects["Resource"])) == [f"<{bucket}>/bees/*", f"<{bucket}>/fruit/figs/*"]


def statements(policy):
    documents = [each["PolicyDocument"] for each in policy.get("Policies", [policy])]
    return [each for document in documents for each in document["Statement"]]


def as_list(value):
    return value if isinstance(value, list) else [value]


def written(arn):
    match arn:
        case {"Fn::Join": ["", parts]}:
            return "".join(map(written, parts))
        case {"Fn::GetAtt": [name, _]} | {"Ref": name}:
            return f"<{name}>"
    return arn
