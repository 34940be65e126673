"""What people do at their browsers: fill in forms, take tasks, download letters."""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.people import People, said
from tests.dairi import APPLICATION, ROAD
from tests.fixtures_demo import PASSWORD

Road = list[tuple[str, str, dict[str, Any]]]

APPLY = "/services/dairi_ipui/apply"
OSS_SECONDS = 90


def pdf(words: str) -> bytes:
    """A small PDF of one empty page that says in its information what it is."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
        b"<< /Title (%s) >>" % words.encode("ascii"),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    tail = b"trailer << /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + tail


def upload(name: str, content: bytes) -> FilePayload:
    """A file as a person chooses it; what it is called says nothing about what it is."""
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def fill(page: Page, answers: Mapping[str, Any], before: str = "") -> None:
    """Fill in the fields of a form, as flow's tests write the answers."""
    for key, value in answers.items():
        answer(page, f"{before}{key}", value)


def answer(page: Page, name: str, value: Any) -> None:
    """Answer one question, whatever its control is."""
    if isinstance(value, dict):
        _check_list(page, name, value)
    elif isinstance(value, list) and isinstance(value[0], dict):
        _rows(page, name, value)
    elif isinstance(value, list | bool):
        for one in value if isinstance(value, list) else [str(value).lower()]:
            page.check(f'[name="{name}"][value="{one}"]')
    elif page.locator(f'[name="{name}"][type=radio]').count():
        page.check(f'[name="{name}"][value="{value}"]')
    elif page.locator(f'select[name="{name}"]').count():
        page.select_option(f'[name="{name}"]', str(value))
    else:
        page.fill(f'[name="{name}"]', str(value))


def _check_list(page: Page, name: str, items: Mapping[str, Any]) -> None:
    for item, found in items.items():
        if isinstance(found, str):  # the short form: a state alone
            found = {"state": found}
        page.select_option(f'[name="{name}-{item}-state"]', found["state"])
        for part in ("count", "note"):
            if part in found:
                page.fill(f'[name="{name}-{item}-{part}"]', str(found[part]))


