"""The small cast of every story: one hall, three windows, and who sits there.

Wang is asked first. Li decides the item at the next window; Zhao is posted there too,
as stand-in. Chen supervises, Sun administers, Qian audits. Zhou works in another hall.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from cases.actions import intake, referring
from cases.actions.intake import Opened, Person, Request
from cases.models import Case
from tests import make_windows as make
from windows.models import Clerk, Department, Hall, Posting, ServiceItem, Window
from windows.models.items import Authority
from windows.models.people import PostKind
from windows.roles import Role

WORDS = "我想给娃娃上户口，要带些啥子"


@dataclass(frozen=True)
class Cast:
    """Everybody, and the things they work with."""

    hall: Hall
    reception: Window
    registry: Window
    tax: Window
    wang: Clerk
    li: Clerk
    zhao: Clerk
    ma: Clerk
    chen: Clerk
    deng: Clerk
    sun: Clerk
    qian: Clerk
    zhou: Clerk
    item: ServiceItem
    outside: Department
    stand_in: Posting


@pytest.fixture
def cast(db: None) -> Cast:
    """The hall with its people in their seats."""
    return make_cast()


def make_cast() -> Cast:
    """Make the hall, and put its people in their seats."""
    hall = make.hall(name="临江市民服务中心")
    police = make.department(name="公安局")
    reception = make.window(hall, number="A01", name="综合咨询")
    registry = make.window(hall, number="B12", name="户政", department=police)
    tax = make.window(hall, number="C03", name="税务")
    wang = make.clerk(hall, staff_number="1001", name="王芳")
    li = make.clerk(hall, staff_number="1002", name="李华")
    zhao = make.clerk(hall, staff_number="1003", name="赵敏")
    ma = make.clerk(hall, staff_number="1004", name="马超")
    chen = make.clerk(hall, Role.SUPERVISOR, staff_number="2001", name="陈静")
    deng = make.clerk(hall, Role.SUPERVISOR, staff_number="2002", name="邓涛")
    sun = make.clerk(hall, Role.ADMINISTRATOR, staff_number="3001", name="孙宁")
    qian = make.clerk(hall, Role.AUDITOR, staff_number="4001", name="钱立")
    elsewhere = make.hall(name="上游市民服务中心")
    zhou = make.clerk(elsewhere, staff_number="9001", name="周洋")
    for person, window in ((wang, reception), (li, registry), (ma, tax)):
        make.posting(person, window)
        make.seat(person, window)
    stand_in = make.posting(zhao, registry, post=PostKind.B)
    make.seat(zhao, registry)
    make.posting(chen, reception, post=PostKind.B)
    item = make.item(police, code="110001", name="新生儿出生登记")
    make.material(item, position=1, name="出生医学证明", how_to_get="助产机构签发")
    make.material(item, position=2, name="户口簿", how_to_get="本人保管")
    make.alias(item, "上户口")
    make.responsibility(registry, item, Authority.DECIDE)
    make.responsibility(reception, item, Authority.ADVISE)
    outside = make.outside_department(name="供电公司")
    return Cast(
        hall=hall,
        reception=reception,
        registry=registry,
        tax=tax,
        wang=wang,
        li=li,
        zhao=zhao,
        ma=ma,
        chen=chen,
        deng=deng,
        sun=sun,
        qian=qian,
        zhou=zhou,
        item=item,
        outside=outside,
        stand_in=stand_in,
    )


def now() -> dt.datetime:
    """The moment of an act in a test."""
    return timezone.now()


def offer_and_decline(cast: Cast, case: Case) -> None:
    """Wang offers a case to Li, who declines it and names a better window."""
    offer = referring.offer_case(
        case.pk,
        to_clerk_id=cast.li.pk,
        to_window_id=cast.registry.pk,
        reason="属户政窗口",
        escort="told",
        by=cast.wang,
        at=now(),
    )
    referring.decline_referral(
        offer.pk,
        reason="不是户政的事",
        better=referring.Better(window_id=cast.tax.pk),
        by=cast.li,
        at=now(),
    )


def ask(
    cast: Cast,
    *,
    by: Clerk | None = None,
    words: str = WORDS,
    item: ServiceItem | None = None,
    person: Person | None = None,
) -> Opened:
    """Somebody asks at the reception (or wherever `by` sits)."""
    request = Request(
        words=words,
        item_id=item.pk if item else None,
        person=person or Person(),
    )
    return intake.open_case(request, by=by or cast.wang, at=now())


APPLICANT = Person(
    name="林小满",
    identity_kind="resident_id",
    identity="110101199003070978",
    telephone="13900001234",
)
"""Somebody who left a telephone, so that a call-back is due."""


def come_in(client: Client, clerk: Clerk) -> Client:
    """Sign somebody in without the login page, as the page itself would leave it."""
    client.force_login(clerk)
    session = client.session
    seconds = int(now().timestamp())
    session["seen"], session["until"] = seconds, seconds + 3600
    session.save()
    return client
