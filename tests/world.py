"""A hall with everybody in it and a case in every state, built once for a module.

For tests that send thousands of requests: everything happens inside one transaction,
each test inside a savepoint of it. Whoever writes in such a test changes nothing for
the next one. Wang holds every case; Fu held it before; Li was offered one.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import DataError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import (
    accepting,
    answering,
    clocks,
    delivering,
    directing,
    green,
    intake,
    joint,
    negatives,
    raising,
    receiving,
    referring,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.delivering import How
from cases.actions.intake import Person, Request
from cases.actions.negatives import Negative
from cases.models import Case, Notice, PaperPrint, Part, Referral
from cases.models.signatures import SIGNED_FOR
from cases.numbers import case_number
from tests import make_windows as make
from tests.cast import come_in, now
from tests.conftest import clock_moved_back, settle_acts
from tests.pictures import seal_picture
from windows import importing
from windows.models import (
    CalendarYear,
    Clerk,
    ClerkPhoto,
    ClosureDay,
    Department,
    Hall,
    LookupMiss,
    PaperSeal,
    ServiceItem,
    ThesaurusEntry,
    Window,
)
from windows.models.people import PostKind
from windows.models.places import LatePapers
from windows.papers import digest_of
from windows.roles import Role

LONG = 24 * 3600
"""Seconds: longer than any run."""

LATE_DAYS = 30
"""Days ago: longer than any limit that a hall sets for papers."""

WORDS = "我想给娃娃上户口，要带些啥子"
GOOD = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"

MARKED = Person(
    name="钟无艳",
    identity_kind="resident_id",
    identity="110101199003070978",
    telephone="13987650123",
    agent_name="戚继光明",
    agent_identity_kind="resident_id",
    agent_identity="11010119900307109X",
    agent_telephone="13512349876",
)
"""The applicant of every case: nobody else in a test has these names and numbers."""

NEGATIVE = Negative(
    "不符合第三条规定的条件要求",
    "《户口登记条例》第七条",
    "补齐监护证明材料即可登记",
    "可以先向公证处申请公证",
    "60日内复议，6个月内诉讼",
)


@dataclass
class World:
    """People by what they are to a case, cases by state, and everything configured."""

    hall: Hall
    people: dict[str, Clerk]
    windows: dict[str, Window]
    item: ServiceItem
    second_item: ServiceItem
    police: Department
    outside: Department
    cases: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    offers: dict[str, int] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    """Keys of one object of each kind, of the own hall where it has one."""
    theirs: dict[str, Any] = field(default_factory=dict)
    """The same of the other hall."""
    sessions: dict[str, str] = field(default_factory=dict)
    handler: Any = None
    ago: dt.timedelta = dt.timedelta()

    def at(self) -> dt.datetime:
        """The moment of an act while the world is built: now, or some time ago."""
        return now() - self.ago

    @contextmanager
    def earlier(self, days: int) -> Iterator[None]:
        """Let it be so many days ago."""
        with clock_moved_back(days):
            self.ago = dt.timedelta(days=days)
            yield
        self.ago = dt.timedelta()

    def client(self, person: str) -> Client:
        """A browser in which this person is signed in; quick, for it signs in once.

        Cookies are as at the beginning each time, whatever was chosen or signed out,
        and all browsers share one stack of middleware.
        """
        client = Client(raise_request_exception=False)
        self.handler = client.handler = self.handler or client.handler
        if person == "nobody":
            return client
        if person not in self.sessions:
            come_in(client, self.people[person])
            session = client.session
            session["until"] += LONG
            session.save()
            self.sessions[person] = client.cookies[settings.SESSION_COOKIE_NAME].value
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens inside; plain savepoints, for actions are durable."""
    savepoint = str(connection.savepoint())
    try:
        yield
    finally:
        connection.savepoint_rollback(savepoint)
        connection.savepoint_commit(savepoint)


_sequence = itertools.count(900_000)


def unknown_case() -> int:
    """A number as ours are, of no case."""
    return case_number(timezone.localdate().year, next(_sequence))


def build() -> World:
    """Make the world, in about a second."""
    world = _places_and_people()
    _configuration(world)
    _cases(world)
    return world


