"""A certificate authority of our own, for houses whose name no public one knows.

It lives in the folder `tls` of the data folder: `ca.crt`, which devices are told to trust, and `server.crt`, which it
has signed for the names and addresses of this service; the keys beside them are readable by their owner only. What
browsers ask for: the name in subjectAltName, at most 825 days (Apple's limit for authorities that people add),
serverAuth, and a curve that the oldest handheld knows (P-256).
"""
from __future__ import annotations

import fcntl
import ipaddress
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wms.core.config import ConfigError

FOLDER = "tls"
CA_DAYS = 3650
SERVER_DAYS = 820  # below the 825 that Apple allows, also for clocks that are a little off
RENEW_DAYS = 60  # before its end a certificate is renewed
_BACK = timedelta(days=1)  # handhelds' clocks are slow
_HASH = hashes.SHA256()
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.I)
_LONGEST_NAME = 253


class TlsError(ConfigError):
    """A key or certificate is missing or of no use; the text says what to do."""


@dataclass(frozen=True)
class Facts:
    """What is known of a certificate. `sha256` is its fingerprint, `hosts` the names and addresses it is for."""

    subject: str
    sha256: str
    not_before: datetime
    not_after: datetime
    hosts: tuple[str, ...] = ()


def ca_path(data: Path) -> Path:
    """The certificate that devices must trust."""
    return data / FOLDER / "ca.crt"


def server_paths(data: Path) -> tuple[Path, Path]:
    """Certificate and key of the service."""
    return data / FOLDER / "server.crt", data / FOLDER / "server.key"


# ---- what is there

def authority(data: Path) -> Facts:
    """Raises TlsError when there is none."""
    return _facts(_read_ca(data))


def server(data: Path) -> Facts | None:
    """The service's certificate; None when there is none yet."""
    path = server_paths(data)[0]
    return _facts(_read(path)) if path.exists() else None


def ca_bytes(data: Path, *, pem: bool) -> bytes | None:
    """The authority's certificate as devices (DER) or programs (PEM) want it; None when there is none."""
    if not ca_path(data).exists():
        return None
    return _read_ca(data).public_bytes(serialization.Encoding.PEM if pem else serialization.Encoding.DER)


def own_hosts() -> list[str]:
    """Under which names and addresses this machine is reached: what it is called, and its addresses."""
    name = socket.gethostname().lower()
    names = [each for each in (name, f"{name}.local", "localhost") if _NAME.fullmatch(each)]
    found = [each.address.split("%")[0] for cards in psutil.net_if_addrs().values() for each in cards
             if each.family in (socket.AF_INET, socket.AF_INET6)]  # fmt: skip
    addresses = [each for each in dict.fromkeys(found) if not ipaddress.ip_address(each).is_link_local]
    return list(dict.fromkeys([*names, *sorted(addresses)]))


# ---- what is made

