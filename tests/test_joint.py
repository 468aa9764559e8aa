"""Joint handling: parts, opinions, silence, objections, the end (R4.70 to R4.79)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st

from cases.actions import clocks, negatives
from cases.actions.accepting import accept_case
from cases.actions.answering import answer_case, applicant_withdraws, tell_refusal
from cases.actions.calendar import move_dates
from cases.deadlines import Leg, Share, Whole, expected, stages, working_days_between
from cases.lifecycle import (
    AWAITS_PAPERS,
    ITEM_DISPUTED,
    ITEM_REFUSED,
    ITEMS_WAIT,
    NOTHING_REFUSED,
    REFUSED_BEFORE,
    UNIT_REFUSES,
    UNITS_WAIT,
    RuleBroken,
)
from cases.models import Answer, Case, Notice, Objection, Part
from cases.models.joint import Level
from cases.reads import recount
from cases.reads.case import case_page
from cases.reads.verification import verify_case
from tests import acts, bundles, joints
from tests import make_windows as make
from tests.browsing import opened
from tests.cast import Cast, come_in
from tests.joints import DECISION, ENVIRONMENT, FIRE, PLANNING
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story, earlier
from tests.test_clocks import after, extend
from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.models import Clerk, Hall, Window
from windows.roles import Role

pytestmark = pytest.mark.django_db


UP = [Level.LEAD, Level.COMMITTEE, Level.GOVERNMENT, Level.GOVERNMENT]


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


def states(case: int) -> list[str]:
    return list(
        Part.objects.filter(case_id=case)
        .order_by("turn", "position")
        .values_list("state", flat=True)
    )


def sound(case: int) -> None:
    assert verify_case(case).findings == []


def test_one_accepts_for_all_and_each_unit_has_its_person_and_its_day(
    story: Story,
) -> None:
    """R4.70, R4.73: who can begin is asked at once, who waits has no clock."""
    case = joints.accepted(story)
    assert states(case) == ["answered", "running", "running", "pending", "pending"]
    fire, environment, planning = (joints.part(case, n) for n in (2, 3, 4))
    assert (fire.person, fire.window) == (story.cast.ma, story.cast.tax)
    assert (fire.starts_on, fire.due_on) == (joints.day(story), after(story, 3))
    assert (environment.person, environment.due_on) == (None, after(story, 2))
    assert (planning.starts_on, planning.due_on) == (None, None)
    table = Notice.objects.get(case_id=case, kind="joint").content["rows"]
    assert [row["due"] for row in table] == [
        day.isoformat()
        for day in (joints.day(story), *(after(story, n) for n in (3, 2, 7, 8)))
    ]
    sound(case)
    with pytest.raises(RuleBroken, match="before its parts"):
        answer_case(case, text=TEXT, by=story.cast.li, at=story.at())


def test_a_later_step_begins_on_the_result_and_the_case_ends_after_all(
    story: Story,
) -> None:
    """R4.73: the word that the earlier is done starts the later one's clock."""
    case = joints.accepted(story)
    with pytest.raises(RuleBroken, match="begins when the earlier step is done"):
        joints.says(story, case, PLANNING)
    joints.says(story, case, FIRE, "conditions")
    assert states(case)[PLANNING - 1] == "pending"
    joints.says(story, case, ENVIRONMENT)
    planning = joints.part(case, PLANNING)
    assert (planning.starts_on, planning.due_on) == (
        joints.day(story),
        after(story, 4),
    )
    with pytest.raises(RuleBroken, match="has answered already"):
        joints.says(story, case, FIRE)
    joints.says(story, case, PLANNING)
    answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    assert states(case) == ["answered"] * 4 + ["void"]
    sound(case)


def test_two_objections_that_stand_are_two_refusals(story: Story) -> None:
    """R4.79: each with its reasons, approved by another; the case ends with both."""
    case = joints.two_stand(story)
    assert states(case) == ["answered", "refused", "refused", "void", "void"]
    with pytest.raises(RuleBroken, match="refusal of its own"):
        answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    for left in (1, 0):
        negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
        negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
        tell_refusal(case, text=REFUSAL, by=story.cast.li, at=story.at())
        row = Case.objects.get(pk=case)
        assert row.state == ("accepted" if left else "answered")
    papers = Notice.objects.filter(case_id=case, kind="refusal")
    units = [paper.content["refused_by"] for paper in papers]
    assert units == ["消防救援大队", "生态环境局"]
    assert Answer.objects.filter(case_id=case).count() == 2
    sound(case)


