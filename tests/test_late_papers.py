"""The one-time notice after it was given: until when, and what lateness means.

R1.06, R1.07, R1.12, R2.23. What happens is what the notice said, whatever the hall has
set since, and nothing of it happens by itself.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import accepting, receiving
from cases.actions.accepting import Missing
from cases.actions.answering import lapse
from cases.actions.intake import renew_code
from cases.lifecycle import RuleBroken
from cases.models import Case
from cases.reads.verification import verify_case
from tests import acts
from tests.browsing import opened, send, went_back, words
from tests.cast import Cast, come_in, now
from tests.make_cases import Story, earlier
from tests.test_receipts import receive
from windows.models import Hall
from windows.models.places import LatePapers

pytestmark = pytest.mark.django_db

MONTH = 30
"""Days ago: longer than the ten working days to bring papers."""


def waiting(cast: Cast, if_late: str, days: int = MONTH) -> int:
    """A case of Li's that was told so many days ago that a paper is missing."""
    Hall.objects.filter(pk=cast.hall.pk).update(late_papers=if_late)
    with earlier(cast, days) as story:
        case = story.moved(item=True, contact=True).pk
        acts.ask_once(story, case)
    return case


@pytest.mark.parametrize("if_late", LatePapers.values)
def test_what_lateness_means_is_told_before_it_happens(
    cast: Cast, client: Client, if_late: str
) -> None:
    """R2.23: in the form, on the notice, on the case page and to the public."""
    said = {
        "kept": "申请仍予保留",
        "withdrawn": "视为撤回申请",
        "refused": "可能提请作出不予办理决定",
    }[if_late]
    Hall.objects.filter(pk=cast.hall.pk).update(late_papers=if_late)
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    code = renew_code(case, by=cast.li, at=now()).code
    come_in(client, cast.li)
    assert said in words(client.get(reverse("case_ask_once", args=[case])))
    notice = acts.ask_once(story, case)
    assert notice.content["if_late"] == if_late
    assert said in words(client.get(reverse("case", args=[case])))
    told = client.post(reverse("progress"), {"number": str(case), "code": code})
    assert said in words(told)


def test_late_it_is_recorded_as_withdrawn_by_whoever_answers_for_it(
    cast: Cast, client: Client
) -> None:
    """R2.23: never by itself; the person is told, called back and may apply again."""
    case = waiting(cast, "withdrawn")
    assert Case.objects.get(pk=case).state == "waiting"
    come_in(client, cast.li)
    assert "视为撤回" in words(client.get(reverse("case", args=[case])))
    assert went_back(send(client, "case_lapse", case), case)
    row = Case.objects.get(pk=case)
    assert row.state == "answered"
    answer = row.answers.get()
    assert answer.kind == "lapsed"
    assert "户口簿" in answer.text
    assert "B12" in answer.text
    assert verify_case(case).findings == []
    assert client.get(reverse("case_lapse", args=[case])).status_code == 409


def test_late_a_refusal_goes_the_way_of_a_proposed_negative(
    cast: Cast, client: Client
) -> None:
    """R2.23, R3.30: proposed, with what did not come as its reason."""
    case = waiting(cast, "refused")
    come_in(client, cast.li)
    assert client.get(reverse("case_lapse", args=[case])).status_code == 409
    assert "提请不予办理决定" in words(client.get(reverse("case", args=[case])))
    [reason] = opened(client, "case_negative", case)["reason"]
    assert "户口簿" in reason


def test_kept_open_nothing_happens_but_that_it_is_late(
    cast: Cast, client: Client
) -> None:
    """R2.23: the most lenient setting, and the one a hall begins with."""
    assert Hall._meta.get_field("late_papers").default == LatePapers.KEPT
    case = waiting(cast, "kept")
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case])).context["page"]
    assert page.late.names == ("户口簿",)
    assert client.get(reverse("case_lapse", args=[case])).status_code == 409
    acts.accept(Story(cast), case)


def test_it_lapses_only_as_the_notice_said_and_after_its_day(cast: Cast) -> None:
    """R2.23: a setting of today is not what was told then."""
    kept = waiting(cast, "kept")
    in_time = waiting(cast, "withdrawn", days=2)
    brought = waiting(cast, "withdrawn")
    receive(Story(cast), brought, 2)
    for case, sentence in [
        (kept, "did not say that it would"),
        (in_time, "has until"),
        (brought, "All of it is here"),
    ]:
        with pytest.raises(RuleBroken, match=sentence):
            lapse(case, by=cast.li, at=now())
    with pytest.raises(RuleBroken, match="answers for this case"):
        lapse(in_time, by=cast.wang, at=now())


