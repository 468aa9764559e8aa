"""The content of the demo hall: counts, references, believable limits, fair wording.

Pure data, no database. Issue section 5; rules R1.02, R1.30, R2.10, R2.60, R7.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cases.identity import normalise_identity, normalise_phone
from cases.wording import check
from windows.demo import content
from windows.demo.content import ContentError, Demo, Item, load, problems

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return load()


def in_hall(demo: Demo) -> list[Item]:
    inside = {d.code for d in demo.departments if d.in_hall}
    return [item for item in demo.items if item.department in inside]


def test_the_hall_has_the_size_that_the_issue_names(demo: Demo) -> None:
    """Issue section 5: floors, windows, departments, clerks, items."""
    assert [floor.number for floor in demo.hall.floors] == [1, 2, 3]
    assert len(demo.windows) == 24
    assert len(demo.departments) == 20
    assert sum(not d.in_hall for d in demo.departments) == 8
    assert len(demo.clerks) == 40
    assert len(demo.items) >= 160


def test_every_department_outside_can_be_found_and_complained_to(demo: Demo) -> None:
    """R1.05, R3.15: unit, address, telephone, hours; and it owns items."""
    owners = {item.department for item in demo.items}
    for department in demo.departments:
        assert department.code in owners
        assert department.address
        assert department.hours
        assert department.telephone != department.complaint_telephone


def test_every_telephone_of_the_hall_is_one_that_nobody_can_have(demo: Demo) -> None:
    """Area code 0980 is not in use and no local number begins with 0."""
    numbers = [demo.hall.telephone, demo.hall.complaint_telephone]
    numbers += [department.telephone for department in demo.departments]
    numbers += [window.telephone for window in demo.windows]
    numbers += [clerk.telephone for clerk in demo.clerks]
    numbers += [d.complaint_telephone for d in demo.departments]
    assert all(re.fullmatch(r"0980-0555\d{4}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_roles_are_kept_apart_and_supervision_does_not_rest_on_one(demo: Demo) -> None:
    """R8: administrators, auditors and clerks are different people."""
    roles = Counter(clerk.role for clerk in demo.clerks)
    assert roles["supervisor"] >= 3
    assert roles["administrator"] == 2
    assert roles["auditor"] == 1
    posted = {posting.clerk for posting in demo.postings}
    assert posted == {c.staff_number for c in demo.clerks if c.role == "clerk"}


def test_each_window_has_one_a_clerk_and_most_a_stand_in(demo: Demo) -> None:
    """R2.60: A and B posts; most stand-ins are A somewhere else."""
    main = {p.window: p.clerk for p in demo.postings if p.post == "A"}
    stand_ins = [p for p in demo.postings if p.post == "B"]
    assert len([p for p in demo.postings if p.post == "A"]) == 24
    assert set(main) == {window.number for window in demo.windows}
    assert len(set(main.values())) == 24
    assert all(main[p.window] != p.clerk for p in stand_ins)
    covered = {p.window for p in stand_ins}
    assert len(covered) >= 20
    assert len({p.window for p in stand_ins if p.clerk in main.values()}) >= 16
    assert len({(p.window, p.clerk) for p in demo.postings}) == len(demo.postings)


def test_a_clerk_stands_at_windows_of_the_own_department(demo: Demo) -> None:
    owners = {window.number: window.department for window in demo.windows}
    departments = {clerk.staff_number: clerk.department for clerk in demo.clerks}
    for posting in demo.postings:
        assert owners[posting.window] == departments[posting.clerk]


def test_there_is_one_fallback_and_one_consulting_window(demo: Demo) -> None:
    """R2.70 to R2.76, R3.22."""
    assert sum(window.is_fallback for window in demo.windows) == 1
    assert sum(window.is_consulting for window in demo.windows) == 1


def test_windows_have_their_own_places_on_the_plan_of_their_floor(demo: Demo) -> None:
    places = {(w.floor, w.map_x, w.map_y) for w in demo.windows}
    assert len(places) == 24
    zones = {floor.number: floor.zone for floor in demo.hall.floors}
    for window in demo.windows:
        assert window.zone == zones[window.floor] == window.number[0]
        assert 0 <= window.map_x <= 100
        assert 0 <= window.map_y <= 100


def test_each_window_answers_for_something_with_authority(demo: Demo) -> None:
    for window in demo.windows:
        authorities = {item.windows.get(window.number) for item in demo.items}
        wanted = {"accept", "decide"}
        assert authorities & wanted, window.number


def test_every_item_tells_all_that_a_guide_must_tell(demo: Demo) -> None:
    """R1.01: basis, conditions, steps, limit, papers, fee; and words people use."""
    for item in demo.items:
        assert "《" in item.basis, item.code
        assert len(item.conditions) >= 10, item.code
        assert item.name_en.isascii(), item.code
        assert item.name_en, item.code
        assert 2 <= len(item.materials) <= 7, item.code
        assert 2 <= len(item.steps) <= 5, item.code
        assert 2 <= len(item.aliases) <= 8, item.code
        assert len(set(item.aliases)) == len(item.aliases), item.code
        assert 0 <= item.visits <= 2, item.code
        assert (item.fee == "不收费") == (not item.fee_basis), item.code


def test_no_promise_is_longer_than_the_law_and_few_are_as_long(demo: Demo) -> None:
    """R1.30; the few equal ones show up as gaps in coverage."""
    gaps = [item for item in demo.items if item.promised_days == item.statutory_days]
    assert all(item.promised_days <= item.statutory_days for item in demo.items)
    assert 2 <= len(gaps) <= 8


def test_no_item_asks_for_a_catch_all_paper(demo: Demo) -> None:
    """R2.10: no 其他材料, 有关材料, 等材料."""
    catch_all = re.compile(
        r"(其他|其它|有关|相关|必要|所需|规定)的?(申请|证明)?(材料|资料|文件|证明|手续)"
        r"|等(材料|资料|文件|证明)"
    )
    for item in demo.items:
        for material in item.materials:
            assert not catch_all.search(material.name), (item.code, material.name)
            assert len(material.how_to_get) >= 4, (item.code, material.name)
            assert material.standard, (item.code, material.name)
        names = [material.name for material in item.materials]
        assert len(set(names)) == len(names), item.code


def test_forms_are_free_and_never_may_follow(demo: Demo) -> None:
    """R1.02, R2.31: what may follow is fixed beforehand, and is never the form."""
    tolerant = 0
    for item in demo.items:
        for material in item.materials:
            tolerant += material.may_follow
            if material.source == "form":
                assert not (material.name.startswith("《") and material.may_follow)
        assert any(m.is_required and not m.may_follow for m in item.materials)
    assert tolerant >= 20


def test_coverage_has_something_to_show(demo: Demo) -> None:
    """Items nobody answers for, advise only (进不授权), two windows (两头受理)."""
    items = in_hall(demo)
    nobody = [item for item in items if not item.windows]
    advised = [i for i in items if i.windows and set(i.windows.values()) == {"advise"}]
    two = [
        item
        for item in items
        if sum(a in {"accept", "decide"} for a in item.windows.values()) > 1
    ]
    assert 3 <= len(nobody) <= 10
    assert 3 <= len(advised) <= 10
    assert 2 <= len(two) <= 8


def test_invented_people_have_numbers_that_are_right_and_belong_to_nobody(
    demo: Demo,
) -> None:
    """GB 11643 and GB 32100 check characters; the region 449901 does not exist."""
    parties: list[content.Person | content.Organisation]
    parties = [*demo.people, *demo.organisations]
    assert len(demo.people) >= 90
    for party in parties:
        number = normalise_identity(party.identity_kind, party.identity, today=TODAY)
        assert number == party.identity
        assert normalise_phone(party.telephone) == party.telephone
        assert party.telephone.startswith("19900000")
        if party.identity_kind == "resident_id":
            assert party.identity.startswith("449901")
        if party.identity_kind == "credit_code":
            assert party.identity[2:8] == "449901"
    assert len({party.identity for party in parties}) == len(parties)
    assert len({party.telephone for party in parties}) == len(parties)
    names = [p.name for p in demo.people] + [clerk.name for clerk in demo.clerks]
    assert len(set(names)) == len(names)
    assert {o.agent for o in demo.organisations} <= {p.name for p in demo.people}


def test_there_are_enough_different_stories_for_two_weeks(demo: Demo) -> None:
    ways = Counter(story.way for story in demo.stories)
    assert len({story.words for story in demo.stories}) == len(demo.stories)
    assert len(demo.stories) >= 100
    assert set(ways) == set(range(1, 8))
    assert ways[5] >= 10
    assert ways[6] >= 8
    assert ways[7] >= 8
    assert len({answer.item for answer in demo.answers}) >= 40
    offers = [offer for story in demo.stories for offer in story.offers]
    assert len({offer.reason for offer in offers}) >= 25
    assert len({o.decline.reason for o in offers if o.decline}) >= 12
    assert {"粤语", "四川话", "英语"} <= {story.language for story in demo.stories}
    channels = {story.channel for story in demo.stories}
    assert channels == {"counter", "telephone", "letter", "web"}


def test_raises_and_negatives_go_both_ways(demo: Demo) -> None:
    """R3.16, R3.17, R3.35: every ground is there, and a wrong no is overruled."""
    raises = [story.raised for story in demo.stories if story.raised]
    negatives = [story.negative for story in demo.stories if story.negative]
    assert {r.ground for r in raises} == {"unclear", "nobodys", "cross"}
    assert any(r.to_government for r in raises)
    assert {n.is_approved for n in negatives} == {True, False}
    assert "六十日" in demo.hall.remedies
    assert "六个月" in demo.hall.remedies
    for negative in negatives:
        assert "《" in negative.basis
        assert negative.made_possible_by != negative.other_way


def test_an_accepted_hand_over_ends_where_somebody_answers(demo: Demo) -> None:
    """The last offer of a chain is accepted, or says who is better, or goes up."""
    for story in demo.stories:
        if not story.offers:
            continue
        *declined, last = story.offers
        assert all(offer.decline for offer in declined), story.key
        if last.decline is None and story.item:
            assert last.window in demo.item(story.item).windows, story.key
        if last.decline and last.decline.sent_up:
            assert story.direction, story.key


def told(demo: Demo) -> Iterator[tuple[str, str]]:
    """Every sentence that a citizen or a colleague is told, with where it stands."""
    for ready in demo.answers:
        yield ready.item, ready.text
        yield ready.item, ready.next_step
    for number, done in enumerate(demo.remarks.completions):
        for text in (done.text, done.next_step):
            yield f"completion {number}", text.format(item="房屋租赁备案", window="C04")
    for withdrawal in demo.remarks.withdrawals:
        yield "withdrawal", withdrawal
    yield "remedies", demo.hall.remedies
    for story in demo.stories:
        if story.answer:
            yield story.key, story.answer.text
            yield story.key, story.answer.next_step
        for offer in story.offers:
            yield story.key, offer.reason
            if offer.decline:
                yield story.key, offer.decline.reason
        if story.direction:
            yield story.key, story.direction.reason
        if story.raised:
            yield story.key, story.raised.reply
        if negative := story.negative:
            yield story.key, negative.reason
            yield story.key, negative.made_possible_by
            yield story.key, negative.other_way
            yield story.key, negative.decision_reason


def test_everything_that_is_told_passes_the_wording_check(demo: Demo) -> None:
    """R7.01 to R7.08: no bare no, nothing vague, nobody sent away."""
    texts = list(told(demo))
    refused = [(place, text) for place, text in texts if not check(text).ok]
    assert len(texts) > 250
    assert refused == []


def test_texts_fit_the_columns_they_go_to(demo: Demo) -> None:
    """The models' lengths: reasons 300, questions and what to bring 500, names 300."""
    for story in demo.stories:
        for offer in story.offers:
            assert len(offer.reason) <= 300
        if story.direction:
            assert len(story.direction.reason) <= 300
            assert len(story.direction.remark) <= 300
            assert len(story.direction.bring) <= 500
        if story.raised:
            assert len(story.raised.question) <= 500
            assert len(story.raised.own_view) <= 500
        if story.negative:
            assert len(story.negative.basis) <= 500
            assert len(story.negative.decision_reason) <= 500


