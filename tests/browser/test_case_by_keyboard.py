"""The page of a case in the hands of holder and supervisor, with the keyboard alone.

Where the focus is after each step, what a refusal says, and that no act needs a mouse.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from cases.actions import answering, negatives
from cases.models import Answer, Case, Delivery, NegativeFiling
from tests.browser.steps import findings, no_complaints, sign_in, wide
from tests.cast import APPLICANT, WORDS, Cast, ask, now
from tests.make_cases import NEGATIVE
from windows.models import Posting, ServiceItem

CASE = re.compile(r"/cases/\d+/(#.*)?$")

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"


def filed(cast: Cast) -> Case:
    """A case of Li's with a proposed negative."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.li, at=now())
    return case


def answered(cast: Cast) -> Case:
    """A case of Li's that waits for its call-back."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    answering.answer_case(case.pk, text=GOOD, by=cast.li, at=now())
    return case


def opens(page: Page, key: str, first: str) -> None:
    """Press the key of an act; its first question, or its button, has the focus."""
    page.wait_for_load_state()  # the keys work as soon as their script is here
    page.keyboard.press(key)
    expect(page.locator(f"#way {first}")).to_be_focused()


def done(page: Page, state: str) -> None:
    """Send the form in hand, and wait until the page shows what became of it."""
    page.keyboard.press("Control+Enter")
    expect(page.locator(".banner--success")).to_contain_text(state)


def test_a_case_goes_from_the_first_words_to_the_delivery_by_keyboard(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """R1.07, R1.08, R1.30, R2.20: every act of a plain case, and its paper to sign."""
    ServiceItem.objects.filter(pk=cast.item.pk).update(result="certificate")
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/new/")
    page.keyboard.insert_text(WORDS)
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#hit-{cast.item.pk}")).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(CASE)
    opens(page, "p", "[name=name]")
    page.keyboard.insert_text(APPLICANT.name)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(APPLICANT.telephone)
    done(page, "申请人已登记")
    opens(page, "m", "[name=all_here]")
    page.keyboard.press("Space")
    done(page, "已收取")
    page.wait_for_load_state()
    page.keyboard.press("o")
    page.wait_for_url("**/papers/*/")
    expect(page.locator("h1")).to_contain_text("收件凭证")
    page.go_back()
    opens(page, "2", "[name=all_here]")
    page.keyboard.press("Space")
    done(page, "已受理")
    opens(page, "z", "[name=ground]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("到现场查验出生情况，请保持电话畅通")
    done(page, "时限已中止")
    opens(page, "z", "button")
    page.keyboard.press("Enter")
    expect(page.locator(".banner--success")).to_contain_text("时限已恢复计算")
    opens(page, "1", "[name=text]")
    page.keyboard.insert_text(GOOD)
    done(page, "已答复")
    opens(page, "g", "[name=method] >> nth=0")
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
    done(page, "已送达")
    page.wait_for_load_state()
    page.keyboard.press("o")
    page.wait_for_url("**/papers/*/")
    # No pen: before it is printed nothing can be signed by hand, and the page says so.
    page.locator(
        "#signed details[open] [name=copies], #signed [name=scan]"
    ).first.focus()
    page.keyboard.press("Tab")
    expect(page.locator("#id_handler_how")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("已手写签名：")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_handler_how")).to_be_focused()
    page.keyboard.press("Escape")
    page.evaluate("window.print = () => undefined")
    page.keyboard.press("p")
    expect(page.locator("[data-print]")).to_be_focused()
    page.locator("#id_handler_how").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".banner--success")).to_contain_text("签名已登记")
    assert Case.objects.get().state == "answered"
    assert Delivery.objects.count() == 1


def test_a_negative_is_decided_and_told_by_keyboard(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """R3.35: v decides with the filing beside it, t tells what was approved."""
    case = filed(cast)
    sign_in(page, live_server, cast.chen)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    page.keyboard.press("v")
    form = page.locator("#way")
    expect(form.locator("[name=decision]").first).to_be_focused()
    expect(form.locator("[name=decision]:checked")).to_have_count(0)
    expect(form).to_contain_text(NEGATIVE.reason)
    assert findings(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".banner--success")).to_be_visible()
    assert NegativeFiling.objects.get().state == "approved"
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    page.keyboard.press("t")
    expect(page.locator("#id_text")).to_be_focused()
    expect(page.locator("#id_text")).to_have_value(re.compile(NEGATIVE.reason))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".banner--success")).to_be_visible()
    assert Answer.objects.get().text.startswith(NEGATIVE.reason)


def test_a_decision_without_a_choice_is_refused_in_the_language_of_the_page(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """The summary has the focus; no bubble in whatever language the browser has."""
    case = filed(cast)
    sign_in(page, live_server, cast.chen)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    page.keyboard.press("v")
    expect(page.locator("#way [name=decision]").first).to_be_focused()
    page.keyboard.press("Control+Enter")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("审批意见：")
    assert NegativeFiling.objects.get().state == "proposed"


def test_a_call_back_names_somebody_only_to_reopen(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """R4.44: b opens it; who is named is asked once it is to be reopened."""
    case = answered(cast)
    sign_in(page, live_server, cast.chen)
    with no_complaints(page) as said:
        page.goto(f"{live_server.url}/cases/{case.pk}/")
        page.keyboard.press("b")
        expect(page.locator("#id_outcome_0")).to_be_focused()
        part = page.locator("#way details[data-open-for]")
        expect(part).not_to_have_attribute("open", re.compile(".*"))
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#id_outcome_2")).to_be_checked()
        expect(part).to_have_attribute("open", "")
        assert findings(page) == []
        page.keyboard.press("ArrowDown")
        expect(part).not_to_have_attribute("open", re.compile(".*"))
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Control+Enter")
        # Refused: nobody was named. What was chosen is still there to be seen.
        expect(page.locator(".error-summary")).to_be_focused()
        expect(part).to_have_attribute("open", "")
        assert wide(page) == 0
        said[:] = [line for line in said if "422" not in line]
    assert Case.objects.get().state == "answered"


def test_somebody_who_was_faster_takes_the_focus(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Check 59: after 409 the summary has the focus, and the words are still there."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    page.keyboard.press("1")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.insert_text(GOOD)
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.li, at=now())
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_text")).to_have_value(GOOD)


@pytest.mark.parametrize(
    ("act", "first"),
    [("check-back", "#id_got_through_0"), ("reveal", "#id_reason")],
)
def test_every_panel_takes_the_keyboard_at_its_first_question(
    act: str, first: str, cast: Cast, page: Page, live_server: LiveServer
) -> None:
    case = ask(cast, by=cast.li, person=APPLICANT).case
    sign_in(page, live_server, cast.li)
    if act == "check-back":
        page.goto(f"{live_server.url}/cases/{case.pk}/")
        page.keyboard.press("5")
        expect(page.locator("#outside input").first).to_be_focused()
        page.keyboard.press("Space")
        page.locator("#id_reason").fill("属供电公司办理")
        page.locator("#id_bring").fill("身份证")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".banner--success")).to_be_visible()
        page.keyboard.press("b")
    else:
        page.goto(f"{live_server.url}/cases/{case.pk}/reveal/")
    expect(page.locator(first)).to_be_focused()


def test_what_cannot_be_done_is_said_once(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Seven ways shut for one reason are one sentence; a closed case has none."""
    case = ask(cast, item=cast.item).case
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    expect(page.locator(".way")).to_have_count(7)
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.wang, at=now())
    page.reload()
    expect(page.locator(".way")).to_have_count(0)
    panel = page.locator("#ways-panel")
    expect(panel).to_contain_text("等待值班主管审批")
    negatives.approve_negative(case.pk, reason="", by=cast.chen, at=now())
    text = "经批准本次不予办理，补齐监护证明后即可再办，也可以先申请公证。"
    answering.tell_refusal(case.pk, text=text, by=cast.wang, at=now())
    page.reload()
    expect(panel).to_have_count(0)


