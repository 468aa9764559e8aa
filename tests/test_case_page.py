"""The page of one case: who answers for it, what was said, and what it hides."""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cases import actions
from cases.actions import (
    accepting,
    answering,
    intake,
    raising,
    receiving,
    referring,
    supervising,
)
from cases.actions.supervising import Named
from cases.lifecycle import State, Way
from cases.models import Case, CaseEvent, OpenedRecord
from cases.reads.sentences import SENTENCES, sentence
from tests import make_windows as make
from tests.browsing import fields, opened, words
from tests.cast import (
    APPLICANT,
    WORDS,
    Cast,
    ask,
    come_in,
    now,
    offer_and_decline,
)
from tests.test_ways import GOOD, LONG, offered, waiting

pytestmark = pytest.mark.django_db

HUGE = 10**30


def look(client: Client, number: int, **query: str) -> str:
    """The words of the page of a case."""
    return words(client.get(reverse("case", args=[number]), query))


# --- what it shows ----------------------------------------------------------------


def test_the_page_says_who_answers_for_the_case_and_since_when(
    cast: Cast, client: Client
) -> None:
    """R3.01."""
    case = ask(cast, item=cast.item, person=APPLICANT).case
    come_in(client, cast.wang)
    page = client.get(reverse("case", args=[case.pk]))
    seal = re.search(r'class="seal-card__name">([^<]+)', page.content.decode())
    assert seal is not None
    assert seal[1].strip() == "王芳"
    assert WORDS in words(page)
    assert cast.item.name in words(page)
    assert case.number in words(page)


@LONG
def test_an_offer_is_shown_beside_the_person_who_still_answers_for_it(
    cast: Cast, client: Client
) -> None:
    """R3.04: each sees what he may do about it, and nothing else."""
    case = ask(cast, item=cast.item).case
    offered(cast, case)
    links = {
        "wang": {"case_take_back"},
        "li": {"case_take_over", "case_decline"},
        "zhao": {"case_take_over", "case_decline"},
        "chen": {"case_take_back"},
        "qian": set(),
    }
    for who, expected in links.items():
        come_in(client, getattr(cast, who))
        page = client.get(reverse("case", args=[case.pk])).content.decode()
        shown = {
            name
            for name in ("case_take_over", "case_decline", "case_take_back")
            if reverse(name, args=[case.pk]) in page
        }
        assert shown == expected, who
        assert "王芳" in page
        assert "李华" in page


