"""The few settings that code below the doors needs, set once at start."""

from dataclasses import dataclass


@dataclass
class _Settings:
    public_url: str = ""
    secret_key: str = ""


_settings = _Settings()


def configure(public_url: str, secret_key: str) -> None:
    """Remember what links and derived codes are made from."""
    _settings.public_url, _settings.secret_key = public_url.rstrip("/"), secret_key


def public_url() -> str:
    """Where people reach this installation, without a slash at the end."""
    return _settings.public_url


def secret_key() -> str:
    """The installation's secret. Raises RuntimeError before `configure`."""
    if not _settings.secret_key:
        raise RuntimeError("settings.configure was not called")
    return _settings.secret_key