def test_what_comes_late_but_before_that_is_taken_in(cast: Cast) -> None:
    """R1.08: complete, it is accepted from that day."""
    case = waiting(cast, "withdrawn")
    receive(Story(cast), case, 2)
    acts.accept(Story(cast), case)
    assert Case.objects.get(pk=case).accepted_on == timezone.localdate()


# What is told becomes what the case waits for -----------------------------------------


def test_what_the_item_does_not_name_is_waited_for_as_well(cast: Cast) -> None:
    """R1.07, R1.10: every line of the notice can be ticked, and none is forgotten."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    acts.ask_once(
        story,
        case,
        missing=[
            Missing("户口簿", "本人保管", position=2),
            Missing("监护证明", "居委会开具"),
        ],
    )
    receive(story, case, 2)
    with pytest.raises(RuleBroken, match="监护证明"):
        acts.accept(story, case)
    receive(story, case, 3)
    acts.accept(story, case)
    assert verify_case(case).findings == []


def test_an_optional_paper_that_applies_becomes_required(cast: Cast) -> None:
    """R1.07: it was told, so the case waits for it."""
    cast.item.materials.filter(position=2).update(is_required=False)
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    acts.ask_once(story, case)
    assert Case.objects.get(pk=case).materials.get(position=2).is_required


def test_the_public_list_forgets_what_was_brought(cast: Cast, client: Client) -> None:
    """R1.07: the person reads what is still missing, not what was."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    code = renew_code(case, by=cast.li, at=now()).code
    accepting.ask_once(
        case,
        received=[],
        missing=[
            Missing("出生医学证明", "助产机构签发", position=1),
            Missing("户口簿", "本人保管", position=2),
        ],
        by=cast.li,
        at=now(),
    )
    receive(story, case, 1)
    told = client.post(reverse("progress"), {"number": str(case), "code": code})
    assert "户口簿" in words(told)
    assert "出生医学证明" not in words(told)


def test_put_right_on_the_spot_is_no_notice(cast: Cast) -> None:
    """R1.06: however often papers are handed over, the one notice is still to give."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    receive(story, case, 1)
    acts.ask_once(story, case)
    row = Case.objects.get(pk=case)
    assert row.second_notices == 0
    assert not row.notices.get(kind="one_time").is_second


@pytest.mark.parametrize("reason", ["", "   ", "漏了", "啊啊啊啊啊"])
def test_a_second_notice_names_the_fault_of_what_was_brought(
    cast: Cast, reason: str
) -> None:
    """R1.12: without a supply there is no fault of it; a word or two names none."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    acts.ask_once(story, case)
    good = {"second_reason": "交来的户口簿缺变更页", "by": cast.chen}
    faulty = [Missing("户口簿变更页", "派出所补盖印章")]
    with pytest.raises(RuleBroken, match="Nothing has been brought"):
        acts.ask_once(story, case, received=[], **good)
    receive(story, case, 2)
    with pytest.raises(RuleBroken) as broken:
        acts.ask_once(story, case, missing=faulty, **{**good, "second_reason": reason})
    assert broken.value.field == "second_reason"
    acts.ask_once(story, case, missing=faulty, **good)
    with pytest.raises(RuleBroken, match="Nothing has been brought"):
        acts.ask_once(story, case, received=[], missing=faulty, **good)
    assert Case.objects.get(pk=case).second_notices == 1
    assert verify_case(case).findings == []


def test_the_day_to_bring_is_whole(cast: Cast) -> None:
    """R2.23: late is the day after; the database says so too."""
    Hall.objects.filter(pk=cast.hall.pk).update(late_papers="withdrawn", bring_days=1)
    cast.hall.refresh_from_db()
    case = waiting(cast, "withdrawn", days=0)
    notice = Case.objects.get(pk=case).notices.get(kind="one_time")
    assert dt.date.fromisoformat(notice.content["bring_by"]) > timezone.localdate()
    with pytest.raises(RuleBroken, match="has until"):
        lapse(case, by=cast.li, at=now())
    receiving.receive_materials(case, received=[2], by=cast.li, at=now())
