"""The seven ways forward and what follows them, sent as a browser sends them.

Each way has one success and its refusals out of the same setup, so that a refusal
cannot pass for a wrong reason.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from cases.actions import (
    accepting,
    answering,
    directing,
    intake,
    negatives,
    referring,
)
from cases.actions.accepting import Missing
from cases.actions.negatives import Negative
from cases.forms.stamped import UNSEEN
from cases.forms.ways import REMEDIES
from cases.lifecycle import OFFER_PENDING
from cases.models import Answer, Case, Direction, NegativeFiling, Notice, Referral
from tests import make_windows as make
from tests.browsing import fields, opened, send, went_back, words
from tests.cast import APPLICANT, Cast, ask, come_in, now
from windows.models import ServiceItem

pytestmark = pytest.mark.django_db
# Many requests: each in a transaction of its own, as in a hall, whose time is limited.
LONG = pytest.mark.django_db(transaction=True)

GOOD = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"
NEGATIVE = Negative(
    "不符合第三条规定的条件要求",
    "《户口登记条例》第七条",
    "补齐监护证明材料即可登记",
    "可以先向公证处申请公证",
    "60日内复议，6个月内诉讼",
)
REFUSAL = "经报分管负责人批准，本次不予登记，理由写在决定书里，补齐监护证明后即可再办。"


def of_wang(cast: Cast, item: ServiceItem | None = None) -> Case:
    """A case at the reception, with a telephone to call back."""
    return ask(cast, item=item or cast.item, person=APPLICANT).case


def of_li(cast: Cast) -> Case:
    """A case of which Li, at the window that decides the item, was asked first."""
    return ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case


def waiting(cast: Cast) -> Case:
    """A case of Li's that waits for the second paper."""
    case = of_li(cast)
    lacking = [Missing("户口簿", "本人保管", position=2)]
    accepting.ask_once(case.pk, received=[1], missing=lacking, by=cast.li, at=now())
    return case


def again(case: Case) -> Case:
    """The case as the database has it now."""
    return Case.objects.get(pk=case.pk)


def shows(response: Any, sentence: str, status: int = 422) -> bool:
    """Whether a page refuses with this sentence."""
    assert response.status_code == status, (response.status_code, words(response))
    return sentence in words(response)


# --- 1 answer now -----------------------------------------------------------------


def test_an_answer_is_recorded_and_the_call_back_is_due(
    cast: Cast, client: Client
) -> None:
    """R3.06, R4.41."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    response = send(client, "case_answer", case.pk, text=GOOD, next_step="带户口簿")
    assert went_back(response, case.pk)
    assert again(case).state == "answered"
    assert Answer.objects.get(case=case).next_step == "带户口簿"
    assert GOOD in words(client.get(response.headers["Location"]))


@pytest.mark.parametrize(
    "text", ["", "   ", "\u3000\u200b", "不行", "。。。。。。。。。。"]
)
def test_an_answer_that_says_nothing_is_refused_beside_the_field(
    cast: Cast, client: Client, text: str
) -> None:
    case = of_wang(cast)
    come_in(client, cast.wang)
    response = send(client, "case_answer", case.pk, text=text)
    assert response.status_code == 422
    assert response.context["form"].errors["text"]
    assert again(case).state == "asked"


def test_bad_wording_is_refused_with_the_words_marked_and_what_to_add(
    cast: Cast, client: Client
) -> None:
    """R7.01, R7.05: which words, and what to add; nothing typed is lost."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    text = "这个事情不归我管，你到别处问问吧"
    response = send(client, "case_answer", case.pk, text=text, next_step="没有")
    page = response.content.decode()
    assert response.status_code == 422
    assert "<mark>不归我管</mark>" in page
    assert fields(response)["text"] == [text]
    assert fields(response)["next_step"] == ["没有"]
    assert again(case).state == "asked"


