"""What people may do with the bucket, beyond which actions and folders (test_permissions.py)."""

from tests.infrastructure.conftest import Synthesised


def test_uploaders_cannot_forge_a_result(real: Synthesised) -> None:
    statements = real.one("AWS::IAM::ManagedPolicy", "Uploaders")["PolicyDocument"]["Statement"]
    (denied,) = [each for each in statements if each["Effect"] == "Deny"]
    assert denied["Action"] == "s3:PutObject"
    keys = [arn["Fn::Join"][1][-1] for arn in denied["Resource"]]
    assert sorted(keys) == ["/bees/*.json", "/fruit/figs/*.json"]
    assert "Condition" not in denied
