"""The first page anybody sees, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


def test_the_door_opens_without_a_word_of_complaint(
    page: Page, live_server: LiveServer
) -> None:
    """Check 41: the strict policy blocks nothing of ours; all files are found."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(f"{live_server.url}/login/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("input[type=password]")).to_be_visible()
    assert complaints == []