def test_both_dates_stand_on_the_page_in_words_and_day_by_day_on_request(
    cast: Cast, client: Client
) -> None:
    """R9.14: a date is explained by every day that led to it."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    accepting.accept_case(case.pk, received=[1, 2], by=cast.li, at=now())
    case = Case.objects.get(pk=case.pk)
    come_in(client, cast.li)
    plain = client.get(reverse("case", args=[case.pk]))
    assert str(case.promised_due) in words(plain)
    assert str(case.statutory_due) in words(plain)
    assert 'class="days"' not in plain.content.decode()
    for days, count in (("promised", 5), ("statutory", 20)):
        page = client.get(reverse("case", args=[case.pk]), {"days": days})
        explained = page.context["page"].explained
        assert explained.due == getattr(case, f"{days}_due")
        assert len(explained.days) > count
        assert 'class="days"' in page.content.decode()


@pytest.mark.parametrize("days", ["", "x", "²", "promised", "\u202e", "9" * 999])
def test_an_unknown_deadline_is_not_explained_and_not_a_fault(
    cast: Cast, client: Client, days: str
) -> None:
    """Check 13."""
    case = ask(cast).case
    come_in(client, cast.wang)
    page = client.get(reverse("case", args=[case.pk]), {"days": days})
    assert page.status_code == 200
    assert page.context["page"].explained is None


def test_papers_stand_on_the_page_before_and_after_they_came(
    cast: Cast, client: Client
) -> None:
    case = ask(cast, by=cast.li, item=cast.item).case
    come_in(client, cast.li)
    before = client.get(reverse("case", args=[case.pk])).context["page"].papers
    assert [(p.name, p.is_here) for p in before] == [
        ("出生医学证明", False),
        ("户口簿", False),
    ]
    other = waiting(cast)
    make.material(cast.item, position=3, name="后来加的材料")
    after = client.get(reverse("case", args=[other.pk])).context["page"].papers
    assert [(p.name, p.is_here) for p in after] == [
        ("出生医学证明", True),
        ("户口簿", False),
    ]


def test_what_was_told_stands_there_with_the_number_of_its_paper(
    cast: Cast, client: Client
) -> None:
    case = waiting(cast)
    come_in(client, cast.li)
    told = client.get(reverse("case", args=[case.pk])).context["page"].told
    notice = case.notices.get(kind="one_time")
    assert f"{notice.year}-{notice.serial:04d}" in told[0].label
    assert told[0].lines == ("户口簿：本人保管",)
    receiving.receive_materials(case.pk, received=[2], by=cast.li, at=now())
    accepting.accept_case(case.pk, received=[], by=cast.li, at=now())
    answering.answer_case(case.pk, text=GOOD, by=cast.li, at=now())
    told = client.get(reverse("case", args=[case.pk])).context["page"].told
    assert [one.kind for one in told] == [
        "granted",
        "acceptance",
        "receipt",
        "one_time",
    ]


def test_other_open_cases_of_the_same_person_are_a_warning_within_my_sight(
    cast: Cast, client: Client
) -> None:
    """Check 57: found by the blind index, never merged, never beyond what I may see."""
    case = ask(cast, person=APPLICANT).case
    mine = ask(cast, person=APPLICANT).case
    elsewhere = ask(cast, by=cast.ma, person=APPLICANT).case
    closed = ask(cast, person=APPLICANT).case
    answering.applicant_withdraws(
        closed.pk, text="申请人自愿撤回申请", is_signed=True, by=cast.wang, at=now()
    )
    come_in(client, cast.wang)
    page = client.get(reverse("case", args=[case.pk])).context["page"]
    assert [other.number for other in page.same] == [mine.pk]
    come_in(client, cast.chen)
    page = client.get(reverse("case", args=[case.pk])).context["page"]
    assert {other.number for other in page.same} == {mine.pk, elsewhere.pk}


# --- the ways ---------------------------------------------------------------------


def test_all_seven_ways_stand_in_their_order_open_or_with_the_reason(
    cast: Cast, client: Client
) -> None:
    """There is no eighth, and a shut one says why."""
    case = ask(cast, item=cast.item).case
    come_in(client, cast.wang)
    ways = client.get(reverse("case", args=[case.pk])).context["page"].ways
    assert [way.key for way in ways] == ["1", "2", "3", "4", "5", "6", "7"]
    shut = [way.key for way in ways if way.why_not]
    assert shut == ["2", "3"]
    offered(cast, case)
    page = client.get(reverse("case", args=[case.pk])).context["page"]
    assert all(way.why_not for way in page.ways)


def test_every_shut_way_is_shut_for_the_form_too(cast: Cast, client: Client) -> None:
    """Check 28: the address of a greyed way answers 409 with the same reason."""
    case = ask(cast, item=cast.item).case
    offered(cast, case)
    come_in(client, cast.wang)
    for way in client.get(reverse("case", args=[case.pk])).context["page"].ways:
        response = client.get(reverse(way.act, args=[case.pk]))
        assert response.status_code == 409
        assert way.why_not in words(response)


@pytest.mark.parametrize("who", ["qian", "zhao"])
def test_who_does_not_answer_for_it_sees_no_form(
    cast: Cast, client: Client, who: str
) -> None:
    """An auditor reads all and changes nothing; a colleague has every way shut."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    come_in(client, getattr(cast, who))
    page = client.get(reverse("case", args=[case.pk]))
    assert page.status_code == 200
    assert all(way.why_not for way in page.context["page"].ways)
    html = page.content.decode()
    acts = [f"/cases/{case.pk}/{act}" for act in ("answer", "code", "withdrawn")]
    assert not any(act in html for act in acts)
    assert (f"/cases/{case.pk}/reveal/" in html) is (who == "zhao")