def test_silence_shows_by_itself_and_counts_only_as_the_hall_says(
    cast: Cast, client: Client
) -> None:
    """R4.77, R4.78: no job ran; the lead, the unit and the supervisor see it."""
    with earlier(cast, 12) as before:
        case = joints.accepted(before)
    story = Story(cast)
    for person, sign in ((cast.li, "joint"), (cast.ma, "h-asked")):
        come_in(client, person)
        assert f'id="{sign}' in client.get(reverse("case", args=[case])).text + (
            client.get(reverse("desk")).text
        )
    come_in(client, cast.chen)
    assert str(case) in client.get(reverse("ledger") + "?view=silent").text
    with pytest.raises(RuleBroken, match="silence is no consent"):
        joints.silence(story, case, ENVIRONMENT)
    Hall.objects.filter(pk=cast.hall.pk).update(silence_agrees=True)
    # It was asked before the hall said so: its days may have been cut (R4.77).
    with pytest.raises(RuleBroken, match="silence is no consent"):
        joints.silence(story, case, ENVIRONMENT)
    come_in(client, cast.li)
    assert client.get(reverse("case_silence", args=[case])).status_code == 409
    case = joints.silent(story)
    joints.silence(story, case, ENVIRONMENT)
    joints.silence(story, case, FIRE)
    assert joints.part(case, PLANNING).starts_on == joints.day(story)
    sound(case)


def test_nobody_speaks_for_a_unit_but_itself(story: Story) -> None:
    """R4.70, R4.76: a stand-in does, the lead does not; below, the unit lifts it."""
    case = joints.accepted(story)
    with pytest.raises(RuleBroken, match="answers this itself"):
        joints.says(story, case, FIRE, by=story.cast.li)
    with pytest.raises(RuleBroken) as broken:
        joints.says(story, case, FIRE, "object", basis="")
    assert broken.value.field == "basis"
    joints.says(story, case, FIRE, "object")
    with pytest.raises(RuleBroken, match="lifts its own objection"):
        joints.settles(story, case, FIRE, "lifted")
    joints.settles(story, case, FIRE, "lifted", by=story.cast.ma)
    assert joints.part(case, FIRE).state == "answered"
    sound(case)


def all_agree(story: Story) -> int:
    """Every unit has agreed; the lead's own last step is the answer itself."""
    case = joints.accepted(story)
    for position in (FIRE, ENVIRONMENT, PLANNING):
        joints.says(story, case, position)
    return case


def one_told(story: Story) -> int:
    """Of two refusals one was told."""
    case = joints.first_refusal_proposed(story)
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
    tell_refusal(case, text=REFUSAL, by=story.cast.li, at=story.at())
    return case


def one_left_over(story: Story) -> int:
    """One refusal was told, and the other unit lifted its objection after that."""
    case = one_told(story)
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    joints.overrules(story, case)
    decided = {"decided": "联席会议11月22日", "by": story.cast.chen}
    joints.settles(story, case, ENVIRONMENT, "lifted", **decided)
    return case


def granted(story: Story, case: int) -> int:
    """Every item of a life event is granted."""
    for position in (bundles.SIGN, bundles.FIRE, bundles.SMOKE):
        bundles.decides(story, case, position)
    return case


def all_granted(story: Story) -> int:
    """All of it was here, and is granted."""
    return granted(story, bundles.accepted(story))


def still_following(story: Story) -> int:
    """The same, and a paper that may follow is not here yet."""
    case, by_then = bundles.asked(story), {2: after(story, 2)}
    li: dict[str, Any] = {"by": story.cast.li, "at": story.at()}
    accept_case(case, received=[1, 3], follow=by_then, **li)
    return granted(story, case)


def item_disputed(story: Story) -> int:
    """All the others are granted; of the last it is open whether it is refused."""
    case = bundles.accepted(story)
    for position in (bundles.SIGN, bundles.FIRE):
        bundles.decides(story, case, position)
    bundles.decides(story, case, bundles.SMOKE, "object")
    return case