def make_authority(data: Path, at: datetime, *, anew: bool = False) -> Facts:
    """Make the authority. One that is there is replaced only when asked to: then no device trusts this service until it
    has been given the new certificate. The old one is kept beside it. Raises TlsError."""
    with _alone(data):
        certificate, key = data / FOLDER / "ca.crt", data / FOLDER / "ca.key"
        if certificate.exists() or key.exists():
            if not anew:
                raise TlsError(f"there is an authority in {certificate.parent} already, which devices trust; "
                               "`--anew` replaces it, and every device must then be given the new one")  # fmt: skip
            for each in (certificate, key):
                if each.exists():
                    each.replace(each.with_suffix(f"{each.suffix}.old"))
        private = ec.generate_private_key(ec.SECP256R1())
        serial = x509.random_serial_number()
        called = f"Warehouse CA {socket.gethostname()} {at:%Y-%m-%d} {serial % 0x10000:04x}"[:64]
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
        made = (
            _builder(name, name, private, serial, at)
            .not_valid_after(_end(at, CA_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
            .sign(private, _HASH)
        )
        _write_key(key, private)
        _write(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
        return _facts(made)


def issue(data: Path, hosts: Sequence[str], at: datetime) -> Facts:
    """Sign a certificate for these names and addresses. Without any: for those of the one before, or the machine's own.

    Raises TlsError.
    """
    with _alone(data):
        before = server(data)
        return _issue(data, hosts or (before.hosts if before else own_hosts()), at)


def _issue(data: Path, hosts: Sequence[str], at: datetime) -> Facts:
    authority, signing = _read_ca(data), _read_key(data / FOLDER / "ca.key")
    if authority.not_valid_after_utc <= at:
        raise TlsError("the authority is past its end: `wms tls init --anew`; every device must be given the new one")
    names = [_general_name(host) for host in dict.fromkeys(hosts)]
    private = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(hosts[0])[:64])])
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    made = (
        _builder(called, authority.subject, private, x509.random_serial_number(), at)
        .not_valid_after(min(_end(at, SERVER_DAYS), authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(signer, critical=False)
        .sign(signing, _HASH)
    )
    certificate, key = server_paths(data)
    _write_key(key, private)  # first: a certificate that is there has its key
    _write(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
    return _facts(made)


def ready(data: Path, at: datetime) -> Facts:
    """The service's certificate, fit to serve with: one that soon ends is renewed. Raises TlsError."""
    if not ca_path(data).exists():
        raise TlsError("there is no certificate authority: run `wms tls init`, then `wms tls issue NAME…`")
    certificate, key = server_paths(data)
    if not certificate.exists() or not key.exists():
        raise TlsError("there is no certificate for this service: run `wms tls issue NAME…`")
    if not _signed_by_authority(data):
        raise TlsError("the service's certificate is of another authority: run `wms tls issue`")
    renew_if_due(data, at)
    facts = server(data)
    assert facts is not None
    if facts.not_after <= at:
        raise TlsError("the service's certificate is past its end: run `wms tls issue`")
    return facts


def renew_if_due(data: Path, at: datetime) -> bool:
    """Renew a certificate that soon ends, where the authority's key is at hand; whether it was."""
    with _alone(data):
        facts = server(data)
        due = facts is not None and facts.not_after - at < timedelta(days=RENEW_DAYS)
        if not due or facts is None or not (data / FOLDER / "ca.key").exists():
            return False
        if _read_ca(data).not_valid_after_utc <= facts.not_after:
            return False  # it ends with its authority: only a new one helps
        _issue(data, facts.hosts, at)
        return True


# ---- parts

def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, serial: int, at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(at - _BACK)
    )


def _end(at: datetime, days: int) -> datetime:
    return (at - _BACK + timedelta(days=days)).replace(microsecond=0)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    if len(host) > _LONGEST_NAME or not _NAME.fullmatch(host.removeprefix("*.")):
        raise TlsError(f"{host!r} is neither a name nor an address; write it as browsers do: wms.lan or 10.0.0.5")
    return x509.DNSName(host.lower())


def _facts(certificate: x509.Certificate) -> Facts:
    hosts: tuple[str, ...] = ()
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        hosts = tuple(str(each.value) for each in names)
    except x509.ExtensionNotFound:
        pass
    sha256 = certificate.fingerprint(_HASH).hex(":").upper()
    name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return Facts(str(name), sha256, certificate.not_valid_before_utc, certificate.not_valid_after_utc, hosts)


def _signed_by_authority(data: Path) -> bool:
    try:
        _read(server_paths(data)[0]).verify_directly_issued_by(_read_ca(data))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _read_ca(data: Path) -> x509.Certificate:
    path = ca_path(data)
    if not path.exists():
        raise TlsError("there is no certificate authority: run `wms tls init`")
    return _read(path)


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TlsError(f"{path} cannot be read as a certificate: {error}") from None


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise TlsError(f"{path} cannot be read as a key: {error}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TlsError(f"{path} is not a key of ours")
    return key


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pkcs8 = serialization.PrivateFormat.PKCS8
    _write(path, key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption()), 0o600)


def _write(path: Path, content: bytes, mode: int) -> None:
    """In one step: whoever reads it meanwhile has the old or the new one. A key is never readable by others."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)  # whatever the umask, or a file left by a crash
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One at a time: several processes of a service may renew."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
