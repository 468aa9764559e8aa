"""Markup in every stored text, then every page opened: nothing runs (check 6)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from cases.actions import answering, directing, negatives, raising, referring
from cases.actions.intake import Person
from cases.actions.negatives import Negative
from tests import make_windows as make
from tests.browser.steps import no_complaints, sign_in
from tests.cast import Cast, ask, now
from windows.models import Clerk

pytestmark = pytest.mark.django_db(transaction=True)

IMG = "<img src=x onerror=alert(1)>"
SCRIPT = '"><script>alert(1)</script>'
CLOSING = "</textarea></title></script><svg onload=alert(1)><base href=//e>"
ANSWER = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明，今天就能办好。"

FOREIGN = (
    "img[src='x'], svg[onload], base, script:not([src]), [onerror], [onload],"
    " meta[http-equiv='refresh']"
)
"""What is on a page only if somebody's text became markup."""


def marked_up(cast: Cast) -> None:
    """Rename everybody and everything."""
    for thing, name in (
        (cast.hall, IMG),
        (cast.registry, SCRIPT),
        (cast.reception, IMG),
        (cast.wang, SCRIPT),
        (cast.li, IMG),
        (cast.item, CLOSING),
        (cast.outside, CLOSING),
    ):
        thing.name = name
        thing.save()
    cast.outside.address = cast.outside.hours = SCRIPT
    cast.outside.save()
    make.material(cast.item, position=3, name=CLOSING, how_to_get=SCRIPT)
    make.alias(cast.item, SCRIPT)
    make.alias(cast.item, "出生登记")


def cases(cast: Cast) -> list[int]:
    """Cases whose every text is markup, in four states."""
    person = Person(
        name=CLOSING, agent_name=IMG, agent_identity="E1", telephone="13900001234"
    )
    asked, offered, filed, directed, answered = (
        ask(cast, item=cast.item, words=CLOSING + IMG, person=person).case.pk
        for _number in range(5)
    )
    referring.offer_case(
        offered,
        to_clerk_id=cast.li.pk,
        to_window_id=cast.registry.pk,
        reason=CLOSING,
        escort="led",
        by=cast.wang,
        at=now(),
    )
    parts = (f"{text}第三条规定的条件" for text in (IMG, SCRIPT, CLOSING, IMG, SCRIPT))
    negatives.propose_negative(filed, Negative(*parts), by=cast.wang, at=now())
    directing.direct_elsewhere(
        directed,
        department_id=cast.outside.pk,
        bring=SCRIPT,
        reason=CLOSING,
        by=cast.wang,
        at=now(),
    )
    answering.answer_case(
        answered, text=ANSWER + CLOSING, next_step=IMG, by=cast.wang, at=now()
    )
    raising.raise_question(
        asked,
        ground="unclear",
        question=CLOSING,
        own_view=IMG,
        unit_id=cast.outside.pk,
        lead_unit_id=None,
        to_government=False,
        by=cast.wang,
        at=now(),
    )
    return [asked, offered, filed, directed, answered]


def addresses(cast: Cast, numbers: list[int]) -> dict[Clerk, list[str]]:
    """Who opens what."""
    pages = [reverse("case", args=[number]) for number in numbers]
    item, window = cast.item.pk, cast.registry.pk
    return {
        cast.wang: [
            *pages,
            reverse("desk"),
            reverse("case_hand_over", args=[numbers[0]]),
            reverse("case_code", args=[numbers[0]]),
            reverse("new_case"),
        ],
        cast.li: [reverse("desk"), reverse("case_decline", args=[numbers[1]])],
        cast.chen: [reverse("ledger"), reverse("case_decide", args=[numbers[2]])],
        cast.sun: [
            reverse("windows:overview"),
            reverse("windows:hall_edit"),
            reverse("windows:departments"),
            reverse("windows:department_edit", args=[cast.outside.pk]),
            reverse("windows:windows"),
            reverse("windows:window", args=[window]),
            reverse("windows:clerks"),
            reverse("windows:clerk_edit", args=[cast.li.pk]),
            reverse("windows:postings"),
            reverse("windows:item", args=[item]),
            reverse("windows:item_edit", args=[item]),
            reverse("windows:matrix"),
            reverse("windows:matrix_cell", args=[item, window]),
            reverse("windows:coverage"),
            reverse("windows:history", args=["clerk", cast.li.pk]),
        ],
    }


def note(dialog: Dialog, dialogs: list[str]) -> None:
    """Remember a dialog that should not be there, and go on."""
    dialogs.append(dialog.message)
    dialog.dismiss()


def test_no_text_becomes_markup(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Check 6: no script runs, no dialog opens, the policy has nothing to stop."""
    marked_up(cast)
    numbers = cases(cast)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: note(dialog, dialogs))
    page.add_init_script(
        "window.stopped = [];"
        "addEventListener('securitypolicyviolation',"
        " e => window.stopped.push(e.violatedDirective + ' ' + e.sourceFile));"
    )
    with no_complaints(page):
        for clerk, pages in addresses(cast, numbers).items():
            sign_in(page, live_server, clerk)
            for address in pages:
                response = page.goto(live_server.url + address)
                assert response is not None
                assert response.status == 200, address
                assert page.evaluate("window.stopped") == [], address
                assert page.locator(FOREIGN).count() == 0, address
    assert dialogs == []


def test_what_is_typed_while_looking_up_stays_text(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    """Check 6: fragments that a script puts into the page are escaped as well."""
    marked_up(cast)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: note(dialog, dialogs))
    sign_in(page, live_server, cast.wang)
    with no_complaints(page):
        page.goto(live_server.url + reverse("new_case"))
        with page.expect_response("**/lookup/"):
            page.locator("textarea[name=words]").fill(f"出生登记{IMG}")
        expect(page.locator("#hits")).to_contain_text(CLOSING)
        assert page.locator(FOREIGN).count() == 0
    assert dialogs == []
