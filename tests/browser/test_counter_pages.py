"""The desk and the new request in a real browser: live, legible, and for everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from cases.actions import directing, referring
from cases.models import Case, Referral
from tests.browser.steps import (
    findings,
    is_fit_for_everybody,
    no_complaints,
    sign_in,
    wide,
)
from tests.cast import APPLICANT, WORDS, Cast, ask, now

CASE = re.compile(r"/cases/\d+/(#.*)?$")

pytestmark = pytest.mark.django_db(transaction=True)


def offer(cast: Cast) -> Referral:
    return referring.offer_case(
        ask(cast, item=cast.item).case.pk,
        to_clerk_id=cast.li.pk,
        to_window_id=cast.registry.pk,
        reason="属户政窗口",
        escort="led",
        by=cast.wang,
        at=now(),
    )


def test_desk_and_new_request_are_fit_for_everybody(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """WCAG 2.2 AA in both languages and both colour schemes, nothing cut off."""
    offer(cast)
    ask(cast, by=cast.li, item=cast.item, person=APPLICANT)
    directing.direct_elsewhere(
        ask(cast, by=cast.li).case.pk,
        department_id=cast.outside.pk,
        bring="身份证",
        reason="属供电公司",
        by=cast.li,
        at=now(),
    )
    referring.offer_case(
        ask(cast, by=cast.li, item=cast.item).case.pk,
        to_clerk_id=cast.ma.pk,
        to_window_id=cast.tax.pk,
        reason="属税务窗口",
        escort="called",
        by=cast.li,
        at=now(),
    )
    sign_in(page, live_server, cast.li)
    with no_complaints(page):
        is_fit_for_everybody(page, live_server, "/desk/")
        is_fit_for_everybody(page, live_server, "/new/")


def test_the_desk_brings_an_offer_by_itself(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Live without reload; the key `a` accepts it (R3.04)."""
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/desk/")
    offered = page.locator("section", has=page.locator("#h-offered"))
    expect(offered.locator(".entry")).to_have_count(0)
    offer(cast)
    expect(offered.locator(".entry")).to_have_count(1, timeout=6000)
    expect(page.locator("#live")).not_to_be_empty()
    page.keyboard.press("a")
    page.wait_for_url(CASE)
    assert Case.objects.get().holder == cast.li