@pytest.mark.parametrize(
    ("tell", "grants", "refuses"),
    [
        (joints.accepted, UNITS_WAIT, UNITS_WAIT),
        (joints.sent_up, UNITS_WAIT, UNITS_WAIT),
        (all_agree, "", ""),
        (joints.two_stand, UNIT_REFUSES, ""),
        (one_told, UNIT_REFUSES, ""),
        (one_left_over, REFUSED_BEFORE, ""),
        (bundles.accepted, ITEMS_WAIT, ITEMS_WAIT),
        (item_disputed, ITEM_DISPUTED, ITEM_DISPUTED),
        (bundles.all_decided, ITEM_REFUSED, ""),
        (bundles.all_told, "", NOTHING_REFUSED),
        (all_granted, "", NOTHING_REFUSED),
        (still_following, AWAITS_PAPERS, NOTHING_REFUSED),
    ],
)
def test_a_way_is_open_exactly_if_it_can_be_taken(
    story: Story, tell: Callable[[Story], int], grants: str, refuses: str
) -> None:
    """R4.70, R4.79, R2.30: else the page says why not before anything is typed."""
    case = tell(story)
    li: dict[str, Any] = {"by": story.cast.li, "at": story.at()}
    page = case_page(Case.objects.all(), case, viewer=story.cast.li)
    assert page is not None

    def answer() -> None:
        answer_case(case, text=TEXT, **li)

    def propose() -> None:
        negatives.propose_negative(case, NEGATIVE, **li)

    for act, why, take in (
        ("case_answer", grants, answer),
        ("case_negative", refuses, propose),
    ):
        assert page.shut(act) == (gettext(why) if why else "")
        if why:
            with pytest.raises(RuleBroken):
                take()
        else:
            before = transaction.savepoint()
            take()
            transaction.savepoint_rollback(before)


def test_what_is_refused_is_named_and_counts_as_decided_once_it_was_approved(
    story: Story, client: Client
) -> None:
    """R3.30: until then it is only to be refused, and each form says of what."""
    case = bundles.all_decided(story)
    about = "营业前消防检查 · 消防救援大队"

    def page(who: Clerk, address: str = "case") -> str:
        come_in(client, who)
        return client.get(reverse(address, args=[case])).text

    assert "3 个事项中已决定 2 个" in page(story.cast.li)
    assert about in page(story.cast.li, "case_negative").split('id="way"')[1]
    li: dict[str, Any] = {"by": story.cast.li, "at": story.at()}
    negatives.propose_negative(case, NEGATIVE, **li)
    assert about in page(story.cast.chen, "case_decide").split('id="way"')[1]
    assert "3 个事项中已决定 2 个" in page(story.cast.chen)
    at = story.at()
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=at)
    assert "3 个事项中已决定 3 个" in page(story.cast.li)
    assert about in page(story.cast.li, "case_tell").split('id="way"')[1]


def test_each_is_told_what_he_can_do_after_an_objection_stood(
    story: Story, client: Client
) -> None:
    """R4.79: a supervisor has no key 7, nor has the clerk before all have answered."""

    def stands(case: int, who: Clerk) -> str:
        come_in(client, who)
        typed = opened(client, "case_objection", case)
        typed |= {
            "outcome": ["stands"],
            "remark": ["经现场复核并会商后一致认定"],
            "decided": ["联席会议11月22日"],
        }
        address = reverse("case_objection", args=[case])
        page = client.post(address, typed, follow=True).text
        assert page.count("data-told") == 1  # it takes the focus
        return page.split("data-told")[1].split("</div>")[0]

    waits = joints.objected(story)
    said = stands(waits, story.cast.li)
    assert "生态环境局" in said
    assert "键 7" not in said
    above = joints.objected(story)
    joints.says(story, above, ENVIRONMENT)
    own = joints.objected(story)
    joints.says(story, own, ENVIRONMENT)
    assert "键 7" in stands(own, story.cast.li)
    joints.settles(story, above, FIRE, "up")
    said = stands(above, story.cast.chen)
    assert story.cast.li.name in said
    assert "键 7" not in said


def test_a_unit_that_had_nobody_from_the_beginning_is_shown_and_counted(
    story: Story, client: Client
) -> None:
    """R2.60: its people had left before it was asked; it is not outside the hall."""
    joints.make_joint(story.cast)
    story.cast.ma.postings.all().delete()
    case = joints.accepted(story)
    come_in(client, story.cast.li)
    page = client.get(reverse("case", args=[case])).text
    assert "消防救援大队的窗口无人在岗" in page
    come_in(client, story.cast.chen)
    assert str(case) in client.get(reverse("ledger") + "?view=silent").text