def _rows(page: Page, name: str, rows: list[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        if not page.locator(f'[name^="{name}-{number}-"]').count():
            page.click(f'[data-name="{name}"] [data-add]')
        fill(page, row, f"{name}-{number}-")


def apply(
    page: Page, address: str = APPLY, application: Mapping[str, Any] = APPLICATION, **other: Any
) -> str:
    """Fill in an application with a file for every requirement, send it, and return its number."""
    page.goto(address)
    fill(page, {**application, **other})
    for place in page.locator("input[type=file][data-requirement-file]").all():
        if place.is_visible():
            item = place.get_attribute("data-requirement-file") or ""
            place.set_input_files(upload(f"{item}.pdf", pdf(f"{item} {other}")))
    page.click('[name="do"][value="submit"]')
    page.wait_for_url(re.compile(r"/cases/[^/]+$"))
    return page.url.rpartition("/")[2]


def open_task(page: Page, number: str) -> str:
    """Open the task of a case from the inbox; its title."""
    page.goto("/office/")
    link = task_link(page, number)
    title = link.inner_text()
    link.click()
    page.wait_for_url(re.compile(r"/office/tasks/\d+$"))
    return title


def task_link(page: Page, number: str) -> Locator:
    """The line of a case in the inbox."""
    return page.locator("#inbox tr", has=page.locator(f'a[href$="/{number}"]')).locator("a[data-row]").first


def hand_in(
    page: Page, data: Mapping[str, Any] | None = None, outcome: str = "", passphrase: str = PASSWORD
) -> None:
    """Fill in the task's form, press its button and, where a signature is due, give the passphrase."""
    fill(page, data or {})
    with page.expect_response(lambda each: each.request.method == "POST" and each.url == page.url) as told:
        press(page, outcome, passphrase)
    assert told.value.status == 302, page.locator("main").inner_text()
    page.wait_for_load_state()


def press(page: Page, outcome: str = "", passphrase: str = PASSWORD) -> None:
    """Press the button of a way out."""
    button = page.locator(f'#task-form [name=outcome][value="{outcome}"]').first
    asks = button.get_attribute("data-open")
    button.click()
    if asks:
        dialog = page.locator("dialog[open]")
        dialog.locator("[name=passphrase]").fill(passphrase)
        dialog.locator("[type=submit]").click()


def hand_in_own(page: Page, number: str, data: Mapping[str, Any] | None = None, outcome: str = "") -> str:
    """Answer what an applicant is asked on the page of the case; what the step is called."""
    page.goto(f"/cases/{number}")
    form = page.locator('form[action*="/tasks/"]').first
    title = form.locator("xpath=ancestor::section[1]//h2").first.inner_text()
    fill(page, data or {})
    button = (
        form.locator(f'[name="outcome"][value="{outcome}"]') if outcome else form.locator("[type=submit]")
    )
    with page.expect_response(lambda each: each.request.method == "POST") as told:
        button.first.click()
    assert told.value.status == 302, page.locator("main").inner_text()
    page.wait_for_load_state()
    return title


def do(
    person: People, number: str, username: str, data: Mapping[str, Any] | None = None, outcome: str = ""
) -> str:
    """One step of a case by one person; what the step is called."""
    page = person(username)
    if username.startswith("applicant"):
        return hand_in_own(page, number, data, outcome)
    title = open_task(page, number)
    hand_in(page, data, outcome)
    return title


def walk(person: People, number: str, first: str, until: str = "", road: Road = ROAD) -> None:
    """Walk the road from a step until another is open."""
    steps = [step for step, _who, _given in road]
    end = steps.index(until) if until else len(road)
    for _step, username, given in road[steps.index(first) : end]:
        do(person, number, username, given.get("data"), given.get("outcome", ""))


def wait_for_task(page: Page, number: str, seconds: int = OSS_SECONDS) -> None:
    """Look into the inbox again and again until a case has come."""
    look_until(page, "/office/", task_link(page, number), seconds)


def look_until(page: Page, path: str, wanted: Locator, seconds: int = OSS_SECONDS) -> None:
    """Look at a page again and again until something stands there."""
    ends = time.monotonic() + seconds
    while True:
        page.goto(path)
        try:
            expect(wanted).to_be_visible(timeout=500)
        except AssertionError:
            if time.monotonic() > ends:
                raise
        else:
            return


def letter(page: Page, title: str) -> Locator:
    """The card of a letter on the page of a case."""
    return page.locator("article.letter", has=page.get_by_role("heading", name=title, exact=True))


def download(page: Page, title: str, folder: Path) -> bytes:
    """Download a letter as its applicant does."""
    with page.expect_download() as started:
        letter(page, title).locator('a[href^="/letters/"]').first.click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    return file.read_bytes()


def office_copy(page: Page, number: str, title: str) -> bytes:
    """A letter as staff open it from the page of its case."""
    page.goto(f"/office/cases/{number}")
    address = letter(page, title).last.locator('a[target="_blank"]').get_attribute("href")
    return page.context.request.get(address or "").body()


def upload_to_verify(page: Page, content: bytes) -> Locator:
    """Upload a letter on the public page; what the page says of it."""
    page.goto("/verify/")
    page.set_input_files('input[type=file][name="file"]', upload("letter.pdf", content))
    page.click('form[enctype="multipart/form-data"] [type=submit]')
    return page.locator("section.result")


def expect_genuine(person: People, content: bytes, number: str) -> None:
    """A letter is known, unchanged and bears this number, for a visitor who uploads it."""
    result = upload_to_verify(person.visitor(), content)
    expect(result).to_have_class(re.compile("result-ok"))
    expect(result).to_contain_text(said("Genuine and unchanged"))
    expect(result).to_contain_text(number)


def messages(page: Page) -> list[str]:
    """What the page tells above its content."""
    return [words.strip() for words in page.locator("main .notice").all_inner_texts() if words.strip()]
