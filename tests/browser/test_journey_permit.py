"""K21 at eight desks: from the application to the effective permit, and what anybody can verify of it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import desk
from tests.browser.live import OPENED, Live, move_clock
from tests.browser.people import People, said
from tests.dairi import APPLICATION, BY_PORTAL, checklist
from tests.fixtures_demo import PASSWORD

pytestmark = pytest.mark.browser

PERMIT = "Persetujuan Pemenuhan Komitmen Izin Perluasan Usaha Industri"
LIMIT = "30-11-2026 14.15"  # of the whole case, as K21 counts it
NOTE = "Konsep sudah dibaca dengan teliti."


@dataclass(frozen=True)
class Granted:
    """A case that has come to its permit."""

    number: str
    code: str
    permit: bytes


@pytest.fixture(scope="module")
def granted(everybody: People, tmp_path_factory: pytest.TempPathFactory) -> Granted:
    """Walk all of K21, as every test here looks at another part of its end."""
    number = desk.apply(everybody("applicant"))
    desk.walk(everybody, number, "check")
    desk.wait_for_task(everybody("front_officer"), number)
    desk.do(everybody, number, "front_officer", BY_PORTAL)
    page = everybody("applicant")
    page.goto(f"/cases/{number}")
    link = desk.letter(page, PERMIT).locator('a[href*="/verify/"]').get_attribute("href")
    content = desk.download(page, PERMIT, tmp_path_factory.mktemp("permit"))
    return Granted(number, (link or "").rpartition("/")[2], content)


def test_the_number_is_told_after_sending_and_the_code_only_once(live: Live, person: People) -> None:
    page = person("applicant")
    move_clock(live.folder, OPENED)
    number = desk.apply(page, nib="9990000000161")
    expect(page.get_by_text(LIMIT).first).to_be_visible()
    codes = page.locator(".notice .code")
    expect(codes.first).to_have_text(number)
    secret = codes.nth(1).inner_text()
    page.reload()
    expect(page.locator("main")).to_contain_text(number)
    expect(page.get_by_text(secret)).to_have_count(0)

    visitor = person.visitor()
    visitor.goto("/track/")
    visitor.fill('[name="number"]', number)
    visitor.fill('[name="secret"]', secret)
    visitor.click("main form [type=submit]")
    expect(visitor.locator(".status-sentence")).to_be_visible()
    expect(visitor.locator("main")).not_to_contain_text(APPLICATION["director_name"])


def test_the_permit_is_effective_and_in_the_applicants_hands(person: People, granted: Granted) -> None:
    page = person("applicant")
    page.goto(f"/cases/{granted.number}")
    expect(page.get_by_text(said("Permit effective"), exact=True)).to_be_visible()
    expect(page.get_by_text(said("Granted"), exact=True)).to_be_visible()
    page.goto("/cases/")
    expect(
        page.locator("article", has_text=granted.number).get_by_text(said("Permit effective"))
    ).to_be_visible()


def test_the_office_reads_names_also_of_what_is_no_person(person: People, granted: Granted) -> None:
    page = person("head_of_office")
    page.goto(f"/office/cases/{granted.number}")
    expect(page.locator("main")).not_to_contain_text("system:")


def test_poppler_accepts_the_permits_signature(granted: Granted, tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler-utils is not installed")
    (tmp_path / "permit.pdf").write_bytes(granted.permit)
    command = ["pdfsig", "-nocert", "permit.pdf"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_openssl_accepts_the_permits_signature(live: Live, granted: Granted, tmp_path: Path) -> None:
    content = granted.permit
    found = re.search(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+)", content)
    assert found
    start, first, second, length = map(int, found.groups())
    assert (start, second + length) == (0, len(content))
    signature = bytes.fromhex(content[first + 1 : second - 1].decode())
    (tmp_path / "cms").write_bytes(signature[: int.from_bytes(signature[2:4], "big") + 4])
    (tmp_path / "data").write_bytes(content[:first] + content[second:])
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "cms", "-content", "data", "-binary"]
    command += ["-CAfile", str(live.trust_root), "-purpose", "any", "-no_check_time", "-out", "out"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def test_anybody_can_verify_the_permit_by_its_code(person: People, granted: Granted) -> None:
    page = person.visitor()
    page.goto("/verify/")
    page.fill('[name="code"]', granted.code.lower())
    page.click('form[method="get"] [type=submit]')
    page.wait_for_url(re.compile(f"/verify/{granted.code}$", re.IGNORECASE))
    expect(page.locator("section.result-ok")).to_contain_text(PERMIT)


@pytest.mark.parametrize("change", ["none", "a byte", "appended"])
def test_an_uploaded_permit_is_genuine_only_byte_for_byte(
    person: People, granted: Granted, change: str
) -> None:
    content = bytearray(granted.permit)
    if change == "a byte":
        content[len(content) // 2] ^= 1
    if change == "appended":
        content += b"\n% more\n"
    result = desk.upload_to_verify(person.visitor(), bytes(content))
    if change == "none":
        expect(result).to_have_class(re.compile("result-ok"))
        expect(result).to_contain_text(said("Genuine and unchanged"))
    else:
        expect(result).to_have_class(re.compile("result-bad"))
        expect(result).to_contain_text(said("Changed or not as issued"))


def test_a_double_click_and_a_stale_page_complete_a_step_once(person: People) -> None:
    number = desk.apply(person("applicant"), nib="9990000000178")
    page = person("front_officer")
    desk.open_task(page, number)
    stale = page.context.new_page()
    stale.goto(page.url)

    desk.fill(page, checklist())
    page.locator("#task-form [name=outcome]").first.dblclick()
    page.wait_for_url(lambda url: url != stale.url)

    desk.fill(stale, checklist())
    desk.press(stale)
    expect(stale.locator("main .notice").first).to_be_visible()
    assert desk.messages(stale) != []
    expect(stale.locator("#task-form")).to_have_count(0)

    page.go_back()
    expect(page.locator("#task-form")).to_have_count(0)
    page.goto(f"/office/cases/{number}")
    expect(page.locator("#tasks tbody tr", has_text="2. ")).to_have_count(1)
    expect(page.locator("#decisions article")).to_have_count(1)
    stale.close()


def test_a_wrong_passphrase_is_told_at_its_field_and_nothing_is_lost(person: People) -> None:
    number = desk.apply(person("applicant"), nib="9990000000192")
    desk.walk(person, number, "check", "sign_orders")
    page = person("head_of_office")
    desk.open_task(page, number)
    page.fill('[name="note"]', NOTE)
    desk.press(page, "good", "bukan sandinya")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator(".field-error")).to_be_visible()
    expect(dialog.locator("[name=passphrase]")).to_have_value("")
    expect(page.locator('[name="note"]')).to_have_value(NOTE)

    dialog.locator("[name=passphrase]").fill(PASSWORD)
    dialog.locator("[type=submit]").click()
    page.wait_for_url(re.compile("/office/$"))
    page.goto(f"/office/cases/{number}")
    expect(page.locator("#tasks")).to_contain_text(NOTE)
