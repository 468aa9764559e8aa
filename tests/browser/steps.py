"""What every story in a browser does: come in, look at a page, judge it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.cast import come_in
from windows.models import Clerk

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("zh-hans", "en")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def sign_in(page: Page, live_server: LiveServer, clerk: Clerk) -> None:
    """Give the browser the session of somebody who has just signed in."""
    cookie = come_in(Client(), clerk).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": cookie.value,
                "url": live_server.url,
            }
        ]
    )


def speak(page: Page, live_server: LiveServer, language: str) -> None:
    """Let the pages speak this language from the next one on."""
    name = settings.LANGUAGE_COOKIE_NAME
    cookie = {"name": name, "value": language, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


OVERTAKEN = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx says of a request that newer words overtook, on purpose; one that fails is
told as `responseError` or `sendError` besides."""


@contextmanager
def no_complaints(page: Page) -> Iterator[list[str]]:
    """Fail if the browser complains: a script, the strict policy, a lost file."""
    said: list[str] = []
    page.on(
        "console",
        # Not what is only told, such as who has the focus.
        lambda message: (
            said.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    complaints = [one for one in said if not one.startswith(OVERTAKEN)]
    assert complaints == [], complaints


def findings(page: Page) -> list[str]:
    """What axe has against the page as it stands (WCAG 2.2 AA)."""
    results = Axe().run(page, options={"runOnly": RULES})
    return [
        f"{found['id']}: {[node['html'][:160] for node in found['nodes'][:3]]}"
        for found in results.response["violations"]
    ]


def wide(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 is right."""
    script = "document.documentElement.scrollWidth - window.innerWidth"
    return max(0, int(page.evaluate(script)))


def is_fit_for_everybody(page: Page, live_server: LiveServer, path: str) -> None:
    """Open a page in both languages and both colour schemes; axe finds nothing.

    With HALL_SCREENS set to a folder, a picture of each is kept there, at a counter's
    size and at a telephone's.
    """
    screens = os.environ.get("HALL_SCREENS", "")
    for language in LANGUAGES:
        speak(page, live_server, language)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.goto(live_server.url + path)
            said = f"{path} {language} {scheme}"
            assert findings(page) == [], said
            assert wide(page) == 0, said
            if screens:
                _picture(page, Path(screens), f"{path}{language}-{scheme}")
    speak(page, live_server, "zh-hans")
    page.emulate_media(color_scheme="light")


def _picture(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = name.strip("/").replace("/", "_").replace("?", "_")
    size = page.viewport_size or {"width": 1366, "height": 768}
    page.screenshot(path=folder / f"{file}.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=folder / f"{file}-telephone.png", full_page=True)
    page.set_viewport_size(size)
