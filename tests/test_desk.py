"""The desk: what is offered to me, what I answer for, what is due, and the window."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import answering, directing, negatives, referring, supervising
from cases.models import Case, Referral
from cases.reads import desk as reading
from tests import make_windows as make
from tests.cast import APPLICANT, Cast, ask, come_in, now, offer_and_decline
from tests.make_cases import NEGATIVE
from windows.models import Clerk, Seat, Window

pytestmark = pytest.mark.django_db

GOOD = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"


def look(client: Client, clerk: Clerk, query: str = "", status: int = 200) -> str:
    come_in(client, clerk)
    answer = client.get(reverse("desk") + query)
    assert answer.status_code == status
    return answer.content.decode()


def panel(html: str, name: str) -> str:
    """One list of the desk."""
    return html.partition(f'aria-labelledby="h-{name}"')[2].partition("</section>")[0]


def offer(cast: Cast, case: Case | None = None) -> Referral:
    """Wang offers a case to Li at the registry."""
    return referring.offer_case(
        (case or ask(cast, item=cast.item).case).pk,
        to_clerk_id=cast.li.pk,
        to_window_id=cast.registry.pk,
        reason="属户政窗口",
        escort="led",
        by=cast.wang,
        at=now(),
    )


def pressed(html: str, action: str) -> dict[str, str]:
    """What the form with this address sends when its button is pressed."""
    form = html.partition(f'action="{action}"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', form)
    return dict(found)


def answered(cast: Cast, by: Clerk | None = None) -> Case:
    """Somebody with a telephone was answered and is to be called back."""
    case = ask(cast, by=by, person=APPLICANT).case
    answering.answer_case(case.pk, text=GOOD, by=by or cast.wang, at=now())
    return case


# --- Offered ------------------------------------------------------------------------


def test_an_offer_stands_on_the_desk_of_its_receiver(
    cast: Cast, client: Client
) -> None:
    """R3.04: who asks, at which window, and why; to be accepted or declined."""
    given = offer(cast)
    offered = panel(look(client, cast.li), "offered")
    for part in (given.case.number, "王芳", "A01", "属户政窗口", "上户口"):
        assert part in offered
    assert reverse("case_take_over", args=[given.case_id]) in offered
    assert reverse("case_decline", args=[given.case_id]) in offered
    assert given.case.number not in panel(look(client, cast.li), "mine")


def test_a_stand_in_sees_what_is_offered_to_the_window_and_for_whom(
    cast: Cast, client: Client
) -> None:
    """R2.61."""
    given = offer(cast)
    offered = panel(look(client, cast.zhao), "offered")
    assert given.case.number in offered
    assert "李华" in offered
    assert "李华" not in panel(look(Client(), cast.li), "offered")


def test_nobody_else_is_shown_an_offer(cast: Cast, client: Client) -> None:
    given = offer(cast)
    for clerk in (cast.wang, cast.ma, cast.zhou):
        assert given.case.number not in panel(look(client, clerk), "offered")


def test_accepting_from_the_desk_moves_the_case_and_leads_to_it(
    cast: Cast, client: Client
) -> None:
    given = offer(cast)
    url = reverse("case_take_over", args=[given.case_id])
    sent = pressed(look(client, cast.li), url)
    answer = client.post(url, sent)
    assert answer.headers["Location"] == reverse("case", args=[given.case_id])
    assert Case.objects.get().holder == cast.li
    html = look(client, cast.li)
    assert given.case.number in panel(html, "mine")
    assert given.case.number not in panel(html, "offered")


def test_accepting_twice_is_accepting_once(cast: Cast, client: Client) -> None:
    """Check 58: a double click on the desk."""
    given = offer(cast)
    url = reverse("case_take_over", args=[given.case_id])
    sent = pressed(look(client, cast.li), url)
    places = {client.post(url, sent).headers["Location"] for _ in range(2)}
    assert places == {reverse("case", args=[given.case_id])}
    assert Case.objects.get().spans.count() == 2


def test_each_offer_has_a_form_key_of_its_own(cast: Cast, client: Client) -> None:
    """Check 59: accepting one case must not pass for having accepted another."""
    offers = [offer(cast) for _ in range(2)]
    html = look(client, cast.li)
    for given in offers:
        url = reverse("case_take_over", args=[given.case_id])
        assert client.post(url, pressed(html, url)).status_code == 302
    assert set(Case.objects.values_list("holder", flat=True)) == {cast.li.pk}


def test_a_case_that_moved_meanwhile_is_not_accepted_unseen(
    cast: Cast, client: Client
) -> None:
    """Check 61."""
    given = offer(cast)
    url = reverse("case_take_over", args=[given.case_id])
    sent = pressed(look(client, cast.li), url)
    referring.withdraw_referral(given.pk, by=cast.wang, at=now())
    assert client.post(url, sent).status_code == 409
    assert Case.objects.get().holder == cast.wang


# --- Mine ---------------------------------------------------------------------------


def test_what_i_answer_for_stands_by_nearness_of_its_deadline(
    cast: Cast, client: Client
) -> None:
    first, second, third = (ask(cast).case for _ in range(3))
    day = timezone.localdate()
    for case, days in ((first, 9), (second, -3), (third, 4)):
        Case.objects.filter(pk=case.pk).update(due_on=day + dt.timedelta(days=days))
    mine = panel(look(client, cast.wang), "mine")
    order = re.findall(r'case-no">([^<]+)', mine)
    assert order == [second.number, third.number, first.number]
    assert mine.count("entry--late") == 1


def test_an_offered_case_stays_on_the_desk_of_whoever_answers_for_it(
    cast: Cast, client: Client
) -> None:
    """R3.04: and it says to whom it is offered, and until when."""
    given = offer(cast)
    html = look(client, cast.wang)
    assert "李华" in panel(html, "mine")
    mine = panel(html, "offers")
    time = timezone.localtime(given.expires_at).strftime("%H:%M")
    assert given.case.number in mine
    assert "李华" in mine
    assert time in mine


def test_a_case_that_came_back_says_so_on_the_desk(cast: Cast, client: Client) -> None:
    """R3.13: whoever offered it is told that it was declined, until offered on."""
    case = ask(cast).case
    offer_and_decline(cast, case)
    assert "退回 1 次" in look(client, cast.wang)


def test_an_offer_is_taken_back_from_the_desk(cast: Cast, client: Client) -> None:
    given = offer(cast)
    url = reverse("case_take_back", args=[given.case_id])
    assert client.post(url, pressed(look(client, cast.wang), url)).status_code == 302
    given.refresh_from_db()
    assert given.state == "withdrawn"


def test_long_lists_go_on_by_key_and_show_each_case_once(
    cast: Cast, client: Client
) -> None:
    """Check 6: bounded lists; many cases are due on one day."""
    numbers = {ask(cast).case.number for _ in range(reading.ROWS * 2 + 3)}
    query, seen, pages = "", [], 0
    while pages == 0 or query:
        mine = panel(look(client, cast.wang, query), "mine")
        seen += re.findall(r'case-no">([^<]+)', mine)
        more = re.search(r'href="/desk/(\?[^"#]*)#h-mine"', mine)
        query = more.group(1).replace("&amp;", "&") if more else ""
        pages += 1
    assert pages == 3
    assert len(seen) == len(numbers)
    assert set(seen) == numbers


def test_offers_go_on_by_key(cast: Cast, client: Client) -> None:
    for _ in range(reading.ROWS + 1):
        offer(cast)
    for clerk, name in ((cast.li, "offered"), (cast.wang, "offers")):
        html = panel(look(client, clerk), name)
        more = re.search(rf'href="/desk/(\?[^"#]*)#h-{name}"', html)
        assert more
        rest = panel(look(client, clerk, more.group(1)), name)
        assert rest.count("case-no") == 1


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "²",
        "2026-02-30.1",
        "2026-11-20.",
        "9999-12-31.9" + "9" * 30,
        "0000-00-00.1",
        "2026-11-20.٣",
        "2026-11-20.999999999999999999",
        "'; drop table",
        "é" * 10_000,
    ],
)
@pytest.mark.parametrize("name", reading.LISTS)
def test_a_key_that_is_none_shows_the_desk_from_the_start(
    cast: Cast, client: Client, name: str, key: str
) -> None:
    """Checks 10, 13, 14."""
    come_in(client, cast.wang)
    assert client.get(reverse("desk"), {name: key}).status_code == 200
    assert client.get(reverse("desk_poll"), {name: key}).status_code == 200


def test_words_are_shown_to_whoever_sees_the_case_and_never_in_an_address(
    cast: Cast, client: Client
) -> None:
    """Check 44."""
    ask(cast, words="邻居半夜装修，孩子睡不着", person=APPLICANT)
    html = look(client, cast.wang)
    assert "邻居半夜装修" in html
    addresses = " ".join(re.findall(r'(?:href|action|hx-get)="([^"]*)"', html))
    assert "邻居" not in addresses
    for private in (APPLICANT.name, APPLICANT.identity, APPLICANT.telephone):
        assert private not in html


# --- Due ----------------------------------------------------------------------------


def test_a_way_shown_elsewhere_is_a_check_back(cast: Cast, client: Client) -> None:
    """R3.15."""
    case = ask(cast).case
    directing.direct_elsewhere(
        case.pk,
        department_id=cast.outside.pk,
        bring="身份证",
        reason="属供电公司",
        by=cast.wang,
        at=now(),
    )
    html = look(client, cast.wang)
    assert case.number in panel(html, "checks")
    assert case.number not in panel(html, "mine")


def test_a_clerk_sees_the_own_answered_cases_and_calls_nobody(
    cast: Cast, client: Client
) -> None:
    """R4.40: the call-back is somebody else's."""
    case = answered(cast)
    assert case.number in panel(look(client, cast.wang), "calls")
    assert case.number not in panel(look(client, cast.li), "calls")


