"""Clerks, their posts, and the windows that would be left alone (R2.60, R2.61)."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import forms
from tests import make_windows as make
from tests.cast import Cast, come_in
from windows import pictures, rota
from windows.closures import Calendar
from windows.models import Absence, Clerk, ClerkPhoto, Department, Posting, Seat, Window
from windows.models.people import PostKind
from windows.roles import Role

pytestmark = pytest.mark.django_db

REASON = "按十一月调整方案"
DAY = dt.timedelta(days=1)


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    """Sun's browser."""
    return come_in(client, cast.sun)


def clerk_url(name: str, clerk: Clerk) -> str:
    return reverse(f"windows:{name}", args=[clerk.pk])


def test_a_new_person_belongs_to_the_own_hall_and_cannot_sign_in_yet(
    cast: Cast, admin: Client
) -> None:
    """Check 31: no password that anybody could guess."""
    add = reverse("windows:clerk_add")
    answer = forms.send(
        admin,
        add,
        staff_number="5001",
        name="吴桐",
        languages="普通话、粤语, 手语",
        reason="新人报到上岗",
    )
    assert answer.status_code == 302
    made = Clerk.objects.get(staff_number="5001")
    assert (made.hall, made.role) == (cast.hall, Role.CLERK)
    assert made.languages == ["普通话", "粤语", "手语"]
    assert not made.has_usable_password()


def test_a_password_is_shown_once_and_works_for_one_sign_in(
    cast: Cast, admin: Client
) -> None:
    """Check 31: the second sending of the same form shows nothing."""
    url = clerk_url("clerk_password", cast.ma)
    typed = {**forms.served(admin, url), "reason": "本人忘记密码"}
    first, second = admin.post(url, typed), admin.post(url, typed)
    password = first.context["password"]
    cast.ma.refresh_from_db()
    assert cast.ma.check_password(password)
    assert cast.ma.must_change_password
    assert second.status_code == 200
    assert not second.context["password"]
    assert password not in second.text
    assert cast.ma.history.first().history_change_reason == "本人忘记密码"


def test_ending_sessions_reaches_every_browser_with_the_next_click(
    cast: Cast, admin: Client
) -> None:
    """Check 35."""
    theirs = come_in(Client(), cast.chen)
    assert theirs.get(reverse("locks")).status_code == 200
    forms.send(admin, clerk_url("clerk_sessions", cast.chen), reason="终端遗失")
    assert theirs.get(reverse("locks")).status_code == 302


def test_who_leaves_is_out_at_once_and_never_deleted(cast: Cast, admin: Client) -> None:
    """Check 31, 35."""
    theirs = come_in(Client(), cast.ma)
    forms.send(admin, clerk_url("clerk_leave", cast.ma), reason="调离本中心")
    assert not Clerk.objects.get(pk=cast.ma.pk).is_active
    assert not Seat.objects.filter(clerk=cast.ma).exists()
    assert theirs.get(reverse("sit")).status_code == 302
    forms.send(admin, clerk_url("clerk_return", cast.ma), reason="调回本中心")
    assert Clerk.objects.get(pk=cast.ma.pk).is_active
    reasons = cast.ma.history.values_list("history_change_reason", flat=True)
    assert list(reasons[:2]) == ["调回本中心", "调离本中心"]


def test_administrators_cannot_lock_themselves_out(cast: Cast, admin: Client) -> None:
    url = clerk_url("clerk_leave", cast.sun)
    assert admin.get(url).status_code == 409
    assert admin.post(url, {"reason": REASON}).status_code == 409
    edit = clerk_url("clerk_edit", cast.sun)
    answer = forms.send(admin, edit, role=Role.CLERK, reason=REASON)
    assert answer.status_code == 422
    cast.sun.refresh_from_db()
    assert (cast.sun.is_active, cast.sun.role) == (True, Role.ADMINISTRATOR)


def test_nobody_is_made_the_systems_own_row(cast: Cast, admin: Client) -> None:
    """Check 11."""
    url = clerk_url("clerk_edit", cast.ma)
    assert forms.send(admin, url, role="system", reason=REASON).status_code == 422


# --- Pictures -----------------------------------------------------------------------


def png(width: int = 2, height: int = 2, extra: bytes = b"") -> bytes:
    def part(name: bytes, body: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (min(width, 9) + 1) * min(height, 9))
    hidden = part(b"tEXt", extra) if extra else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", header)
        + hidden
        + part(b"IDAT", rows)
        + part(b"IEND", b"")
    )


def jpeg(width: int = 2, height: int = 2) -> bytes:
    def segment(kind: int, body: bytes) -> bytes:
        return bytes([0xFF, kind]) + struct.pack(">H", len(body) + 2) + body

    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + segment(0xE1, b"Exif\0\0 secret place")
        + segment(0xC0, frame)
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"\x12\x34\xff\xd9 trailing"
    )


