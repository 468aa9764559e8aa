"""A new request: taken down on one page, saved once, and nothing typed is ever lost."""

from __future__ import annotations

import re
import uuid
from typing import Any

import lxml.html
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from cases.models import Applicant, Case
from cases.models.history import FormKey
from cases.numbers import check_code
from cases.reads.case import case_page
from cases.reads.said import words_of
from tests.cast import APPLICANT, WORDS, Cast, come_in
from tests.forms import served
from tests.lookups import warm
from windows.models import Clerk, LookupMiss, Seat

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _the_lookup_is_warm() -> None:
    warm()


APPLICANT_FIELDS = {
    "kind": "person",
    "name": APPLICANT.name,
    "identity_kind": "resident_id",
    "identity": "110105 19491231 002x",
    "telephone": "139-0000-1234",
    "agent_name": "林大海",
    "agent_telephone": "0830-2223344",
    "agent_identity_kind": "passport",
    "agent_identity": "E12345678",
    "care": ["wheelchair", "hearing"],
    "language": "dialect",
}


def page(client: Client, clerk: Clerk) -> dict[str, Any]:
    """The new-request page as served, ready to be filled in."""
    come_in(client, clerk)
    return served(client, reverse("new_case"))


def save(client: Client, data: dict[str, Any], status: int = 302) -> Any:
    answer = client.post(reverse("new_case"), data)
    assert answer.status_code == status
    return answer


def test_a_mere_question_needs_nothing_but_its_words(
    cast: Cast, client: Client
) -> None:
    """R3.01, R3.40: whoever is asked first is the first responder."""
    save(client, {**page(client, cast.wang), "words": WORDS})
    case = Case.objects.get()
    assert (case.first_responder, case.holder, case.window) == (
        cast.wang,
        cast.wang,
        cast.reception,
    )
    assert (case.state, case.channel, case.item) == ("asked", "counter", None)
    assert words_of(case) == WORDS
    assert not Applicant.objects.exists()


def test_the_look_up_code_is_shown_once_on_the_next_page(
    cast: Cast, client: Client
) -> None:
    """Check 49: kept nowhere but as a slow hash."""
    data = {**page(client, cast.wang), "words": WORDS, "item": cast.item.pk}
    place = save(client, data).headers["Location"]
    case = Case.objects.get()
    assert place == reverse("case", args=[case.pk])
    html = client.get(place).content.decode()
    banner = html.partition('class="banner banner--success code"')[2]
    found = re.search(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}\b", banner.partition("</div>")[0])
    assert found
    assert check_code(found.group(), case.code_hash)
    tree: Any = lxml.html.fromstring(html)
    slip = tree.xpath("//article[@class='slip']")[0]
    told = " ".join(slip.text_content().split())
    telephone = cast.hall.telephone
    for line in (case.number, found.group(), cast.wang.name, telephone, "/progress/"):
        assert line in told, line
    assert slip.xpath(".//svg[@role='img']/path[@d]")
    naming = reverse("case_applicant", args=[case.pk])
    wrong = client.post(naming, {"name": "", "key": str(uuid.uuid4())})
    assert wrong.status_code == 422
    for part in (found.group(), 'class="slip"', "banner--success code"):
        assert part in wrong.text  # a mistake takes nothing away
    again = client.get(place).content.decode()
    assert found.group() not in again
    assert 'class="slip"' not in again
    assert "banner--success code" not in again


def test_a_code_waits_for_the_page_of_its_own_case_and_nobody_reads_it_meanwhile(
    cast: Cast, client: Client
) -> None:
    """Check 49: two tabs, and a table of sessions that somebody steals."""
    places = []
    for _tab in range(2):
        data = {**page(client, cast.wang), "words": WORDS, "item": cast.item.pk}
        places.append(save(client, data).headers["Location"])
    slips = []
    waiting = str(dict(client.session))
    for place, case in zip(reversed(places), Case.objects.order_by("-pk"), strict=True):
        answer = client.get(place)
        slips.append(answer.context["slip"].code)
        assert case.number in answer.content.decode()
        assert check_code(slips[-1], case.code_hash)
    for code in slips:
        assert code not in waiting
        assert code not in str([row.get_decoded() for row in Session.objects.all()])


@pytest.mark.parametrize(
    ("do", "name"),
    [("save", "case"), ("answer", "case_answer"), ("hand_over", "case_hand_over")],
)
def test_saving_leads_on_to_the_way_that_was_chosen(
    cast: Cast, client: Client, do: str, name: str
) -> None:
    data = {**page(client, cast.wang), "words": WORDS, "item": cast.item.pk, "do": do}
    assert f'name="do" value="{do}"' in client.get(reverse("new_case")).content.decode()
    place = save(client, data).headers["Location"]
    case = Case.objects.get()
    assert place == reverse(name, args=[case.pk])
    assert case.item == cast.item
    assert client.get(place).status_code == 200