def _places_and_people() -> World:
    hall, elsewhere = make.hall(name="临江市民服务中心"), make.hall(name="上游中心")
    police = make.department(name="公安局")
    windows = {
        "reception": make.window(hall, number="A01", name="综合咨询"),
        "registry": make.window(hall, number="B12", name="户政", department=police),
        "tax": make.window(hall, number="C03", name="税务"),
        "door": make.window(hall, number="D04", name="导办"),
        "elsewhere": make.window(elsewhere, number="A01", name="上游综合"),
    }
    clerks = {
        "holder": ("1001", "王芳", "reception", PostKind.A),
        "mate": ("1002", "高远", "reception", PostKind.B),
        "former": ("1003", "傅雷", "door", PostKind.A),
        "target": ("1004", "李华", "registry", PostKind.A),
        "standin": ("1005", "赵敏", "registry", PostKind.B),
        "other": ("1006", "马超", "tax", PostKind.A),
        "newcomer": ("1007", "辛欣", "tax", PostKind.B),
        "gone": ("1008", "娄尽", "tax", PostKind.B),
        "theirs": ("9001", "周洋", "elsewhere", PostKind.A),
    }
    people = {}
    for name, (number, called, window, post) in clerks.items():
        place = windows[window]
        person = make.clerk(place.hall, staff_number=number, name=called)
        make.posting(person, place, post=post)
        make.seat(person, place)
        people[name] = person
    for name, where, role, number in (
        ("supervisor", hall, Role.SUPERVISOR, "2001"),
        ("their_supervisor", elsewhere, Role.SUPERVISOR, "9002"),
        ("administrator", hall, Role.ADMINISTRATOR, "3001"),
        ("their_administrator", elsewhere, Role.ADMINISTRATOR, "9003"),
        ("auditor", hall, Role.AUDITOR, "4001"),
        ("their_auditor", elsewhere, Role.AUDITOR, "9004"),
    ):
        people[name] = make.clerk(where, role, staff_number=number, name=f"员{number}")
    item = make.item(police, code="110001", name="新生儿出生登记")
    make.material(item, position=1, name="出生医学证明", how_to_get="助产机构签发")
    make.material(item, position=2, name="户口簿", how_to_get="本人保管")
    for window in ("reception", "registry"):
        make.responsibility(windows[window], item)
    second = make.item(police, code="110002", name="户口迁移")
    outside = make.outside_department(name="供电公司")
    return World(hall, people, windows, item, second, police, outside)


def _configuration(world: World) -> None:
    """One object of each kind for the pages of the configuration, ours and theirs."""
    elsewhere = world.windows["elsewhere"].hall
    for kind, hall, window, clerk, importer in (
        (world.own, world.hall, "tax", "other", "administrator"),
        (world.theirs, elsewhere, "elsewhere", "theirs", "their_administrator"),
    ):
        person, place = world.people[clerk], world.windows[window]
        posting = person.postings.first()
        miss = LookupMiss.objects.create(hall=hall, words="上个户", at=timezone.now())
        table = importing.read_table("事项编码,事项名称,部门\n77,办证,公安局".encode())
        run = importing.take_preview(
            table,
            importing.make_plan(table),
            file_name="a.csv",
            by=world.people[importer],
            at=now(),
        )
        ClerkPhoto.objects.create(
            clerk=person, content=b"\x89PNG\r\n\x1a\n", media_type="image/png"
        )
        picture = seal_picture("red" if kind is world.own else "blue")
        seal = PaperSeal(hall=hall, content=picture, media_type="image/png")
        seal.digest = digest_of(picture)
        seal.save()
        kind |= {
            "seal": seal.digest,
            "hall": hall.pk,
            "window": place.pk,
            "clerk": person.pk,
            "posting": posting.pk if posting else 0,
            "absence": make.absence(person).pk,
            "miss": miss.pk,
            "import": run.pk,
        }
    day = ClosureDay.objects.create(day="2026-10-01", name="国庆节", is_off=True)
    entry = ThesaurusEntry.objects.create(spoken="娃娃", official="儿童")
    world.own |= {
        "department": world.outside.pk,
        "item": world.item.pk,
        "closure_day": day.pk,
        "thesaurus": entry.pk,
        "paper_text": "acceptance",
        "year": CalendarYear.objects.create(year=2031).pk,
    }