def test_all_that_is_wrong_with_a_time_table_is_said_at_once(
    story: Story, client: Client
) -> None:
    """R4.78: each beside its field, which names the unit once."""
    case = joints.accepted(story)
    come_in(client, story.cast.li)
    names = [f"days_{joints.part(case, n).pk}" for n in (FIRE, ENVIRONMENT)]
    typed = opened(client, "case_timetable", case)
    typed |= {names[0]: ["40"], names[1]: ["50"], "reason": [""]}
    page = client.post(reverse("case_timetable", args=[case]), typed)
    assert page.status_code == 422
    summary = page.text.split('class="error-summary"')[1].split("</ul>")[0]
    assert summary.count("消防救援大队") == 1
    for name in (*names, "reason"):
        assert f'id="id_{name}_error"' in page.text


def test_the_time_table_is_changed_within_the_whole_and_issued_again(
    story: Story, client: Client
) -> None:
    """R4.78, R1.21: never past the statutory day, and no part that is answered."""
    case = joints.accepted(story)
    with pytest.raises(RuleBroken, match="after the whole"):
        joints.changes(story, case, {FIRE: 17})
    joints.says(story, case, ENVIRONMENT)
    with pytest.raises(RuleBroken, match="stay as they were"):
        joints.changes(story, case, {ENVIRONMENT: 5})
    new = joints.changes(story, case, {FIRE: 5, DECISION: 2})
    assert (new.version, new.correction) == (2, "申请人希望提前开业")
    assert joints.part(case, FIRE).due_on == after(story, 5)
    sound(case)
    come_in(client, story.cast.li)
    assert "理由：申请人希望提前开业" in client.get(reverse("case", args=[case])).text


def test_several_units_are_given_fifteen_days_more(story: Story) -> None:
    """R1.20, R1.21: one unit alone ten at most."""
    case = joints.accepted(story)
    with pytest.raises(RuleBroken, match="From 1 to"):
        extend(story, case, days=16)
    extend(story, case, days=15)
    sound(case)


def test_the_applicant_withdraws_whatever_the_units_have_said(story: Story) -> None:
    """R4.70: only the applicant's own wish ends a case before its parts."""
    case = joints.objected(story)
    applicant_withdraws(
        case,
        text="申请人自愿撤回本次申请",
        is_signed=True,
        by=story.cast.li,
        at=story.at(),
    )
    assert states(case)[ENVIRONMENT - 1 :] == ["void"] * 3
    sound(case)


def test_an_overruled_refusal_opens_its_objection_one_level_up(story: Story) -> None:
    """R3.35, R4.79: what fell away behind it waits again, and nothing is a dead end."""
    case = joints.first_refusal_proposed(story)
    joints.overrules(story, case)
    # The other unit's objection still stands before them.
    assert states(case) == ["answered", "objected", "refused", "void", "void"]
    with pytest.raises(RuleBroken, match="still open"):
        negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    decided = {"decided": "联席会议11月22日", "by": story.cast.chen}
    joints.settles(story, case, FIRE, "lifted", **decided)
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    joints.overrules(story, case)
    assert states(case)[ENVIRONMENT - 1 :] == ["objected", "pending", "pending"]
    sound(case)
    for _level in (Level.COMMITTEE, Level.GOVERNMENT):
        joints.settles(story, case, ENVIRONMENT, "stands", **decided)
        negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
        joints.overrules(story, case)
    assert [one.level for one in joints.part(case, 3).objections.all()] == UP
    joints.settles(story, case, ENVIRONMENT, "conditions", **decided)
    assert joints.part(case, PLANNING).starts_on == joints.day(story)
    joints.says(story, case, PLANNING)
    answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    sound(case)


def test_after_one_refusal_was_told_the_rest_is_refused_too(story: Story) -> None:
    """R4.79: a told refusal is not followed by a grant, nor by a server error."""
    case = joints.first_refusal_proposed(story)
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
    tell_refusal(case, text=REFUSAL, by=story.cast.li, at=story.at())
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    joints.overrules(story, case)
    decided = {"decided": "联席会议11月22日", "by": story.cast.chen}
    joints.settles(story, case, ENVIRONMENT, "lifted", **decided)
    with pytest.raises(RuleBroken, match="what remains is refused too"):
        answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
    tell_refusal(case, text=REFUSAL, by=story.cast.li, at=story.at())
    assert Case.objects.get(pk=case).state == "answered"
    sound(case)