def test_the_wording_is_checked_while_typing_and_nothing_is_written(
    cast: Cast, client: Client
) -> None:
    """Check 40: asking what the check thinks leaves no trace."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    address = reverse("case_wording", args=[case.pk])
    bad = client.post(address, {"text": "不知道，不归我管"})
    good = client.post(address, {"text": GOOD})
    assert "<mark>" in bad.content.decode()
    assert "<mark>" not in good.content.decode()
    assert again(case).head_seq == case.head_seq


# --- 2 accept ---------------------------------------------------------------------


def test_one_tick_accepts_all_papers_and_both_dates_are_shown_before_and_after(
    cast: Cast, client: Client
) -> None:
    """R1.08, R1.09, R1.30."""
    case = of_li(cast)
    come_in(client, cast.li)
    before = words(client.get(reverse("case_accept", args=[case.pk])))
    response = send(client, "case_accept", case.pk, all_here="on")
    assert went_back(response, case.pk)
    case = again(case)
    assert case.state == "accepted"
    assert all(paper.received_at for paper in case.materials.all())
    after = words(client.get(response.headers["Location"]))
    for day in (case.promised_due, case.statutory_due):
        assert day is not None
        assert day.isoformat() in before
        assert day.isoformat() in after


def test_accepting_with_a_paper_missing_is_refused_and_keeps_the_ticks(
    cast: Cast, client: Client
) -> None:
    """R1.07: what is missing is asked for with key 3."""
    case = of_li(cast)
    come_in(client, cast.li)
    response = send(client, "case_accept", case.pk, received=["1"])
    assert response.status_code == 422
    assert "户口簿" in str(response.context["form"].errors["received"])
    assert fields(response)["received"] == ["1"]
    assert again(case).state == "asked"


def test_a_window_that_only_advises_cannot_accept(cast: Cast, client: Client) -> None:
    """R2.25: the way is shut on the page, and shut for a form sent all the same."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    page = client.get(reverse("case_accept", args=[case.pk]))
    assert page.status_code == 409
    typed = opened(client, "case_answer", case.pk)
    sent = {"form_key": typed["form_key"], "seen": typed["seen"], "all_here": "on"}
    response = client.post(reverse("case_accept", args=[case.pk]), sent)
    assert response.status_code == 409
    assert again(case).state == "asked"


# --- 3 ask once -------------------------------------------------------------------


def test_everything_missing_is_told_once_with_how_to_get_each(
    cast: Cast, client: Client
) -> None:
    """R1.07, R1.12: the list of the item is filled in, and can be added to."""
    cast.item.materials.filter(position=2).update(sample="三号样表架")
    case = of_li(cast)
    come_in(client, cast.li)
    response = send(
        client,
        "case_ask_once",
        case.pk,
        received=["1"],
        **{"how-2": "到派出所补领", "name-x1": "委托书", "how-x1": "窗口有样张"},
    )
    assert went_back(response, case.pk)
    notice = Notice.objects.get(case=case, kind="one_time")
    assert [
        (one["name"], one["how_to_get"], one["sample"])
        for one in notice.content["missing"]
    ] == [("户口簿", "到派出所补领", "三号样表架"), ("委托书", "窗口有样张", "")]
    paper = client.get(reverse("paper", args=[case.pk, notice.pk])).content.decode()
    assert "样表： 三号样表架" in paper or "样表：三号样表架" in paper
    assert again(case).state == "waiting"


def test_a_paper_without_how_to_get_it_is_refused_beside_its_row(
    cast: Cast, client: Client
) -> None:
    """R1.07: "not complete" becomes what exactly, and where from."""
    case = of_li(cast)
    come_in(client, cast.li)
    response = send(client, "case_ask_once", case.pk, **{"how-1": "", "how-2": " "})
    assert response.status_code == 422
    rows = {row.key: row for row in response.context["form"].rows}
    assert [key for key, row in rows.items() if row.error] == ["1", "2"]
    assert fields(response)["name-2"] == ["户口簿"]
    assert again(case).state == "asked"


def test_a_list_that_leaves_a_required_paper_out_is_not_whole(
    cast: Cast, client: Client
) -> None:
    """A browser that drops a required paper from the list does not get away with it."""
    case = of_li(cast)
    come_in(client, cast.li)
    response = send(client, "case_ask_once", case.pk, listed=["1"])
    assert response.status_code == 422
    assert "户口簿" in str(response.context["form"].errors["missing"])


def test_nothing_missing_is_no_reason_to_ask(cast: Cast, client: Client) -> None:
    case = of_li(cast)
    come_in(client, cast.li)
    response = send(client, "case_ask_once", case.pk, received=["1", "2"])
    assert response.status_code == 422
    assert response.context["form"].errors["missing"]


def test_a_second_notice_needs_a_supervisor_with_a_reason(
    cast: Cast, client: Client
) -> None:
    """R1.12: for a fault of what was brought, named by a supervisor; it is counted."""
    case = waiting(cast)
    come_in(client, cast.chen)
    assert client.get(reverse("case_ask_once", args=[case.pk])).status_code == 409
    come_in(client, cast.li)
    assert went_back(send(client, "case_papers", case.pk, received=["2"]), case.pk)
    assert client.get(reverse("case_ask_once", args=[case.pk])).status_code == 409
    come_in(client, cast.chen)
    faulty = {"name-x1": "户口簿变更页", "how-x1": "到派出所补盖印章"}
    refused = send(client, "case_ask_once", case.pk, **faulty)
    assert refused.context["form"].errors["second_reason"]
    reason = "交来的户口簿缺变更页"
    done = send(client, "case_ask_once", case.pk, second_reason=reason, **faulty)
    assert went_back(done, case.pk)
    assert again(case).second_notices == 1
    awaited = again(case).materials.filter(received_at=None)
    assert [(one.name, one.is_required) for one in awaited] == [("户口簿变更页", True)]