def _cases(world: World) -> None:
    """A case in every state: asked by Fu, taken over by Wang, and on from there."""
    wang, chen = world.people["holder"], world.people["supervisor"]
    missing = [Missing("户口簿", "本人保管", position=2)]

    def mine(state: str) -> int:
        case = _taken_over(world, state)
        world.cases[state] = case
        return case

    mine("asked")
    world.offers["offered"] = offer(world, mine("offered"), "target", "registry")
    accepting.accept_case(mine("accepted"), received=[1, 2], by=wang, at=now())
    accepting.accept_case(mine("stopped"), received=[1, 2], by=wang, at=now())
    clocks.stop_clock(
        world.cases["stopped"],
        ground="hearing",
        reason="举行听证会",
        limit_days=None,
        by=wang,
        at=now(),
    )
    accepting.ask_once(
        mine("waiting"), received=[1], missing=missing, by=wang, at=now()
    )
    # A mere question: nobody said who he was.
    world.cases["unnamed"] = _taken_over(world, "unnamed", Person())
    for case in (mine("directed"), world.cases["unnamed"]):
        directing.direct_elsewhere(
            case,
            department_id=world.outside.pk,
            bring="身份证",
            reason="属供电公司",
            by=wang,
            at=now(),
        )
    raising.raise_question(
        mine("raised"),
        ground="unclear",
        question="政策不明，不知该如何办理",
        own_view="",
        unit_id=world.police.pk,
        lead_unit_id=None,
        to_government=False,
        by=wang,
        at=now(),
    )
    negatives.propose_negative(mine("filed"), NEGATIVE, by=wang, at=now())
    negatives.propose_negative(mine("approved"), NEGATIVE, by=wang, at=now())
    negatives.approve_negative(world.cases["approved"], reason="", by=chen, at=now())
    answering.answer_case(mine("answered"), text=GOOD, by=wang, at=now())
    for state in ("granted", "posted"):
        case = mine(state)
        accepting.accept_case(case, received=[1, 2], by=wang, at=now())
        _yielding(world, case)
    post = How("post", carrier="中国邮政速递", tracking="1071234567890")
    delivering.deliver(world.cases["posted"], post, by=wang, at=now())
    answering.answer_case(mine("closed"), text=GOOD, by=wang, at=now())
    supervising.call_back(
        world.cases["closed"], outcome="satisfied", remark="", by=chen, at=now()
    )
    _joint(world)
    theirs = _asked(world, "theirs")
    world.cases["elsewhere"] = theirs.pk
    world.cases["unknown"] = unknown_case()
    _in_time_and_late(world)


def _yielding(world: World, case: int) -> None:
    """Grant something that can be handed over (R1.23)."""
    items = ServiceItem.objects.filter(pk=world.item.pk)
    items.update(result="certificate")
    wang = world.people["holder"]
    answering.answer_case(case, text=GOOD, by=wang, at=now())
    items.update(result="nothing")


def _in_time_and_late(world: World) -> None:
    """Papers that were received and met with silence, asked for, brought or not."""
    wang = world.people["holder"]
    missing = [Missing("户口簿", "本人保管", position=2)]
    Hall.objects.filter(pk=world.hall.pk).update(late_papers=LatePapers.WITHDRAWN)
    with world.earlier(LATE_DAYS):
        world.cases["silent"] = _taken_over(world, "silent")
        receiving.receive_materials(
            world.cases["silent"], received=[1], by=wang, at=world.at()
        )
        world.cases["missed"] = _taken_over(world, "missed")
        accepting.ask_once(
            world.cases["missed"], received=[1], missing=missing, by=wang, at=world.at()
        )
    world.cases["brought"] = _taken_over(world, "brought")
    accepting.ask_once(
        world.cases["brought"],
        received=[],
        missing=[Missing("出生医学证明", "助产机构签发", position=1), *missing],
        by=wang,
        at=now(),
    )
    receiving.receive_materials(world.cases["brought"], received=[1], by=wang, at=now())
    green.open_green_channel(
        world.cases["brought"],
        ground="disabled",
        acceptor_id=wang.pk,
        chaser_id=world.people["supervisor"].pk,
        by=wang,
        at=now(),
    )


