"""What the page of a case says before an act and after it, so that nobody is misled."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions import accepting, answering, negatives
from cases.models import Answer, Case
from tests import make_windows as make
from tests.browsing import fields, opened, send, went_back, words
from tests.cast import APPLICANT, Cast, ask, come_in, now
from tests.test_ways import GOOD, LONG, NEGATIVE

pytestmark = pytest.mark.django_db

CLOSES_AT_ONCE = "办件随即办结"


def approved(cast: Cast) -> Case:
    """A case of Li's whose negative Chen approved; nothing is told yet."""
    case = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.li, at=now())
    negatives.approve_negative(case.pk, reason="", by=cast.chen, at=now())
    return case


# --- sent before ------------------------------------------------------------------


def test_an_act_sent_again_with_other_words_is_shown_the_case_as_it_is_now(
    cast: Cast, client: Client
) -> None:
    """Check 58: nothing happens twice, the words stay; sent now, it is on purpose."""
    case = ask(cast, item=cast.item, person=APPLICANT).case
    come_in(client, cast.wang)
    form = opened(client, "case_raise", case.pk)
    form["question"] = ["这件事该由谁来定？规定里没有写。"]
    address = reverse("case_raise", args=[case.pk])
    assert client.post(address, form).status_code == 302
    again = client.post(address, {**form, "question": ["改成另一个问题再交一次"]})
    assert again.status_code == 409
    assert "没有重复办理" in words(again)
    page = again.context["page"]
    assert page.open_raise.question == form["question"][0]
    sent_on_purpose = fields(again)
    assert sent_on_purpose["question"] == ["改成另一个问题再交一次"]
    assert sent_on_purpose["form_key"] != form["form_key"]
    assert sent_on_purpose["seen"] == [str(page.seen)]


# --- nobody to call back ----------------------------------------------------------


@LONG
def test_who_answers_somebody_without_a_telephone_knows_that_the_case_closes(
    cast: Cast, client: Client
) -> None:
    """R4.40: said before it is told, with the way to name the person, and after it."""
    unknown, known = ask(cast).case, ask(cast, person=APPLICANT).case
    come_in(client, cast.wang)
    page = client.get(reverse("case_answer", args=[unknown.pk]))
    assert CLOSES_AT_ONCE in words(page)
    assert reverse("case_applicant", args=[unknown.pk]) in page.text
    assert CLOSES_AT_ONCE not in words(
        client.get(reverse("case_answer", args=[known.pk]))
    )
    for case, is_closed in ((unknown, True), (known, False)):
        assert went_back(send(client, "case_answer", case.pk, text=GOOD), case.pk)
        page = client.get(reverse("case", args=[case.pk]))
        assert ("无法回访，办件已办结" in words(page)) is is_closed


# --- telling an approved negative -------------------------------------------------


def test_the_telling_of_a_negative_begins_with_what_was_approved(
    cast: Cast, client: Client
) -> None:
    """R3.34: nobody types the reason again; basis, way and remedies stand beside it."""
    case = approved(cast)
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case.pk]))
    assert NEGATIVE.reason in words(page)
    [tell] = [act for act in page.context["page"].acts if act.is_next]
    assert tell.act == "case_tell"
    form = client.get(reverse("case_tell", args=[case.pk]))
    for part in (NEGATIVE.basis, NEGATIVE.other_way, NEGATIVE.remedies):
        assert part in words(form)
    [text] = fields(form)["text"]
    assert NEGATIVE.reason in text
    assert NEGATIVE.made_possible_by in text
    assert went_back(send(client, "case_tell", case.pk), case.pk)
    told = Answer.objects.get(case=case)
    assert (told.text, told.basis) == (text.replace("\r\n", "\n"), NEGATIVE.basis)


# --- not here is no no -------------------------------------------------------------


def test_a_negative_about_something_done_outside_points_to_the_way_there(
    cast: Cast, client: Client
) -> None:
    """R3.15: the department outside is named, and 5 is one key away."""
    meter = make.item(cast.outside, code="990001", name="电表报装")
    case, inside = ask(cast, item=meter).case, ask(cast, item=cast.item).case
    come_in(client, cast.wang)
    page = client.get(reverse("case_negative", args=[case.pk]))
    assert "供电公司负责。如果那里可以办理，请指路" in words(page)
    page = client.get(reverse("case_negative", args=[inside.pk]))
    assert "请指路" not in words(page)


# --- letters ------------------------------------------------------------------------


def test_no_two_acts_of_a_case_share_a_letter(cast: Cast, client: Client) -> None:
    """Nor with the keys that every page has."""
    ours = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    plain = ask(cast, by=cast.li).case
    answering.answer_case(ours.pk, text=GOOD, by=cast.li, at=now())
    accepted = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    accepting.accept_case(accepted.pk, received=[1, 2], by=cast.li, at=now())
    for clerk, case in (
        (cast.li, accepted),
        (cast.chen, ours),
        (cast.chen, plain),
        (cast.li, plain),
        (cast.li, approved(cast)),
    ):
        come_in(client, clerk)
        html = client.get(reverse("case", args=[case.pk])).text
        keys = re.findall(r'data-key="([a-z])"', html)
        assert keys
        assert len(keys) == len(set(keys)), keys
        assert not set(keys) & set("jk")


# --- what is over -----------------------------------------------------------------


def test_the_head_of_a_closed_case_names_who_answered_for_it_last(
    cast: Cast, client: Client
) -> None:
    """Nobody answers for it now, and the name is no seal any more."""
    case = ask(cast).case
    answering.answer_case(case.pk, text=GOOD, by=cast.wang, at=now())
    come_in(client, cast.wang)
    page = client.get(reverse("case", args=[case.pk]))
    head = page.text.split("page-head", 1)[1].split("</div>", 1)[0]
    assert "seal--past" in head
    assert "王芳" in head
    assert "seal-card" not in page.text
