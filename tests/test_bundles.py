"""Life events (一件事): one slip, several items, shared papers asked for once."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from collections import Counter
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.actions import negatives, referring
from cases.actions.accepting import Missing, accept_case, ask_once
from cases.actions.answering import answer_case, tell_refusal
from cases.actions.delivering import How, deliver
from cases.actions.intake import Request, open_case, renew_code
from cases.actions.receiving import receive_materials
from cases.deadlines import Limits, Whole, both_dates, due, fitted, part_due
from cases.lifecycle import RuleBroken
from cases.models import Answer, Case, CaseMaterial, Notice, Part
from cases.reads.case import case_page
from cases.reads.progress import look_up
from cases.reads.verification import verify_case
from tests import bundles, forms, joints
from tests import make_windows as make
from tests.bundles import FIRE, SIGN, SMOKE
from tests.cast import APPLICANT, Cast, come_in
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story, earlier
from tests.test_calculator import count
from tests.test_clocks import after, extend
from tests.test_deadlines import CALENDAR, obvious_due, on
from windows.bundles import Takes, asked_once, whole
from windows.calendars import current_calendar
from windows.coverage import Gap, coverage_of
from windows.editing import save_with_reason
from windows.models import BundledItem, Hall, SamePaper, ServiceItem
from windows.models.items import Authority, ItemState


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


def sound(case: int) -> None:
    assert verify_case(case).findings == []


# --- Asked for once: a property against a slow and obvious model --------------------


@dataclass
class Sheet:
    """A paper of an item, as much of it as matters here."""

    name: str
    form: str = "original"
    copies: int = 1
    is_required: bool = True
    may_follow: bool = False
    standard: str = ""
    how_to_get: str = ""
    sample: str = ""
    basis: str = ""


NAMES = ("身份证", "身 份 证", "ＡＢ表", "ab表", "合同", "平面图", "照片")

SHEETS = st.builds(
    Sheet,
    name=st.sampled_from(NAMES),
    form=st.sampled_from(("original", "copy", "both", "electronic")),
    copies=st.integers(1, 5),
    is_required=st.booleans(),
    may_follow=st.booleans(),
    standard=st.sampled_from(("", "有效期内", "加盖公章")),
)


def plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "").lower()


def alike(name: str, names: set[str], marks: list[tuple[str, str]]) -> set[str]:
    """All names of one paper: walk along the marks of what is there to the end."""
    reached = {name}
    for _round in range(len(marks)):
        for mark in marks:
            ends = {plain(one) for one in mark}
            if ends <= names and ends & reached:
                reached |= ends
    return reached


@given(
    st.lists(st.tuples(st.sampled_from("甲乙丙"), SHEETS), max_size=9),
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from((*NAMES, ""))), max_size=4
    ),
)
def test_every_paper_of_every_item_is_asked_for_exactly_once(
    papers: list[tuple[str, Sheet]], marks: list[tuple[str, str]]
) -> None:
    """R2.01, R2.31: nothing is left out, nothing twice, and nothing is made easier."""
    found = asked_once(papers, marks)
    names = {plain(paper.name) for _item, paper in papers}
    for _item, paper in papers:
        own = alike(plain(paper.name), names, marks)
        if any(not other and plain(name) in own for name, other in marks):
            assert not [each for each in found if plain(each.name) in own]
            continue  # an item of the life event makes it
        ones = [each for each in found if plain(each.name) in own]
        group = [pair for pair in papers if plain(pair[1].name) in own]
        others = [other for _name, other in group]
        often = Counter((item, plain(other.name)) for item, other in group)
        assert len(ones) == max(often.values())
        if len(ones) > 1:  # an item asks for it twice, and is given both
            assert any(
                _item in one.serves
                and paper.standard in one.standard
                and paper.copies <= one.copies
                and paper.is_required <= one.is_required
                for one in ones
            )
            continue
        [one] = ones
        assert set(one.serves) == {name for name, _other in group}
        assert one.is_required == any(other.is_required for other in others)
        assert one.may_follow == all(other.may_follow for other in others)
        assert one.copies == max(other.copies for other in others)
        assert paper.standard in one.standard
        forms = {other.form for other in others}
        if "both" in forms or {"copy", "original"} <= forms:
            assert one.form == "both"
        else:
            assert one.form == min(forms, key=["original", "copy", "electronic"].index)


def test_papers_are_one_by_name_across_items_and_never_within_one() -> None:
    """R1.07: what stands between numbers counts, and two photos stay two."""
    for one, two in (("表1-12", "表11-2"), ("附件1.1", "附件11"), ("表1 2", "表12")):
        assert len(asked_once([("甲", Sheet(one)), ("乙", Sheet(two))])) == 2
    for one, two in (
        ("表 1－2", "表1 - 2"),
        ("《表1》", "表1"),
        ("附件1–1", "附件1-1"),
    ):
        assert len(asked_once([("甲", Sheet(one)), ("乙", Sheet(two))])) == 1
    small, large = (Sheet("照片", standard=size) for size in ("一寸", "两寸"))
    found = asked_once([("甲", small), ("甲", large), ("乙", large)])
    assert [(one.standard, one.serves) for one in found] == [
        ("一寸", ("甲",)),
        ("两寸", ("甲", "乙")),
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 70), st.integers(0, 70), st.booleans()), min_size=1
    )
)
def test_the_whole_takes_its_longest_way_and_never_longer_than_the_law(
    rows: list[tuple[int, int, bool]],
) -> None:
    """R1.21, R1.30: stage by stage, 45 days in all unless one item has more by law."""
    items = [Takes(law, min(law, own), beside) for law, own, beside in rows]
    stages: list[list[Takes]] = []
    for item in items:
        if item.is_parallel and stages:
            stages[-1].append(item)
        else:
            stages.append([item])
    found = whole(items)
    summed = sum(max(one.statutory for one in stage) for stage in stages)
    assert found.statutory == min(summed, max(45, *(one.statutory for one in items), 0))
    promised = sum(max(one.promised for one in stage) for stage in stages)
    assert found.promised == min(promised, found.statutory)


NAMES_OF_ITEMS = ["特种行业备案", "营业前消防检查", "油烟排放登记"]

LIMITS = st.lists(
    st.tuples(st.integers(0, 70), st.sampled_from(["working", "calendar"])), min_size=1
)


@given(st.dates(on(1, 5), on(3, 10)), LIMITS)
def test_what_begins_together_ends_with_the_last_of_it_over_the_longest_holiday(
    start: dt.date, rows: list[tuple[int, str]]
) -> None:
    """R1.21, R1.30: around Spring Festival, against walking through every day."""
    members = [
        ServiceItem(statutory_days=days, statutory_unit=unit, handling="promised")
        for days, unit in rows
    ]
    event = ServiceItem(is_bundle=True)
    event.members = [BundledItem(member=one) for one in members]
    found = both_dates(CALENDAR, start, Limits.of(event))[1].due
    alone = [obvious_due(CALENDAR, start, days, unit) for days, unit in rows]
    longest = event.whole().statutory
    assert found == min(max(alone), obvious_due(CALENDAR, start, longest, "working"))


@given(st.dates(on(1, 5), on(3, 10)), LIMITS, st.lists(st.booleans(), min_size=9))
def test_what_comes_one_after_the_other_ends_by_the_calendar_too(
    start: dt.date, rows: list[tuple[int, str]], beside: list[bool]
) -> None:
    """R1.21: walked stage by stage, each limit in its own unit."""
    event = ServiceItem(is_bundle=True)
    event.members = [
        BundledItem(
            member=ServiceItem(
                statutory_days=days, statutory_unit=unit, handling="promised"
            ),
            is_parallel=bool(place) and is_beside,
        )
        for place, ((days, unit), is_beside) in enumerate(
            zip(rows, beside, strict=False)
        )
    ]
    begins = ends = start
    for row in event.members:
        begins = begins if row.is_parallel else ends
        own = obvious_due(CALENDAR, begins, *row.member.by_law())
        ends = max(ends, own) if row.is_parallel else own
    longest = obvious_due(CALENDAR, start, event.whole().statutory, "working")
    found = both_dates(CALENDAR, start, Limits.of(event))[1].due
    assert found == min(ends, longest)


@pytest.mark.parametrize("unit", ["working", "calendar"])
def test_an_extension_is_working_days_where_an_item_has_them(unit: str) -> None:
    """R1.20, R1.21: the head of the government gives 15, and no weekend eats them."""
    event = ServiceItem(is_bundle=True)
    event.members = [
        BundledItem(
            member=ServiceItem(
                statutory_days=5, statutory_unit=one, handling="promised"
            )
        )
        for one in ("working", unit)
    ]
    limits, start = Limits.of(event), on(3, 2)
    plain = both_dates(CALENDAR, start, limits)[1].due
    longer = both_dates(CALENDAR, start, limits, extension=15)[1].due
    assert longer == obvious_due(CALENDAR, plain, 15, "working")


def test_the_days_of_a_part_end_with_the_law_of_its_item_by_the_calendar() -> None:
    """R1.20: ten working days before Spring Festival are more than fourteen days."""
    law = (14, "calendar")
    start = on(2, 12)
    assert part_due(CALENDAR, start, 10, Whole(None)) > on(2, 26)
    assert part_due(CALENDAR, start, 10, Whole(None), law) == on(2, 26)
    # R1.07: from the acceptance, if it begins with that, else from where it begins.
    for accepted, first, later in (
        (on(2, 10), on(2, 24), on(2, 26)),
        (on(1, 12), start, on(2, 26)),
    ):
        whole = Whole(None, accepted=accepted)
        assert part_due(CALENDAR, start, 10, whole, law) == first
        assert part_due(CALENDAR, start, 10, whole, law, stage=1) == later


def test_items_one_after_the_other_fit_into_the_whole() -> None:
    """R1.21: cut in proportion, what fits stays."""
    assert fitted([5, 3, 4], [0, 0, 1], 9) == [5, 3, 4]
    assert fitted([20, 10, 20, 20], [0, 0, 1, 2], 45) == [15, 7, 15, 15]


# --- The life of a case ---------------------------------------------------------------


@pytest.mark.django_db
def test_one_slip_asks_each_paper_once_and_each_unit_for_its_item(
    story: Story,
) -> None:
    """R4.70, R4.73: each unit has its own day, and what serves what is on the slip."""
    case = bundles.accepted(story)
    papers = {one.name: one for one in CaseMaterial.objects.filter(case_id=case)}
    assert set(papers) == {"身份证", "房屋租赁合同", "平面图"}
    assert (papers["身份证"].form, papers["身份证"].copies) == ("both", 2)
    assert papers["身份证"].serves == ["特种行业备案", "营业前消防检查"]
    assert not papers["身份证"].may_follow
    assert papers["房屋租赁合同"].may_follow
    row = Case.objects.get(pk=case)
    assert (row.promised_due, row.statutory_due) == (after(story, 9), after(story, 40))
    sign, fire, smoke = (bundles.part(case, n) for n in (SIGN, FIRE, SMOKE))
    assert (sign.is_lead, sign.due_on) == (True, after(story, 5))
    assert (fire.person, fire.due_on) == (story.cast.ma, after(story, 3))
    assert (smoke.window, smoke.starts_on, smoke.state) == (None, None, "pending")
    slip = Notice.objects.get(case_id=case, kind="acceptance").content
    assert slip["item"]["bundled"] == ["特种行业备案", "营业前消防检查", "油烟排放登记"]
    assert slip["serves"]["平面图"] == ["营业前消防检查"]
    sound(case)


@pytest.mark.django_db
def test_each_item_ends_as_its_unit_decided_and_no_refusal_holds_back_a_grant(
    story: Story,
) -> None:
    """R4.79: the later item begins after a refusal; the answer names each result."""
    case = bundles.accepted(story)
    li = story.cast.li
    with pytest.raises(RuleBroken, match="before its items"):
        answer_case(case, text=TEXT, by=li, at=story.at())
    bundles.refuses(story, case, FIRE)
    assert bundles.part(case, SMOKE).state == "pending"
    bundles.decides(story, case, SIGN)
    assert bundles.part(case, SMOKE).due_on == after(story, 4)
    bundles.decides(story, case, SMOKE, "conditions")
    with pytest.raises(RuleBroken, match="refuses its item"):
        answer_case(case, text=TEXT, by=li, at=story.at())
    bundles.told(story, case)
    assert Case.objects.get(pk=case).state == "accepted"
    refusal = Notice.objects.get(case_id=case, kind="refusal").content
    assert (refusal["item"]["name"], refusal["refused_by"]) == (
        "营业前消防检查",
        "消防救援大队",
    )
    with pytest.raises(RuleBroken, match="decided by its own unit"):
        bundles.told(story, case)
    answer = answer_case(case, text=TEXT, by=li, at=story.at())
    assert answer.kind == "granted"
    for name in ("特种行业备案", "营业前消防检查", "油烟排放登记"):
        assert name in answer.text
    assert joints.REASON in answer.text
    row = Case.objects.get(pk=case)
    assert (row.state, row.to_deliver) == ("answered", True)
    sound(case)


@pytest.mark.django_db
@pytest.mark.parametrize("result", ["nothing", "certificate"])
def test_what_was_granted_is_told_with_its_conditions_and_delivered_as_items_yield(
    story: Story, result: str
) -> None:
    """R1.23, R1.40: a condition of who lifts an objection is one of the grant too."""
    bundle = bundles.make_bundle(story.cast)
    codes = ("110021", "110022", "110023")
    ServiceItem.objects.filter(pk=bundle.pk).update(result="nothing")
    ServiceItem.objects.filter(code__in=codes).update(result="nothing")
    ServiceItem.objects.filter(code="110022").update(result=result)
    case = bundles.accepted(story)
    why = "须在开业前增设一处安全出口"
    bundles.decides(story, case, FIRE, "object")
    joints.settles(story, case, FIRE, "conditions", by=story.cast.ma, reason=why)
    bundles.decides(story, case, SIGN)
    bundles.decides(story, case, SMOKE)
    shown = case_page(Case.objects.all(), case, viewer=story.cast.li)
    assert shown
    assert shown.joint
    assert shown.joint.parts[FIRE - 1].said == "附条件准予"
    answer = answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    assert why in answer.text
    row = Case.objects.get(pk=case)
    code = renew_code(case, by=story.cast.li, at=story.at()).code
    told, _limited = look_up(row.number, code, address="", at=story.at())
    assert told
    assert told.items[FIRE - 1].words == "附条件准予"
    assert Case.objects.get(pk=case).to_deliver == (result != "nothing")
    if result != "nothing":
        # The life event itself yields nothing: its proof says what this item does.
        handed = How(method="counter", receiver="applicant", proof="identity")
        deliver(case, handed, by=story.cast.li, at=story.at())
        proof = Notice.objects.get(case_id=case, kind="delivery").content
        assert proof["results"] == [result]
        assert len(proof["item"]["bundled"]) == 1
    sound(case)


@pytest.mark.django_db
def test_an_item_is_decided_by_its_own_people_wherever_the_case_is(
    story: Story, client: Client
) -> None:
    """R4.70: a window that advises does not, nor does the lead's holder elsewhere."""
    cast = story.cast
    bundle = bundles.make_bundle(cast)
    audit = ServiceItem.objects.get(code="110022")
    audit.responsibilities.all().delete()
    make.responsibility(cast.reception, audit, Authority.ADVISE)
    make.responsibility(cast.tax, bundle, Authority.ACCEPT)
    case = bundles.accepted(story)
    assert bundles.part(case, FIRE).window == cast.tax
    offer = referring.offer_case(
        case,
        to_clerk_id=cast.ma.pk,
        to_window_id=cast.tax.pk,
        reason="属税务窗口办理",
        escort="told",
        by=cast.li,
        at=story.at(),
    )
    referring.accept_referral(offer.pk, by=cast.ma, at=story.at())
    with pytest.raises(RuleBroken, match="answers this itself, at window B12"):
        bundles.decides(story, case, SIGN, by=cast.ma)
    come_in(client, cast.zhao)
    assert 'id="h-asked"' in client.get(reverse("desk")).text
    bundles.decides(story, case, SIGN, by=cast.zhao)
    sound(case)