# --- 4 hand over ------------------------------------------------------------------


def test_the_window_that_decides_the_item_is_proposed_and_taken_with_few_keys(
    cast: Cast, client: Client
) -> None:
    """The usual path: open the way and send; the A clerk who is there is chosen."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    response = send(client, "case_hand_over", case.pk)
    assert went_back(response, case.pk)
    offer = Referral.objects.get(case=case)
    assert (offer.to_clerk, offer.to_window) == (cast.li, cast.registry)
    assert offer.reason
    assert offer.escort == "told"
    case = again(case)
    assert case.holder == cast.wang
    page = words(client.get(response.headers["Location"]))
    assert "李华" in page


def test_the_b_clerk_is_proposed_where_the_a_clerk_is_away(
    cast: Cast, client: Client
) -> None:
    """R2.60: the page knows who stands in."""
    cast.li.seat.delete()
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = opened(client, "case_hand_over", case.pk)
    assert typed["to"] == [f"{cast.registry.pk}-{cast.zhao.pk}"]


def test_a_closed_window_is_never_proposed(cast: Cast, client: Client) -> None:
    cast.registry.is_open = False
    cast.registry.save()
    case = of_wang(cast)
    come_in(client, cast.wang)
    assert "to" not in opened(client, "case_hand_over", case.pk)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"to": None}, "to"),
        ({"to": "1"}, "to"),
        ({"to": "²-³"}, "to"),
        ({"to": "99999999999999999999-1"}, "to"),
        ({"to": "9223372036854775807-9223372036854775807"}, "to"),
        ({"because": None}, "because"),
        ({"because": "own", "reason": " "}, "reason"),
        ({"escort": "carried"}, "escort"),
    ],
)
def test_a_hand_over_without_a_named_person_or_a_reason_is_refused(
    cast: Cast, client: Client, typed: dict[str, Any], field: str
) -> None:
    """R3.13, R3.14."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    response = send(client, "case_hand_over", case.pk, **typed)
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not Referral.objects.exists()


def test_a_person_who_left_meanwhile_cannot_be_offered_and_the_stand_in_is_named(
    cast: Cast, client: Client
) -> None:
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = opened(client, "case_hand_over", case.pk)
    cast.li.seat.delete()
    response = client.post(reverse("case_hand_over", args=[case.pk]), typed)
    assert response.status_code == 422
    assert "赵敏" in str(response.context["form"].errors["to"])


def test_a_supervisor_offers_on_behalf_of_somebody_absent(
    cast: Cast, client: Client
) -> None:
    case = of_wang(cast)
    come_in(client, cast.chen)
    assert went_back(send(client, "case_hand_over", case.pk), case.pk)
    offer = Referral.objects.get(case=case)
    assert (offer.offered_by, offer.from_clerk) == (cast.chen, cast.wang)
    assert again(case).holder == cast.wang


def offered(cast: Cast, case: Case) -> Referral:
    """Wang offers the case to Li."""
    return referring.offer_case(
        case.pk,
        to_clerk_id=cast.li.pk,
        to_window_id=cast.registry.pk,
        reason="属户政窗口",
        escort="led",
        by=cast.wang,
        at=now(),
    )


@pytest.mark.parametrize("who", ["li", "zhao"])
def test_the_receiver_or_a_stand_in_takes_it_over(
    cast: Cast, client: Client, who: str
) -> None:
    """R3.04, R2.61."""
    case, person = of_wang(cast), getattr(cast, who)
    offered(cast, case)
    come_in(client, person)
    assert went_back(send(client, "case_take_over", case.pk), case.pk)
    assert again(case).holder == person


def test_who_offered_it_cannot_take_it_over_but_takes_it_back(
    cast: Cast, client: Client
) -> None:
    case = of_wang(cast)
    offer = offered(cast, case)
    come_in(client, cast.wang)
    typed = opened(client, "case_take_back", case.pk)
    assert client.get(reverse("case_take_over", args=[case.pk])).status_code == 409
    response = client.post(reverse("case_take_over", args=[case.pk]), typed)
    assert response.status_code == 409
    assert again(case).holder == cast.wang
    assert went_back(send(client, "case_take_back", case.pk), case.pk)
    assert Referral.objects.get(pk=offer.pk).state == "withdrawn"


