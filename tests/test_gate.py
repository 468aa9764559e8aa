"""Signing in, the lock-out, the idle lock, and what ends a session."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import make_windows as make
from tests.cast import Cast
from windows.models import Clerk, Seat, SignIn
from windows.models.records import SignInOutcome
from windows.roles import Role

pytestmark = pytest.mark.django_db


def sign_in(
    client: Client, clerk: Clerk, password: str = make.PASSWORD, terminal: str = ""
) -> int:
    answer = client.post(
        reverse("login"),
        {"staff_number": clerk.staff_number, "password": password},
        REMOTE_ADDR=terminal or "127.0.0.1",
    )
    return answer.status_code


def later(**delta: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(**delta)


def test_a_clerk_signs_in_and_sits_at_the_own_window(
    cast: Cast, client: Client
) -> None:
    Seat.objects.all().delete()
    assert sign_in(client, cast.wang) == 302
    assert Seat.objects.get(clerk=cast.wang).window == cast.reception
    assert SignIn.objects.get().outcome == SignInOutcome.SIGNED_IN


def test_a_wrong_password_is_refused_and_keeps_the_number(
    cast: Cast, client: Client
) -> None:
    answer = client.post(
        reverse("login"), {"staff_number": "1001", "password": "wrong"}
    )
    assert answer.status_code == 422
    assert 'value="1001"' in answer.content.decode()
    assert SignIn.objects.get().outcome == SignInOutcome.REFUSED


def test_five_wrong_passwords_lock_the_person_at_that_terminal_alone(
    cast: Cast, client: Client
) -> None:
    """Check 32: others behind the same address, and other terminals, go on."""
    for _ in range(5):
        assert sign_in(client, cast.wang, "wrong", terminal="10.0.0.7") == 422
    assert sign_in(client, cast.wang, terminal="10.0.0.7") == 422
    assert SignIn.objects.filter(outcome=SignInOutcome.LOCKED_OUT).count() == 1
    assert sign_in(Client(), cast.li, terminal="10.0.0.7") == 302
    assert sign_in(Client(), cast.wang, terminal="10.0.0.8") == 302


def test_a_supervisor_lifts_a_lock_on_record(cast: Cast, client: Client) -> None:
    """Check 32."""
    for _ in range(6):
        sign_in(client, cast.wang, "wrong")
    chief = Client()
    sign_in(chief, cast.chen, terminal="10.0.0.9")
    assert cast.wang.name in chief.get(reverse("locks")).content.decode()
    chief.post(reverse("lift_lock", args=[cast.wang.pk]))
    assert sign_in(client, cast.wang) == 302
    lifted = SignIn.objects.get(outcome=SignInOutcome.LOCK_LIFTED)
    assert (lifted.clerk, lifted.by) == (cast.wang, cast.chen)


def test_a_lock_ends_by_itself(cast: Cast, client: Client) -> None:
    for _ in range(6):
        sign_in(client, cast.wang, "wrong")
    with time_machine.travel(later(minutes=16), tick=True):
        assert sign_in(client, cast.wang) == 302


def test_twenty_wrong_passwords_anywhere_lock_the_person_everywhere(
    cast: Cast, client: Client
) -> None:
    for number in range(20):
        sign_in(client, cast.wang, "wrong", terminal=f"10.0.1.{number}")
    assert sign_in(client, cast.wang, terminal="10.0.2.1") == 422


def test_nobody_signs_in_as_the_system(db: None, client: Client) -> None:
    row = make.clerk(None, Role.SYSTEM, staff_number="system")
    assert sign_in(client, row) == 422


def test_an_inactive_clerk_does_not_come_in(cast: Cast, client: Client) -> None:
    cast.wang.is_active = False
    cast.wang.save()
    assert sign_in(client, cast.wang) == 422


@pytest.mark.parametrize("change", ["role", "is_active", "session_epoch", "password"])
def test_a_change_of_the_person_ends_every_session(
    cast: Cast, client: Client, change: str
) -> None:
    """Check 35: within one request."""
    sign_in(client, cast.wang)
    assert client.get(reverse("sit")).status_code == 200
    if change == "password":
        cast.wang.set_password("another long password")
    else:
        value = {"role": "auditor", "is_active": False, "session_epoch": 1}[change]
        setattr(cast.wang, change, value)
    cast.wang.save()
    answer = client.get(reverse("sit"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/")


def test_the_session_gets_a_new_name_at_login(cast: Cast, client: Client) -> None:
    """Check 34: a planted id is worth nothing."""
    client.get(reverse("login"))
    session = client.session
    session["planted"] = True
    session.save()
    before = client.session.session_key
    sign_in(client, cast.wang)
    assert client.session.session_key != before


def test_a_quiet_screen_locks_and_keeps_what_was_posted(
    cast: Cast, client: Client
) -> None:
    """Check 33, without scripts: the text travels over the password."""
    sign_in(client, cast.wang)
    with time_machine.travel(later(minutes=6), tick=True):
        answer = client.post(reverse("sit"), {"window": "999", "note": "没打完的字"})
        assert answer.status_code == 403
        text = answer.content.decode()
        assert "没打完的字" in text
        assert cast.reception.name not in text
        answer = client.post(
            reverse("unlock"),
            {
                "password": make.PASSWORD,
                "next": reverse("sit"),
                "carried:note": "没打完的字",
            },
        )
        assert "没打完的字" in answer.content.decode()
        assert client.get(reverse("sit")).status_code == 200


def test_a_wrong_password_does_not_unlock(cast: Cast, client: Client) -> None:
    sign_in(client, cast.wang)
    with time_machine.travel(later(minutes=6), tick=True):
        answer = client.post(
            reverse("unlock"),
            {"password": "wrong"},
            headers={"X-Requested-With": "fetch"},
        )
        assert answer.status_code == 403
        assert client.get(reverse("sit")).status_code == 403
        answer = client.post(
            reverse("unlock"),
            {"password": make.PASSWORD},
            headers={"X-Requested-With": "fetch"},
        )
        assert answer.status_code == 204


def test_polls_do_not_keep_a_screen_awake_and_typing_does(
    cast: Cast, client: Client
) -> None:
    sign_in(client, cast.wang)
    with time_machine.travel(later(minutes=4), tick=True):
        assert client.post(reverse("alive")).status_code == 204
    with time_machine.travel(later(minutes=8), tick=True):
        assert client.get(reverse("sit")).status_code == 200


def test_a_clock_moved_back_lengthens_nothing(cast: Cast, client: Client) -> None:
    """Check 33."""
    sign_in(client, cast.wang)
    with time_machine.travel(later(minutes=-10), tick=True):
        assert client.get(reverse("sit")).status_code == 403


def test_a_quarter_of_an_hour_or_a_shift_ends_the_session(
    cast: Cast, client: Client
) -> None:
    sign_in(client, cast.wang)
    with time_machine.travel(later(minutes=16), tick=True):
        assert client.get(reverse("sit")).status_code == 302
    sign_in(client, cast.wang)
    session = client.session
    session["until"] = 0
    session.save()
    assert client.get(reverse("sit")).status_code == 302


def test_signing_out_frees_the_seat_and_forgets_the_pages(
    cast: Cast, client: Client
) -> None:
    """Check 37."""
    sign_in(client, cast.wang)
    answer = client.post(reverse("logout"))
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert not Seat.objects.filter(clerk=cast.wang).exists()
    assert client.get(reverse("sit")).status_code == 302


def test_nobody_sits_where_he_is_not_posted(cast: Cast, client: Client) -> None:
    sign_in(client, cast.wang)
    answer = client.post(reverse("sit"), {"window": cast.tax.pk})
    assert answer.status_code == 422
    assert Seat.objects.get(clerk=cast.wang).window == cast.reception


def test_a_first_password_has_to_be_changed(cast: Cast, client: Client) -> None:
    """Check 31: an administrator's password is for one use."""
    cast.wang.must_change_password = True
    cast.wang.save()
    sign_in(client, cast.wang)
    assert client.get(reverse("sit")).headers["Location"] == reverse("password")
    new = "correct horse battery"
    answer = client.post(
        reverse("password"),
        {
            "old_password": make.PASSWORD,
            "new_password1": new,
            "new_password2": new,
        },
    )
    assert answer.status_code == 302
    assert client.get(reverse("sit")).status_code == 200


def test_the_next_page_is_one_of_ours(cast: Cast, client: Client) -> None:
    answer = client.post(
        reverse("login"),
        {
            "staff_number": "1001",
            "password": make.PASSWORD,
            "next": "https://evil.example/\r\nX: 1",
        },
    )
    assert answer.headers["Location"] == reverse("home")


def test_the_name_and_the_window_stand_on_every_page(
    cast: Cast, client: Client
) -> None:
    sign_in(client, cast.wang)
    text = client.get(reverse("sit")).content.decode()
    assert cast.wang.name in text
    assert re.search(r"A01 综合咨询", text)
