"""What somebody needs who has only the first pages: whose service it is, and whom to sign in as."""

from dataclasses import replace

from flask import Flask

from config import Config
from tests.web.conftest import OpenBrowser


def test_services_that_are_called_alike_tell_their_region(browser: OpenBrowser) -> None:
    html = browser().text("/services/")
    for office in ("Satu Pintu Kabupaten Magetan", "Ketenagakerjaan Kabupaten Dairi"):
        assert html.count(office) == 2  # at the service, and over the office's ways to complain
    assert "Perdagangan Provinsi Kalimantan Barat" in html


def test_a_demonstration_names_its_accounts_by_role(browser: OpenBrowser) -> None:
    html = browser().text("/login/")
    assert "alurizin-demo" in html
    assert "<code>secretariat</code>: Petugas Sekretariat" in html


def test_a_password_of_ones_own_is_told_to_nobody(demo_app: Flask) -> None:
    config: Config = demo_app.config["OFFICE"]
    for other in (replace(config, demo_password="rahasia-sendiri"), replace(config, mode="production")):
        demo_app.config["OFFICE"] = other
        try:
            html = demo_app.test_client().get("/login/").text
        finally:
            demo_app.config["OFFICE"] = config
        assert "alurizin-demo" not in html
        assert "rahasia-sendiri" not in html
        assert "secretariat" not in html