def test_declining_needs_a_reason_and_a_better_addressee(
    cast: Cast, client: Client
) -> None:
    """Nobody is sent away: a window, a unit outside, or up."""
    case = of_wang(cast)
    offered(cast, case)
    come_in(client, cast.li)
    for typed, field in (
        ({"reason": "不是我处", "better": ""}, "better"),
        ({"reason": "不是我处", "better": "w²"}, "better"),
        ({"reason": "不是我处", "better": f"w{cast.registry.pk}"}, "better"),
        ({"reason": " ", "better": "up"}, "reason"),
    ):
        refused = send(client, "case_decline", case.pk, **typed)
        assert refused.status_code == 422
        assert refused.context["form"].errors[field]
    done = send(
        client, "case_decline", case.pk, reason="不是我处", better=f"w{cast.tax.pk}"
    )
    assert done.headers["Location"] == reverse("desk")
    assert again(case).holder == cast.wang
    assert Referral.objects.get(case=case).better_window == cast.tax


def test_an_offer_of_another_case_or_hall_is_not_found(
    cast: Cast, client: Client
) -> None:
    """Check 26: not found and not yours look the same."""
    case, other = of_wang(cast), of_wang(cast)
    offer = offered(cast, case)
    come_in(client, cast.li)
    typed = opened(client, "case_take_over", case.pk)
    address = reverse("case_take_over", args=[other.pk])
    assert client.post(address, typed).status_code == 404
    come_in(client, cast.ma)
    address = reverse("case_take_over", args=[case.pk])
    assert client.post(address, {"offer": offer.pk}).status_code == 404
    assert Referral.objects.get(pk=offer.pk).state == "pending"


# --- 5 direct elsewhere -----------------------------------------------------------


