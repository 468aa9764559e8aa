"""`manage.py seed_demo`: a fictional city's hall with two believable weeks in it."""

import datetime as dt
import heapq
import random
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from cases.demo.clock import HallClock, add_minutes, movable_clock, working_days_back
from cases.demo.showcase import showcase
from cases.demo.stories import Acts, World, offer_now, play
from cases.lifecycle import RuleBroken
from windows.calendars import current_calendar
from windows.demo import content, writing
from windows.models import Clerk, Department, Hall, ServiceItem, Window

PASSWORD = "qinglan-2026-hall"  # noqa: S105 (printed on purpose: a demo)
DAYS = 10
CASES = 400
SEED = 20261122
OFFERS_NOW = 8
HAND_OVER = 4


class Command(BaseCommand):
    help = "Fill the demo hall through the actions; does nothing the second time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--logins", action="store_true", help="Only list who can sign in."
        )
        parser.add_argument(
            "--cases", type=int, default=CASES, help="How many cases (default 400)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        demo = content.load()
        hall = writing.find_hall(demo)
        if options["logins"]:
            self._list_logins(demo)
            return
        if hall is not None:
            self.stdout.write(f"{hall.name} is there already.")
            return
        today = timezone.localdate()
        system = Clerk.objects.system()
        # `cases` does not know `hallsvc`; its database backend can log in as owner.
        with connection.as_owner():  # type: ignore[attr-defined]
            hall = writing.write_hall(
                demo,
                by=system,
                password=PASSWORD,
                since=today - dt.timedelta(days=120),
            )
            skipped = self._fill(demo, hall, count=options["cases"])
        if skipped:
            raise CommandError("\n".join(skipped))

    def _fill(self, demo: content.Demo, hall: Hall, *, count: int) -> list[str]:
        """Play the stories in the order of time; return what a rule refused."""
        chance = random.Random(SEED)  # noqa: S311 (believable, not secret)
        world = _world(demo, hall, chance)
        calendar = current_calendar(hall.region)
        now = timezone.now()
        queue: list[tuple[dt.datetime, int, Acts]] = []
        for number, (moment, story) in enumerate(
            _arrivals(demo, chance, count=count, now=now)
        ):
            heapq.heappush(queue, (moment, number, play(world, story)))
        rare = showcase(world, timezone.localdate(now), calendar)
        for number, (moment, acts) in enumerate(rare):
            heapq.heappush(queue, (moment, -1 - number, acts))
        with movable_clock() as clock:
            while queue and queue[0][0] < now:
                moment, number, acts = heapq.heappop(queue)
                self._next_act(world, clock, moment, number, acts, queue, calendar)
        self._offer_now(world)
        return world.skipped

    @staticmethod
    def _offer_now(world: World) -> None:
        """Leave an offer on some desks: the first thing a new clerk has to answer."""
        receivers = set()
        for story in world.demo.stories:
            if story.way != HAND_OVER or not story.offers:
                continue
            receiver = world.at_window[story.offers[0].window]
            if receiver in receivers or receiver == world.at_window[story.window]:
                continue
            receivers.add(receiver)
            world.now = timezone.now()
            offer_now(world, story)
            if len(receivers) == OFFERS_NOW:
                return

    @staticmethod
    def _next_act(
        world: World,
        clock: HallClock,
        moment: dt.datetime,
        number: int,
        acts: Acts,
        queue: list[tuple[dt.datetime, int, Acts]],
        calendar: Any,
    ) -> None:
        world.now = clock.at(moment)
        try:
            minutes = next(acts)
        except StopIteration:
            return
        except RuleBroken as broken:
            world.skipped.append(f"story {number}: {broken}")
            return
        heapq.heappush(queue, (add_minutes(moment, minutes, calendar), number, acts))

    def _list_logins(self, demo: content.Demo) -> None:
        rows = []
        for role, count in (
            ("clerk", 3),
            ("supervisor", 2),
            ("administrator", 1),
            ("auditor", 1),
        ):
            known = [one for one in demo.clerks if one.role == role][:count]
            rows += [(one.staff_number, one.name, role) for one in known]
        self.stdout.write(f"\n  password for everybody: {PASSWORD}\n")
        for number, name, role in rows:
            self.stdout.write(f"  {number:<8} {role:<14} {name}")


def _world(demo: content.Demo, hall: Hall, chance: random.Random) -> World:
    clerks = {
        one.staff_number: one
        for one in Clerk.objects.filter(hall=hall).select_related(
            "hall", "department", "seat__window"
        )
    }
    names = {one.name: one for one in Department.objects.all()}
    return World(
        demo=demo,
        hall=hall,
        windows={one.number: one for one in Window.objects.filter(hall=hall)},
        departments={one.code: names[one.name] for one in demo.departments},
        items={
            one.code: one for one in ServiceItem.objects.filter(code__in=demo.codes)
        },
        at_window={
            window.number: clerks[demo.clerk_at(window.number).staff_number]
            for window in demo.windows
        },
        supervisors=[one for one in clerks.values() if one.role == "supervisor"],
        chance=chance,
        now=timezone.now(),
    )


def _arrivals(
    demo: content.Demo, chance: random.Random, *, count: int, now: dt.datetime
) -> list[tuple[dt.datetime, content.Story]]:
    """Spread `count` people over the last working days as people really come."""
    today = timezone.localdate(now)
    calendar = current_calendar()
    days = working_days_back(today, DAYS, calendar)
    if calendar.is_working(today):
        days.append(today)
    weights = [demo.arrivals.weekdays.get(str(day.isoweekday()), 150) for day in days]
    halves = list(demo.arrivals.half_hours.items())
    stories = list(demo.stories)
    chance.shuffle(stories)
    arrivals = []
    for number in range(count):
        [day] = chance.choices(days, weights)
        [(begin, _)] = chance.choices(halves, [weight for _, weight in halves])
        hour, minute = map(int, begin.split(":"))
        moment = timezone.make_aware(
            dt.datetime.combine(day, dt.time(hour, minute))
        ) + dt.timedelta(seconds=chance.uniform(0, 1799))
        if moment < now:
            arrivals.append((moment, stories[number % len(stories)]))
    return sorted(arrivals, key=lambda one: one[0])
