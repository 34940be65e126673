"""People at their browsers: a page for each, signed in, and all that their browsers complain about."""

import gettext
import re
from dataclasses import dataclass, field
from functools import cache

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from config import ROOT
from tests.fixtures_demo import PASSWORD

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
TIMEOUT = 20_000  # milliseconds; machines that test are busy
# a page that answers 404 or 422 on purpose is noted by Chromium as a failed resource, and so is a cut line
ANSWER_ON_PURPOSE = re.compile(
    r"Failed to load resource: (.* status of (401|403|404|409|422) |net::ERR_INTERNET_DISCONNECTED)"
)


@dataclass
class People:
    """Everybody who uses the installation; each keeps one browser profile."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    _pages: dict[str, Page] = field(default_factory=dict)
    _visitors: list[BrowserContext] = field(default_factory=list)

    def __call__(self, username: str) -> Page:
        """The page of somebody who has signed in."""
        page = self._pages.get(username)
        if page is None or page.is_closed():
            page = self._pages[username] = self._profile()
            sign_in(page.context, username)
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        return page

    def visitor(self) -> Page:
        """The page of somebody unknown, until the test ends."""
        page = self._profile()
        self._visitors.append(page.context)
        return page

    def rest(self) -> None:
        """After a test: visitors leave, and no page goes on drawing, be it only a blinking cursor."""
        while self._visitors:
            self._visitors.pop().close()
        still = f"{self.url}/health/live"  # of the same site, so that Chromium keeps the page's process
        for page in self._pages.values():
            if not page.is_closed() and page.url != still:
                page.goto(still)

    def _profile(self) -> Page:
        context = self.browser.new_context(
            base_url=self.url, locale="id-ID", timezone_id="Asia/Jakarta", viewport=DESKTOP
        )
        context.set_default_timeout(TIMEOUT)
        context.on("page", self._listen)
        return context.new_page()

    def _listen(self, page: Page) -> None:
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ANSWER_ON_PURPOSE.match(message.text):
            page = message.page.url if message.page else ""
            self.complaints.append(f"{page}: {message.text}")

    def close(self) -> None:
        """Close every browser profile."""
        for context in list(self.browser.contexts):
            context.close()


def sign_in(context: BrowserContext, username: str, password: str = PASSWORD) -> None:
    """Sign in without drawing a page: the form itself has a test of its own."""
    form = context.request.get("/login/").text()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token, form
    data = {"csrf_token": token.group(1), "username": username, "password": password}
    answer = context.request.post("/login/", form=data, max_redirects=0)
    assert answer.status == 302, answer.text()


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("messages", ROOT / "app" / "translations", ["id"], fallback=True)


def said(msgid: str) -> str:
    """A sentence of the pages as people read it."""
    return _catalogue().gettext(msgid)
