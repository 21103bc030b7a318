"""Does the endpoint speak TLS with the city's certificate, and is it said when it cannot?"""

import asyncio
import re
import ssl
import subprocess
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector, web

from streams.ingest.tls import CertificateError, demand_tls_beyond_this_machine, tls_of


def made(folder: Path, *more: str) -> tuple[str, str]:
    """A certificate of 127.0.0.1 and its key."""
    certificate, key = str(folder / "city.pem"), str(folder / "city.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2"]
        + [
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            key,
            "-out",
            certificate,
        ]
        + (list(more) or ["-nodes"]),
        check=True,
        capture_output=True,
    )
    return certificate, key


def answered(tls: ssl.SSLContext, client: ssl.SSLContext) -> int:
    """The status that a client with that trust gets."""

    async def run() -> int:
        app = web.Application()
        app.router.add_get("/healthz", lambda _: asyncio.sleep(0, web.Response()))
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        try:
            port = runner.addresses[0][1]
            async with ClientSession(connector=TCPConnector(ssl=client)) as session:
                async with session.get(f"https://127.0.0.1:{port}/healthz") as response:
                    return response.status
        finally:
            await runner.cleanup()

    return asyncio.run(run())


@pytest.mark.parametrize("in_one_file", [False, True])
def test_who_trusts_the_certificate_is_served(tmp_path, in_one_file):
    certificate, key = made(tmp_path)
    if in_one_file:
        Path(certificate).write_text(Path(certificate).read_text() + Path(key).read_text())
        key = ""

    tls = tls_of(certificate, key)

    assert tls is not None
    assert answered(tls, ssl.create_default_context(cafile=certificate)) == 200


def test_old_versions_of_tls_are_not_spoken(tmp_path):
    tls = tls_of(*made(tmp_path))

    assert tls is not None
    assert tls.minimum_version is ssl.TLSVersion.TLSv1_2


def test_without_a_certificate_there_is_no_tls():
    assert tls_of("", "") is None


@pytest.mark.parametrize("wrong", ["absent", "other_key", "passphrase", "key_alone"])
def test_files_that_cannot_be_used_are_told_before_anybody_connects(tmp_path, wrong):
    certificate, key = made(tmp_path, *(["-passout", "pass:secret"] if wrong == "passphrase" else []))
    if wrong == "absent":
        certificate = str(tmp_path / "none.pem")
    elif wrong == "other_key":
        (tmp_path / "other").mkdir()
        _, key = made(tmp_path / "other")
    elif wrong == "key_alone":
        certificate = ""

    with pytest.raises(CertificateError, match=r"CITYBRAIN_INGEST|write PEM files"):
        tls_of(certificate, key)


@pytest.mark.parametrize(("host", "certificate"), [("127.0.0.1", ""), ("::1", ""), ("0.0.0.0", "city.pem")])
def test_tokens_travel_in_the_clear_on_this_machine_alone(host, certificate):
    demand_tls_beyond_this_machine(host, certificate)

    with pytest.raises(CertificateError, match=re.escape("speaks TLS alone")):
        demand_tls_beyond_this_machine("0.0.0.0", "")