def test_saving_another_text_after_going_back_leads_to_the_case_it_became(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Check 58: it is on record already, and o opens it; nothing was saved twice."""
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/new/")
    page.keyboard.insert_text(WORDS)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(CASE)
    page.go_back()
    page.wait_for_url("**/new/")
    page.locator("#id_words").fill(WORDS + "，还有医保")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_words")).to_have_value(WORDS + "，还有医保")
    assert findings(page) == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("o")
    page.wait_for_url(CASE)
    case = Case.objects.get()
    assert str(case.pk) in page.url


def test_saving_works_from_beside_the_text_too(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """After Esc nothing has the focus, and Ctrl+Enter does what the button says."""
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/new/")
    page.keyboard.insert_text(WORDS)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(CASE)
    assert Case.objects.count() == 1


def test_the_list_of_keys_leaves_the_page_where_it_is(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    for _ in range(12):
        ask(cast)
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert page.evaluate("window.scrollY") == 0
    page.keyboard.press("Escape")
    assert page.evaluate("window.scrollY") == 0


def test_another_language_shows_the_same_place(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Nobody looks for it again, and the keyboard goes on from the same button."""
    for _ in range(12):
        ask(cast)
    sign_in(page, live_server, cast.wang)
    page.goto(f"{live_server.url}/desk/")
    page.evaluate("window.scrollTo(0, 400)")
    page.locator("[data-language]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-language]")).to_be_focused()
    assert page.evaluate("window.scrollY") == 400


def test_half_a_date_is_no_open_end(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """A browser would send nothing of it, and the posting would never end."""
    sign_in(page, live_server, cast.sun)
    page.goto(f"{live_server.url}/config/postings/add/")
    expect(page.locator("#id_clerk")).to_be_focused()
    before = Posting.objects.count()
    page.locator("#id_clerk").select_option(str(cast.ma.pk))
    page.locator("#id_window").select_option(str(cast.registry.pk))
    page.locator("#id_reason").fill("年底轮岗安排")
    ends = page.locator("#id_ends_on")
    ends.focus()
    page.keyboard.type("11")
    page.locator("#id_reason").press("Enter")
    expect(ends).to_be_focused()
    assert "日期不完整" in ends.evaluate("field => field.validationMessage")
    assert Posting.objects.count() == before
    ends.fill("2026-12-31")
    page.locator("#id_reason").press("Enter")
    expect(page.locator(".banner--success")).to_be_visible()
    assert Posting.objects.count() == before + 1


def test_a_deadline_unfolds_into_its_days_by_keyboard(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """R9.14: the days open in the panel of the deadlines, and the focus goes there."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    panel = page.locator("#due")
    panel.get_by_role("link", name="逐日说明").focus()
    page.keyboard.press("Enter")
    expect(panel.locator(".day--due")).to_have_count(1)
    expect(panel.locator("div:focus")).to_contain_text("个工作日")
    expect(panel.get_by_role("heading", name="期限")).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize("key", ["1", "2", "4", "6", "w"])
def test_an_opened_form_is_shown_with_its_button(
    cast: Cast, page: Page, live_server: LiveServer, key: str
) -> None:
    """Nobody has to look for what a key has opened below the edge of the window."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    sign_in(page, live_server, cast.li)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    page.keyboard.press(key)
    expect(page.locator("#way form:focus-within")).to_be_visible()
    expect(page.locator("#way .form__do button").first).to_be_in_viewport(ratio=1)
    expect(page.locator("#h-way")).to_be_in_viewport(ratio=1)
