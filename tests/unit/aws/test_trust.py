"""Authorities are read once, and trusted all the same."""

import ssl
from pathlib import Path

import pytest
from botocore.httpsession import where

from labelpipe.aws.clients import Clients
from labelpipe.aws.trust import ReadOnce

AUTHORITIES = Path(where())


@pytest.fixture
def context():
    """As a client of ours has it: where botocore keeps it is not published, and may change with its version."""
    return Clients().s3()._endpoint.http_session._manager.connection_pool_kw["ssl_context"]


def test_a_client_verifies_who_answers_against_authorities_that_it_reads_once(context, tmp_path):
    authorities = tmp_path / "authorities.pem"
    authorities.write_text(AUTHORITIES.read_text())
    context.load_verify_locations(str(authorities), None, None)
    trusted = context.cert_store_stats()["x509_ca"]
    authorities.unlink()
    context.load_verify_locations(str(authorities), None, None)
    assert context.cert_store_stats()["x509_ca"] == trusted > 50
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_other_authorities_are_read_too():
    context = ReadOnce(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(AUTHORITIES)
    with pytest.raises(FileNotFoundError):
        context.load_verify_locations("nowhere.pem")


def test_authorities_that_could_not_be_read_are_read_again(tmp_path):
    context, late = ReadOnce(ssl.PROTOCOL_TLS_CLIENT), tmp_path / "late.pem"
    with pytest.raises(FileNotFoundError):
        context.load_verify_locations(str(late))
    late.write_text(AUTHORITIES.read_text())
    context.load_verify_locations(str(late))
    assert context.cert_store_stats()["x509_ca"]
