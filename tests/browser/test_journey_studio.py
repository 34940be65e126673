"""An administrator changes a rule, a form, an SOP and a letter in the browser: live everywhere, and back."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import desk
from tests.browser.live import Live, running
from tests.browser.look import faults
from tests.browser.people import People, said
from tests.dairi import checklist
from tests.fixtures_demo import PASSWORD, DemoSeed

pytestmark = pytest.mark.browser

TABLE = "decision_table/dairi_ipui/completeness"
FORM = "form/dairi_ipui/application"
PROCESS = "process/dairi_ipui/process"
OLD_REASON, NEW_REASON = (
    "Nomor Induk Berusaha (NIB) belum dilampirkan.",
    "NIB wajib dilampirkan sejak Perda 7.",
)
QUESTION = "Nama penanggung jawab lapangan"
TYPE = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})); }"
RECEIPT, EVALUATE = "letter/dairi_ipui/receipt", "/api/v1/rules/evaluate/ipui_magetan/validation"
PLACE, STEP, SENTENCE = "Patokan lokasi", "Mencatat kedatangan berkas", "Simpan resi ini baik-baik."
ASKS = 20  # fresh connections: both worker processes are asked


@pytest.fixture(scope="module")
def installation(
    demo_seed: DemoSeed, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """An installation of its own with two web processes: what is published here concerns no other test."""
    folder: Path = tmp_path_factory.mktemp("studio")
    with running(folder, demo_seed.plant(f"studio_{worker_id}", folder), workers=2) as live:
        yield live


@pytest.fixture(scope="module")
def staff(chromium: Browser, installation: Live) -> Iterator[People]:
    people = People(chromium, installation.url)
    yield people
    people.close()


def write(page: Page, ref: str, change: dict[str, str]) -> None:
    """Open the text of a definition, change it, and wait until it is saved and checked."""
    page.goto(f"/studio/source/{ref}")
    field = page.locator("#source-text")
    words = field.input_value()
    for old, new in change.items():
        assert old in words
        words = words.replace(old, new, 1)
    with page.expect_response(lambda each: each.request.method == "PUT"):
        put(field, words)
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")


def put(field: Locator, words: str) -> None:
    """Put a text in place of another; Chromium takes a minute to type hundreds of lines."""
    field.evaluate(TYPE, words)


def verdict(page: Page) -> str:
    return page.locator("[data-verdict]").inner_text()


def put_into_set(page: Page, name: str = "") -> None:
    """Go on to publishing, in a new set or in one that exists."""
    if name:
        page.locator("#into-set").select_option(label=name)
    page.get_by_role("button", name=said("On to publishing")).click()
    page.wait_for_url(re.compile(r"/studio/sets/\d+$"))


def publish(page: Page) -> None:
    page.get_by_role("button", name=said("Publish"), exact=True).click()
    expect(page.locator(".flashes")).to_contain_text(said("The change set is in force."))


def reasons(page: Page, number: str) -> str:
    """What the table says to an officer who finds no NIB, before the task is handed in."""
    desk.open_task(page, number)
    with page.expect_response(lambda each: "preview" in each.url):
        desk.fill(page, checklist(nib="missing"))
    expect(page.locator("#preview")).to_contain_text("NIB")
    return page.locator("#preview").inner_text()


def test_a_change_of_rule_form_and_sop_goes_live_together_and_back(staff: People) -> None:
    older = desk.apply(staff("applicant"))
    assert OLD_REASON in reasons(staff("front_officer"), older)

    admin = staff("admin")
    write(admin, TABLE, {OLD_REASON: NEW_REASON})
    assert verdict(admin) == said("No problem found")
    put_into_set(admin)
    address = admin.url
    name = admin.get_by_role("heading", level=1).inner_text()
    expect(admin.locator(".changes .after")).to_contain_text(NEW_REASON)
    field = f"      site_contact: {{type: text, title: {QUESTION}}}\n      director_name:"
    write(admin, FORM, {"      director_name:": field})
    put_into_set(admin, name)
    write(admin, PROCESS, {"title: Menerima dan memeriksa": "title: Menerima dan meneliti"})
    put_into_set(admin, name)
    assert admin.url == address
    assert OLD_REASON in reasons(staff("front_officer"), older), "nothing of a draft is in force"

    publish(admin)
    applicant = staff("applicant")
    for _ in range(ASKS):
        assert QUESTION in applicant.context.request.get(desk.APPLY).text()
    newer = desk.apply(applicant, nib="9990000000161")
    officer = staff("front_officer")
    assert NEW_REASON in reasons(officer, newer)
    assert "meneliti kelengkapan" in officer.locator("h1").inner_text()
    assert NEW_REASON in reasons(officer, older), "a newer table of the same interface counts for all"
    assert "memeriksa kelengkapan" in officer.locator("h1").inner_text(), "an open case keeps its SOP"

    admin.goto("/studio/moving/dairi_ipui/process")
    admin.get_by_role("button", name=said("Move the chosen cases")).click()
    desk.open_task(officer, older)
    assert "meneliti kelengkapan" in officer.locator("h1").inner_text()

    admin.goto(address)
    admin.get_by_role("button", name=said("Roll back")).click()
    admin.locator("#confirm-dialog [data-accept]").click()
    expect(admin.locator(".flashes")).to_contain_text(said("What was in force before is in force again."))
    for _ in range(ASKS):
        assert QUESTION not in applicant.context.request.get(desk.APPLY).text()
    assert OLD_REASON in reasons(officer, older)


def test_four_editors_fill_one_set_that_a_new_case_uses_at_once(staff: People, tmp_path: Path) -> None:
    older = desk.apply(staff("applicant"), nib="9990000000162")
    admin = staff("admin")
    name = rule_by_the_proof(admin)
    field_from_the_palette(admin)
    put_into_set(admin, name)
    step_below_the_first(admin)
    put_into_set(admin, name)
    write(admin, RECEIPT, {"<p>Resi ini adalah": f"<p>{SENTENCE} Resi ini adalah"})
    put_into_set(admin, name)
    address = admin.url
    publish(admin)

    applicant, officer = staff("applicant"), staff("front_officer")
    machine = staff.visitor().context.request
    given = {"username": "front_officer", "password": PASSWORD, "provider": "db"}
    answer = machine.post("/api/v1/security/login", data=given)
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    for _ in range(ASKS):
        asked = machine.post(EVALUATE, data={"facts": {}}, headers=token)
        assert asked.json()["rows"] == [3], asked.text()
        assert PLACE in applicant.context.request.get(desk.APPLY).text()
    newer = desk.apply(applicant, nib="9990000000163")
    assert STEP in desk.do(staff, newer, "front_officer")
    for given in (checklist(), {}):
        desk.do(staff, newer, "front_officer", given)
    applicant.goto(f"/cases/{newer}")
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(desk.download(applicant, "Resi Penerimaan Berkas", tmp_path))
    assert SENTENCE in subprocess.check_output(["pdftotext", receipt, "-"], text=True)
    assert STEP not in desk.open_task(officer, older), "an open case keeps its SOP"

    admin.goto(address)
    admin.get_by_role("button", name=said("Roll back")).click()
    admin.locator("#confirm-dialog [data-accept]").click()
    expect(admin.locator(".flashes")).to_contain_text(said("What was in force before is in force again."))
    assert PLACE not in applicant.context.request.get(desk.APPLY).text()
    assert "memeriksa" in desk.open_task(officer, desk.apply(applicant, nib="9990000000164"))


def rule_by_the_proof(page: Page) -> str:
    """Let a table have gaps, close them with the rows that the proof suggests, and begin a set; its name."""
    page.goto("/studio/table/ipui_magetan/validation")
    expect(page.locator("[data-proof-state]")).not_to_be_empty()
    page.get_by_role("button", name=said("Columns and policy")).click()
    page.get_by_label(said("There is an answer when no row fits")).uncheck()
    page.get_by_role("button", name=said("Done")).click()
    gaps = page.locator('[data-findings] [data-kind="gap"]')
    expect(gaps).not_to_have_count(0)
    for left in range(gaps.count(), 0, -1):
        gaps.first.get_by_role("button", name=said("Add this row")).click()
        page.keyboard.press("Enter")
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(gaps).to_have_count(left - 1)
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    put_into_set(page)
    return page.get_by_role("heading", level=1).inner_text()


def field_from_the_palette(page: Page) -> None:
    page.goto("/studio/form/dairi_ipui/application")
    page.locator("[data-place]").nth(1).click()
    page.locator("[data-type='text']").click()
    title = page.locator("[data-property='title']")
    title.fill(PLACE)
    title.blur()
    expect(page.frame_locator("[data-live]").get_by_label(PLACE)).to_be_visible()


def step_below_the_first(page: Page) -> None:
    page.goto("/studio/sop-editor/dairi_ipui/process")
    page.locator("[data-cell='apply.insert']").click()
    title = page.locator("[data-cell='step_1.title']")
    title.fill(STEP)
    title.blur()
    page.locator("[data-cell='step_1.@front_officer']").click()
    expect(page.locator("[data-chart]")).to_contain_text(STEP.split()[0])
    expect(page.locator("[data-studio]")).to_have_attribute("data-now", "saved")


@pytest.mark.parametrize(
    ("ref", "old", "new", "said_of_it"),
    [
        (TABLE, "hit_policy", "hit_polici", "hit_policy"),
        (FORM, "land_area_m2:", "area:", "land_area_m2"),
        (PROCESS, "next: receipt", "next: recepit", "recepit"),
        ("letter/dairi_ipui/permit", "{{ ", "{{ nothing.here }} {{ ", "nothing.here"),
        ("messages/dairi_ipui/messages", "notices:", "notice:", "notices"),
        ("roles/roles", "  back_officer:", "  rear_officer:", "back_officer"),
    ],
)
def test_a_wrong_edit_is_refused_with_place_and_reason(
    staff: People, ref: str, old: str, new: str, said_of_it: str
) -> None:
    admin = staff("admin")
    write(admin, ref, {old: new})
    expect(admin.locator("[data-verdict]")).to_have_attribute("data-tone", "bad")
    problem = admin.locator("[data-problems] li").first
    expect(problem).to_contain_text(said_of_it)
    expect(problem.locator("button")).to_have_text(re.compile(r".+:\d+"))
    put_into_set(admin)
    admin.get_by_role("button", name=said("Publish"), exact=True).click()
    expect(admin.locator(".problems li").first).to_contain_text(said_of_it)
    admin.get_by_role("button", name=said("Discard the set with its drafts")).click()
    admin.locator("#confirm-dialog [data-accept]").click()
    expect(admin.locator(".page-chips")).to_contain_text(said("discarded"))


def test_two_editors_of_one_draft_lose_nothing(staff: People) -> None:
    one, two = staff("admin"), staff("publisher")
    for page in (one, two):
        page.goto(f"/studio/source/{TABLE}")
        expect(page.locator("[data-verdict]")).to_have_text(said("No problem found"))
    field = one.locator("#source-text")
    with one.expect_response(lambda each: each.request.method == "PUT"):
        put(field, field.input_value() + "# dari yang satu\n")
    other = two.locator("#source-text")
    put(other, "# dari yang lain\n" + other.input_value())
    dialog = two.locator("#studio-conflict")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-theirs]")).to_have_value(re.compile("dari yang satu"))
    with two.expect_response(lambda each: each.request.method == "PUT"):
        dialog.get_by_role("button", name=said("Take both, merged")).click()
    expect(two.locator("[data-studio]")).to_have_attribute("data-now", "saved")
    one.reload()
    assert re.fullmatch(r"# dari yang lain\n.*# dari yang satu\n", field.input_value(), re.DOTALL)
    one.get_by_role("button", name=said("Discard the draft")).click()
    one.locator("#confirm-dialog [data-accept]").click()
    one.wait_for_url("**/studio/")


def test_pages_of_the_studio(staff: People) -> None:
    page = staff("admin")
    write(page, FORM, {"title: ": "title: Baru "})
    paths = ["/studio/", "/studio/health", "/studio/sets/", f"/studio/source/{FORM}", f"/studio/diff/{FORM}"]
    paths += [f"/studio/{PROCESS}", "/studio/moving/dairi_ipui/process", "/studio/sets/1"]
    assert [fault for path in paths for fault in faults(page, path)] == []
    write(page, FORM, {"title: ": "title: Baru: "})
    assert [fault for path in paths[3:5] for fault in faults(page, path)] == []