def test_the_panel_alone_is_served_to_htmx(cast: Cast, client: Client) -> None:
    """The form opens in the page without loading it again."""
    case = ask(cast, item=cast.item).case
    come_in(client, cast.wang)
    address = reverse("case_hand_over", args=[case.pk])
    part = client.get(address, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")
    assert fields(part)["to"] == [f"{cast.registry.pk}-{cast.li.pk}"]
    assert "<html" in client.get(address).content.decode()


@LONG
def test_looking_changes_nothing(cast: Cast, client: Client) -> None:
    """Check 40: every page of a case by GET leaves no row changed."""
    case = ask(cast, item=cast.item, person=APPLICANT).case
    come_in(client, cast.wang)
    names = [
        *(f"case_{way}" for way in Way),
        "case",
        "case_item",
        "case_code",
        "case_withdrawn",
        "case_reveal",
    ]
    client.get(reverse("case", args=[case.pk]))
    with CaptureQueriesContext(connection) as captured:
        for name in names:
            client.get(reverse(name, args=[case.pk]))
    written = [
        query["sql"]
        for query in captured
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"])
        and "django_session" not in query["sql"]
    ]
    assert written == []


@LONG
def test_who_may_not_see_a_case_finds_nothing_at_any_of_its_addresses(
    cast: Cast, client: Client
) -> None:
    """Check 26: unknown, huge and not mine look the same."""
    case = ask(cast, item=cast.item, person=APPLICANT).case
    come_in(client, cast.ma)
    for number in (case.pk, case.pk + 1, 0, 2**63, HUGE):
        for name in ("case", "case_answer", "case_reveal", "case_item", "case_code"):
            assert client.get(reverse(name, args=[number])).status_code == 404
        for name in ("case_wording", "case_answer", "case_reveal", "case_code"):
            assert client.post(reverse(name, args=[number])).status_code == 404
    come_in(client, cast.sun)
    assert client.get(reverse("case", args=[case.pk])).status_code == 403


# --- what it hides ----------------------------------------------------------------

CLEAR = (APPLICANT.name, APPLICANT.identity, APPLICANT.telephone)


@LONG
def test_personal_values_are_masked_on_the_page(cast: Cast, client: Client) -> None:
    """Check 29: for whoever may see the case."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    for who in ("li", "zhao", "chen", "qian"):
        come_in(client, getattr(cast, who))
        page = client.get(reverse("case", args=[case.pk])).content.decode()
        assert not any(value in page for value in CLEAR)
        assert "林*满" in page
        assert "139****1234" in page


def test_opening_the_person_takes_a_reason_is_recorded_and_shown_once(
    cast: Cast, client: Client
) -> None:
    """Evidence 6, check 44: in this response only, and never stored."""
    case = ask(cast, person=APPLICANT).case
    come_in(client, cast.wang)
    address = reverse("case_reveal", args=[case.pk])
    refused = client.post(address, {"reason": " \u3000"})
    assert refused.status_code == 422
    assert not OpenedRecord.objects.exists()
    response = client.post(address, {"reason": "电话核对材料"})
    assert all(value in words(response) for value in CLEAR)
    assert response.headers["Cache-Control"] == "no-store"
    record = OpenedRecord.objects.get()
    assert (record.by, record.case, record.reason) == (cast.wang, case, "电话核对材料")
    assert not any(value in look(client, case.pk) for value in CLEAR)


def test_nobody_opens_a_person_who_was_never_named(cast: Cast, client: Client) -> None:
    """A mere question needs no personal data."""
    case = ask(cast).case
    come_in(client, cast.wang)
    address = reverse("case_reveal", args=[case.pk])
    assert client.get(address).status_code == 409
    assert client.post(address, {"reason": "看看"}).status_code == 409
    come_in(client, cast.qian)
    assert client.post(address, {"reason": "看看"}).status_code == 403


def test_no_title_and_no_address_holds_anything_personal(
    cast: Cast, client: Client
) -> None:
    """Check 44."""
    case = ask(cast, person=APPLICANT).case
    come_in(client, cast.wang)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    title = re.search(r"<title>([^<]*)</title>", page)
    assert title is not None
    addresses = re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', page)
    for text in (title[1], *addresses):
        assert not any(value in text for value in (*CLEAR, "林", WORDS))


# --- the history ------------------------------------------------------------------


def test_the_history_is_told_in_sentences_with_the_names_of_that_day(
    cast: Cast, client: Client
) -> None:
    """A window renamed since, and a clerk renamed since, keep their names there."""
    case = ask(cast, item=cast.item).case
    referring.accept_referral(offered(cast, case).pk, by=cast.zhao, at=now())
    cast.wang.name = "王改名"
    cast.wang.save()
    cast.registry.number = "Z99"
    cast.registry.save()
    come_in(client, cast.zhao)
    client.cookies["hall-language"] = "en"
    history = client.get(reverse("case", args=[case.pk])).context["page"].history
    said = [line.said.text for line in history][::-1]
    assert said[0].startswith("王芳 (1001) at window A01")
    assert "李华 (1002) at window B12" in said[1]
    assert said[2].startswith("赵敏 (1003) at window B12")
    assert history[0].said.more == "As stand-in for 李华 (1002)."


def test_a_hand_off_is_told_with_its_reason(cast: Cast, client: Client) -> None:
    """R3.13: why it was offered and why it was declined, beside the proven lines."""
    case = ask(cast, item=cast.item).case
    offer_and_decline(cast, case)
    referring.accept_referral(offered(cast, case).pk, by=cast.li, at=now())
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case.pk]))
    whys = [line.why for line in page.context["page"].history][::-1]
    assert whys == ["", "属户政窗口", "不是户政的事", "属户政窗口", ""]
    assert words(page).count("理由：") == 3


def test_every_kind_of_event_has_its_sentence() -> None:
    """A new act without a sentence fails here."""
    folder = Path(inspect.getfile(actions)).parent
    kinds = set()
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                kind = node.args[1]
                assert isinstance(kind, ast.Constant)
                kinds.add(kind.value)
    assert kinds == set(SENTENCES)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("body", ["{}", '{"actor": null, "referral": 5, "item": []}'])
def test_a_line_with_an_odd_body_is_still_told(language: str, body: str) -> None:
    """Old and foreign bodies are read as far as they go, never hidden."""
    with translation.override(language):
        for kind in [*SENTENCES, "of_a_later_release"]:
            assert sentence(kind, body).text, kind


@LONG
def test_sentences_carry_no_personal_data(cast: Cast, client: Client) -> None:
    """Evidence 1: nothing the person said or is stands in the history."""
    case = ask(
        cast, item=cast.item, person=APPLICANT, words="我叫林小满，想上户口"
    ).case
    referring.accept_referral(offered(cast, case).pk, by=cast.li, at=now())
    raising.raise_question(
        case.pk,
        ground="unclear",
        question="林小满的出生证有误怎么办",
        own_view="",
        unit_id=cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=cast.li,
        at=now(),
    )
    raising.reply_to_raise(case.pk, reply="林小满可以办理", by=cast.li, at=now())
    answering.answer_case(case.pk, text=GOOD, by=cast.li, at=now())
    supervising.call_back(
        case.pk,
        outcome="unsatisfied",
        remark="林小满说没办好",
        named=Named(cast.zhao.pk, cast.registry.pk, "林小满要求换人"),
        by=cast.chen,
        at=now(),
    )
    come_in(client, cast.chen)
    history = client.get(reverse("case", args=[case.pk])).context["page"].history
    assert len(history) == 7
    for line in history:
        assert "林小满" not in line.said.text + line.said.more
    for body in CaseEvent.objects.values_list("body", flat=True):
        assert "林小满" not in body
        assert json.loads(body)["actor"]["name"]


def test_a_closed_case_is_read_and_nothing_more(cast: Cast, client: Client) -> None:
    """Nobody answers for it; no way is open, no deadline runs."""
    case = ask(cast).case
    answering.answer_case(case.pk, text=GOOD, by=cast.wang, at=now())
    come_in(client, cast.wang)
    page = client.get(reverse("case", args=[case.pk])).context["page"]
    assert page.state is State.CLOSED
    assert not page.is_open
    assert not page.acts
    assert all(way.why_not for way in page.ways)


def test_a_case_in_limbo_says_so(cast: Cast, client: Client) -> None:
    """Three declines put it on the supervisor's list; the page names it."""
    case = ask(cast).case
    for _ in range(cast.hall.most_declines):
        referring.decline_referral(
            offered(cast, case).pk,
            reason="不是我处",
            better=referring.Better(window_id=cast.tax.pk),
            by=cast.li,
            at=now(),
        )
    come_in(client, cast.wang)
    page = client.get(reverse("case", args=[case.pk])).context["page"]
    assert page.in_limbo_since
    assert page.open_raise.filing_number in words(
        client.get(reverse("case", args=[case.pk]))
    )


def test_a_hand_over_form_without_an_item_asks_for_the_item_first(
    cast: Cast, client: Client
) -> None:
    """Nobody is proposed by guess, and everybody posted can still be chosen."""
    case = ask(cast).case
    come_in(client, cast.wang)
    typed = opened(client, "case_hand_over", case.pk)
    assert "to" not in typed
    intake.choose_item(case.pk, cast.item.pk, by=cast.wang, at=now())
    typed = opened(client, "case_hand_over", case.pk)
    assert typed["to"] == [f"{cast.registry.pk}-{cast.li.pk}"]
