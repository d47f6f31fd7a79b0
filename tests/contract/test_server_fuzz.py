"""A short campaign of the fuzzer: `make fuzz` is the long one."""

from tests.fuzz.campaign import run


def test_nonsense_is_answered_as_the_service_would_and_leaves_the_server_well() -> None:
    told = run(seed=1, requests=5000)
    assert told.faults == []
    assert told.replies["DetectCustomLabels", 200]
    assert told.replies["InvokeEndpoint", 200]
