"""Letters by e-mail: written into the outbox, sent by the worker through SMTP, or put into a folder in the demo.

``MAIL_URL``: ``smtp://user:password@host:587`` (STARTTLS), ``smtps://…:465``, ``smtp://localhost:25``, or
``file:///folder`` for .eml files a person can open. ``MAIL_FROM`` is the sender.
"""

import smtplib
from collections.abc import Sequence
from email.contentmanager import raw_data_manager
from email.header import Header
from email.message import EmailMessage
from email.policy import compat32
from email.utils import formataddr, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app, render_template

from core import clock, outbox
from core.links import address_of, path_to
from core.outbox import Payload

TOPIC = "mail"


def send_mail(to: str, subject: str, template: str, *, message_id: str | None = None, **context: Any) -> None:
    """Render ``templates/emails/<template>.txt`` and leave the letter in the outbox, in the present transaction.

    ``message_id``: for letters that may be asked for twice; the same id twice is the same letter.
    """
    body = render_template(f"emails/{template}.txt", **_furnished(context))
    identity = message_id or make_msgid(domain="danban")
    outbox.enqueue(TOPIC, {"to": to, "subject": " ".join(subject.split()), "body": body, "id": identity})


def render_message(template: str, **context: Any) -> str:
    """What a letter says, without its greeting and signature: to be shown on a page."""
    page = current_app.jinja_env.get_template(f"emails/{template}.txt")
    text = "".join(page.blocks["body"](page.new_context(_furnished(context))))
    return text.strip()


def _furnished(context: dict[str, Any]) -> dict[str, Any]:
    def link(endpoint: str, **values: Any) -> str:
        return address_of(path_to(endpoint, **values))

    return {"site_url": current_app.config["SITE_URL"], "link": link, **context}


@outbox.handles(TOPIC)
def deliver(payloads: Sequence[Payload]) -> None:
    """Send letters. Repeating one carries the same Message-ID, which mail servers use to recognise doubles."""
    url = urlsplit(current_app.config["MAIL_URL"])
    for payload in payloads:
        message = _message(payload)
        if url.scheme == "file":
            _put_into_folder(Path(unquote(url.path)), message)
        else:
            _send(url, message)


def _message(payload: Payload) -> EmailMessage:
    # The older policy: the default one loses the space between two words of a folded Vietnamese subject.
    message = EmailMessage(policy=compat32)
    message["From"] = formataddr(("Dân Bàn", current_app.config["MAIL_FROM"]))
    message["To"] = payload["to"]
    message["Subject"] = Header(payload["subject"], "utf-8")
    message["Message-ID"] = payload["id"]
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(payload["body"], cte="8bit", content_manager=raw_data_manager)
    return message


def _put_into_folder(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unique = message["Message-ID"].strip("<>").split("@")[0]
    stamp = clock.local(clock.now()).strftime("%Y%m%d-%H%M%S")
    (folder / f"{stamp}-{unique}.eml").write_bytes(message.as_bytes())


def _send(url: SplitResult, message: EmailMessage) -> None:
    host, secure = url.hostname or "localhost", url.scheme == "smtps"
    server = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with server(host, url.port or (465 if secure else 25), timeout=30) as smtp:
        if not secure and url.username:
            smtp.starttls()
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
        smtp.send_message(message)
