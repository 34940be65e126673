"""E-mail: through an SMTP server, or into a local mailbox folder."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.messages.models import Message
from app.messages.transport import Answer, Carrier


def carrier(smtp_url: str, mailbox: Path, sender: str) -> Carrier:
    """Carry mail by `smtp_url` (smtp:// or smtps://), or keep it in `mailbox` where there is none."""

    def carry(message: Message) -> Answer:
        try:
            mail = letter(message, sender)
            return by_smtp(smtp_url, mail) if smtp_url else into_folder(mailbox, message, mail)
        except ValueError as error:  # an address that no mail can carry: a person must see to it
            return Answer(422, {"error": type(error).__name__})

    return carry


def letter(message: Message, sender: str) -> EmailMessage:
    """The e-mail; its Message-ID is stable, so that a repetition is recognisable."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, message.recipient
    mail["Subject"] = " ".join(str(message.payload["subject"]).split())
    mail["Message-ID"] = f"<message-{message.id}@alurizin>"
    mail.set_content(str(message.payload["body"]))
    return mail


def by_smtp(url: str, mail: EmailMessage) -> Answer:
    """Hand the mail to the server."""
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    context = ssl.create_default_context()
    try:
        if secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                parts.hostname or "", parts.port or 465, timeout=20, context=context
            )
        else:
            server = smtplib.SMTP(parts.hostname or "", parts.port or 25, timeout=20)
        with server:
            if parts.username:
                if not secure:  # a password goes to nobody in the clear
                    server.starttls(context=context)
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        return Answer(504, {"error": type(error).__name__}, certain=False)
    return Answer(200)


def into_folder(folder: Path, message: Message, mail: EmailMessage) -> Answer:
    """Keep the mail as a file; the same message overwrites itself."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{message.id}.tmp"
    draft.write_bytes(mail.as_bytes())
    draft.rename(folder / f"{message.id:08d}.eml")
    return Answer(200)
