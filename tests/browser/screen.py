"""A browser that is shown one page after the other, without a server of the hall.

Pages come from the test client; a small server puts them before Chromium with the
headers they were made with, the strict policy included. So hundreds of pages, of every
person and in every state of the small world, can be judged within one transaction.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

SIZES = {"counter": (1366, 768), "telephone": (390, 844), "twice as large": (683, 384)}
"""CSS pixels; a page at 200 % zoom has half of the counter's window."""


class Shelf(ThreadingHTTPServer):
    """Gives out the page that was laid on it, and files of ours."""

    daemon_threads = True
    page: Any = None


class Handler(BaseHTTPRequestHandler):
    """Answers one request of the browser."""

    protocol_version = "HTTP/1.1"
    server: Shelf

    def do_GET(self) -> None:
        """The page, a file of ours, or nothing new."""
        path = urlsplit(self.path).path
        if path.startswith("/static/"):
            kind, content = file_of(path.removeprefix("/static/"))
            self._give({"Content-Type": kind, "Cache-Control": "max-age=999"}, content)
        elif self.headers["Sec-Fetch-Dest"] == "document":
            self._give(dict(self.server.page.headers), self.server.page.content)
        else:
            self._give({}, b"", status=204)

    do_POST = do_GET

    def _give(
        self, headers: dict[str, str], content: bytes, *, status: int = 200
    ) -> None:
        # A page with an error is judged like any other: the browser need not know.
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@cache
def file_of(name: str) -> tuple[str, bytes]:
    """Kind and content of one of our files."""
    place = finders.find(name)
    if not isinstance(place, str):
        return "text/plain", b""
    return mimetypes.guess_type(name)[0] or "text/plain", Path(place).read_bytes()


@dataclass
class Screen:
    """One tab of a browser, and the shelf it takes its pages from."""

    page: Page
    shelf: Shelf
    said: list[str] = field(default_factory=list)

    def show(self, response: Any, path: str) -> None:
        """Put a page before the browser as if it had asked for it."""
        self.shelf.page, self.said[:] = response, []
        self.page.goto(f"http://127.0.0.1:{self.shelf.server_port}{path}")

    def ask(self, question: str) -> list[str]:
        """Ask one of the questions in screen.js."""
        found: list[str] | None = self.page.evaluate(f"screenTest.{question}")
        return found or []

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size, in CSS pixels."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def walk(self) -> list[str]:
        """Skip to the content and on through it by Tab; what is not met, or unseen."""
        stops = self.page.evaluate("screenTest.watch()")
        self.page.keyboard.press("Enter")
        for _stop in range(stops):
            self.page.keyboard.down("Tab")
        self.page.keyboard.up("Tab")
        return self.ask("walked()")

    def picture(self, name: str) -> None:
        """With HALL_SCREENS set to a folder, keep a picture of each size there."""
        folder = os.environ.get("HALL_SCREENS", "")
        for kind, size in SIZES.items() if folder else ():
            self.resize(size)
            file = f"{name}, {kind}.png".replace(":", "-").replace("/", "-")
            self.page.screenshot(path=Path(folder) / file, full_page=True)
        self.resize(SIZES["counter"])


@contextmanager
def opened(browser: Browser) -> Iterator[Screen]:
    """One tab for all pages."""
    shelf = Shelf(("127.0.0.1", 0), Handler)
    Thread(target=shelf.serve_forever, daemon=True).start()
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.add_init_script(AXE_SCRIPT)
    context.add_init_script(path=Path(__file__).with_name("screen.js"))
    tab = Screen(context.new_page(), shelf)
    tab.page.on(
        "console",
        lambda message: (
            tab.said.append(message.text)
            if message.type in {"error", "warning"}
            else None
        ),
    )
    tab.page.on("pageerror", lambda error: tab.said.append(str(error)))
    yield tab
    context.close()
    shelf.shutdown()
    shelf.server_close()