def test_a_supervisor_sees_the_call_backs_of_the_hall_not_handled_by_himself(
    cast: Cast, client: Client
) -> None:
    """R4.40."""
    make.seat(cast.chen, cast.reception)
    case, own = answered(cast), answered(cast, by=cast.chen)
    chen, deng = (panel(look(client, one), "calls") for one in (cast.chen, cast.deng))
    assert case.number in chen
    assert own.number not in chen
    assert case.number in deng
    assert own.number in deng
    supervising.call_back(
        case.pk, outcome="satisfied", remark="", by=cast.chen, at=now()
    )
    assert case.number not in panel(look(client, cast.deng), "calls")


def test_what_waits_for_a_supervisor_is_counted_on_the_desk(
    cast: Cast, client: Client
) -> None:
    """R3.35: a negative to decide, a case in limbo, a late one, each with its list."""
    assert "desk__ledger" not in look(client, cast.li)
    case = ask(cast, by=cast.li).case
    before = look(client, cast.chen)
    views = ("negatives", "limbo", "overdue", "silent")
    assert waiting_counts(before) == dict.fromkeys(views, 0)
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.li, at=now())
    poll = re.search(r'hx-get="(/desk/poll/[^"]*)"', before)
    assert poll
    brought = client.get(poll[1].replace("&amp;", "&"))
    assert waiting_counts(brought.text)["negatives"] == 1
    limbo = ask(cast).case
    for _ in range(cast.hall.most_declines):
        referring.decline_referral(
            offer(cast, limbo).pk,
            reason="不是我处",
            better=referring.Better(window_id=cast.tax.pk),
            by=cast.li,
            at=now(),
        )
    assert waiting_counts(look(client, cast.chen))["limbo"] == 1
    with time_machine.travel(now() + dt.timedelta(days=60), tick=False):
        html = look(client, cast.chen)
        assert list(waiting_counts(html).values()) == [1, 1, 2, 0]
        assert "desk__ledger" not in look(client, cast.wang)
    for view in views:
        assert f'href="{reverse("ledger")}?view={view}"' in html