def test_a_window_of_many_units_decides_what_it_may_where_the_unit_has_none(
    story: Story, client: Client
) -> None:
    """R2.25, R4.70: whichever has the duty to decide the item, and only that one."""
    cast = story.cast
    bundles.make_bundle(cast)
    smoke = ServiceItem.objects.get(code="110023")
    make.responsibility(cast.reception, smoke, Authority.DECIDE)
    case = bundles.accepted(story)
    assert bundles.part(case, SMOKE).person == cast.wang
    for position in (SIGN, FIRE):
        bundles.decides(story, case, position)
    come_in(client, cast.wang)
    assert 'id="h-asked"' in client.get(reverse("desk")).text
    with pytest.raises(RuleBroken, match="answers this itself, at window A01"):
        bundles.decides(story, case, SMOKE, by=cast.li)
    bundles.decides(story, case, SMOKE, by=cast.wang, letter="")
    sound(case)


def test_one_unit_alone_has_ten_days_more_and_an_item_its_own_law(
    story: Story,
) -> None:
    """R1.20, R1.21: fifteen days are for several units; no table outruns the law."""
    bundle = bundles.make_bundle(story.cast)
    case = bundles.accepted(story)
    with pytest.raises(RuleBroken, match="By its own law it ends on"):
        joints.changes(story, case, {FIRE: 21})
    bundle.bundled.exclude(member__code="110021").delete()
    alone = bundles.asked(story)
    accept_case(alone, received=[1, 2], by=story.cast.li, at=story.at())
    with pytest.raises(RuleBroken, match="From 1 to 10 days"):
        extend(story, alone, days=15)
    extend(story, alone, days=10)
    sound(alone)


