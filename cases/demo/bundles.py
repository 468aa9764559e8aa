"""Life events of the demo hall (一件事), each with cases at different stages."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from cases.actions import accepting, answering, intake, joint, negatives

from .stories import DAY, Acts, Tale, World, person_of

WINDOW = "A01"
"""The comprehensive window, which accepts for all."""

NO_SITE = "装修垃圾拟送往的消纳场地未列入本市建筑垃圾消纳场名录"
BASIS = "《城市建筑垃圾管理规定》第八条"
"""Why one item of a restaurant is refused."""

RESTAURANT, NEWBORN = "YJS-001", "YJS-002"


def bundle_cases(world: World) -> Iterator[tuple[int, Acts]]:
    """Cases of life events, and how many working days ago each began."""
    yield 6, _case(world, RESTAURANT, "想在江边开个火锅店，手续一次办完", _one_refused)
    yield 1, _case(world, RESTAURANT, "想开间小面馆，全套手续一起办", _begun)
    yield 5, _case(world, NEWBORN, "刚生了孩子，户口医保社保卡一起办", _all_granted)
    yield 1, _case(world, NEWBORN, "娃娃满月了，要办的手续一起办", _first_granted)


def _case(world: World, code: str, words: str, goes_on: Callable[[Tale], Acts]) -> Acts:
    """Somebody comes with one wish, brings each paper once and gets one slip."""
    like = next(
        one
        for one in world.demo.stories
        if one.applicant == "person" and one.language != "en"
    )
    story = replace(like, words=words, window=WINDOW, item=None)
    clerk = world.at_window[WINDOW]
    item = world.items[code]
    request = intake.Request(
        words=words, item_id=item.pk, person=person_of(world, story)
    )
    opened = intake.open_case(request, by=clerk, at=world.now)
    tale = Tale(world, story, opened.case.pk, clerk, WINDOW, has_contact=True)
    yield 15
    accepting.accept_case(
        tale.case,
        received=range(1, len(item.papers()) + 1),
        by=clerk,
        at=world.now,
    )
    yield 0.5 * DAY
    yield from goes_on(tale)


def _begun(_tale: Tale) -> Acts:
    """The first unit has been asked."""
    yield from ()


def _first_granted(tale: Tale) -> Acts:
    """What comes first is granted; the others have been asked."""
    tale.says(tale.asked()[0])
    yield 0


def _all_granted(tale: Tale) -> Acts:
    """Every unit grants, and the person is told all of it at once."""
    while asked := tale.asked():
        tale.says(asked[0])
        yield 0.2 * DAY
    answering.answer_case(
        tale.case,
        text="您申请的“一件事”各事项均已办结，证件、卡片一并备好，请凭单到本窗口领取。",
        by=tale.holder,
        at=tale.world.now,
    )


def _one_refused(tale: Tale) -> Acts:
    """One item is refused and told by itself; of the others one is still open."""
    tale.says(tale.asked()[0])
    yield 0.4 * DAY
    food, waste, drain = tale.asked()
    tale.says(food, "conditions", "开业前须完成油烟净化设施的安装并通过复核")
    yield 45
    tale.says(waste, "object", NO_SITE, basis=BASIS)
    yield 0.6 * DAY
    joint.settle_objection(
        tale.case,
        waste.id,
        outcome="stands",
        reason="双方会商后确认该消纳场地不在名录内，其他事项照常办理",
        by=tale.holder,
        at=tale.world.now,
    )
    yield 0.8 * DAY
    tale.says(drain)
    yield 30
    negatives.propose_negative(
        tale.case,
        negatives.Negative(
            reason=NO_SITE,
            basis=BASIS,
            made_possible_by="与名录内的消纳场签订协议，重新提交运输合同",
            other_way="也可以委托已取得核准的单位清运，不必自己申请",
            remedies="可在60日内申请行政复议，或者在6个月内提起行政诉讼",
        ),
        by=tale.holder,
        at=tale.world.now,
    )