def test_people_come_while_the_hall_is_open(demo: Demo) -> None:
    arrivals = demo.arrivals
    assert sum(arrivals.half_hours.values()) == 1000
    assert sum(arrivals.weekdays.values()) == 1000
    assert list(arrivals.weekdays) == ["1", "2", "3", "4", "5"]
    for begin in arrivals.half_hours:
        assert "09:00" <= begin < "12:00" or "13:30" <= begin < "17:00"


def test_no_file_grows_too_large_to_review() -> None:
    files = [path for path in content.HERE.rglob("*.json") if path.is_file()]
    assert len(files) >= 20
    assert all(path.stat().st_size < 600_000 for path in files)


def test_a_key_too_many_too_few_or_of_another_type_is_refused() -> None:
    """A slip in a file is told with its place, never swallowed."""
    row = {"window": "A01", "clerk": "1001", "post": "A"}
    kind = content.Posting
    assert content._build(kind, row, "here") == kind("A01", "1001", "A")
    with pytest.raises(ContentError, match=r"here has unknown .'note'"):
        content._build(kind, {**row, "note": ""}, "here")
    with pytest.raises(ContentError, match=r"here lacks .'post'"):
        content._build(kind, {"window": "A01", "clerk": "1001"}, "here")
    with pytest.raises(ContentError, match=r"here\.post is none of"):
        content._build(kind, {**row, "post": "C"}, "here")
    with pytest.raises(ContentError, match=r"here\.clerk is no str"):
        content._build(kind, {**row, "clerk": 1001}, "here")
    with pytest.raises(ContentError, match=r"here is no list"):
        content._build(tuple[content.Posting, ...], row, "here")
    with pytest.raises(ContentError, match=r"here is no object"):
        content._build(kind, [row], "here")