def test_where_every_unit_refuses_the_last_refusal_ends_it(story: Story) -> None:
    """R4.79, R3.35: one overruled is examined once more and granted after all."""
    case = bundles.accepted(story)
    for position in (SIGN, FIRE, SMOKE):
        bundles.refuses(story, case, position)
    for left in (2, 1, 0):
        bundles.told(story, case)
        assert (Case.objects.get(pk=case).state == "answered") == (not left)
    kinds = Answer.objects.filter(case_id=case).values_list("kind", flat=True)
    assert list(kinds) == ["refusal"] * 3
    sound(case)


@pytest.mark.django_db
def test_no_silence_grants_an_item(cast: Cast) -> None:
    """R4.78: what the hall lets pass as an opinion decides nothing here."""
    Hall.objects.filter(pk=cast.hall.pk).update(silence_agrees=True)
    story = Story(cast)
    case = bundles.accepted(story)
    with pytest.raises(RuleBroken, match="No silence grants"):
        joints.silence(story, case, FIRE)


@pytest.mark.django_db
def test_a_change_of_an_item_reaches_the_life_event_by_itself(story: Story) -> None:
    """R1.02: until papers are taken in; then they stay as they were asked for."""
    bundle = bundles.make_bundle(story.cast)
    audit = ServiceItem.objects.get(code="110022")
    make.material(audit, position=3, name="消防设施检测报告")
    audit.promised_days = 10
    audit.save()
    bundle = ServiceItem.objects.get(pk=bundle.pk)
    assert [one.name for one in bundle.papers()][-1] == "房屋租赁合同" or len(
        bundle.papers()
    ) == 4
    assert bundle.whole() == Takes(40, 14)
    audit.state = ItemState.SUSPENDED
    audit.save()
    bundle = ServiceItem.objects.get(pk=bundle.pk)
    assert bundle.whole() == Takes(40, 9)
    ServiceItem.objects.filter(code__startswith="11002", is_bundle=False).update(
        state=ItemState.SUSPENDED
    )
    case = bundles.asked(story)
    with pytest.raises(RuleBroken, match="Nothing of this life event"):
        accept_case(case, received=[], by=story.cast.li, at=story.at())