def test_the_unit_that_owns_the_item_is_proposed_with_what_to_bring(
    cast: Cast, client: Client
) -> None:
    """R1.05, R3.15: address, telephone and hours stand on the page and are kept."""
    item = make.item(cast.outside, name="低压居民新装")
    make.material(item, name="产权证明")
    case = of_wang(cast, item)
    come_in(client, cast.wang)
    typed = opened(client, "case_direct", case.pk)
    assert typed["department"] == [str(cast.outside.pk)]
    assert typed["bring"] == ["产权证明"]
    assert went_back(send(client, "case_direct", case.pk), case.pk)
    way = Direction.objects.get(case=case)
    assert (way.address, way.telephone) == ("新华路 8 号", "0830-2223344")
    assert again(case).state == "directed"
    assert "新华路 8 号" in words(client.get(reverse("case", args=[case.pk])))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"department": None}, "department"),
        ({"department": "x"}, "department"),
        ({"bring": ""}, "bring"),
        ({"reason": "\u3000"}, "reason"),
    ],
)
def test_a_direction_without_unit_papers_or_reason_is_refused(
    cast: Cast, client: Client, typed: dict[str, Any], field: str
) -> None:
    """R1.05."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    full = {
        "department": str(cast.outside.pk),
        "bring": "身份证",
        "reason": "属供电公司",
    }
    response = send(client, "case_direct", case.pk, **{**full, **typed})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert again(case).state == "asked"


def test_a_unit_inside_the_hall_is_a_hand_over_and_no_direction(
    cast: Cast, client: Client
) -> None:
    case = of_wang(cast)
    come_in(client, cast.wang)
    inside = str(cast.registry.department_id)
    response = send(
        client,
        "case_direct",
        case.pk,
        department=inside,
        bring="证件",
        reason="属户政窗口",
    )
    assert response.status_code == 422
    assert response.context["form"].errors["department"]


def test_the_check_back_closes_the_loop_or_opens_the_case_again(
    cast: Cast, client: Client
) -> None:
    """R3.15: not getting through needs a word on what went wrong."""
    come_in(client, cast.wang)
    for answer, state in (("yes", "answered"), ("no", "asked")):
        case = of_wang(cast)
        directing.direct_elsewhere(
            case.pk,
            department_id=cast.outside.pk,
            bring="身份证",
            reason="属供电公司",
            by=cast.wang,
            at=now(),
        )
        if answer == "no":
            refused = send(client, "case_check_back", case.pk, got_through="no")
            assert refused.context["form"].errors["remark"]
        done = send(
            client, "case_check_back", case.pk, got_through=answer, remark="没人接待"
        )
        assert went_back(done, case.pk)
        assert again(case).state == state


# --- 6 raise ----------------------------------------------------------------------


def test_a_raised_question_has_a_filing_number_and_waits_for_the_reply(
    cast: Cast, client: Client
) -> None:
    """R3.16, R3.17: own unit chosen; across departments one unit leads."""
    case = of_li(cast)
    come_in(client, cast.li)
    question = {"question": "新政策没有说明，如何办理"}
    cross = send(client, "case_raise", case.pk, ground="cross", **question)
    assert cross.status_code == 422
    assert cross.context["form"].errors["lead_unit"]
    silent = send(client, "case_raise", case.pk, question=" ")
    assert silent.context["form"].errors["question"]
    nobody = send(client, "case_raise", case.pk, unit="", **question)
    assert nobody.context["form"].errors["unit"]
    assert went_back(send(client, "case_raise", case.pk, **question), case.pk)
    raised = again(case).raises.get()
    assert raised.unit == cast.registry.department
    page = words(client.get(reverse("case", args=[case.pk])))
    assert raised.filing_number in page
    refused = send(client, "case_reply", case.pk, reply=" ")
    assert refused.context["form"].errors["reply"]
    assert went_back(send(client, "case_reply", case.pk, reply="可以办"), case.pk)
    assert again(case).state == "asked"


# --- 7 propose a negative ---------------------------------------------------------


def proposed(cast: Cast, client: Client, case: Case, **typed: Any) -> Any:
    parts = {
        "reason": NEGATIVE.reason,
        "basis": NEGATIVE.basis,
        "made_possible_by": NEGATIVE.made_possible_by,
        "other_way": NEGATIVE.other_way,
    }
    come_in(client, cast.li)
    return send(client, "case_negative", case.pk, **{**parts, **typed})


@LONG
def test_a_negative_is_filed_with_five_parts_decided_by_another_and_only_then_told(
    cast: Cast, client: Client
) -> None:
    """R3.30 to R3.37; the model text of the remedies names R1.41 and R1.42."""
    case = of_li(cast)
    assert went_back(proposed(cast, client, case), case.pk)
    filing = NegativeFiling.objects.get(case=case)
    with translation.override("zh-hans"):
        assert filing.remedies == str(REMEDIES)
    with translation.override("en"):
        assert re.search(r"60 days.* 6 months", str(REMEDIES))
    assert client.get(reverse("case_tell", args=[case.pk])).status_code == 409
    come_in(client, cast.chen)
    overruled = send(client, "case_decide", case.pk, decision="overrule")
    assert overruled.context["form"].errors["reason"]
    approved = send(client, "case_decide", case.pk, decision="approve")
    assert went_back(approved, case.pk)
    come_in(client, cast.li)
    bare = send(client, "case_tell", case.pk, text="不行")
    assert bare.context["form"].errors["text"]
    assert went_back(send(client, "case_tell", case.pk, text=REFUSAL), case.pk)
    answer = Answer.objects.get(case=case)
    assert (answer.kind, answer.remedies) == ("refusal", filing.remedies)


@pytest.mark.parametrize(
    "part", ["reason", "basis", "made_possible_by", "other_way", "remedies"]
)
def test_a_negative_without_one_of_its_parts_is_refused_beside_it(
    cast: Cast, client: Client, part: str
) -> None:
    """R3.32, R1.40."""
    case = of_li(cast)
    response = proposed(cast, client, case, **{part: " "})
    assert response.status_code == 422
    assert response.context["form"].errors[part]
    assert again(case).state == "asked"


THIN = (
    ("case_negative", "reason", "不符合规定"),
    ("case_negative", "basis", "法"),
    ("case_negative", "made_possible_by", "补证明"),
    ("case_negative", "other_way", "公证"),
    ("case_negative", "remedies", "复议复议复议复议"),
    ("case_direct", "reason", "属供电"),
    ("case_raise", "question", "怎么办？"),
    ("case_hand_over", "reason", "x"),
    ("case_decline", "reason", "不是"),
)
"""A text of a word or two, as it was taken before."""


@pytest.mark.parametrize(("name", "field", "thin"), THIN)
def test_a_text_of_a_word_or_two_is_refused_beside_its_field(
    cast: Cast, client: Client, name: str, field: str, thin: str
) -> None:
    """R1.40, R3.32, R3.16: each part says something; with the usual text it is done."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    if name == "case_decline":
        offered(cast, case)
        come_in(client, cast.li)
        good: dict[str, Any] = {"reason": "不是我处", "better": f"w{cast.tax.pk}"}
    elif name == "case_hand_over":
        good = {"because": "own", "reason": "属户政窗口"}
    else:
        good = filled(cast, client, name, case)
    seq = again(case).head_seq
    response = send(client, name, case.pk, **{**good, field: thin})
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert fields(response)[field] == [thin]
    assert again(case).head_seq == seq
    again_good = {**good, "form_key": opened(client, name, case.pk)["form_key"]}
    assert send(client, name, case.pk, **again_good).status_code == 302
    assert again(case).head_seq == seq + 1


def test_an_overruled_negative_goes_back_to_work(cast: Cast, client: Client) -> None:
    """R3.35."""
    case = of_li(cast)
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.li, at=now())
    come_in(client, cast.chen)
    done = send(
        client, "case_decide", case.pk, decision="overrule", reason="材料可以容缺"
    )
    assert went_back(done, case.pk)
    assert again(case).state == "asked"