def story_of(demo: Demo, way: int) -> content.Story:
    return next(story for story in demo.stories if story.way == way)


def faults_with(demo: Demo, *stories: content.Story) -> str:
    return "\n".join(problems(replace(demo, stories=stories)))


def test_a_broken_item_is_found(demo: Demo) -> None:
    """R1.30 and the references between the files."""

    def faults(item: Item) -> str:
        return "\n".join(problems(replace(demo, items=(item, *demo.items[1:]))))

    item = demo.items[0]
    assert faults(item) == ""
    longer = replace(item, promised_days=item.statutory_days + 1)
    assert "longer than the statutory limit" in faults(longer)
    assert "do not add up" in faults(replace(item, steps=(content.Step("受理", 99),)))
    assert "no department nobody" in faults(replace(item, department="nobody"))
    assert "outside the hall" in faults(
        replace(item, department="power", windows={"A01": "advise"})
    )
    assert "no windows ['Z99']" in faults(replace(item, windows={"Z99": "advise"}))
    assert item.promised_days == 0
    late = replace(item, handling="promised")
    assert "handling and promised days" in faults(late)


def test_a_broken_place_or_posting_is_found(demo: Demo) -> None:
    first, *rest = demo.windows
    for code, sentence in (
        ("nobody", "no department"),
        ("power", "is outside the hall"),
    ):
        wrong = replace(demo, windows=(replace(first, department=code), *rest))
        assert sentence in "\n".join(problems(wrong))
    twice = replace(demo, windows=(first, *demo.windows))
    assert "window A01 is there twice" in list(problems(twice))
    lost = replace(demo.postings[0], clerk="9999")
    assert "no such row" in "\n".join(problems(replace(demo, postings=(lost,))))
    stray = replace(demo.clerks[0], department="nobody")
    assert "no department" in "\n".join(
        problems(replace(demo, clerks=(stray, *demo.clerks[1:])))
    )
    orphan = replace(demo.answers[0], item="XX-999")
    assert "no item XX-999" in "\n".join(
        problems(replace(demo, answers=(*demo.answers, orphan)))
    )


