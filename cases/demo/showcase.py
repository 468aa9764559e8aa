"""A few stories that two weeks of chance would not tell: seldom ones, or long ago."""

import datetime as dt
from collections.abc import Generator

from django.utils import timezone

from cases.actions import accepting, answering, clocks, intake
from cases.lifecycle import MAY_ACCEPT
from windows.closures import Calendar
from windows.models import Clerk

from .bundles import bundle_cases
from .clock import working_days_back
from .stories import DAY, Acts, World, joint_cases


def showcase(
    world: World, today: dt.date, calendar: Calendar
) -> list[tuple[dt.datetime, Acts]]:
    """Return each story with the moment at which it begins."""

    def ago(days: int, hour: int) -> dt.datetime:
        day = working_days_back(today, days, calendar)[0]
        return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 20)))

    return [
        (ago(15, 10), _never_fetched(world)),
        (ago(8, 15), _granted_and_waiting(world)),
        (ago(35, 9), _near_its_expiry(world, today)),
        *((ago(days, 9), acts) for days, acts in joint_cases(world)),
        *((ago(days, 14), acts) for days, acts in bundle_cases(world)),
    ]


def _clerk_for(world: World, code: str) -> Clerk:
    """Return who sits where an item may be accepted."""
    item = world.demo.item(code)
    window = next(n for n, what in item.windows.items() if what in MAY_ACCEPT)
    return world.at_window[window]


def _accepted(
    world: World, code: str, words: str, expires_on: dt.date | None = None
) -> Generator[float, None, tuple[int, Clerk]]:
    """Apply with all papers; return the case and who accepted it."""
    clerk = _clerk_for(world, code)
    someone = next(one for one in world.demo.people if one.language != "en")
    person = intake.Person(
        name=someone.name,
        identity_kind=someone.identity_kind,
        identity=someone.identity,
        telephone=someone.telephone,
    )
    request = intake.Request(words=words, item_id=world.items[code].pk, person=person)
    case = intake.open_case(request, by=clerk, at=world.now).case.pk
    yield 12
    papers = range(1, len(world.demo.item(code).materials) + 1)
    accepting.accept_case(
        case, received=list(papers), expires_on=expires_on, by=clerk, at=world.now
    )
    return case, clerk


def _granted(world: World, code: str, words: str) -> Acts:
    """Apply with all papers, and have it granted."""
    case, clerk = yield from _accepted(world, code, words)
    yield 0.8 * DAY
    text = "您的申请经审查符合条件，准予许可。证件已制作完成，请凭受理单到本窗口领取。"
    answering.answer_case(case, text=text, by=clerk, at=world.now)


def _never_fetched(world: World) -> Acts:
    """Granted, and nobody has delivered it: late by now (R1.23)."""
    yield from _granted(world, "SJ-012", "开小面馆，食品经营许可证啥时候能拿到")


def _granted_and_waiting(world: World) -> Acts:
    """Granted, and to be delivered in the days that follow."""
    yield from _granted(world, "WJ-003", "理发店的卫生许可证，新开的店要办")


def _near_its_expiry(world: World, today: dt.date) -> Acts:
    """To be renewed, long inspected, and valid for a few days more (R1.27)."""
    words = "我的护士证快到期了，来办延续注册"
    expires_on = today + dt.timedelta(days=4)
    case, clerk = yield from _accepted(world, "WJ-007", words, expires_on)
    yield 0.2 * DAY
    clocks.stop_clock(
        case,
        ground="inspection",
        reason="到执业的医院现场核查执业情况",
        limit_days=None,
        by=clerk,
        at=world.now,
    )
    yield 39 * DAY
    clocks.resume_clock(case, by=clerk, at=world.now)