def _joint(world: World) -> None:
    """A case of several units: those at the tax window, and one outside the hall.

    Past their days, in a hall where silence may agree; one more objects.
    """
    tax = make.department(name="税务局")
    Window.objects.filter(pk=world.windows["tax"].pk).update(department=tax)
    item = make.item(
        world.police,
        code="110003",
        name="联办事项",
        promised_days=None,
        statutory_days=45,
    )
    make.responsibility(world.windows["reception"], item)
    make.step(item, position=1, name="税务意见", department=tax, days=1)
    make.step(item, position=2, name="供电意见", department=world.outside, days=1)
    Hall.objects.filter(pk=world.hall.pk).update(silence_agrees=True)
    first, world.item = world.item, item
    with world.earlier(LATE_DAYS - 5):
        for state in ("joint", "objected"):
            world.cases[state] = _taken_over(world, state)
            accepting.accept_case(
                world.cases[state],
                received=[],
                by=world.people["holder"],
                at=world.at(),
            )
        part = Part.objects.get(case_id=world.cases["objected"], position=1)
        joint.give_opinion(
            part.case_id,
            part.pk,
            opinion="object",
            text="欠缴税款尚未结清",
            basis="《税收征收管理法》第四十四条",
            by=world.people["other"],
            at=world.at(),
        )
    world.item = first


def _asked(world: World, person: str, applicant: Person = MARKED) -> Case:
    request = Request(words=WORDS, item_id=world.item.pk, person=applicant)
    opened = intake.open_case(request, by=world.people[person], at=world.at())
    world.codes[person] = opened.code
    return opened.case


PAPERS = {"paper", "paper_print", "paper_again"}
PAPERS |= {"paper_open", *(SIGNED := {"paper_sign", "paper_scan"})}
"""Addresses of a paper of a case."""


def case_address(act: str, case: int) -> str:
    """The address of an act on a case; of its first paper, where the act is on one."""
    if act not in PAPERS:
        return reverse(act, args=[case])
    papers = Notice.objects.order_by("id").values_list("pk", flat=True)
    try:
        own = papers.filter(case_id=case)
        to_sign = own.filter(kind__in=SIGNED_FOR) if act in SIGNED else own
        paper = to_sign.first() or own.first()
    except (DataError, OverflowError):
        paper = None
    return reverse(act, args=[case, paper or 987654321])


def offer(world: World, case: int, person: str, window: str) -> int:
    """Offer a case as its holder or, if he is not the one asked, as supervisor."""
    holder = Case.objects.select_related("holder").get(pk=case).holder
    return referring.offer_case(
        case,
        to_clerk_id=world.people[person].pk,
        to_window_id=world.windows[window].pk,
        reason="属该窗口职责",
        escort="led",
        by=holder,
        at=world.at(),
    ).pk


def _taken_over(world: World, state: str, applicant: Person = MARKED) -> int:
    case = _asked(world, "former", applicant).pk
    world.codes[state] = world.codes.pop("former")
    first = offer(world, case, "holder", "reception")
    referring.accept_referral(first, by=world.people["holder"], at=world.at())
    world.offers[state] = Referral.objects.get(pk=first).pk
    return case


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with connection.cursor() as cursor:
            # One transaction for a whole module is longer than that of a page.
            cursor.execute("SET transaction_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
        around = transaction.atomic()
        around._from_testcase = True  # type: ignore[attr-defined]
        around.__enter__()
        try:
            with pytest.MonkeyPatch.context() as patch:
                settle_acts(patch)
                world = build()
            with pytest.MonkeyPatch.context() as patch:
                # A sign of life is undone with everything else: nobody goes quiet.
                patch.setattr(settings, "HALL_IDLE_SECONDS", LONG)
                patch.setattr(settings, "HALL_LOGOUT_SECONDS", LONG)
                for name in world.people:
                    world.client(name)
                _later(world)
                yield world
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
            connection.close()


def _later(world: World) -> None:
    """What happened to people after they had signed in."""
    newcomer, gone = world.people["newcomer"], world.people["gone"]
    newcomer.must_change_password = True
    newcomer.save()
    gone.is_active = False
    gone.save()
    for paper in Notice.objects.filter(kind__in=SIGNED_FOR, prints=None):
        # Only what was printed is signed by hand.
        PaperPrint.objects.create(
            notice=paper, ordinal=1, by=paper.issued_by, at=world.at()
        )


@pytest.fixture
def world(_built: World) -> Iterator[World]:
    """The world as it was built, whatever the test before did."""
    with undone():
        yield _built
