"""The command line: every command is there, and those that need little load little."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ["serve", "worker", "init", "sync", "export", "check", "demo", "verify-audit", "migrate"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run._parser().parse_args([command, "--help"])
    assert end.value.code == 0
    assert command in capsys.readouterr().out


def test_the_command_line_alone_loads_neither_web_nor_models() -> None:
    code = "import run, sys; print([name for name in ('flask', 'sqlalchemy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_bad_settings_end_with_a_message_and_no_traceback() -> None:
    env = {"MODE": "production", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, str(ROOT / "run.py"), "serve"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_another_program_has_is_named_with_a_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        env = {"PORT": port, "DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
        command = [sys.executable, str(ROOT / "run.py"), "serve"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert port in done.stderr
    assert "PORT=8081 make run" in done.stderr
    assert not (tmp_path / "data").exists(), "nothing is begun that cannot be served"