def test_an_objection_ends_with_a_case_that_is_withdrawn(story: Story) -> None:
    """R4.79: nothing of it is left to decide."""
    case = joints.sent_up(story)
    applicant_withdraws(
        case,
        text="申请人自愿撤回本次申请",
        is_signed=True,
        by=story.cast.li,
        at=story.at(),
    )
    assert not Objection.objects.filter(case=case, outcome="").exists()
    sound(case)


def test_a_unit_with_nobody_at_its_window_is_heard_by_letter(
    story: Story, client: Client
) -> None:
    """R2.60, R4.70: lead or supervisor, with the letter; all of them see it before."""
    cast = story.cast
    case = joints.accepted(story)
    with pytest.raises(RuleBroken, match="answers this itself"):
        joints.says(story, case, FIRE, by=cast.chen, letter="消函12号")
    joints.nobody_at(story, cast.tax)
    for person, address, sign in (
        (cast.chen, reverse("desk"), 'id="view-silent"'),
        (cast.chen, reverse("ledger") + "?view=silent", str(case)),
        (cast.li, reverse("desk"), "1个单位无人在岗"),
        (cast.li, reverse("case", args=[case]), "消防救援大队的窗口无人在岗"),
    ):
        come_in(client, person)
        assert sign in client.get(address).text
    for who, letter, said in (
        (cast.wang, "消函12号", "answers for this case, not you"),
        (cast.li, " ", "Name the letter"),
        (cast.li, "\u200b-", "Name the letter"),
        (cast.chen, "", "Name the letter"),
    ):
        with pytest.raises(RuleBroken, match=said):
            joints.says(story, case, FIRE, by=who, letter=letter)
    joints.says(story, case, FIRE, "object", by=cast.chen, letter="消函12号")
    with pytest.raises(RuleBroken, match="Name the letter"):
        joints.settles(story, case, FIRE, "lifted")
    joints.settles(story, case, FIRE, "lifted", decided="消函15号")
    assert joints.part(case, FIRE).state == "answered"
    sound(case)


def test_a_unit_is_heard_through_any_of_its_people_at_any_of_its_windows(
    story: Story, client: Client
) -> None:
    """R2.60, R4.70: no letter while somebody is there; the colleague sees and lifts."""
    cast = story.cast
    case = joints.accepted(story)
    he = joints.colleague(story, joints.part(case, FIRE).department)
    joints.nobody_at(story, cast.tax)
    come_in(client, he)
    assert 'id="h-asked"' in client.get(reverse("desk")).text
    page = client.get(reverse("case_opinion", args=[case]))
    assert page.status_code == 200
    assert "无人在岗" not in client.get(reverse("case", args=[case])).text
    for who in (cast.li, cast.chen):
        with pytest.raises(RuleBroken, match="answers this itself, at window C04"):
            joints.says(story, case, FIRE, by=who, letter="消函12号")
    joints.says(story, case, FIRE, "object", by=he)
    with pytest.raises(RuleBroken, match="lifts its own objection"):
        joints.settles(story, case, FIRE, "lifted", decided="消函15号")
    joints.settles(story, case, FIRE, "lifted", by=he)
    sound(case)


def test_a_unit_that_nobody_was_posted_for_speaks_from_its_first_posting_on(
    story: Story,
) -> None:
    """R4.70: at the acceptance it had no window; that freezes nobody out."""
    cast = story.cast
    joints.make_joint(cast)
    cast.ma.postings.all().delete()
    case = joints.accepted(story)
    assert joints.part(case, FIRE).window is None
    make.posting(cast.ma, cast.tax)
    with pytest.raises(RuleBroken, match="answers this itself"):
        joints.says(story, case, FIRE, by=cast.li, letter="消函12号")
    joints.says(story, case, FIRE, by=cast.ma)
    sound(case)


def test_whoever_gets_the_window_of_a_unit_does_not_speak_for_it(
    story: Story, client: Client
) -> None:
    """R4.70: the unit is the department that was asked, not what its window became."""
    cast = story.cast
    case = joints.accepted(story)
    Window.objects.filter(pk=cast.tax.pk).update(department=cast.outside)
    new = make.clerk(cast.hall, staff_number="1030", name="新人")
    make.posting(new, cast.tax)
    come_in(client, new)
    assert client.get(reverse("case", args=[case])).status_code == 404
    for who in (new, cast.ma):
        with pytest.raises(RuleBroken, match="answers for this case, not you"):
            joints.says(story, case, FIRE, by=who)
    joints.says(story, case, FIRE, by=cast.li, letter="消函12号")
    sound(case)