@pytest.mark.django_db
@pytest.mark.parametrize("begun", ["receipt", "notice"])
def test_a_case_is_about_the_items_that_it_began_with(story: Story, begun: str) -> None:
    """R1.07, R4.70: none comes in, none falls out, whatever the catalogue says then."""
    bundle, li = bundles.make_bundle(story.cast), story.cast.li
    case = bundles.asked(story)
    if begun == "receipt":
        receive_materials(case, received=[1, 2, 3], by=li, at=story.at())
    else:
        plan = Missing("平面图", "本人绘制", position=3)
        ask_once(case, received=[1, 2], missing=[plan], by=li, at=story.at())
    before = Case.objects.get(pk=case).bundled or []
    ServiceItem.objects.filter(code="110021").update(promised_days=1, statutory_days=1)
    more = make.item(story.cast.item.department, code="110029", name="招牌设置")
    make.material(more, position=1, name="招牌效果图")
    bundles.member(bundle, more, 2)
    ServiceItem.objects.filter(code="110022").update(state=ItemState.SUSPENDED)
    if begun == "notice":
        receive_materials(case, received=[3], by=li, at=story.at())
    accept_case(case, received=[], by=li, at=story.at())
    parts = Part.objects.filter(case_id=case)
    assert [one.name for one in parts] == list(bundles.NAMES)
    row = Case.objects.get(pk=case)
    assert row.bundled == before
    assert [one["item"] for one in before] == [one.item_id for one in parts]
    assert row.promised_due == after(story, 9)
    assert [(one.days, one.law) for one in parts] == [
        (days, (20, "working")) for days in (5, 3, 4)
    ]
    slip = Notice.objects.get(case_id=case, kind="acceptance").content
    assert slip["item"]["bundled"] == list(bundles.NAMES)
    assert not CaseMaterial.objects.filter(case_id=case, name="招牌效果图").exists()
    sound(case)


