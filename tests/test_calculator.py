"""The calculator: an item, a day and stops lead to both dates, day by day."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.reads import calculator
from tests import make_windows as make
from tests.browsing import words
from tests.cast import Cast, come_in
from windows import catalogue
from windows.models import ServiceItem
from windows.models.items import Handling

pytestmark = pytest.mark.django_db
FORMS = {"stop-TOTAL_FORMS": "2", "stop-INITIAL_FORMS": "0"}


def count(client: Client, asked: str, start: str = "2026-11-02", **more: str) -> Any:
    typed = {**FORMS, "words": asked, "start": start, "extension": "", **more}
    return client.post(reverse("calculator"), typed)


def stop(number: int, **typed: str) -> dict[str, str]:
    return {f"stop-{number}-{name}": value for name, value in typed.items()}


def dates(answer: Any) -> list[dt.date]:
    assert answer.status_code == 200, words(answer)
    return [date.due for date in answer.context["found"].dates]


def on(month: int, day: int) -> dt.date:
    return dt.date(2026, month, day)


def limits(cast: Cast, promised: int | None, statutory: int | None) -> None:
    ServiceItem.objects.filter(pk=cast.item.pk).update(
        promised_days=promised, statutory_days=statutory
    )


def test_everybody_may_count_and_both_dates_are_explained(
    cast: Cast, client: Client
) -> None:
    """R1.20, R1.30, R9.14: without an account, in one's own words, day by day."""
    limits(cast, 5, 20)
    answer = count(client, "给娃上户口")
    assert dates(answer) == [on(11, 9), on(11, 30)]
    said = words(answer)
    assert "新生儿出生登记" in said
    assert "第 5 个工作日" in said
    assert "周末" in said


def test_stops_and_an_extension_move_both_dates(cast: Cast, client: Client) -> None:
    """R1.20, R1.24: the same arithmetic as for a case."""
    limits(cast, 5, 20)
    hearing = stop(0, ground="hearing", began="2026-11-04", resumed="2026-11-06")
    answer = count(client, "上户口", **hearing)
    assert dates(answer) == [on(11, 11), on(12, 2)]
    assert "听证" in words(answer)
    test = stop(1, ground="testing", began="2026-11-06", limit="3")
    assert dates(count(client, "上户口", **hearing, **test)) == [on(11, 16), on(12, 7)]
    longer = count(client, "上户口", **hearing, **test, extension="10")
    assert dates(longer) == [on(11, 30), on(12, 21)]


def test_a_stop_without_end_and_limit_leaves_no_due_day(
    cast: Cast, client: Client
) -> None:
    """R1.24, rules.md 6.5: the clock is frozen, and the page says so."""
    answer = count(client, "上户口", **stop(0, ground="hearing", began="2026-11-04"))
    assert dates(answer) == []
    assert answer.context["found"].is_frozen


