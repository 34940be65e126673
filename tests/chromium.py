"""The browser that tests drive: the machine's own Chromium, or else Playwright's."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# the headless shell draws the same pages with half the work
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]


def launch(playwright: Playwright) -> Browser:
    """Start a browser; `CHROMIUM` names another program than the first that is found."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
