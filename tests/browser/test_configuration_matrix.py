"""The responsibility matrix by keyboard alone, and what axe says of it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import make_windows as make
from windows.models import Responsibility
from windows.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, live_server: LiveServer, number: str) -> None:
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=staff_number]", number)
    page.fill("[name=password]", make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/config/")


def test_cells_are_changed_by_keyboard_and_the_reason_is_typed_once(
    page: Page, live_server: LiveServer
) -> None:
    """Enter opens a cell, arrows choose, Enter saves; the focus stays on the cell."""
    hall = make.hall()
    admin = make.clerk(hall, Role.ADMINISTRATOR)
    for number in ("1", "2", "3"):
        make.window(hall, number=number)
    department = make.department()
    for name in ("甲事项", "乙事项"):
        make.item(department, name=name)
    refused: list[str] = []
    page.on(
        "console",
        lambda said: refused.append(said.text) if "Security" in said.text else None,
    )
    sign_in(page, live_server, admin.staff_number)
    page.goto(f"{live_server.url}/config/matrix/")
    cells = page.locator("td > .power")
    expect(cells).to_have_count(6)
    assert page.locator('td > .power[tabindex="0"]').count() == 1
    cells.first.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    authority = page.locator(".cell-form [name=authority]")
    expect(authority).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".cell-form")).to_have_count(0)
    expect(cells.nth(4)).to_be_focused()
    page.keyboard.press("Enter")
    expect(authority).to_be_focused()
    authority.select_option("decide")
    page.keyboard.press("Enter")
    reason = page.locator(".cell-form [name=reason]")
    expect(reason).to_be_focused()  # It was empty: said beside the field.
    assert Axe().run(page).response["violations"] == []
    reason.fill("十一月调整窗口分工")
    page.keyboard.press("Enter")
    expect(cells.nth(4)).to_have_class("power power--decide")
    expect(cells.nth(4)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(authority).to_be_focused()
    expect(reason).to_have_value("十一月调整窗口分工")
    authority.select_option("accept")
    page.keyboard.press("Enter")
    expect(cells.nth(5)).to_have_class("power power--accept")
    saved = Responsibility.objects.order_by("id")
    assert [row.authority for row in saved] == ["decide", "accept"]
    assert saved[1].history.get().history_change_reason == "十一月调整窗口分工"
    assert refused == []


def test_a_cell_is_changed_without_a_script(
    browser: object, page: Page, live_server: LiveServer
) -> None:
    """Each cell is a link to a page of its own."""
    hall = make.hall()
    admin = make.clerk(hall, Role.ADMINISTRATOR)
    make.window(hall, number="1")
    make.item()
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    sign_in(plain, live_server, admin.staff_number)
    plain.goto(f"{live_server.url}/config/matrix/")
    plain.locator("td > .power").click()
    plain.select_option("[name=authority]", "decide")
    plain.fill("[name=reason]", "十一月调整窗口分工")
    plain.locator("main form button").first.click()
    expect(plain.locator(".banner--success")).to_be_visible()
    assert Responsibility.objects.get().authority == "decide"
    context.close()