def test_what_may_not_be_meant_is_asked_about_before_it_is_counted(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R9.14: a firm date for a matter that nobody meant would be a wrong promise."""
    look_up = catalogue.look_up

    def unsure(words: str, most: int) -> list[Any]:
        return [replace(hit, is_likely=False) for hit in look_up(words, most)]

    monkeypatch.setattr(catalogue, "look_up", unsure)
    answer = count(client, "户口")
    assert answer.context["found"].item is None
    assert "请选择" in words(answer)
    chosen = {"item": str(cast.item.pk), "said": "户口"}
    assert count(client, "户口", **chosen).context["found"].item.id == cast.item.pk
    # A code is nothing to guess about.
    monkeypatch.undo()
    by_code = count(client, f" {cast.item.code} ").context["found"]
    assert by_code.item.id == by_code.items[0].id == cast.item.pk


def test_another_item_can_be_chosen_until_other_words_are_typed(
    cast: Cast, client: Client
) -> None:
    """A choice belongs to the words it was made for."""
    other = make.item(cast.item.department, code="110002", name="户口迁移登记")
    make.alias(other, "迁户口")
    chosen = {"item": str(other.pk), "said": "户口"}
    answer = count(client, "户口", **chosen)
    assert answer.context["found"].item.id == other.pk
    answer = count(client, "新生儿出生登记", **chosen)
    assert answer.context["found"].item.id == cast.item.pk


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "啦啦啦啦"}, "words"),
        ({"start": "2026-02-30"}, "start"),
        ({"extension": "16"}, "extension"),
        ({"extension": "11"}, "extension"),  # one unit decides (R1.20)
        ({"extension": "1_0"}, "extension"),
        (stop(0, ground="hearing", resumed="2026-11-04"), "stop-0-began"),
        (stop(0, began="2026-11-04"), "stop-0-ground"),
        (
            stop(0, ground="hearing", began="2026-11-04", resumed="2026-11-03"),
            "stop-0-resumed",
        ),
        (stop(0, ground="hearing", began="2026-11-04", limit="-1"), "stop-0-limit"),
        (stop(0, began="2026-11-04", ground="lunch"), "stop-0-ground"),
        (
            stop(0, ground="hearing", began="2026-11-04", resumed="2026-11-09")
            | stop(1, ground="testing", began="2026-11-05", resumed="2026-11-06"),
            "",
        ),
        (stop(0, ground="hearing", began="2026-11-01", resumed="2026-11-09"), ""),
        (stop(0, ground="hearing", began="2026-11-04", resumed="2099-11-09"), ""),
    ],
)
def test_what_cannot_be_counted_is_refused_beside_its_field(
    cast: Cast, client: Client, typed: dict[str, str], field: str
) -> None:
    """Checks 1, 10, 14: a sentence, the right field, and everything typed is kept."""
    answer = count(client, "上户口", **typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    if field:
        shown = re.search(rf'<[^>]*name="{field}"[^>]*>', page)
        assert shown is not None
        assert 'aria-invalid="true"' in shown[0]
    assert "errorlist" in page
    for value in typed.values():
        assert not value or value in page or value == "lunch"


def test_a_day_whose_year_has_no_notice_is_counted_and_marked(
    cast: Cast, client: Client
) -> None:
    """R9.11: the last day that can be typed has a due day, which is provisional."""
    limits(cast, 5, 20)
    answer = count(client, "上户口", "2100-12-31", extension="10")
    assert dates(answer) == [dt.date(2101, 1, 21), dt.date(2101, 2, 11)]
    assert all(date.provisional for date in answer.context["found"].dates)


def test_the_units_of_an_item_have_a_time_table(cast: Cast, client: Client) -> None:
    """R4.70, R4.78: who does what by when, drawn on the working days of the whole."""
    limits(cast, 5, 20)
    tax = make.department(name="税务局")
    for position, (name, unit, days, is_parallel) in enumerate(
        [
            ("受理", cast.item.department, 0, False),
            ("审核", cast.item.department, 2, False),
            ("核税", tax, 3, True),
            ("发证", cast.item.department, 1, False),
        ]
    ):
        cast.item.steps.create(
            position=position,
            name=name,
            department=unit,
            days=days,
            is_parallel=is_parallel,
        )
    answer = count(client, "上户口")
    plan = answer.context["found"].plan
    assert [one.due for one in plan.stretches] == [
        on(11, 2),
        on(11, 4),
        on(11, 5),
        on(11, 6),
    ]
    assert plan.days == 4
    assert "税务局" in words(answer)
    assert 'x="3" width="1"' in answer.content.decode()


def test_what_is_done_on_the_spot_is_due_at_once(cast: Cast, client: Client) -> None:
    """R1.20: promised for the day itself, the law's date stays."""
    cast.item.handling = Handling.ON_THE_SPOT
    cast.item.save()
    assert dates(count(client, "上户口"))[0] == on(11, 2)


def test_counting_costs_at_most_eight_statements(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    """For somebody signed in, session and person included; none of them per day."""
    come_in(client, cast.wang)
    count(client, "上户口")
    with django_assert_max_num_queries(8):
        count(client, "上户口", extension="10")


def test_the_public_counts_only_so_often_and_staff_as_they_please(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 38: one address, and nobody who is signed in, meets the limit."""
    monkeypatch.setattr(calculator, "TRIES_PER_ADDRESS", 2)
    answers = [count(client, "上户口").status_code for _time in range(3)]
    assert answers == [200, 200, 429]
    come_in(client, cast.wang)
    assert count(client, "上户口").status_code == 200
