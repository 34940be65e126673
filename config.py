"""The settings: one Config from the environment; production refuses what is fit only for a demonstration."""

import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from app.errors import Text, text

ROOT = Path(__file__).resolve().parent
DEMO_SECRET = "alurizin-demo"  # noqa: S105  no secret at all, and refused in production
MIN_SECRET_LENGTH = 32
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class ConfigError(Exception):
    """The environment does not fit; every problem found, so that all can be put right at once."""

    def __init__(self, problems: list[Text]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Config:
    """What an installation may set. `docs/settings.md` says what each is for."""

    mode: Literal["demo", "production"] = "demo"
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = "http://127.0.0.1:8080"
    trusted_proxies: str = ""
    secret_key: str = ""
    database_url: str = ""  # empty: the embedded server in data_dir/postgres
    data_dir: Path = ROOT / ".data"
    definitions_dir: Path = ROOT
    files_dir: Path = ROOT / ".data" / "files"
    smtp_url: str = ""  # empty: letters to mailbox_dir
    gateway_url: str = ""  # where texts to telephones are posted; empty: none leave the house
    gateway_token: str = ""
    demo_password: str = ""
    demo_inbound_key: str = ""
    simulators: bool = False  # the outside systems (OSS, SIINas, SKRD) answered by ourselves
    trial_ca: bool = False  # signing certificates that nobody outside trusts
    require_two_step: bool = False  # administrators and signers must turn two-step sign-in on
    watch_files: bool = False
    write_back: bool = False
    renderers: int = 1
    web_workers: int = 1
    web_threads: int = 4
    job_workers: int = 1

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """Read and check the settings; raise ConfigError naming every variable that does not fit."""
        reader = _Reader(env)
        config = _read(reader)
        problems = reader.problems + (_unfit_for_production(config) if config.is_production else [])
        if problems:
            raise ConfigError(problems)
        return config

    def inbound_key(self, system: str) -> str:
        """The key by which an outside system signs its messages, from keys/inbound_<system>, or empty."""
        path = self.keys_dir / f"inbound_{system}"
        if system.isalnum() and path.is_file():
            return path.read_text(encoding="utf-8").strip()
        return self.demo_inbound_key

    @property
    def gateway_key(self) -> str:
        """The gateway's bearer token, from GATEWAY_TOKEN or keys/gateway_token, or empty."""
        path = self.keys_dir / "gateway_token"
        if not self.gateway_token and path.is_file():
            return path.read_text(encoding="utf-8").strip()
        return self.gateway_token

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def told_password(self) -> str:
        """The password of the demonstration's accounts where it is the one that everybody may read."""
        return DEMO_SECRET if self.mode == "demo" and self.demo_password == DEMO_SECRET else ""

    @property
    def is_embedded(self) -> bool:
        return not self.database_url

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"

    @property
    def mailbox_dir(self) -> Path:
        return self.data_dir / "mailbox"

    @property
    def clock_file(self) -> Path | None:
        """Where a demonstration's moved clock is kept; production has no such file."""
        return None if self.is_production else self.data_dir / "clock"


class _Reader:
    """Reads one variable after the other and remembers what was wrong."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[Text] = []

    def word(self, name: str, default: str = "") -> str:
        return self.env.get(name, "").strip() or default

    def path(self, name: str, default: Path) -> Path:
        return Path(self.word(name, str(default))).expanduser().resolve()

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.word(name, str(default))
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        self.problems.append(
            text("%(name)s must be a whole number from %(low)d to %(high)d.", name=name, low=low, high=high)
        )
        return default

    def switch(self, name: str, default: bool) -> bool:
        value = self.env.get(name, "1" if default else "0").strip().lower()
        if value not in TRUE_WORDS | FALSE_WORDS:
            self.problems.append(text("%(name)s must be 1 or 0.", name=name))
        return value in TRUE_WORDS

    def mode(self) -> Literal["demo", "production"]:
        value = self.word("MODE", "demo")
        if value not in ("demo", "production"):
            self.problems.append(text("MODE must be demo or production."))
        # a misspelt "production" must never open the demonstration's doors
        return "demo" if value == "demo" else "production"


def _read(env: _Reader) -> Config:
    mode = env.mode()
    demo = mode == "demo"
    port = env.number("PORT", 8080, 1, 65535)
    data_dir = env.path("DATA_DIR", ROOT / ".data")
    return Config(
        mode=mode,
        host=env.word("HOST", "127.0.0.1"),
        port=port,
        public_url=env.word("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        trusted_proxies=env.word("TRUSTED_PROXIES"),
        secret_key=env.word("SECRET_KEY"),
        database_url=_with_driver(env.word("DATABASE_URL")),
        data_dir=data_dir,
        definitions_dir=env.path("DEFINITIONS_DIR", ROOT),
        files_dir=env.path("FILES_DIR", data_dir / "files"),
        smtp_url=env.word("SMTP_URL"),
        gateway_url=env.word("GATEWAY_URL"),
        gateway_token=env.word("GATEWAY_TOKEN"),
        demo_password=env.word("DEMO_PASSWORD", DEMO_SECRET if demo else ""),
        demo_inbound_key=env.word("DEMO_INBOUND_KEY", DEMO_SECRET if demo else ""),
        simulators=env.switch("SIMULATORS", demo),
        trial_ca=env.switch("TRIAL_CA", demo),
        require_two_step=env.switch("REQUIRE_TWO_STEP", not demo),
        watch_files=env.switch("WATCH_FILES", demo),
        write_back=env.switch("WRITE_BACK", demo),
        renderers=env.number("RENDERERS", 1, 1, 64),
        web_workers=env.number("WEB_WORKERS", 2 if demo else os.cpu_count() or 2, 1, 64),
        web_threads=env.number("WEB_THREADS", 4, 1, 64),
        job_workers=env.number("JOB_WORKERS", 1, 0, 64),
    )


def _with_driver(url: str) -> str:
    """Name psycopg 3 in a plain PostgreSQL address: SQLAlchemy would look for version 2."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _unfit_for_production(config: Config) -> list[Text]:
    checks: Iterable[tuple[bool, Text]] = (
        (
            len(config.secret_key) < MIN_SECRET_LENGTH or len(set(config.secret_key)) < 8,
            text(
                "SECRET_KEY must be at least %(n)d random characters: set it to the output of"
                " `python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` and keep it.",
                n=MIN_SECRET_LENGTH,
            ),
        ),
        (
            bool(config.demo_password),
            text("DEMO_PASSWORD opens demonstration accounts: remove it from the environment."),
        ),
        (
            bool(config.demo_inbound_key),
            text(
                "DEMO_INBOUND_KEY lets anybody send messages: remove it; each outside system has its own key."
            ),
        ),
        (
            config.simulators,
            text("SIMULATORS would answer in the name of other systems: set SIMULATORS=0 or remove it."),
        ),
        (
            config.trial_ca,
            text("TRIAL_CA makes signatures that nobody trusts: set TRIAL_CA=0 and use real certificates."),
        ),
        (
            bool(config.gateway_url) and not config.gateway_url.startswith("https://"),
            text("GATEWAY_URL is sent telephone numbers and a token: it must begin with https://."),
        ),
        (
            not config.public_url.startswith("https://"),
            text(
                "PUBLIC_URL is printed in QR codes: set it to the office's address, beginning with https://."
            ),
        ),
    )
    return [problem for unfit, problem in checks if unfit]


def prepare_folders(config: Config) -> Config:
    """Make the data folders, private ones readable by nobody else; return the config with its secret key."""
    config.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    # the embedded server's account must pass through data_dir, so each private folder guards itself
    for folder in (config.keys_dir, config.files_dir, config.mailbox_dir):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    if config.secret_key:
        return config
    return replace(config, secret_key=_kept_secret(config.keys_dir / "secret_key"))


def _kept_secret(path: Path) -> str:
    """Read the demonstration's own secret, made once, so that sessions outlive a restart."""
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        # the first of several processes wins, and none reads a half-written file
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")