@pytest.mark.parametrize("way", range(1, 8))
def test_a_story_without_what_its_way_demands_is_found(demo: Demo, way: int) -> None:
    """product.md: each way holds its content or is refused."""
    story = story_of(demo, way)
    assert faults_with(demo, story) == ""
    bare = replace(
        story,
        item=None,
        answer=None,
        missing=(),
        offers=(),
        direction=None,
        raised=None,
        negative=None,
    )
    assert f"way {way} lacks its content" in faults_with(demo, bare)


def test_a_story_that_cannot_happen_is_found(demo: Demo) -> None:
    """R1.08 (who may accept), R3.14 (a better addressee), R3.15 (outside)."""
    accepted, asked, handed, directed = (story_of(demo, way) for way in (2, 3, 4, 5))
    offer = handed.offers[0]
    declined = content.Decline("材料已核对，由原窗口受理", offer.window, sent_up=False)
    nobody = replace(declined, better_window=None)
    assert directed.direction
    inside = replace(directed.direction, department="tax")
    unknown = replace(directed.direction, department="nobody")
    cases = {
        "there is no way 8": replace(accepted, way=8),
        "no window Z99": replace(accepted, window="Z99"),
        "no item XX-999": replace(accepted, item="XX-999"),
        "A03 may not accept": replace(accepted, window="A03"),
        "not on the item's list": replace(asked, missing=(99,)),
        "cannot be offered to": replace(handed, window=offer.window),
        "names nobody better": replace(
            handed, offers=(replace(offer, decline=nobody),)
        ),
        "no department nobody": replace(directed, direction=unknown),
        "has a window in the hall": replace(directed, direction=inside),
    }
    for sentence, story in cases.items():
        assert sentence in faults_with(demo, story), sentence
    again = replace(handed, offers=(replace(offer, decline=declined),))
    assert "names nobody better" in faults_with(demo, again)


def test_loading_tells_every_fault_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "problems", lambda _: iter(["one fault", "another"]))
    load.cache_clear()
    with pytest.raises(ContentError, match="one fault\nanother"):
        load()
    load.cache_clear()