def test_where_silence_agrees_nobody_shortens_the_days_of_a_unit(story: Story) -> None:
    """R4.77, R4.78: else the lead could make a consent of it."""
    Hall.objects.filter(pk=story.cast.hall.pk).update(silence_agrees=True)
    case = joints.accepted(story)
    with pytest.raises(RuleBroken, match="keeps its 3 days") as broken:
        joints.changes(story, case, {FIRE: 0})
    assert broken.value.field == f"days_{joints.part(case, FIRE).pk}"
    joints.changes(story, case, {FIRE: 4, DECISION: 0})
    sound(case)


def test_what_waits_is_expected_from_today_on(cast: Cast) -> None:
    """R4.73: no day to be hoped for lies in the past, on the page nor on the paper."""
    with earlier(cast, 20) as then:
        case = joints.accepted(then)
    story = Story(cast)
    page = case_page(Case.objects.all(), case, viewer=cast.li)
    assert page is not None
    assert page.joint is not None
    planning = page.joint.parts[PLANNING - 1]
    assert planning.is_expected
    assert planning.first == joints.day(story)
    assert planning.last == after(story, 4)


def stop(story: Story, case: int, limit: int | None) -> None:
    clocks.stop_clock(
        case,
        ground="hearing",
        reason="依法举行听证会议",
        limit_days=limit,
        by=story.cast.li,
        at=story.at(),
    )


def resume(story: Story, case: int) -> None:
    clocks.resume_clock(case, by=story.cast.li, at=story.at())


def stood(then: Story, now: Story) -> int:
    """Working days since an earlier story."""
    calendar = current_calendar(then.cast.hall.region)
    return working_days_between(calendar, joints.day(then), joints.day(now))


@pytest.mark.parametrize("limit", [30, None])
def test_the_days_of_the_units_move_with_the_clock_of_the_whole(
    cast: Cast, client: Client, limit: int | None
) -> None:
    """R1.24, R4.75: while it stands nobody is late, and no unit loses a day."""
    with earlier(cast, 7) as then:
        case = joints.accepted(then)
        other = joints.accepted(then)
        for one in (case, other):
            stop(then, one, limit)
        assert joints.part(case, FIRE).due_on == after(then, 3 + (limit or 0))
        # What begins meanwhile has its days after the stop too.
        joints.says(then, other, FIRE)
        joints.says(then, other, ENVIRONMENT)
        assert joints.part(other, PLANNING).due_on == after(then, 4 + (limit or 0))
    story = Story(cast)
    come_in(client, cast.chen)
    assert str(case) not in client.get(reverse("ledger") + "?view=silent").text
    come_in(client, cast.ma)
    assert ("deadline--stopped" in client.get(reverse("desk")).text) == (not limit)
    for one, position, days in ((case, FIRE, 3), (other, PLANNING, 4)):
        resume(story, one)
        assert joints.part(one, position).due_on == after(
            then, days + stood(then, story)
        )
        sound(one)
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case]) + "?days=joint").text
    assert "时限中止（听证），不计入。" in page
    assert f"{joints.part(case, FIRE).due_on:%m-%d}" in page


def test_after_dates_have_moved_the_time_table_is_issued_anew(
    cast: Cast, client: Client
) -> None:
    """R1.24, R4.78: the page says so until it is, and the history says each day."""
    with earlier(cast, 7) as then:
        case = joints.objected(then)
        stop(then, case, 30)
    story = Story(cast)
    due = Objection.objects.get(case=case).due_on
    come_in(client, cast.li)
    address = reverse("case", args=[case])
    page = client.get(address).text
    assert "时限恢复计算后重新出具" in page
    assert f"消防救援大队的反对意见：应于{due:%Y-%m-%d}前处理" in page
    resume(story, case)
    moved = Objection.objects.get(case=case).due_on
    days = cast.hall.objection_lead_days
    assert moved == after(then, days + stood(then, story)) < due
    typed = opened(client, "case_timetable", case)
    page = client.post(reverse("case_timetable", args=[case]), typed, follow=True).text
    assert "重新出具了时限表" in page
    assert "以来，期限已有变动" not in page
    table = Notice.objects.filter(case_id=case, kind="joint").latest("id")
    whole = Case.objects.get(pk=case)
    assert (table.version, table.content["promised_due"]) == (
        2,
        f"{whole.promised_due}",
    )
    with pytest.raises(RuleBroken, match="Nothing was changed"):
        joints.changes(story, case, {})
    sound(case)


