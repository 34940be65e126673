"""Every role's pages on a desktop and a phone: nothing in the console, nothing too wide, nothing for axe."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.look import faults, faults_here, grave_findings, too_wide
from tests.browser.people import People

pytestmark = pytest.mark.browser

STAFF = ("front_officer", "general_affairs", "technical_team", "head_of_office", "admin")
SERVICE = "/services/dairi_ipui"
STUDIO = (
    "/studio/table/dairi_ipui/completeness",
    "/studio/form/dairi_ipui/application",
    "/studio/sop-editor/dairi_ipui/process",
    "/studio/source/letter/dairi_ipui/permit",
    "/studio/letter/dairi_ipui/permit",
    "/studio/letter-editor/dairi_ipui/permit",
    "/studio/scenarios/dairi_ipui/process",
    "/studio/replay/process/dairi_ipui/process",
    "/studio/import",
)
# of what kind the parts of a page are, whatever they say
KINDS = "all => all.map((one) => [one.tagName, one.type, one.getAttribute('class'), one.name].join(' '))"
FIRST = 'main a[href*="{}/"]'


@dataclass(frozen=True)
class Cases:
    """Two cases at different steps, and the addresses of their pages."""

    new: str
    check: str
    further: str
    sign: str
    letter: str
    verify: str


@pytest.fixture(scope="module")
def cases(everybody: People) -> Cases:
    """One case just sent, one whose orders wait to be signed."""
    new = desk.apply(everybody("applicant"))
    further = desk.apply(everybody("applicant"), nib="9990000000192")
    desk.walk(everybody, further, "check", "sign_orders")
    return Cases(
        new,
        address_of_task(everybody("front_officer"), new),
        further,
        address_of_task(everybody("head_of_office"), further),
        first_address(everybody("head_of_office"), f"/office/cases/{further}", 'a[href*="/office/letters/"]'),
        first_address(everybody("applicant"), f"/cases/{further}", 'a[href*="/verify/"]:not([href$="/"])'),
    )


def address_of_task(page: Page, number: str) -> str:
    desk.open_task(page, number)
    return page.url


def first_address(page: Page, path: str, selector: str) -> str:
    page.goto(path)
    return page.locator(f"main {selector}").first.get_attribute("href") or ""


def look_at(page: Page, paths: list[str]) -> None:
    """All faults of all pages at once."""
    assert [fault for path in paths for fault in faults(page, path)] == []


def test_the_look_itself_sees_what_is_wrong(person: People) -> None:
    page = person.visitor()
    page.set_content(
        '<html lang="id"><title>x</title><main style="width: 3000px"><img src="x"><input></main>'
    )
    found = grave_findings(page)
    assert {finding.split()[0] for finding in found} >= {"image-alt", "label"}
    assert too_wide(page) != []


def test_pages_for_everybody(person: People, cases: Cases) -> None:
    paths = ["/", "/services/", SERVICE, "/track/", "/verify/", cases.verify, "/login/"]
    paths += ["/account/register/", "/account/forgot/"]
    visitor = person.visitor()
    look_at(visitor, paths)
    visitor.goto("/nowhere")
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()


def test_pages_of_standards_and_complaints(person: People) -> None:
    paths = [
        "/complaints/",
        "/complaints/new/dairi_ipui",
        "/complaints/track",
        "/standards/dairi_ipui/components",
    ]
    look_at(person.visitor(), paths)


def test_pages_of_an_account(person: People) -> None:
    page = person("applicant")
    page.goto("/cases/")
    paths = addresses(page, 'header a[href^="/account/"]')
    assert {"/account/password/", "/account/two-step/"} <= set(paths), "the menu leads to one's own account"
    look_at(page, paths)


def test_pages_of_an_applicant(person: People, cases: Cases) -> None:
    paths = ["/cases/", f"/cases/{cases.new}", f"/cases/{cases.further}", desk.APPLY]
    look_at(person("applicant"), paths)


def test_pages_of_an_officer(person: People, cases: Cases) -> None:
    paths = [
        "/office/",
        cases.check,
        "/office/cases/",
        f"/office/cases/{cases.further}",
        "/office/registers/",
    ]
    paths += [
        "/office/late/",
        "/office/messages/",
        "/office/outside/",
        "/office/processes/dairi_ipui",
        cases.letter,
    ]
    paths += ["/office/apply/dairi_ipui"]
    look_at(person("front_officer"), paths)


def test_the_page_of_a_task_to_sign(person: People, cases: Cases) -> None:
    page = person("head_of_office")
    look_at(page, ["/office/", cases.sign])


def test_pages_of_a_head(person: People) -> None:
    page = person("head_of_office")
    found = [
        "/survey-results/",
        "/office/complaints/",
        "/office/complaint-entry/",
        "/office/complaint-entry/dairi_ipui",
        "/office/registers/",
    ]
    for path, inside in (
        ("/survey-results/", 'main a[href*="service="]'),
        ("/office/complaints/", 'main a[href*="/office/complaints/ADU-"]'),
        ("/office/registers/", 'main a[href*="/office/registers/"]'),
    ):
        page.goto(path)
        more = [
            each for each in addresses(page, inside) if "/print" not in each and "/spreadsheet" not in each
        ]
        assert more, f"{path} leads on to nothing"
        found += more[:3]
    look_at(page, list(dict.fromkeys(found)))


def test_pages_of_an_administrator(person: People) -> None:
    page = person("admin")
    page.goto("/")
    menu = addresses(page, "nav.bar-nav a")
    assert menu[0] == "/studio/", "an administrator begins in the studio"
    look_at(page, list(dict.fromkeys([*menu, *STUDIO])))


@pytest.mark.parametrize("username", STAFF)
def test_generated_screens(
    person: People, cases: Cases, looked_at: dict[str, set[str]], username: str
) -> None:
    page = person(username)
    page.goto("/")
    lists = addresses(page, 'a[href^="/data/"][href*="/list/"]')
    assert lists, "the menu leads to no screen"
    faulty, further = [], []
    for path in lists:
        faulty += new_faults(page, path, looked_at)
        for verb in ("add", "show", "edit"):
            further += addresses(page, FIRST.format(f"/{verb}").replace('/"', '"'))[:1]
    faulty += [fault for path in further for fault in new_faults(page, path, looked_at)]
    assert faulty == []


@pytest.fixture(scope="module")
def looked_at() -> dict[str, set[str]]:
    """By screen, the kinds of parts that somebody has looked at."""
    return {}


def new_faults(page: Page, path: str, looked_at: dict[str, set[str]]) -> list[str]:
    """The faults of a screen in which this person finds parts that nobody before found there."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, path
    seen = looked_at.setdefault(screen_of(path), set())
    found = set(page.eval_on_selector_all("main, main *", KINDS))
    is_more = not found <= seen
    seen |= found
    return [f"{path}: {fault}" for fault in faults_here(page)] if is_more else []


def screen_of(path: str) -> str:
    """A screen and its verb, whatever it shows."""
    return "/".join(path.partition("?")[0].split("/")[:4])


def addresses(page: Page, selector: str) -> list[str]:
    """Where links lead, each once."""
    found: list[str] = page.eval_on_selector_all(
        selector, "links => links.map((link) => link.getAttribute('href'))"
    )
    return list(dict.fromkeys(found))