def test_an_applicant_is_kept_sealed_and_in_one_form(
    cast: Cast, client: Client
) -> None:
    """Check 15; spaces and dashes are how people write numbers."""
    save(client, {**page(client, cast.wang), "words": WORDS, **APPLICANT_FIELDS})
    case = Case.objects.get()
    row = Applicant.objects.get()
    for sealed in (row.name_sealed, row.identity_sealed, row.telephone_sealed):
        assert sealed
        assert APPLICANT.name.encode() not in bytes(sealed)
    assert case.has_contact
    assert case.language == "dialect"
    shown = case_page(Case.objects.all(), case.pk, viewer=cast.wang)
    assert shown
    assert shown.person
    assert shown.person.telephone == "139****1234"
    assert len(shown.care) == 2


WRONG = [
    ("words", ""),
    ("words", " \u3000\t\n"),
    ("words", "\u200b\ufeff"),
    ("words", "\0"),
    ("words", "长" * 2001),
    ("words", "a\u202eb"),
    ("item", "x"),
    ("item", "²"),
    ("item", "9" * 5000),
    ("item", "-1"),
    ("item", "1_0"),
    ("item", "99999999"),
    ("channel", ""),
    ("channel", "pigeon"),
    ("kind", "robot"),
    ("name", "林\0小满"),
    ("name", "长" * 101),
    ("identity", "110101199003070971"),
    ("identity", "１１"),
    ("identity", "²" * 18),
    ("identity", "1" * 10_000),
    ("identity_kind", "library_card"),
    ("telephone", "12345"),
    ("telephone", "电话"),
    ("telephone", "\0"),
    ("telephone", "9" * 101),
    ("agent_name", "\x07"),
    ("agent_telephone", "1390000"),
    ("agent_identity", "x"),
    ("agent_identity_kind", "²"),
    ("care", "helicopter"),
    ("language", "klingon"),
    ("form_key", "x"),
    ("form_key", ""),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_lost(
    cast: Cast, client: Client, name: str, value: str
) -> None:
    """Checks 1 to 4, 10, 15: no mistake costs a word that was typed."""
    data = page(client, cast.wang)
    typed = {"words": WORDS, **APPLICANT_FIELDS, "item": str(cast.item.pk), name: value}
    answer = save(client, {**data, **typed}, status=422)
    form = answer.context["form"]
    assert name in form.errors
    html = answer.content.decode()
    assert not Case.objects.exists()
    for other, kept in (("words", "我想给娃娃上户口"), ("name", "林小满")):
        if other != name:
            assert kept in html
    if name not in ("form_key", "item"):
        assert f'aria-describedby="id_{name}' in html
    # What had been found and picked is still there.
    if name not in ("words", "item"):
        assert re.search(rf'name="item" value="{cast.item.pk}"[^>]* checked', html)
    # And the part about the applicant stays unfolded, or the mistake would be hidden.
    assert re.search(r"<details[^>]* open", html)


FINE = [
    ("words", "😀 我的🏠👨‍👩‍👧 怎么办"),
    ("words", "<script>alert(1)</script> {{ 7*7 }} %n ../../etc/passwd"),
    ("words", "'; DROP TABLE cases_case; --"),
    ("words", "العربية 我听不懂"),
    ("words", "e\u0301te\u0301 " + "a\u0301\u0302\u0303" * 40),
    ("words", "长" * 2000),
    ("name", "阿卜杜拉·买买提"),
    ("telephone", "+86 139 0000 1234"),
    ("telephone", "１３９００００１２３４"),
    ("identity", "11010519491231002x"),
]


@pytest.mark.parametrize(("name", "value"), FINE)
def test_what_people_really_say_is_taken_down(
    cast: Cast, client: Client, name: str, value: str
) -> None:
    """Checks 4 to 7, 15."""
    data = {**page(client, cast.wang), "words": WORDS, name: value}
    place = save(client, data).headers["Location"]
    html = client.get(place).content.decode()
    assert "<script>alert" not in html
    assert client.get(reverse("desk")).status_code == 200


def test_what_a_form_does_not_ask_is_not_taken(cast: Cast, client: Client) -> None:
    """Check 11."""
    smuggled = {
        "holder": cast.li.pk,
        "state": "closed",
        "id": 260000019,
        "first_responder": cast.ma.pk,
        "hall": cast.zhou.hall_id,
        "opened_at": "2020-01-01",
    }
    save(client, {**page(client, cast.wang), "words": WORDS, **smuggled})
    case = Case.objects.get()
    assert (case.holder, case.state, case.hall) == (cast.wang, "asked", cast.hall)


# --- Once ---------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_case(cast: Cast, client: Client) -> None:
    """Checks 58 and 59: a double click, or a page that was sent again."""
    data = {**page(client, cast.wang), "words": WORDS}
    places = [save(client, data).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert Case.objects.count() == 1
    assert FormKey.objects.count() == 1


def test_going_back_and_pressing_another_button_goes_on_with_the_same_case(
    cast: Cast, client: Client
) -> None:
    """Check 58."""
    data = {**page(client, cast.wang), "words": WORDS}
    save(client, data)
    place = save(client, {**data, "do": "answer"}).headers["Location"]
    assert place == reverse("case_answer", args=[Case.objects.get().pk])


def test_the_same_key_with_other_words_is_refused_and_the_words_are_kept(
    cast: Cast, client: Client
) -> None:
    """Check 59."""
    data = {**page(client, cast.wang), "words": WORDS}
    save(client, data)
    other = {**data, "words": "另一件事：换社保卡"}
    answer = save(client, other, status=409)
    assert "另一件事：换社保卡" in answer.content.decode()
    case = Case.objects.get()
    # It leads to the case as which it was saved.
    assert reverse("case", args=[case.pk]) in answer.content.decode()
    assert case.number in answer.content.decode()
    # The page that came back is a new form: sent now, it is a decision.
    save(client, {**other, "form_key": answer.context["form"]["form_key"].value()})
    assert Case.objects.count() == 2


def test_two_pages_are_two_cases(cast: Cast, client: Client) -> None:
    """Check 58: two tabs, two people at the window."""
    for data in (page(client, cast.wang), page(client, cast.wang)):
        save(client, {**data, "words": WORDS})
    assert Case.objects.count() == 2


def test_the_form_of_one_person_is_not_sent_by_another(
    cast: Cast, client: Client
) -> None:
    """Check 59."""
    data = {**page(client, cast.wang), "words": WORDS}
    come_in(client, cast.li)
    answer = save(client, data, status=422)
    assert "form_key" in answer.context["form"].errors
    assert not Case.objects.exists()


# --- The lookup on the page ---------------------------------------------------------


def test_without_scripts_a_button_looks_up_and_finds_no_fault(
    cast: Cast, client: Client
) -> None:
    data = {
        **page(client, cast.wang),
        "words": WORDS,
        "name": "林小满",
        "do": "look_up",
    }
    answer = save(client, {**data, "telephone": "12"}, status=200)
    html = answer.content.decode()
    assert f'name="item" value="{cast.item.pk}"' in html
    assert "林小满" in html
    assert WORDS in html
    assert 'value="12"' in html
    assert not answer.context["form"].errors
    assert not Case.objects.exists()
    # The page that came back can be saved.
    sent = {**data, "form_key": answer.context["form"]["form_key"].value()}
    save(client, {**sent, "do": "save", "item": cast.item.pk})
    assert Case.objects.get().item == cast.item


def test_an_item_that_left_the_catalogue_is_said_beside_the_list(
    cast: Cast, client: Client
) -> None:
    data = {**page(client, cast.wang), "words": WORDS, "item": cast.item.pk}
    cast.item.state = "suspended"
    cast.item.save()
    answer = save(client, data, status=422)
    assert "item" in answer.context["form"].errors


def test_a_request_without_an_item_is_kept_as_a_lookup_to_learn_from(
    cast: Cast, client: Client
) -> None:
    """Issue section 2: without numbers, and nobody is named."""
    words = "娃儿户口上不到咋办，我的电话13900001234"
    save(client, {**page(client, cast.wang), "words": words})
    miss = LookupMiss.objects.get()
    assert miss.hall == cast.hall
    assert "户口" in miss.words
    assert "1390000" not in miss.words
    save(client, {**page(client, cast.wang), "words": WORDS, "item": cast.item.pk})
    assert LookupMiss.objects.count() == 1


# --- Where and who ------------------------------------------------------------------


def test_nobody_takes_requests_without_a_window(cast: Cast, client: Client) -> None:
    come_in(client, cast.wang)
    Seat.objects.filter(clerk=cast.wang).delete()
    for answer in (
        client.get(reverse("new_case")),
        client.post(reverse("new_case"), {"words": WORDS}),
    ):
        assert answer.headers["Location"] == reverse("sit")
    assert not Case.objects.exists()


def test_a_request_needs_the_token_of_its_page(cast: Cast) -> None:
    """Check 39."""
    client = Client(enforce_csrf_checks=True)
    data = page(client, cast.wang)
    assert client.post(reverse("new_case"), {**data, "words": WORDS}).status_code == 403
    assert not Case.objects.exists()


def test_the_applicant_is_folded_away_until_somebody_says_more(
    cast: Cast, client: Client
) -> None:
    come_in(client, cast.wang)
    html = client.get(reverse("new_case")).content.decode()
    assert re.search(r"<details class=\"panel__body\">", html)
    assert "autofocus" in html