@pytest.mark.django_db
def test_the_limits_of_a_receipt_hold_when_it_is_accepted(story: Story) -> None:
    """R1.07: also of a plain item, and the page shows them before."""
    case = bundles.plain(story)
    ServiceItem.objects.filter(pk=story.cast.item.pk).update(promised_days=1)
    page = case_page(Case.objects.all(), case, viewer=story.cast.li)
    assert page is not None
    accept_case(case, received=[1, 2], by=story.cast.li, at=story.at())
    row = Case.objects.get(pk=case)
    assert row.promised_due == page.ahead.promised != after(story, 1)


@pytest.mark.django_db
def test_items_that_take_longer_than_the_law_has_are_given_less_each(
    story: Story,
) -> None:
    """R1.21: three of twenty days one after the other have forty-five together."""
    bundle = bundles.make_bundle(story.cast)
    bundle.bundled.update(is_parallel=False)
    members = ServiceItem.objects.filter(code__in=["110021", "110022", "110023"])
    members.update(promised_days=20)
    case = bundles.accepted(story)
    assert [one.days for one in Part.objects.filter(case_id=case)] == [15, 15, 15]
    table = Notice.objects.get(case_id=case, kind="joint").content
    assert table["rows"][-1]["due"] == table["statutory_due"]
    sound(case)


@pytest.mark.django_db
def test_what_silence_accepted_is_written_down_though_nothing_is_offered_any_more(
    story: Story,
) -> None:
    """R1.07: with the items of its receipt; and nothing is received for none."""
    with earlier(story.cast, 20) as then:
        case = bundles.asked(then)
        receive_materials(case, received=[1, 2, 3], by=story.cast.li, at=then.at())
    members = ServiceItem.objects.filter(code__startswith="11002", is_bundle=False)
    members.update(state=ItemState.SUSPENDED)
    accept_case(case, received=[], by=story.cast.li, at=story.at())
    assert Part.objects.filter(case_id=case).count() == 3
    sound(case)
    other = bundles.asked(story)
    with pytest.raises(RuleBroken, match="Nothing of this life event"):
        receive_materials(other, received=[], by=story.cast.li, at=story.at())


@pytest.mark.django_db
def test_the_law_of_an_item_counts_from_the_acceptance_however_late_it_is_asked(
    cast: Cast,
) -> None:
    """R1.07, R1.10, R1.20: silence had accepted it; nobody gains by writing it late."""
    bundles.make_bundle(cast)
    slow = ServiceItem.objects.filter(code__in=["110021", "110022"])
    slow.update(promised_days=19, statutory_days=20)
    with earlier(cast, 20) as then:
        case = bundles.asked(then)
        receive_materials(case, received=[1, 2, 3], by=cast.li, at=then.at())
    story = Story(cast)
    accept_case(case, received=[], by=cast.li, at=story.at())
    accepted = Case.objects.get(pk=case).accepted_on
    assert accepted is not None
    assert accepted < joints.day(story)
    law = due(current_calendar(cast.hall.region), accepted, 20, "working").due
    for position in (SIGN, FIRE):
        one = bundles.part(case, position)
        assert (one.starts_on, one.due_on) == (joints.day(story), law)
    with pytest.raises(RuleBroken, match="By its own law") as refused:
        joints.changes(story, case, {FIRE: 20})
    assert refused.value.params["day"] == law.isoformat()
    sound(case)


@pytest.mark.django_db
def test_it_ends_by_its_parts_though_it_is_no_life_event_any_more(story: Story) -> None:
    """R4.79: refused, granted and named item by item, and nothing stays open."""
    case, li = bundles.all_decided(story), story.cast.li
    BundledItem.objects.filter(item__code=bundles.CODE).delete()
    ServiceItem.objects.filter(code=bundles.CODE).update(is_bundle=False)
    bundles.told(story, case)
    answer = answer_case(case, text=TEXT, by=li, at=story.at())
    assert answer.kind == "granted"
    assert all(name in answer.text for name in bundles.NAMES)
    sound(case)