def test_nobody_decides_the_negative_he_proposed(cast: Cast, client: Client) -> None:
    """R3.30: a supervisor who proposed it does not even see the decision."""
    make.seat(cast.chen, cast.reception)
    case = ask(cast, by=cast.chen, item=cast.item, person=APPLICANT).case
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.chen, at=now())
    come_in(client, cast.chen)
    assert client.get(reverse("case_decide", args=[case.pk])).status_code == 409
    come_in(client, cast.deng)
    typed = opened(client, "case_decide", case.pk)
    come_in(client, cast.chen)
    sent = {"seen": typed["seen"], "decision": "approve"}
    key = opened(client, "case_substitute", case.pk)["form_key"]
    address = reverse("case_decide", args=[case.pk])
    response = client.post(address, {**sent, "form_key": key})
    assert response.status_code == 409
    assert NegativeFiling.objects.get(case=case).state == "proposed"


# --- the item, papers, code, withdrawal -------------------------------------------


@LONG
def test_the_item_is_looked_up_in_any_words_and_chosen(
    cast: Cast, client: Client
) -> None:
    """Looking changes nothing, choosing is an event."""
    case = ask(cast, person=APPLICANT).case
    come_in(client, cast.wang)
    page = client.post(
        reverse("case_item", args=[case.pk]), {"words": "出生登记", "find": "1"}
    )
    assert cast.item.name in words(page)
    assert again(case).head_seq == case.head_seq
    nothing = send(client, "case_item", case.pk)
    assert nothing.context["form"].errors["item"]
    chosen = send(client, "case_item", case.pk, item=str(cast.item.pk))
    assert went_back(chosen, case.pk)
    assert again(case).item == cast.item


def test_the_item_stays_while_the_case_is_offered(cast: Cast, client: Client) -> None:
    """R3.41: who takes it over takes what was offered; the offer is taken back first.

    Check 61: and an act of the holder's that is allowed makes the offer's page stale.
    """
    case = ask(cast, person=APPLICANT).case
    come_in(client, cast.wang)
    typed = {**opened(client, "case_item", case.pk), "item": [str(cast.item.pk)]}
    offer = offered(cast, case)
    address = reverse("case_item", args=[case.pk])
    assert (
        reverse("case_item", args=[case.pk])
        not in client.get(reverse("case", args=[case.pk])).content.decode()
    )
    shut = client.get(address)
    assert shows(shut, gettext(OFFER_PENDING), status=409)
    typed["seen"] = [str(again(case).head_seq)]
    assert shows(client.post(address, typed), "李华", status=409)
    assert again(case).item is None
    come_in(client, cast.li)
    takes = opened(client, "case_take_over", case.pk)
    intake.renew_code(case.pk, by=cast.wang, at=now())
    stale = client.post(reverse("case_take_over", args=[case.pk]), takes)
    assert shows(stale, "王芳", status=409)
    assert Referral.objects.get(pk=offer.pk).state == "pending"
    assert went_back(send(client, "case_take_over", case.pk), case.pk)


def test_papers_that_were_missing_are_received(cast: Cast, client: Client) -> None:
    case = waiting(cast)
    come_in(client, cast.li)
    nothing = send(client, "case_papers", case.pk)
    assert nothing.context["form"].errors["received"]
    assert went_back(send(client, "case_papers", case.pk, received=["2"]), case.pk)
    assert all(paper.received_at for paper in again(case).materials.all())