def test_a_late_answer_is_marked_with_its_days(cast: Cast, client: Client) -> None:
    """R4.78: beside the unit and in the history; not while the clock was frozen."""
    with earlier(cast, 14) as then:
        case, frozen = joints.accepted(then), joints.accepted(then)
        stop(then, frozen, None)
    story = Story(cast)
    for one in (case, frozen):
        joints.says(story, one, FIRE)
    late = stood(then, story) - 3
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case])).text
    badge = 'badge--ochre">逾期'
    assert f"{badge}{late}个工作日</span>" in page
    assert f"逾期，超过{late}个工作日。" in page
    page = client.get(reverse("case", args=[frozen])).text
    assert badge not in page
    assert "逾期，超过" not in page


def test_a_stop_revives_no_day_that_a_unit_has_missed(cast: Cast) -> None:
    """R1.24, R4.78: nor does another time table while it runs again."""
    with earlier(cast, 14) as then:
        case = joints.accepted(then)
    promised = Case.objects.get(pk=case).promised_due
    assert promised is not None
    with earlier(cast, (timezone.localdate() - promised).days) as later:
        stop(later, case, None)
    resume(Story(cast), case)
    assert joints.part(case, FIRE).due_on == after(then, 3)
    sound(case)


def test_an_extension_gives_a_unit_only_what_the_whole_had_cut_off(cast: Cast) -> None:
    """R1.21: its own days stay what they are."""
    with earlier(cast, 26) as then:
        case = joints.accepted(then)
    story = Story(cast)
    joints.says(story, case, ENVIRONMENT)
    joints.says(story, case, FIRE)
    whole = Case.objects.get(pk=case).statutory_due
    assert whole is not None
    assert joints.part(case, PLANNING).due_on == whole < after(story, 4)
    extend(story, case, days=15)
    assert joints.part(case, PLANNING).due_on == after(story, 4)
    sound(case)


def test_a_calendar_moves_the_days_of_the_units_that_lie_ahead(story: Story) -> None:
    """R9.11, R9.14: with those of the whole, and what has passed stays."""
    with earlier(story.cast, 14) as then:
        missed = joints.accepted(then)
    case = joints.accepted(story)
    before = joints.part(missed, FIRE).due_on
    acts.day_off(story, after(story, 2))
    for one in (case, missed):
        move_dates(one, by=story.cast.sun, at=story.at())
        sound(one)
    assert joints.part(case, FIRE).due_on == after(story, 3)
    assert joints.part(case, ENVIRONMENT).due_on == after(story, 2)
    assert joints.part(missed, FIRE).due_on == before
    assert not list(recount.cases_to_move(joints.day(story)))


def test_a_letter_is_written_down_by_nobody_else_and_on_no_stale_page(
    story: Story, client: Client
) -> None:
    """R4.70: not in another hall, nor after somebody was faster; nothing is lost."""
    case = joints.deserted(story)
    address = reverse("case_opinion", args=[case])
    hall = story.cast.zhou.hall
    stranger = make.clerk(hall, Role.SUPERVISOR, staff_number="2009", name="外厅")
    come_in(client, stranger)
    assert client.get(address).status_code == 404
    with pytest.raises(RuleBroken, match="Only a supervisor of this hall"):
        joints.says(story, case, FIRE, by=stranger, letter="消函12号")
    come_in(client, story.cast.chen)
    typed = {
        **opened(client, "case_opinion", case),
        "part": [joints.part(case, FIRE).pk],
        "opinion": ["agree"],
        "letter": ["消函12号"],
    }
    joints.says(story, case, ENVIRONMENT)
    stale = client.post(address, typed)
    assert stale.status_code == 409
    assert "消函12号" in stale.text
    assert joints.part(case, FIRE).state == "running"