def test_a_picture_keeps_nothing_that_was_hidden_in_it() -> None:
    """Check 24."""
    cleaned = pictures.read(png(extra=b"GPS\0secret place"))
    assert cleaned is not None
    assert b"secret" not in cleaned.content
    assert cleaned == pictures.read(png())
    photo = pictures.read(jpeg())
    assert photo is not None
    assert photo.media_type == "image/jpeg"
    assert b"secret" not in photo.content
    assert b"trailing" not in photo.content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a<script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        png()[:-6],
        png().replace(b"IDAT", b"IDAX"),
        png(width=30000, height=30000),
        jpeg(width=30000),
        jpeg()[:30],
        png() + b"\0" * pictures.LARGEST,
    ],
)
def test_what_is_no_small_picture_is_refused(content: bytes) -> None:
    """Check 18, 24: judged by content."""
    assert pictures.read(content) is None


def test_a_picture_is_served_as_what_it_is(cast: Cast, admin: Client) -> None:
    """Check 18: the type comes from the content, and no browser guesses another."""
    url = clerk_url("clerk_photo_edit", cast.ma)
    fake = SimpleUploadedFile("a.html", png(), content_type="text/html")
    answer = forms.send(admin, url, photo=fake, reason="补录照片")
    assert answer.status_code == 302
    shown = admin.get(clerk_url("clerk_photo", cast.ma))
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown.content == pictures.read(png()).content  # type: ignore[union-attr]
    assert ClerkPhoto.history.get().history_change_reason == "补录照片"
    forms.send(admin, url, reason="本人要求撤下")
    assert admin.get(clerk_url("clerk_photo", cast.ma)).status_code == 404


def test_a_page_is_no_picture(cast: Cast, admin: Client) -> None:
    """Check 18."""
    url = clerk_url("clerk_photo_edit", cast.ma)
    page = SimpleUploadedFile("a.png", b"<html>", content_type="image/png")
    assert forms.send(admin, url, photo=page, reason="补录照片").status_code == 422
    assert not ClerkPhoto.objects.exists()


# --- Who is where -------------------------------------------------------------------

MONDAY = dt.date(2026, 11, 23)
WORKDAYS = Calendar({}, frozenset({2026}), 1)


def plan(
    cast: Cast, postings: list[Posting], absences: list[Absence], days: int = 6
) -> list[tuple[dt.date, dt.date, bool]]:
    last = MONDAY + days * DAY
    made = rota.Rota([cast.registry], postings, absences, WORKDAYS, MONDAY, last)
    return [(gap.first, gap.last, gap.is_without_a) for gap in made.gaps()]


def post(cast: Cast, clerk: Clerk, kind: str, **fields: Any) -> Posting:
    usual = {"starts_on": make.LONG_AGO}
    return Posting(clerk=clerk, window=cast.registry, post=kind, **{**usual, **fields})


def away(clerk: Clerk, first: int, last: int) -> Absence:
    return Absence(
        clerk=clerk, starts_on=MONDAY + first * DAY, ends_on=MONDAY + last * DAY
    )


def test_a_window_with_a_and_b_there_has_no_gap(cast: Cast) -> None:
    """R2.60."""
    both = [post(cast, cast.li, "A"), post(cast, cast.zhao, "B")]
    assert plan(cast, both, []) == []
    assert plan(cast, both, [away(cast.li, 0, 6)]) == []


def test_a_and_b_away_at_once_leave_a_gap_on_working_days_alone(cast: Cast) -> None:
    """R2.60, R2.61: the weekend between two days parts them not, and is none itself."""
    both = [post(cast, cast.li, "A"), post(cast, cast.zhao, "B")]
    absences = [away(cast.li, 0, 3), away(cast.zhao, 2, 9)]
    assert plan(cast, both, absences) == [(MONDAY + 2 * DAY, MONDAY + 3 * DAY, False)]
    weekend = [away(cast.li, 5, 6), away(cast.zhao, 5, 6)]
    assert plan(cast, both, weekend) == []
    over_it = [away(cast.li, 4, 7), away(cast.zhao, 4, 7)]
    assert plan(cast, both, over_it, days=8) == [
        (MONDAY + 4 * DAY, MONDAY + 7 * DAY, False)
    ]


def test_a_window_without_an_a_clerk_is_a_gap_even_with_a_stand_in(
    cast: Cast,
) -> None:
    """R2.60; somebody who has left the hall does not count."""
    ending = post(cast, cast.li, "A", ends_on=MONDAY + DAY)
    stand_in = post(cast, cast.zhao, "B")
    gap = (MONDAY + 2 * DAY, MONDAY + 4 * DAY, True)
    assert plan(cast, [ending, stand_in], []) == [gap]
    cast.li.is_active = False
    whole = (MONDAY, MONDAY + 4 * DAY, True)
    assert plan(cast, [post(cast, cast.li, "A"), stand_in], []) == [whole]


def next_working_day() -> dt.date:
    """A Wednesday at least a week ahead that no holiday touches in the tests."""
    day = timezone.localdate() + 7 * DAY
    while day.weekday() != 2:
        day += DAY
    return day


