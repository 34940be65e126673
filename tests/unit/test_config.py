"""Settings: a demonstration starts without any, production only with good ones."""

import stat
from pathlib import Path

import pytest

from config import ROOT, Config, ConfigError, prepare_folders

GOOD = {
    "MODE": "production",
    "SECRET_KEY": "kR7-xQ2_vB9wLm4TzN8sYc3HpD6fGj1A",
    "PUBLIC_URL": "https://izin.example.go.id/",
    "DATABASE_URL": "postgresql://alurizin@db.example/alurizin",
}


def refused(env: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        Config.from_env(env)
    return str(caught.value)


def test_without_settings_it_is_a_demonstration_on_this_machine_only() -> None:
    config = Config.from_env({})
    assert (config.mode, config.host, config.port, config.is_embedded) == ("demo", "127.0.0.1", 8080, True)
    assert config.demo_password == config.demo_inbound_key == "alurizin-demo"
    assert config.simulators
    assert config.trial_ca
    assert config.watch_files


def test_production_with_good_settings_starts() -> None:
    config = Config.from_env(GOOD)
    assert config.database_url == "postgresql+psycopg://alurizin@db.example/alurizin"
    assert config.public_url == "https://izin.example.go.id"
    assert (config.simulators, config.trial_ca, config.demo_password, config.watch_files) == (
        False,
        False,
        "",
        False,
    )
    assert config.clock_file is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "alurizin-demo"),
        ("SECRET_KEY", "a" * 64),
        ("DEMO_PASSWORD", "alurizin-demo"),
        ("DEMO_INBOUND_KEY", "alurizin-demo"),
        ("SIMULATORS", "1"),
        ("TRIAL_CA", "yes"),
        ("PUBLIC_URL", "http://izin.example.go.id"),
        ("GATEWAY_URL", "http://gateway.example/messages"),
    ],
)
def test_production_refuses_what_is_fit_for_a_demonstration_only(name: str, value: str) -> None:
    assert name in refused({**GOOD, name: value})


def test_all_problems_are_told_at_once() -> None:
    message = refused({"MODE": "production", "PORT": "http", "WEB_WORKERS": "0", "WATCH_FILES": "maybe"})
    assert [
        name for name in ("PORT", "WEB_WORKERS", "WATCH_FILES", "SECRET_KEY") if name not in message
    ] == []


def test_a_misspelt_mode_is_refused_and_opens_no_demonstration() -> None:
    assert "MODE" in refused({"MODE": "prod"})


def test_the_demonstration_keeps_its_secret_and_its_folders_to_itself(tmp_path: Path) -> None:
    config = Config.from_env({"DATA_DIR": str(tmp_path / "data")})
    first, second = prepare_folders(config), prepare_folders(config)
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (config.keys_dir, config.files_dir)} == {0o700}
    assert stat.S_IMODE((config.keys_dir / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in config.keys_dir.iterdir()] == ["secret_key"]


def test_every_setting_is_in_the_manual() -> None:
    read: set[str] = set()

    class Noted(dict[str, str]):
        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
            read.add(name)
            return default

    Config.from_env(Noted())
    manual = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert {name for name in read if f"`{name}`" not in manual} == set()


def test_the_gateways_token_is_set_or_kept_in_a_file(tmp_path: Path) -> None:
    config = Config.from_env({"DATA_DIR": str(tmp_path)})
    assert config.gateway_key == ""
    config.keys_dir.mkdir()
    (config.keys_dir / "gateway_token").write_text("dari-berkas\n", encoding="ascii")
    assert config.gateway_key == "dari-berkas"
    assert Config.from_env({"DATA_DIR": str(tmp_path), "GATEWAY_TOKEN": "diatur"}).gateway_key == "diatur"
