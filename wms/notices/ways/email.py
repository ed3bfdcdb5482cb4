"""E-mail over SMTP. Settings: `host`, `port`, `sender`, `user`, `security` (starttls, tls; none on this machine)."""
from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr

from wms.notices.plugin import Account, Message, NotNowError, RefusedError, SilentError
from wms.notices.ways.http import LOOPBACK

TIMEOUT_S = 20


class Email:
    needs = "email"
    settings = ("host", "port", "sender", "user", "security")
    secrets = ("password",)

    def check(self, account: Account) -> None:
        host, security = account.setting("host"), account.setting("security", "starttls")
        if not host:
            raise RefusedError("host: is missing")
        if not account.setting("port", "587").isdigit():
            raise RefusedError("port: a number is needed")
        if security not in ("starttls", "tls", "none"):
            raise RefusedError("security: starttls, tls or none")
        if security == "none" and host not in LOOPBACK:
            raise RefusedError("security: without TLS only to a server on this machine")
        _address(account.setting("sender"), "sender")

    def send(self, account: Account, message: Message) -> None:
        self.check(account)
        mail = _mail(account, message)
        server = _connected(account)
        try:
            _handed_over(server, mail, message)
        finally:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


def _mail(account: Account, message: Message) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = _address(account.setting("sender"), "sender")
        mail["To"] = _address(message.to, "recipient")
        mail["Subject"] = message.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.id}@wms.invalid>"  # the same each time: who gets it twice is shown it once
        mail["Auto-Submitted"] = "auto-generated"
    except (ValueError, MessageError):
        raise RefusedError("a line of its head is not possible") from None
    mail.set_content(message.body)
    return mail


def _address(text: str, what: str) -> Address:
    name, spec = parseaddr(text)
    try:
        found = Address(display_name=name, addr_spec=spec)
    except (ValueError, MessageError, IndexError):
        raise RefusedError(f"{what}: not an e-mail address") from None
    if not found.domain or not found.username:
        raise RefusedError(f"{what}: not an e-mail address")
    return found


def _connected(account: Account) -> smtplib.SMTP:
    host, security = account.setting("host"), account.setting("security", "starttls")
    port = int(account.setting("port", "465" if security == "tls" else "587"))
    try:
        if security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
            if security == "starttls":
                server.starttls(context=ssl.create_default_context())
        if account.setting("user"):
            server.login(account.setting("user"), account.secrets.get("password", ""))
    except smtplib.SMTPAuthenticationError as error:
        raise RefusedError(f"the server refuses user and password ({error.smtp_code})") from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotNowError(type(error).__name__) from None
    return server


def _handed_over(server: smtplib.SMTP, mail: EmailMessage, message: Message) -> None:
    """MAIL and RCPT first: what is refused there never left. Once the words are on their way, only the server's last
    answer says whether it has them."""
    try:
        server.ehlo_or_helo_if_needed()
        _said(server.mail(mail["From"].addresses[0].addr_spec))
        _said(server.rcpt(mail["To"].addresses[0].addr_spec))
    except (smtplib.SMTPException, OSError) as error:
        raise NotNowError(type(error).__name__) from None
    try:
        answer = server.data(mail.as_bytes())
    except smtplib.SMTPDataError as error:  # the answer to DATA itself: no word has left
        answer = (error.smtp_code, b"")
    except (smtplib.SMTPException, OSError) as error:
        raise SilentError(type(error).__name__) from None
    _said(answer)


def _said(answer: tuple[int, bytes]) -> None:
    code, _ = answer
    if code >= 500:
        raise RefusedError(f"the server refuses it ({code})")
    if code >= 400 or code < 200:
        raise NotNowError(f"SMTP {code}")