def test_an_absence_that_leaves_a_window_alone_must_have_been_seen(
    cast: Cast, admin: Client
) -> None:
    """R2.60: never A and B away unseen; the change itself is allowed."""
    day = next_working_day()
    make.absence(cast.zhao, starts_on=day, ends_on=day)
    add = reverse("windows:absence_add")
    typed = {**forms.served(admin, add), "clerk": cast.li.pk, "reason": "年休假安排"}
    typed |= {"starts_on": str(day), "ends_on": str(day)}
    answer = admin.post(add, typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["seen"]
    assert 'type="checkbox" name="seen"' in answer.text
    assert not cast.li.absences.exists()
    assert admin.post(add, {**typed, "seen": "on"}).status_code == 302
    assert cast.li.absences.get().starts_on == day


def test_an_absence_that_leaves_nobody_alone_asks_nothing(
    cast: Cast, admin: Client
) -> None:
    """R2.61: the stand-in is there."""
    day = next_working_day()
    add = reverse("windows:absence_add")
    answer = forms.send(
        admin,
        add,
        clerk=cast.li.pk,
        starts_on=str(day),
        ends_on=str(day),
        reason="年休假安排",
    )
    assert answer.status_code == 302


def test_ending_the_only_a_post_must_have_been_seen(cast: Cast, admin: Client) -> None:
    """R2.60."""
    main = Posting.objects.get(clerk=cast.li)
    edit = reverse("windows:posting_edit", args=[main.pk])
    today = timezone.localdate()
    typed = {**forms.served(admin, edit), "ends_on": str(today), "reason": REASON}
    assert "seen" in admin.post(edit, typed).context["form"].errors
    assert admin.post(edit, {**typed, "seen": "on"}).status_code == 302
    page = admin.get(reverse("windows:postings"))
    assert any("B12" in warning for warning in page.context["warnings"])


def test_a_clerk_has_one_post_at_a_window_at_a_time(cast: Cast, admin: Client) -> None:
    add = reverse("windows:posting_add")
    answer = forms.send(
        admin,
        add,
        clerk=cast.li.pk,
        window=cast.registry.pk,
        post=PostKind.B,
        reason=REASON,
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["starts_on"]
    assert len(answer.context["form"].errors["starts_on"]) == 1


def test_nobody_of_another_hall_is_posted_here(cast: Cast, admin: Client) -> None:
    """Check 26."""
    add = reverse("windows:posting_add")
    theirs = make.window(make.hall())
    for typed in (
        {"clerk": cast.zhou.pk, "window": cast.tax.pk},
        {"clerk": cast.wang.pk, "window": theirs.pk},
        {"clerk": cast.sun.pk, "window": cast.tax.pk},
    ):
        answer = forms.send(admin, add, post="A", reason=REASON, **typed)
        assert answer.status_code == 422, typed
    absence = reverse("windows:absence_add")
    answer = forms.send(admin, absence, clerk=cast.zhou.pk, reason=REASON)
    assert answer.status_code == 422


def test_a_post_keeps_who_and_where(cast: Cast, admin: Client) -> None:
    """A hand-over may rest on it: only the kind and the dates change."""
    edit = reverse("windows:posting_edit", args=[cast.stand_in.pk])
    answer = forms.send(
        admin, edit, clerk=cast.wang.pk, window=cast.tax.pk, post="B", reason=REASON
    )
    assert answer.status_code == 302
    cast.stand_in.refresh_from_db()
    assert cast.stand_in.clerk == cast.zhao
    assert cast.stand_in.window == cast.registry


def test_what_ends_does_not_end_before_it_starts(cast: Cast, admin: Client) -> None:
    """Check 14."""
    add = reverse("windows:absence_add")
    answer = forms.send(
        admin,
        add,
        clerk=cast.li.pk,
        starts_on="2026-12-02",
        ends_on="2026-12-01",
        reason=REASON,
    )
    assert list(answer.context["form"].errors) == ["ends_on"]


# --- Places -------------------------------------------------------------------------


def test_a_window_given_up_is_closed_and_empty(cast: Cast, admin: Client) -> None:
    url = reverse("windows:window_close", args=[cast.tax.pk])
    assert forms.send(admin, url, reason="窗口撤并").status_code == 302
    tax = Window.objects.get(pk=cast.tax.pk)
    assert (tax.is_active, tax.is_open) == (False, False)
    assert not tax.seats.exists()
    assert forms.send(admin, url, reason="恢复设窗").status_code == 302
    tax.refresh_from_db()
    assert (tax.is_active, tax.is_open) == (True, False)


def test_a_number_stands_over_one_window(cast: Cast, admin: Client) -> None:
    add = reverse("windows:window_add")
    answer = forms.send(admin, add, number="B12", name="又一个", reason=REASON)
    assert "number" in answer.context["form"].errors
    elsewhere = make.window(make.hall(), number="Z09")
    answer = forms.send(
        admin, add, number=elsewhere.number, name="自己的", reason=REASON
    )
    assert answer.status_code == 302


def test_a_department_outside_says_where_it_is(cast: Cast, admin: Client) -> None:
    """R1.05, R3.15: whoever is sent there is told address, telephone and hours."""
    add = reverse("windows:department_add")
    answer = forms.send(admin, add, name="海关", in_hall=None, reason=REASON)
    assert set(answer.context["form"].errors) == {"address", "telephone", "hours"}
    assert not Department.objects.filter(name="海关").exists()