@pytest.mark.django_db
def test_an_item_stays_one_in_a_case_that_began_with_it(story: Story) -> None:
    """R1.07: an item that becomes a life event asks no other unit for the old case."""
    case = bundles.plain(story)
    item = ServiceItem.objects.get(pk=story.cast.item.pk)
    other = make.item(item.department, code="120001", name="招牌设置")
    ServiceItem.objects.filter(pk=item.pk).update(is_bundle=True)
    BundledItem.objects.create(item=item, member=other, position=1)
    accept_case(case, received=[], by=story.cast.li, at=story.at())
    assert not Part.objects.filter(case_id=case).exists()
    answer = answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    assert "招牌设置" not in answer.text
    sound(case)


@pytest.mark.django_db
def test_no_life_event_is_renewed_by_silence(story: Story) -> None:
    """R1.27, R4.78: an item that renewed something before renews nothing as one."""
    bundle = bundles.make_bundle(story.cast)
    ServiceItem.objects.filter(pk=bundle.pk).update(renewal_days=30)
    with earlier(story.cast, 90) as then:
        case = bundles.asked(then)
        accept_case(
            case,
            received=[1, 2, 3],
            expires_on=(then.at() + dt.timedelta(days=80)).date(),
            by=story.cast.li,
            at=then.at(),
        )
    assert Case.objects.get(pk=case).renews_after is None
    with pytest.raises(RuleBroken, match="before its items"):
        answer_case(case, text=TEXT, by=story.cast.li, at=story.at())


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["one", "all", "lead"])
def test_no_life_event_is_accepted_without_a_part_for_each_item(
    story: Story, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R4.70: the database itself misses the unit that was not asked."""
    real = Part.objects.bulk_create

    def fewer(parts: list[Part]) -> list[Part]:
        for part in parts:
            part.is_lead |= fault == "lead"
        kept = {"one": parts[:-1], "all": []}.get(fault, parts)
        return real(kept)

    monkeypatch.setattr(Part.objects, "bulk_create", fewer)
    rule = "another unit answers" if fault == "lead" else "asked of nobody"

    def try_it() -> None:
        case = bundles.accepted(story)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        sound(case)

    with pytest.raises(DatabaseError, match=rule):
        try_it()


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ["itself", "another", "plain", "twice", "turned"])
def test_the_database_keeps_what_a_life_event_is(cast: Cast, attack: str) -> None:
    """No item in itself, no life event in another, an item once, a plain item none."""
    bundle = bundles.make_bundle(cast)
    other = make.item(cast.item.department, code="110030", is_bundle=True)
    inside = bundle.bundled.first()
    assert inside is not None
    pairs = {
        "itself": (bundle, bundle),
        "another": (other, bundle),
        "plain": (cast.item, inside.member),
        "twice": (bundle, inside.member),
    }
    item, member = pairs.get(attack, (bundle, bundle))
    rows = ServiceItem.objects.filter(pk=bundle.pk)

    def try_it() -> None:
        with transaction.atomic():
            if attack == "turned":
                rows.update(is_bundle=False)
            else:
                BundledItem.objects.create(item=item, member=member)

    with pytest.raises(IntegrityError):
        try_it()


# --- Pages ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_administrator_composes_it_and_sees_what_follows(
    cast: Cast, client: Client
) -> None:
    """Found by search, added, papers made one, each with its reason in the history."""
    bundle = bundles.make_bundle(cast)
    item = make.item(cast.item.department, code="110040", name="招牌设置登记")
    make.material(item, position=1, name="场所平面图")
    come_in(client, cast.sun)
    page = reverse("windows:bundle", args=[bundle.pk])
    assert "招牌设置登记" in client.get(f"{page}?q=招牌").text

    def sent(**fields: object) -> dict[str, object]:
        shown = client.get(page).context["form"]
        rows = {
            f"row{form.row.pk}-{name}": value
            for place, form in enumerate(shown.rows, start=1)
            for name, value in (
                ("position", place),
                ("is_parallel", "on" if form.row.is_parallel else ""),
            )
            if value
        }
        usual = {
            "key": str(uuid.uuid4()),
            "version": shown["version"].value(),
            "reason": "按方案",
        }
        return {**rows, **usual, "reason": "按照一件事方案", **fields}

    # Looking for more, by the button or by Enter, takes nothing of it away.
    for typed in ({"q": "招牌", "find": "yes"}, {"q": "招牌"}):
        looked = client.post(page, sent(add=[item.pk], **typed))
        kept = looked.context["form"]
        assert (looked.status_code, kept["reason"].value()) == (200, "按照一件事方案")
        assert f'value="{item.pk}" id="id_add_0" checked' in looked.text
        assert not kept.errors
    assert not bundle.bundled.filter(member=item).exists()
    assert client.post(page, sent(add=[item.pk])).status_code == 302
    answer = client.post(page, sent(paper="场所平面图", same_as="平面图"))
    assert answer.status_code == 302
    bundle = ServiceItem.objects.get(pk=bundle.pk)
    [plan] = [one for one in bundle.papers() if one.name == "平面图"]
    assert plan.serves == ("营业前消防检查", "招牌设置登记")
    stale = sent(add=[])
    last = bundle.bundled.last()
    assert last is not None
    fields = {f"row{last.pk}-leaves": "on"}
    assert client.post(page, sent(**fields)).status_code == 302
    assert bundle.bundled.count() == 3
    assert client.post(page, {**stale, "key": str(uuid.uuid4())}).status_code == 409
    for wrong in (
        {"add": [bundle.pk]},
        {"paper": "身份证"},
        {"paper": "身份证", "same_as": "身 份 证"},
        {"reason": ""},
        {f"row{bundle.bundled.first().pk}-position": "0"},  # type: ignore[union-attr]
        {"add": ["x", "9" * 30, "²"]},
    ):
        assert client.post(page, sent(**wrong)).status_code == 422
    first = bundle.bundled.first()
    assert first is not None
    within = reverse("windows:bundle", args=[first.member_id])
    other = {"version": "0", "key": str(uuid.uuid4()), "reason": "按照一件事方案"}
    told = client.post(within, {**other, "add": [cast.item.pk]}).text
    assert "开办小餐馆一件事" in told.partition('id="typed"')[2]
    history = client.get(reverse("windows:history", args=["item", bundle.pk])).text
    assert "招牌设置登记" in history
    # Its other units would never be asked (R4.70), nor are they added to it later.
    joint = joints.make_joint(cast)
    answer = client.post(page, sent(add=[joint.pk]))
    assert (answer.status_code, "由多个单位联合办理" in answer.text) == (422, True)
    edit = reverse("windows:item_edit", args=[first.member_id])
    other_unit = {"steps-0-name": "会签", "steps-0-department": cast.outside.pk}
    answer = forms.send(client, edit, reason="按照一件事方案", **other_unit)
    assert answer.status_code == 422
    beside = answer.context["steps"].forms[0].errors["department"]
    assert "开办小餐馆一件事" in beside[0]
    # Nor does it come to need a paper before that is made (R4.73).
    second = bundle.bundled.all()[1].member
    made = {"item": bundle, "name": "备案凭证", "made_by": second}
    save_with_reason(SamePaper(**made), by=cast.sun, reason="按照一件事方案")
    needs = {"materials-0-name": "备案凭证"}
    answer = forms.send(client, edit, reason="按照一件事方案", **needs)
    assert answer.status_code == 422
    [beside] = [
        row.errors["name"]
        for row in answer.context["materials"].forms
        if row.errors.get("name")
    ]
    assert second.name in beside[0]
    # One that nobody answers for is no more offered than it was (R2.62).
    lonely = make.item(cast.item.department, code="110042", name="开店一件事")
    own = reverse("windows:bundle", args=[lonely.pk])
    plain = make.item(cast.item.department, code="110043", name="名称申报")
    answer = forms.send(client, own, add=[plain.pk], reason="按照一件事方案")
    lonely.refresh_from_db()
    assert (answer.status_code, lonely.is_bundle) == (302, True)
    assert lonely.state == ItemState.DRAFT

    def gaps() -> int:
        return coverage_of(cast.hall.pk, timezone.localdate()).counts[Gap.NOT_WHOLE]

    before = gaps()
    bundles.member(bundle, joint, 5)
    assert gaps() == before + 1
    assert client.post(page, sent()).status_code == 422


@pytest.mark.django_db
def test_it_is_found_and_shown_with_its_items_everywhere(
    story: Story, client: Client
) -> None:
    """Lookup, clear sheet, calculator, case page, progress: one bar, plain words."""
    case = bundles.all_decided(story)
    come_in(client, story.cast.li)
    hits = client.post(reverse("lookup"), {"words": "开办小餐馆一件事"}).text
    assert "油烟排放登记" in hits
    assert (
        "开办小餐馆一件事"
        in client.post(reverse("lookup"), {"words": "油烟排放登记"}).text
    )
    fresh = client.get(reverse("case", args=[bundles.asked(story)]))
    assert [name for name, _unit in fresh.context["page"].item.bundled] == [
        *bundles.NAMES
    ]
    for words in (*bundles.NAMES, "生态环境分局", "原件和复印件 ×2"):
        assert words in fresh.text
    bundle = bundles.make_bundle(story.cast)
    ServiceItem.objects.filter(code="110022").update(fee="每次80元")
    sheet = client.get(reverse("clear_sheet", args=[bundle.pk])).text
    assert sheet.count("房屋租赁合同") == 1
    assert "营业前消防检查：每次80元" in " ".join(sheet.split())
    assert sheet.count("与上一环节同步办理") == 1  # the first has none before it
    page = client.get(reverse("case", args=[case])).text
    assert "油烟排放登记" in page
    assert "特种行业备案、营业前消防检查" in page


@pytest.mark.django_db
def test_a_paper_is_asked_for_again_when_nobody_makes_it_any_more(
    cast: Cast, client: Client
) -> None:
    """R1.02, R2.01: not asked for as long as the item that makes it is handled too."""
    bundle = bundles.make_bundle(cast)
    maker = ServiceItem.objects.get(code="110022")
    pipe = ServiceItem.objects.get(code="110023")
    make.material(pipe, position=2, name="消防检查合格证")
    come_in(client, cast.sun)
    page = reverse("windows:bundle", args=[bundle.pk])
    rows = {
        f"row{row.pk}-position": row.position
        for row in BundledItem.objects.filter(item=bundle)
    }
    answer = forms.send(
        client,
        page,
        paper="消防检查合格证",
        same_as=f"-{maker.pk}",
        reason="按照一件事方案",
        **rows,
    )
    assert answer.status_code == 302

    # Whoever needs it begins after it was made, and nobody before or beside it (R4.73).
    row = BundledItem.objects.get(item=bundle, member=pipe)
    for place, beside in (("3", "on"), ("1", None)):
        early = {f"row{row.pk}-position": place, f"row{row.pk}-is_parallel": beside}
        answer = forms.send(client, page, reason="按照一件事方案", **(rows | early))
        assert answer.status_code == 422
        found = answer.context["form"].rows[-1].errors["is_parallel"]
        assert "营业前消防检查" in found[0]
        assert answer.text.count(found[0]) == 1
    another = make.item(cast.item.department, code="110041", name="招牌设置登记")
    make.material(another, position=1, name="消防检查合格证")
    instead = {**rows, f"row{row.pk}-leaves": "on", "add": [another.pk]}
    answer = forms.send(client, page, reason="按照一件事方案", **instead)
    assert answer.status_code == 302
    assert not BundledItem.objects.get(item=bundle, member=another).is_parallel

    def asked_for() -> bool:
        one = ServiceItem.objects.get(pk=bundle.pk)
        return "消防检查合格证" in [paper.name for paper in one.papers()]

    assert not asked_for()
    assert "营业前消防检查" in client.get(page).text.partition("消防检查合格证")[2]
    for state, is_asked in ((ItemState.SUSPENDED, True), (ItemState.PUBLISHED, False)):
        ServiceItem.objects.filter(pk=maker.pk).update(state=state)
        assert asked_for() == is_asked


@pytest.mark.django_db
def test_every_list_says_how_many_of_its_items_are_decided(
    story: Story, client: Client
) -> None:
    """R4.70: desk, ledger, progress and calculator; an open objection decides none."""
    opened = open_case(
        Request(
            words="我想开一家小饭馆",
            item_id=bundles.make_bundle(story.cast).pk,
            person=APPLICANT,
        ),
        by=story.cast.li,
        at=story.at(),
    )
    case, li = opened.case.pk, come_in(client, story.cast.li)
    chen = come_in(Client(), story.cast.chen)
    found = count(li, "开办小餐馆一件事").context["found"]
    assert [one.leg.name for one in found.plan.stretches] == NAMES_OF_ITEMS
    assert found.plan.days == 9
    assert ">一件事</span>" in li.get(reverse("desk")).text
    accept_case(case, received=[1, 2, 3], by=story.cast.li, at=story.at())

    def shown(decided: int, *words: str) -> None:
        for page in (li.get(reverse("desk")), chen.get(reverse("ledger"))):
            assert f"一件事 · 已决定 {decided}/3 项" in page.text
        typed = {"number": str(case), "code": opened.code}
        stands = Client().post(reverse("progress"), typed).context["progress"]
        assert [(one.name, one.state) for one in stands.items] == [
            *zip(NAMES_OF_ITEMS, words, strict=True)
        ]
        done = sum(word in ("granted", "refused") for word in words)
        assert (stands.units, stands.answered) == (3, done)

    shown(0, "now", "now", "later")
    bundles.decides(story, case, FIRE, "object")
    shown(0, "now", "now", "later")
    page = li.get(reverse("case", args=[case]))
    assert (page.context["page"].joint.answered, page.status_code) == (0, 200)
    joints.settles(story, case, FIRE, "stands")
    bundles.decides(story, case, SIGN)
    # R3.30: that the third began without the second would say that it was refused.
    shown(1, "granted", "now", "later")
    bundles.decides(story, case, SMOKE, "conditions")
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    typed = {"number": str(case), "code": opened.code}
    page = Client().post(reverse("progress"), typed)
    stands = page.context["progress"]
    assert [one.state for one in stands.items] == ["granted", "now", "later"]
    assert (stands.state, stands.answered) == ("accepted", 1)
    assert "否定" not in page.text  # R3.30: nobody has been told
    assert joints.REASON not in page.text
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
    tell_refusal(case, text=REFUSAL, by=story.cast.li, at=story.at())
    shown(3, "granted", "refused", "granted")
    page = Client().post(reverse("progress"), typed)
    assert f"附条件：{joints.REASON}" in page.text
    history = li.get(reverse("case", args=[case])).text
    assert "不予办理决定尚待告知" not in history
    answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    page = Client().post(reverse("progress"), typed)
    assert "准予2项，不予1项" in page.text
    assert "不予办理，理由已告知您" in page.text
    handed = How(method="counter", receiver="applicant", proof="identity")
    deliver(case, handed, by=story.cast.li, at=story.at())
    proof = Notice.objects.get(case_id=case, kind="delivery").content
    assert proof["item"]["bundled"] == [bundles.NAMES[0], bundles.NAMES[2]]
    sound(case)


@pytest.mark.django_db
def test_a_unit_grants_its_item_or_means_to_refuse_it(
    story: Story, client: Client
) -> None:
    """R1.40: in the words of a decision; a unit of one joint item agrees or objects."""
    case, other = bundles.accepted(story), joints.accepted(story)
    come_in(client, story.cast.ma)
    text = client.get(reverse("case_opinion", args=[case])).text
    for word in ("作出事项决定", "附条件准予", "拟不予"):
        assert word in text
    assert "反对" not in text
    text = client.get(reverse("case_opinion", args=[other])).text
    assert "反对" in text
    assert "附条件准予" not in text