def test_a_new_look_up_code_is_shown_once_and_the_old_one_ends(
    cast: Cast, client: Client
) -> None:
    """Check 44: the response with the code is not stored, and comes once."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = opened(client, "case_code", case.pk)
    address = reverse("case_code", args=[case.pk])
    response = client.post(address, typed)
    [code] = [one.text for one in response.context["opened"]]
    assert code in words(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert again(case).code_hash != case.code_hash
    second = client.post(address, typed)
    assert went_back(second, case.pk)
    assert code not in words(client.get(reverse("case", args=[case.pk])))


def test_a_withdrawal_is_signed_and_takes_a_pending_offer_along(
    cast: Cast, client: Client
) -> None:
    case = of_wang(cast)
    offered(cast, case)
    come_in(client, cast.wang)
    text = "申请人自愿撤回本次申请"
    unsigned = send(client, "case_withdrawn", case.pk, text=text)
    assert unsigned.context["form"].errors["is_signed"]
    done = send(client, "case_withdrawn", case.pk, text=text, is_signed="on")
    assert went_back(done, case.pk)
    assert again(case).state == "closed"
    assert Referral.objects.get(case=case).state == "withdrawn"


# --- the supervisor ---------------------------------------------------------------


def test_a_supervisor_names_somebody_instead_but_never_the_holder(
    cast: Cast, client: Client
) -> None:
    """R2.60."""
    case = of_wang(cast)
    come_in(client, cast.chen)
    holder = f"{cast.reception.pk}-{cast.wang.pk}"
    same = send(client, "case_substitute", case.pk, to=holder, reason="生病")
    assert same.context["form"].errors["to"]
    unposted = f"{cast.tax.pk}-{cast.li.pk}"
    wrong = send(client, "case_substitute", case.pk, to=unposted, reason="生病")
    assert wrong.context["form"].errors["to"]
    li = f"{cast.registry.pk}-{cast.li.pk}"
    silent = send(client, "case_substitute", case.pk, to=li, reason=" ")
    assert silent.context["form"].errors["reason"]
    done = send(client, "case_substitute", case.pk, to=li, reason="生病")
    assert went_back(done, case.pk)
    assert again(case).holder == cast.li


@LONG
def test_a_call_back_closes_or_reopens_with_a_named_person(
    cast: Cast, client: Client
) -> None:
    """R4.40 to R4.44."""
    case = of_wang(cast)
    answering.answer_case(case.pk, text=GOOD, by=cast.wang, at=now())
    come_in(client, cast.chen)
    reopen = {"outcome": "unsatisfied", "remark": "没办好"}
    assert send(client, "case_call_back", case.pk).context["form"].errors["outcome"]
    nobody = send(client, "case_call_back", case.pk, **reopen)
    assert nobody.context["form"].errors["to"]
    silent = send(client, "case_call_back", case.pk, outcome="explained")
    assert silent.context["form"].errors["remark"]
    li = f"{cast.registry.pk}-{cast.li.pk}"
    done = send(
        client, "case_call_back", case.pk, **reopen, to=li, reason="群众反映没办好"
    )
    assert went_back(done, case.pk)
    assert (again(case).state, again(case).holder) == ("asked", cast.li)
    answering.answer_case(case.pk, text=GOOD, by=cast.li, at=now())
    done = send(client, "case_call_back", case.pk, outcome="satisfied")
    assert went_back(done, case.pk)
    assert again(case).state == "closed"


# --- for all of them --------------------------------------------------------------

TYPED: dict[str, dict[str, Any]] = {
    "case_answer": {"text": GOOD},
    "case_hand_over": {},
    "case_direct": {"bring": "身份证", "reason": "属供电公司"},
    "case_raise": {"question": "新政策没有说明，如何办理"},
    "case_negative": {
        "reason": NEGATIVE.reason,
        "basis": NEGATIVE.basis,
        "made_possible_by": NEGATIVE.made_possible_by,
        "other_way": NEGATIVE.other_way,
    },
    "case_withdrawn": {"text": "申请人自愿撤回本次申请", "is_signed": "on"},
}


def filled(cast: Cast, client: Client, name: str, case: Case) -> dict[str, Any]:
    typed = {**opened(client, name, case.pk), **TYPED[name]}
    if name == "case_direct":
        typed["department"] = [str(cast.outside.pk)]
    return typed


@pytest.mark.parametrize("name", sorted(TYPED))
def test_a_stale_form_says_who_was_faster_and_keeps_what_was_typed(
    cast: Cast, client: Client, name: str
) -> None:
    """Check 61: 409, who and when, every field as it was; then it can be sent."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = filled(cast, client, name, case)
    offer = offered(cast, case)
    referring.decline_referral(
        offer.pk,
        reason="不是我处",
        better=referring.Better(window_id=cast.tax.pk),
        by=cast.li,
        at=now(),
    )
    address = reverse(name, args=[case.pk])
    response = client.post(address, typed)
    assert response.status_code == 409
    assert "李华" in words(response)
    kept = fields(response)
    for field, value in TYPED[name].items():
        assert kept[field] == [value]
    assert again(case).state == "asked"
    assert went_back(client.post(address, kept), case.pk)


@pytest.mark.parametrize("name", sorted(TYPED))
def test_a_form_that_hides_what_its_page_showed_is_refused(
    cast: Cast, client: Client, name: str
) -> None:
    """Checks 10, 61: leaving `seen` out is no way past the stale page; nor is `1_0`.

    Nothing typed is lost, and the page that comes back has been seen: it can be sent.
    """
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = filled(cast, client, name, case)
    address = reverse(name, args=[case.pk])
    kept: dict[str, Any] = {}
    for odd in (None, "", "0", "-1", "+1", "1_0", "1.0", "１", "²", "9" * 20):
        sent = {**typed, "seen": odd}
        sent = {field: value for field, value in sent.items() if value is not None}
        response = client.post(address, sent)
        assert response.status_code == 422, odd
        assert str(UNSEEN) in words(response), odd
        kept = fields(response)
        for field, value in TYPED[name].items():
            assert kept[field] == [value]
        assert again(case).head_seq == case.head_seq
    assert went_back(client.post(address, kept), case.pk)


