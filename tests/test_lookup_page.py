"""The lookup while somebody types: what it may be, and who answers for it here, now."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.reads.lookup import PLACES, Found, look_up
from tests import make_windows as make
from tests.cast import Cast, come_in
from tests.lookups import warm
from windows.models import Responsibility, Seat, Window
from windows.models.items import Authority

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _the_lookup_is_warm() -> None:
    warm()


BIRTH = "新生儿出生登记"


def found(cast: Cast, words: str = BIRTH, chosen: int | None = None) -> Found:
    """The first hit, as Wang at the reception sees it."""
    hits = look_up(cast.wang, words, day=timezone.localdate(), chosen=chosen).found
    assert hits
    return hits[0]


def fragment(client: Client, **typed: object) -> str:
    answer = client.post(reverse("lookup"), typed)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_hit_names_the_window_that_decides_and_who_sits_there(
    cast: Cast, client: Client
) -> None:
    """Issue section 2: item, why, window, named clerk, staffed now or not."""
    hit = found(cast)
    first = hit.places[0]
    assert (first.window, first.clerk) == ("B12 户政", "李华")
    assert first.authority == Authority.DECIDE
    assert first.is_staffed
    assert [place.authority for place in hit.places] == ["decide", "advise"]
    come_in(client, cast.wang)
    html = fragment(client, words=BIRTH)
    assert "李华" in html
    assert "B12 户政" in html
    assert hit.why in html.replace("&quot;", '"')


def test_the_stand_in_is_named_when_the_first_one_is_away(cast: Cast) -> None:
    """R2.61."""
    Seat.objects.filter(clerk=cast.li).delete()
    place = found(cast).places[0]
    assert (place.clerk, place.is_staffed, place.is_stand_in) == ("赵敏", True, True)


def test_an_empty_window_is_said_to_be_empty(cast: Cast) -> None:
    Seat.objects.filter(window=cast.registry).delete()
    place = found(cast).places[0]
    assert (place.clerk, place.is_staffed) == ("李华", False)


def test_a_closed_window_is_not_staffed_whoever_sits_there(cast: Cast) -> None:
    cast.registry.is_open = False
    cast.registry.save()
    place = found(cast).places[0]
    assert not place.is_open
    assert not place.is_staffed


def test_a_seat_at_another_window_does_not_count_here(cast: Cast) -> None:
    Seat.objects.filter(window=cast.registry).update(window=cast.tax)
    assert not found(cast).places[0].is_staffed


@pytest.mark.parametrize("what", ["duty", "posting", "window", "hall", "clerk"])
def test_only_what_holds_today_in_this_hall_is_named(cast: Cast, what: str) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    if what == "duty":
        Responsibility.objects.filter(window=cast.registry).update(ends_on=yesterday)
    elif what == "posting":
        cast.registry.postings.update(ends_on=yesterday)
    elif what == "window":
        Window.objects.filter(pk=cast.registry.pk).update(
            is_active=False, is_open=False
        )
    elif what == "hall":
        Window.objects.filter(pk=cast.registry.pk).update(hall=cast.zhou.hall)
    else:
        for clerk in (cast.li, cast.zhao):
            clerk.is_active = False
            clerk.save()
    named = [place.clerk for place in found(cast).places]
    assert not {"李华", "赵敏"} & set(named)


def test_a_unit_outside_is_shown_with_address_and_telephone(
    cast: Cast, client: Client
) -> None:
    """R1.05."""
    make.item(cast.outside, name="居民用电报装")
    outside = found(cast, "居民用电报装").outside
    assert outside
    assert (outside.name, outside.address) == ("供电公司", "新华路 8 号")
    come_in(client, cast.wang)
    html = fragment(client, words="居民用电报装")
    assert "新华路 8 号" in html
    assert "0830-2223344" in html


def test_an_item_nobody_answers_for_says_so(cast: Cast, client: Client) -> None:
    """A gap is said aloud, never hidden (R2.70)."""
    make.item(make.department(name="民政局"), name="老年人优待证办理")
    hit = found(cast, "老年人优待证办理")
    assert hit.places == ()
    assert hit.outside is None
    come_in(client, cast.wang)
    assert "民政局" in fragment(client, words="老年人优待证办理")


def test_many_windows_are_counted_after_the_first_ones(cast: Cast) -> None:
    for number in range(5):
        window, _clerk = make.staffed_window(cast.hall, number=f"D{number}")
        make.responsibility(window, cast.item, Authority.ACCEPT)
    hit = found(cast)
    assert len(hit.places) == PLACES
    assert hit.more == 7 - PLACES
    assert hit.places[0].authority == "decide"


def test_a_staffed_window_comes_before_an_empty_one_of_the_same_power(
    cast: Cast,
) -> None:
    empty = make.window(cast.hall, number="A00", name="空窗")
    make.responsibility(empty, cast.item, Authority.DECIDE)
    assert [place.window for place in found(cast).places][:2] == [
        "B12 户政",
        "A00 空窗",
    ]


def test_what_was_picked_stays_on_the_list_while_more_is_typed(
    cast: Cast, client: Client
) -> None:
    other = make.item(cast.registry.department, name="居住证办理")
    hits = look_up(
        cast.wang, "居住证办理", day=timezone.localdate(), chosen=cast.item.pk
    )
    assert {hit.id for hit in hits.found if hit.is_chosen} == {cast.item.pk}
    assert other.pk in {hit.id for hit in hits.found}
    come_in(client, cast.wang)
    html = fragment(client, words="居住证办理", item=cast.item.pk)
    assert html.count(" checked") == 1


def test_the_part_of_the_name_that_was_said_is_marked(cast: Cast) -> None:
    parts = found(cast, "出生登记").parts
    assert ("出生登记", True) in parts
    assert "".join(text for text, _said in parts) == BIRTH


def test_words_are_posted_and_never_stand_in_an_address(
    cast: Cast, client: Client
) -> None:
    """Check 44."""
    come_in(client, cast.wang)
    assert client.get(reverse("lookup"), {"words": BIRTH}).status_code == 405
    html = client.get(reverse("new_case")).content.decode()
    assert f'hx-post="{reverse("lookup")}"' in html
    assert "hx-get" not in html.partition("<main")[2].partition("</main>")[0]


def test_the_lookup_needs_the_token_of_its_page(cast: Cast) -> None:
    """Check 39."""
    client = come_in(Client(enforce_csrf_checks=True), cast.wang)
    assert client.post(reverse("lookup"), {"words": BIRTH}).status_code == 403


HOSTILE = [
    "",
    " \u3000\u200b",
    "\0\x01\x1b[31m",
    "长" * 10_000,
    "😀" * 500,
    "\u202eabc\u202c",
    "' OR 1=1 --",
    "%s %(name)s {} {{7*7}}",
    "<img src=x onerror=alert(1)>",
    "²①Ⅷ",
    "a" * 5000,
    "sfz",
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("item", ["", "x", "²", "9" * 400, "-1", "1_0", "\0"])
def test_nothing_that_is_typed_breaks_the_lookup(
    cast: Cast, client: Client, words: str, item: str
) -> None:
    """Checks 1 to 7, 10."""
    come_in(client, cast.wang)
    html = fragment(client, words=words, item=item)
    assert "<img" not in html
    assert "49" not in html.replace("7*7", "")


@pytest.mark.parametrize("name", ["sun", "qian"])
def test_only_those_who_work_with_citizens_look_up(
    cast: Cast, client: Client, name: str
) -> None:
    """Check 25."""
    come_in(client, getattr(cast, name))
    assert client.post(reverse("lookup"), {"words": BIRTH}).status_code == 403


PERHAPS = "我爸出生在这条街"
"""Shares one word with an item and asks for nothing it does."""


def test_what_fits_only_perhaps_is_said_to_be_a_perhaps(
    cast: Cast, client: Client
) -> None:
    """After what is likely, under a line of its own, and marked for the keyboard."""
    assert found(cast).is_likely
    assert not found(cast, PERHAPS).is_likely
    come_in(client, cast.wang)
    assert "data-perhaps" not in fragment(client, words=BIRTH)
    html = fragment(client, words=PERHAPS)
    assert html.index('id="hits-perhaps"') < html.index(f'id="hit-{cast.item.pk}"')
    assert "data-perhaps" in html


def test_an_item_picked_before_is_no_perhaps(cast: Cast) -> None:
    """Whoever picked it has read it, and it stands before what is unsure."""
    other = make.item(cast.item.department, code="110002", name="街道出生证明")
    hits = look_up(
        cast.wang, PERHAPS, day=timezone.localdate(), chosen=cast.item.pk
    ).found
    assert hits[0].id == cast.item.pk
    assert hits[0].is_likely
    assert other.pk in [hit.id for hit in hits]