def test_declining_happens_right_there(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Reason and better addressee, on the desk itself; it goes on polling."""
    given = offer(cast)
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("r")
    reason = page.locator("#decline [name=reason]")
    expect(reason).to_be_focused()
    page.keyboard.type("属税务窗口办理")
    ask(cast, by=cast.li)
    # The desk has changed behind the form, and what was typed is still there.
    mine = page.locator("section", has=page.locator("#h-mine"))
    expect(mine.locator(".entry")).to_have_count(1, timeout=6000)
    expect(reason).to_have_value("属税务窗口办理")
    expect(reason).to_be_focused()
    # From the reason into the list: what is typed leaves one line, Enter chooses it.
    page.keyboard.press("Tab")
    expect(page.locator(f"#better [value=w{cast.registry.pk}]")).to_have_count(0)
    page.keyboard.insert_text("综询")
    expect(page.locator("#better label:visible")).to_have_text([re.compile("A01")])
    page.locator("#decline [data-filter]").fill("")
    page.keyboard.type("C03")
    expect(page.locator("#better label:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(f"#better [value=w{cast.tax.pk}]")).to_be_checked()
    assert findings(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(".banner--success")).to_be_visible()
    assert "/desk/" in page.url
    given.refresh_from_db()
    assert given.state == "declined"
    assert given.better_window == cast.tax


def test_a_form_for_declining_goes_as_it_came(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Esc takes it away and leaves the desk; typed words are never thrown away."""
    offer(cast)
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("r")
    reason = page.locator("#decline [name=reason]")
    expect(reason).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(reason).to_have_count(0)
    assert "/desk/" in page.url
    page.keyboard.press("r")
    expect(reason).to_be_focused()


def test_a_focus_survives_the_desk_renewing_itself(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Whoever walks the list by keyboard is not thrown out of it."""
    case = ask(cast, by=cast.li).case
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("j")
    row = page.locator(f"#mine-{case.pk}")
    expect(row).to_be_focused()
    ask(cast, by=cast.li)
    mine = page.locator("section", has=page.locator("#h-mine"))
    expect(mine.locator(".entry")).to_have_count(2, timeout=6000)
    expect(page.locator(f"#mine-{case.pk}")).to_be_focused()


def test_hits_come_while_typing_and_a_pick_survives_more_words(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    sign_in(page, live_server, cast.wang)
    with no_complaints(page):
        page.goto(f"{live_server.url}/new/")
        page.keyboard.type("新生儿出生登记")
        page.keyboard.press("ArrowDown")
        hit = page.locator(f"#hit-{cast.item.pk}")
        expect(hit).to_be_checked()
        expect(hit).to_be_focused()
        words = page.locator("#id_words")
        words.click()
        with page.expect_response("**/lookup/"):
            words.press_sequentially("，要带些啥子")
        expect(page.locator(f"#hit-{cast.item.pk}")).to_be_checked()
        assert findings(page) == []
        assert wide(page) == 0


def test_what_is_typed_before_the_scripts_are_here_is_looked_up_too(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """A slow line keeps nobody from typing at once."""
    sign_in(page, live_server, cast.wang)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/lookup*.js", hold)
    with page.expect_request("**/js/lookup*.js"):
        page.goto(f"{live_server.url}/new/", wait_until="commit")
    page.locator("#id_words").fill("娃娃上户口")
    held[0].continue_()
    expect(page.locator(f"#hit-{cast.item.pk}")).to_be_visible()


def test_the_arrow_reads_a_mere_perhaps_and_picks_nothing(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """What fits only perhaps has the focus, and is chosen on purpose or not at all."""
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/new/")
    page.keyboard.insert_text("我爸出生在这条街")
    page.keyboard.press("ArrowDown")
    hit = page.locator(f"#hit-{cast.item.pk}")
    expect(hit).to_be_focused()
    expect(hit).not_to_be_checked()
    assert findings(page) == []
    # A list that is there already is no other matter.
    page.locator("#id_words").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    expect(hit).not_to_be_checked()
    page.keyboard.press("Space")
    expect(hit).to_be_checked()


def test_a_refused_request_takes_the_eye_and_the_keyboard_to_what_is_wrong(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """The summary has the focus, its link leads to the field, nothing is lost."""
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/new/")
    page.keyboard.insert_text(WORDS)
    page.locator("summary").click()
    page.locator("#id_telephone").fill("12")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_words")).to_have_value(WORDS)
    expect(page.locator(f"#hit-{cast.item.pk}")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_telephone")).to_be_focused()


def test_a_double_click_on_save_is_one_case(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Check 58: in a real browser, and again after going back."""
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/new/")
    page.keyboard.type(WORDS)
    page.locator("button[value=save]").dblclick()
    page.wait_for_url(CASE)
    assert Case.objects.count() == 1
    page.go_back()
    page.wait_for_url("**/new/")
    expect(page.locator("#id_words")).to_have_value(WORDS)
    page.locator("button[value=save]").click()
    page.wait_for_url(CASE)
    assert Case.objects.count() == 1
    # Two tabs, and a page loaded anew, are two requests.
    page.goto(f"{live_server.url}/new/")
    page.locator("#id_words").fill(WORDS)
    page.locator("button[value=save]").click()
    page.wait_for_url(CASE)
    assert Case.objects.count() == 2


def test_everything_works_without_scripts(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    sign_in(plain, live_server, cast.wang)
    plain.goto(f"{live_server.url}/new/")
    plain.locator("#id_words").fill(WORDS)
    plain.locator("button[value=look_up]").click()
    plain.locator(f"#hit-{cast.item.pk}").check()
    plain.locator("button[value=hand_over]").click()
    plain.wait_for_url("**/hand-over/")
    assert Case.objects.get().item == cast.item
    plain.goto(f"{live_server.url}/desk/")
    expect(plain.locator(".entry")).to_have_count(1)
    context.close()


def test_enter_sends_the_form_and_never_changes_the_language(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """The button of the language takes the form along, and comes before its own."""
    page.goto(f"{live_server.url}/progress/")
    page.locator("#id_number").fill("26-000-000-0")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator(".errorlist").first).to_be_visible()