PLAIN = Calendar({}, frozenset(range(2020, 2040)), 0)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=6),
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)),
    st.integers(0, 40),
)
def test_parts_run_as_walking_through_the_stages_gives(
    legs: list[tuple[int, bool]], start: dt.date, whole: int
) -> None:
    """R4.73, R1.21: the slow way, day by day and stage by stage, within the whole."""
    latest = walk(start, whole)
    number = stages([Leg("", "", days, is_parallel=beside) for days, beside in legs])
    shares = [Share(n, days) for n, (days, _beside) in zip(number, legs, strict=True)]
    found = expected(PLAIN, start, shares, Whole(latest), start)
    begins = reached = start
    for place, (days, beside) in enumerate(legs):
        if place and not beside:
            begins = reached
        ends = min(walk(begins, days), max(latest, begins))
        reached = max(reached, ends) if place and beside else ends
        assert found[place] == (begins, ends)


def walk(day: dt.date, count: int) -> dt.date:
    """So many working days on, one day after the other; a rest day moves on."""
    while count or day.weekday() >= 5:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and count:
            count -= 1
    return day


def test_every_day_of_the_time_table_unfolds(story: Story, client: Client) -> None:
    """R4.70: of each unit, those that wait included, as of any other date."""
    case = joints.accepted(story)
    come_in(client, story.cast.li)
    address = reverse("case", args=[case])
    assert 'class="days"' not in client.get(address).text
    page = client.get(f"{address}?days=joint").text
    assert page.count('class="days"') == 5
    assert f"{after(story, 3):%m-%d}" in page


def test_a_missed_day_stays_missed_whatever_the_table_says(cast: Cast) -> None:
    """R4.78: the lead gives no new day to a unit that has let its own pass."""
    with earlier(cast, 10) as then:
        case = joints.accepted(then)
    with pytest.raises(RuleBroken, match="missed its day") as refused:
        joints.changes(Story(cast), case, {FIRE: 15})
    assert refused.value.field == f"days_{joints.part(case, FIRE).pk}"


def test_silence_while_the_clock_stands_is_no_consent(cast: Cast) -> None:
    """R1.24, R4.77: what the clock was stopped for comes first."""
    Hall.objects.filter(pk=cast.hall.pk).update(silence_agrees=True)
    with earlier(cast, 10) as then:
        case = joints.accepted(then)
        clocks.stop_clock(
            case,
            ground="hearing",
            reason="依法举行听证会议",
            limit_days=30,
            by=cast.li,
            at=then.at(),
        )
    with pytest.raises(RuleBroken, match="clock is stopped"):
        joints.silence(Story(cast), case, FIRE)


@pytest.mark.parametrize("left", [1, 0])
def test_silence_of_a_unit_whose_days_the_whole_cut_is_no_consent(
    cast: Cast, client: Client, left: int
) -> None:
    """R1.21, R4.77: it begins when the law leaves it a day, or none at all."""
    Hall.objects.filter(pk=cast.hall.pk).update(silence_agrees=True)
    with earlier(cast, 120) as then:
        case = joints.accepted(then)
    story = Story(cast)
    end = Case.objects.get(pk=case).statutory_due
    assert end is not None
    with earlier(cast, (joints.day(story) - end).days + left) as then:
        joints.says(then, case, FIRE)
        joints.says(then, case, ENVIRONMENT)
    part = joints.part(case, PLANNING)
    assert (part.days, part.due_on) == (4, end)
    with pytest.raises(RuleBroken, match="fewer than its 4 days") as refused:
        joints.silence(story, case, PLANNING)
    assert refused.value.field == "part"
    come_in(client, cast.li)
    assert client.get(reverse("case_silence", args=[case])).status_code == 409


def test_a_unit_outside_lifts_its_objection_by_letter(story: Story) -> None:
    """R4.79: the lead alone does not speak for it."""
    case = joints.accepted(story)
    joints.says(story, case, ENVIRONMENT, "object")
    with pytest.raises(RuleBroken, match="Name the letter"):
        joints.settles(story, case, ENVIRONMENT, "lifted")
    joints.settles(story, case, ENVIRONMENT, "lifted", decided="环函〔2026〕9号")
    assert joints.part(case, ENVIRONMENT).state == "answered"
    sound(case)


def test_a_table_without_end_is_a_sentence(story: Story) -> None:
    """R4.70: days beyond every calendar are refused, not broken on."""
    joints.make_joint(story.cast).steps.filter(position=4).update(days=32767)
    case = joints.asked(story)
    with pytest.raises(RuleBroken, match="outside every calendar"):
        accept_case(case, received=[1, 2], by=story.cast.li, at=story.at())