def waiting_counts(html: str) -> dict[str, int]:
    """How many cases wait in each view of the ledger."""
    found = re.findall(r'id="view-(\w+)".*?class="count">(\d+)', html)
    return {view: int(count) for view, count in found}


def test_a_supervisor_of_another_hall_sees_none_of_it(
    cast: Cast, client: Client
) -> None:
    case = answered(cast)
    cast.zhou.role = "supervisor"
    cast.zhou.save()
    assert case.number not in look(client, cast.zhou)


# --- Live ---------------------------------------------------------------------------


def poll_url(html: str) -> str:
    found = re.search(r'hx-get="(/desk/poll/[^"]*)"', html)
    assert found
    return found.group(1).replace("&amp;", "&")


def test_a_poll_with_nothing_new_has_no_answer(cast: Cast, client: Client) -> None:
    offer(cast)
    url = poll_url(look(client, cast.li))
    assert client.get(url).status_code == 204


@pytest.mark.parametrize("what", ["offered", "withdrawn", "told", "window", "opened"])
def test_a_poll_brings_the_desk_as_soon_as_something_changed(
    cast: Cast, client: Client, what: str
) -> None:
    given = offer(cast)
    mine = ask(cast, by=cast.li).case
    url = poll_url(look(client, cast.li))
    if what == "offered":
        offer(cast)
    elif what == "withdrawn":
        referring.withdraw_referral(given.pk, by=cast.wang, at=now())
    elif what == "told":
        supervising.substitute(
            mine.pk,
            supervising.Named(cast.ma.pk, cast.tax.pk, "李华请假"),
            by=cast.chen,
            at=now(),
        )
    elif what == "window":
        Window.objects.filter(pk=cast.registry.pk).update(is_open=False)
    else:
        ask(cast, by=cast.li)
    answer = client.get(url)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<html" not in html
    assert client.get(poll_url(html)).status_code == 204