@pytest.mark.parametrize("name", sorted(TYPED))
def test_the_same_form_sent_twice_is_done_once(
    cast: Cast, client: Client, name: str
) -> None:
    """Checks 58, 59: same key and body, first result; another body, 409."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = filled(cast, client, name, case)
    address = reverse(name, args=[case.pk])
    assert went_back(client.post(address, typed), case.pk)
    seq = again(case).head_seq
    assert went_back(client.post(address, typed), case.pk)
    assert again(case).head_seq == seq
    other = client.post(address, {**typed, "extra": "x", "reason": "另外"})
    assert other.status_code == 409
    assert again(case).head_seq == seq


@pytest.mark.parametrize("name", sorted(TYPED))
def test_nobody_but_the_holder_takes_a_way(
    cast: Cast, client: Client, name: str
) -> None:
    """Check 25: who may not see the case finds nothing, who only reads gets 403."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = filled(cast, client, name, case)
    address = reverse(name, args=[case.pk])
    for person, status in (
        (cast.li, 404),
        (cast.zhou, 404),
        (cast.qian, 403),
        (cast.sun, 403),
    ):
        come_in(client, person)
        assert client.get(address).status_code == status
        assert client.post(address, typed).status_code == status
    assert again(case).head_seq == case.head_seq


def test_a_clerk_who_may_see_a_case_but_does_not_hold_it_is_told_who_does(
    cast: Cast, client: Client
) -> None:
    """R3.04: a colleague at the window reads, and cannot act for the holder."""
    case = of_li(cast)
    come_in(client, cast.zhao)
    page = client.get(reverse("case_answer", args=[case.pk]))
    assert page.status_code == 409
    key = ask(cast, by=cast.zhao).case
    seen = str(again(case).head_seq)
    typed = {**opened(client, "case_answer", key.pk), "text": GOOD, "seen": seen}
    response = client.post(reverse("case_answer", args=[case.pk]), typed)
    assert shows(response, "李华", status=409)
    assert again(case).state == "asked"


NASTY = [
    "a\0b",
    "字" * 8_500,
    "😀👨‍👩‍👧🇨🇳" * 20,
    "\u202eabc\u2066",
    "²",
    "9" * 5000,
    "1_0",
    "{{7*7}}<script>alert(1)</script>' OR 1=1 --",
    "\u3000\ufeff\t\r\n",
]


@LONG
@pytest.mark.parametrize(
    "name",
    [*sorted(TYPED), "case_ask_once", "case_item", "case_accept", "case_substitute"],
)
def test_hostile_input_never_breaks_a_form(
    cast: Cast, client: Client, name: str
) -> None:
    """Checks 1 to 10: every field of every way takes every value without a fault."""
    case = of_li(cast)
    come_in(client, cast.chen if name == "case_substitute" else cast.li)
    typed = opened(client, name, case.pk)
    more = ["unknown", "received", "listed", "to", "department", "all_here"]
    content = {*typed, *more} - {"form_key", "seen", "csrfmiddlewaretoken"}
    for value in NASTY:
        nasty = {field: [value, value] for field in content}
        response = client.post(reverse(name, args=[case.pk]), {**typed, **nasty})
        assert response.status_code in (302, 409, 422), value[:20]
        if again(case).head_seq > 1:
            break


@LONG
@pytest.mark.parametrize("field", ["form_key", "seen"])
def test_a_forged_key_or_history_number_is_refused(
    cast: Cast, client: Client, field: str
) -> None:
    """Check 59: the key belongs to one person and is signed."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    typed = {**opened(client, "case_answer", case.pk), "text": GOOD}
    for value in NASTY:
        odd = {**typed, field: [value]}
        response = client.post(reverse("case_answer", args=[case.pk]), odd)
        assert response.status_code in (409, 422), value[:20]
    assert again(case).state == "asked"


@LONG
def test_hostile_input_never_breaks_the_live_checks(cast: Cast, client: Client) -> None:
    """Checks 1 to 10."""
    case = of_wang(cast)
    come_in(client, cast.wang)
    wording = reverse("case_wording", args=[case.pk])
    item = reverse("case_item", args=[case.pk])
    for value in NASTY:
        text = {"text": value, "next_step": value}
        assert client.post(wording, text).status_code == 200
        live = {"words": value, "item": value, "find": "live"}
        assert client.post(item, live).status_code == 200
        assert client.post(item, {**live, "find": value}).status_code == 200
