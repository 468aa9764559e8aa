"""A life event (一件事) from the person's first words to the last result, in a browser.

One clerk takes it in and accepts for all, each unit decides its item at its own window,
a supervisor approves the refusal, and the person follows all of it as one bar.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from cases.models import Answer, Case, Part
from tests import bundles
from tests import make_windows as make
from tests.browser.steps import findings, no_complaints, sign_in, wide
from tests.cast import APPLICANT, Cast
from tests.joints import BASIS, REASON
from tests.make_cases import NEGATIVE, TEXT

CASE = re.compile(r"/cases/\d+/(#.*)?$")
NARROW: ViewportSize = {"width": 390, "height": 844}
COUNTER: ViewportSize = {"width": 1366, "height": 768}

pytestmark = pytest.mark.django_db(transaction=True)


def is_fit(page: Page) -> None:
    """Axe finds nothing, and at a telephone's size nothing is moved sideways."""
    assert findings(page) == []
    page.set_viewport_size(NARROW)
    assert wide(page) == 0
    table = page.locator(".joint__table")
    if table.count():
        region = "region => region.scrollWidth - region.clientWidth"
        assert table.locator("xpath=..").evaluate(region) == 0
    page.set_viewport_size(COUNTER)


def done(page: Page) -> None:
    """Send the form of the field in focus, and wait until the page says so."""
    page.keyboard.press("Control+Enter")
    expect(page.locator(".banner--success").first).to_be_visible()
    page.wait_for_load_state()


def says(page: Page, item: str, opinion: str, **fields: str) -> None:
    """Open the form by its key, and write down what a unit decides."""
    page.reload()
    page.keyboard.press("q")
    form = page.locator("#way form")
    expect(form).to_contain_text("拟不予")
    choice = form.get_by_role("radio", name=item)
    if choice.count():
        choice.check()
    form.locator(f"[name=opinion][value={opinion}]").check()
    for name, text in fields.items():
        form.locator(f"[name={name}]").fill(text)
    done(page)


def test_a_life_event_from_the_first_words_to_every_result(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """R4.70, R4.79, R2.01: one slip, each paper once, each item its own result."""
    bundle = bundles.make_bundle(cast)
    make.alias(bundle, "开小饭馆")
    sign_in(page, live_server, cast.li)
    with no_complaints(page):
        # Found in the person's own words, and taken in.
        page.goto(f"{live_server.url}/new/")
        page.keyboard.type("我想开小饭馆，要办哪些手续")
        page.keyboard.press("ArrowDown")
        hit = page.locator(f"#hit-{bundle.pk}")
        expect(hit).to_be_focused()
        page.keyboard.press("Space")
        expect(hit).to_be_checked()
        page.keyboard.press("Control+Enter")
        page.wait_for_url(CASE)
        case = Case.objects.get()
        code = page.locator(".slip__code dd").last.text_content() or ""
        assert len(code) == len("XXXXX-XXXXX")
        expect(page.locator("main")).to_contain_text("油烟排放登记")

        # Who applies, and the papers: what two items ask for is ticked once.
        page.keyboard.press("p")
        page.locator("#way [name=name]").fill(APPLICANT.name)
        page.locator("#way [name=telephone]").fill(APPLICANT.telephone)
        page.locator("#way [name=identity_kind]").select_option("resident_id")
        page.locator("#way [name=identity]").fill(APPLICANT.identity)
        done(page)
        page.keyboard.press("2")
        papers = page.locator("#way [name=received]")
        expect(papers).to_have_count(3)
        shared = page.locator("#way label", has_text="身份证")
        expect(shared).to_have_count(1)
        expect(shared).to_contain_text("特种行业备案、营业前消防检查")
        page.keyboard.press("a")
        expect(page.locator("#way [name=all_here]")).to_be_checked()
        done(page)
        joint = page.locator("#joint")
        expect(joint).to_contain_text("3 个事项中已决定 0 个")
        here = page.url.partition("#")[0]

        # Fire refuses its item at its own window, and that stands; the others grant.
        sign_in(page, live_server, cast.ma)
        says(page, "营业前消防检查", "object", remark=REASON, basis=BASIS)
        expect(joint).to_contain_text("3 个事项中已决定 0 个")
        sign_in(page, live_server, cast.li)
        page.reload()
        page.keyboard.press("a")
        page.locator("#way [name=outcome][value=stands]").check()
        page.locator("#way [name=remark]").fill("经现场复核并会商后一致认定")
        done(page)
        says(page, "特种行业备案", "agree")
        letter = {"remark": "须先装好油烟净化设施", "letter": "环函〔2026〕20号"}
        says(page, "油烟排放登记", "conditions", **letter)
        expect(joint).to_contain_text("3 个事项中已决定 2 个")
        is_fit(page)

        # No refusal is told before a supervisor has approved it.
        page.keyboard.press("7")
        way = page.locator("#way")
        expect(way.locator("[name=reason]")).to_have_value(REASON)
        way.locator("[name=made_possible_by]").fill(NEGATIVE.made_possible_by)
        way.locator("[name=other_way]").fill(NEGATIVE.other_way)
        done(page)
        sign_in(page, live_server, cast.chen)
        page.goto(here)
        page.keyboard.press("v")
        expect(way.locator("[name=decision]").first).to_be_focused()
        page.keyboard.press("ArrowDown")
        done(page)
        sign_in(page, live_server, cast.li)
        page.goto(here)
        page.keyboard.press("t")
        expect(page.locator("#id_text")).to_have_value(re.compile(REASON))
        done(page)
        assert Answer.objects.get().kind == "refusal"

        # The grants are answered together.
        page.keyboard.press("1")
        expect(page.locator("#id_text")).to_be_focused()
        page.locator("#id_text").fill(TEXT)
        done(page)
        is_fit(page)
        assert Answer.objects.latest("id").kind == "granted"

        # The person sees one bar, and what became of each item.
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/progress/")
        page.locator("[data-language]").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.locator("#id_number").fill(str(case.pk))
        page.locator("#id_code").fill(code)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        bar = page.locator("section", has=page.locator("#units")).locator("progress")
        expect(bar).to_have_count(1)
        expect(bar).to_have_attribute("value", "3")
        told = ["granted", "not granted: you were told why", "granted on conditions"]
        expect(page.locator(".bundle .badge")).to_have_text(told)
        expect(page.locator("main")).to_contain_text("granted: 2, not granted: 1.")
        expect(page.locator("main")).to_contain_text("须先装好油烟净化设施")
        is_fit(page)
    assert list(Part.objects.order_by("position").values_list("state", flat=True)) == [
        "answered",
        "refused",
        "answered",
    ]
