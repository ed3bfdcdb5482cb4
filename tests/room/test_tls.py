"""A certificate authority of our own: what it makes, who trusts it, and a service that serves with it."""
from __future__ import annotations

import json
import os
import socket
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import socketio
from click.testing import CliRunner
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from test_serve_processes import alive, picker, until  # noqa: F401 - a fixture

from bench.world import free_port
from wms.cli import main
from wms.core import tls
from wms.core.clock import fixed
from wms.plain import plain

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def house(tmp_path) -> Path:
    tls.make_authority(tmp_path, NOW)
    tls.issue(tmp_path, ["wms.lan", "127.0.0.1", "fd00::5"], NOW)
    return tmp_path


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


def test_what_is_made_is_what_browsers_accept(house):
    authority, server = read(house / "tls/ca.crt"), read(house / "tls/server.crt")
    assert extension(authority, x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)
    assert extension(authority, x509.BasicConstraints).critical
    assert extension(authority, x509.KeyUsage).value.key_cert_sign
    names = extension(server, x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["wms.lan"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "fd00::5"]
    assert not extension(server, x509.BasicConstraints).value.ca
    assert extension(server, x509.KeyUsage).value.digital_signature
    assert not extension(server, x509.KeyUsage).value.key_cert_sign
    assert list(extension(server, x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert server.not_valid_after_utc - server.not_valid_before_utc < timedelta(days=825)
    assert server.not_valid_before_utc < NOW
    server.verify_directly_issued_by(authority)


def test_keys_are_their_owners_alone(house):
    for key in ("ca.key", "server.key"):
        assert stat.S_IMODE((house / "tls" / key).stat().st_mode) == 0o600
    assert stat.S_IMODE((house / "tls").stat().st_mode) == 0o700


def test_an_authority_is_replaced_only_when_asked_to(house):
    before, key = (house / "tls/ca.crt").read_bytes(), (house / "tls/ca.key").read_bytes()
    with pytest.raises(tls.TlsError, match="--anew"):
        tls.make_authority(house, NOW)
    assert ((house / "tls/ca.crt").read_bytes(), (house / "tls/ca.key").read_bytes()) == (before, key)
    tls.make_authority(house, NOW, anew=True)
    assert (house / "tls/ca.crt.old").read_bytes() == before
    with pytest.raises(tls.TlsError, match="another authority"):
        tls.ready(house, NOW)
    assert tls.issue(house, [], NOW).hosts == ("wms.lan", "127.0.0.1", "fd00::5")
    tls.ready(house, NOW)


WRONG = ["", "a b", "https://wms.lan", "-wms", "wms_lan", "x" * 64, ".".join(["abcd"] * 60), "*"]


@pytest.mark.parametrize("host", WRONG)
def test_what_is_no_name_is_refused(house, host):
    before = (house / "tls/server.crt").read_bytes()
    with pytest.raises(tls.TlsError, match="neither a name nor an address"):
        tls.issue(house, [host], NOW)
    assert (house / "tls/server.crt").read_bytes() == before


def test_it_is_renewed_before_its_end_for_the_same_names(house):
    first = tls.server(house)
    assert not tls.renew_if_due(house, NOW + timedelta(days=700))
    late = NOW + timedelta(days=tls.SERVER_DAYS - 30)
    renewed = tls.ready(house, late)
    assert renewed.hosts == first.hosts
    assert renewed.not_after > late + timedelta(days=700)
    (house / "tls/ca.key").rename(house / "elsewhere")  # kept off the machine: then somebody must do it
    with pytest.raises(tls.TlsError, match="past its end"):
        tls.ready(house, renewed.not_after + timedelta(days=1))


def test_no_certificate_outlives_its_authority(house):
    late = NOW + timedelta(days=tls.CA_DAYS - 100)
    issued = tls.issue(house, [], late)
    assert issued.not_after <= tls.authority(house).not_after
    assert not tls.renew_if_due(house, late + timedelta(days=60))
    with pytest.raises(tls.TlsError, match="init --anew"):
        tls.issue(house, [], NOW + timedelta(days=tls.CA_DAYS))


def test_the_command_says_what_to_do_next(tmp_path, monkeypatch):
    monkeypatch.setenv("WMS_DATA", str(tmp_path))

    def run(*words):
        return CliRunner().invoke(main, ["tls", *words])

    assert "wms tls init" in run("issue").output
    with fixed(NOW):
        assert run("init").exit_code == 0
        again = run("init")
        assert (again.exit_code, "--anew" in again.output) == (2, True)
        issued = json.loads(run("issue", "wms.lan", "10.0.0.5", "--json").output)
    assert (issued["server"]["hosts"], issued["not_in_origins"]) == (["wms.lan", "10.0.0.5"], ["wms.lan"])
    shown = json.loads(run("show", "--json").output)
    assert shown["authority"]["sha256"] == tls.authority(tmp_path).sha256
    assert shown["server"] == issued["server"]


def handshake(port, authority):
    context = ssl.create_default_context(cafile=authority)
    bare = socket.create_connection(("127.0.0.1", port), 20)
    with bare, context.wrap_socket(bare, server_hostname="127.0.0.1") as secure:
        return secure.version()


def test_a_service_over_tls(database, house, picker):  # noqa: F811
    """Who trusts the authority gets in; who does not is stopped, and may fetch the authority without TLS."""
    tls.issue(house, [], datetime.now(UTC))
    port, secure = free_port(), free_port()
    settings = {"WMS_DATABASE_URL": database, "WMS_DATA": house, "WMS_PORT": port, "WMS_TLS_PORT": secure}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
    environment |= {name: str(value) for name, value in settings.items()}
    log = house / "serve.log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "wms.serve"]
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2], env=environment, stdout=out, stderr=out)
    try:
        http, https, authority = f"http://127.0.0.1:{port}", f"https://127.0.0.1:{secure}", str(house / "tls/ca.crt")
        until(lambda: alive(http, process, log), what="the first answer")
        assert handshake(secure, authority) in ("TLSv1.2", "TLSv1.3")
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(secure, None)
        assert requests.get(f"{https}/guide", verify=authority, timeout=20).ok
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{https}/guide", timeout=20)

        got = requests.get(f"{http}/ca.crt", timeout=20)
        assert got.headers["Content-Type"] == "application/x-x509-ca-cert"
        assert x509.load_der_x509_certificate(got.content) == read(house / "tls/ca.crt")
        assert requests.get(f"{http}/ca.json", timeout=20).json()["url"] == f"{https}/terminal"
        assert requests.get(f"{http}/guide", timeout=20).ok
        led = requests.get(f"{http}/terminal?station=P1", timeout=20, allow_redirects=False)
        assert (led.status_code, led.headers["Location"]) == (307, f"{https}/terminal?station=P1")
        body = {"badge": "P01", "pin": "123456", "device": "test"}
        assert requests.post(f"{http}/api/v1/sessions", json=body, timeout=20, allow_redirects=False).status_code == 403

        person = requests.post(f"{https}/api/v1/sessions", json=body, verify=authority, timeout=20).json()["data"]
        client = socketio.Client(websocket_extra_options={"sslopt": {"ca_certs": authority}})
        client.connect(https, namespaces=["/terminal"], auth={"token": person["token"]}, transports=["websocket"])
        assert client.connected
        client.disconnect()
    finally:
        process.terminate()
        process.wait(60)


def test_the_plain_port_leads_to_no_stranger():
    """A name that is not ours reaches the application, which refuses it; no address is made of it."""
    def app(environ, start):
        start("421 Misdirected Request", [])
        return [b"app"]

    def ask(path, host, method="GET", query=""):
        said = {}
        environ = {"PATH_INFO": path, "HTTP_HOST": host, "REQUEST_METHOD": method, "QUERY_STRING": query}
        led = plain(app, 8443, frozenset({"https://wms.lan:8443"}))
        list(led(environ, lambda status, headers: said.update(dict(headers), status=status)))
        return said["status"].split()[0], said.get("Location")

    assert ask("/terminal", "wms.lan:8100") == ("307", "https://wms.lan:8443/terminal")
    assert ask("/terminal", "[fd00::5]:8100") == ("307", "https://[fd00::5]:8443/terminal")
    assert ask("/terminal", "evil.example") == ("421", None)
    assert ask("/x y", "wms.lan", query="a=1") == ("307", "https://wms.lan:8443/x%20y?a=1")
    assert ask("http://evil.example/x", "wms.lan") == ("307", "https://wms.lan:8443/")
    assert ask("/x", "wms.lan@evil.example") == ("421", None)
    assert ask("//evil.example/x", "wms.lan") == ("307", "https://wms.lan:8443//evil.example/x")
    assert ask("/ui/style/mark.svg", "wms.lan")[0] == "421"
    assert ask("/terminal", "wms.lan", method="POST") == ("403", None)