def test_a_desk_reads_differently_tomorrow(cast: Cast, client: Client) -> None:
    """Days left are computed, so a poll after midnight must bring them."""
    ask(cast)
    today = timezone.localdate()
    tomorrow = today + dt.timedelta(days=1)
    days = (today, tomorrow)
    versions = {reading.standing(cast.wang, today=day).version for day in days}
    assert len(versions) == 2


def test_a_poll_is_no_sign_of_a_person(cast: Cast, client: Client) -> None:
    """Check 33: a desk left alone locks, however often it asks for itself."""
    url = poll_url(look(client, cast.wang))
    later = timezone.now() + dt.timedelta(minutes=4)
    with time_machine.travel(later, tick=True):
        assert client.get(url).status_code in (200, 204)
    with time_machine.travel(later + dt.timedelta(minutes=3), tick=True):
        answer = client.get(url, headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer.headers["HX-Trigger"] == "hall:locked"


# --- The window ---------------------------------------------------------------------


def test_a_window_is_closed_and_opened_from_the_desk_on_record(
    cast: Cast, client: Client
) -> None:
    come_in(client, cast.li)
    url = reverse("desk_window")
    for do, is_open in (("close", False), ("open", True)):
        before = cast.registry.history.count()
        for _ in range(2):
            assert client.post(url, {"do": do}).status_code == 302
        cast.registry.refresh_from_db()
        assert cast.registry.is_open is is_open
        # The second press found it done and wrote nothing.
        assert cast.registry.history.count() == before + 1
        line = cast.registry.history.first()
        assert line.history_user == cast.li
        assert line.history_change_reason


@pytest.mark.parametrize("do", ["", "x", "OPEN", "\u202eclose", "1"])
def test_nothing_else_switches_a_window(cast: Cast, client: Client, do: str) -> None:
    """Checks 4 and 11: nor does the number of another window."""
    come_in(client, cast.li)
    client.post(reverse("desk_window"), {"do": do, "window": cast.tax.pk})
    assert Window.objects.filter(is_open=True).count() == 3


def test_only_whoever_sits_there_switches_a_window(cast: Cast, client: Client) -> None:
    come_in(client, cast.li)
    Seat.objects.filter(clerk=cast.li).delete()
    answer = client.post(reverse("desk_window"), {"do": "close"})
    assert answer.headers["Location"] == reverse("sit")
    cast.registry.refresh_from_db()
    assert cast.registry.is_open


def test_the_desk_without_a_window_says_so_and_shows_what_is_mine(
    cast: Cast, client: Client
) -> None:
    case = ask(cast).case
    come_in(client, cast.wang)
    Seat.objects.filter(clerk=cast.wang).delete()
    html = client.get(reverse("desk")).content.decode()
    assert case.number in panel(html, "mine")
    assert reverse("desk_window") not in html
    assert reverse("sit") in html


@pytest.mark.parametrize("name", ["sun", "qian"])
@pytest.mark.parametrize("page", ["desk", "desk_poll", "new_case"])
def test_the_desk_belongs_to_those_who_work_with_citizens(
    cast: Cast, client: Client, name: str, page: str
) -> None:
    """Check 25."""
    come_in(client, getattr(cast, name))
    assert client.get(reverse(page)).status_code == 403


def test_a_number_read_aloud_opens_its_case_for_whom_it_concerns(
    cast: Cast, client: Client
) -> None:
    case = ask(cast).case
    come_in(client, cast.wang)
    found = client.get(reverse("find_case"), {"number": f" {case.number} "})
    assert found.headers["Location"] == reverse("case", args=[case.pk])
    come_in(client, cast.ma)
    for number in (case.number, "26-000-999-9", "²", "x" * 10_000):
        answer = client.get(reverse("find_case"), {"number": number}, follow=True)
        assert answer.status_code == 200
        assert answer.redirect_chain[-1][0] == reverse("desk")
