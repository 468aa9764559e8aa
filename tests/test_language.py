"""Another language shows the same page, with everything that was typed on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cases.models import Case, CaseEvent
from tests import acts, bundles, forms
from tests.browsing import opened, words
from tests.cast import Cast, come_in
from tests.make_cases import Story
from windows.models import BundledItem, PaperText, ServiceItem

pytestmark = pytest.mark.django_db


def button_of(page: str) -> Any:
    tree: Any = lxml.html.fromstring(page)
    (button,) = tree.xpath("//button[@data-language]")
    return button


def in_english(client: Client, address: str, typed: dict[str, Any]) -> Any:
    """Press the button as a browser does: it posts the form, and on with a 307."""
    page = client.get(address).content.decode()
    button = button_of(page)
    assert (button.get("form"), button.get("name")) == ("typed", "keep")
    data = typed | {button.get("name"): button.get("value")}
    sent = client.post(button.get("formaction"), data)
    assert (sent.status_code, sent.headers["Location"]) == (307, address)
    return client.post(address, data)


def test_a_half_filled_request_goes_along_and_nothing_is_saved(
    cast: Cast, client: Client
) -> None:
    come_in(client, cast.li)
    typed = {"words": "给娃上户口", "name": "林小满", "item": str(cast.item.pk)}
    page = in_english(client, reverse("new_case"), typed).content.decode()
    assert '<html lang="en">' in page
    assert "给娃上户口" in page
    assert 'value="林小满"' in page
    assert '<details class="panel__body" open>' in page
    assert f'id="hit-{cast.item.pk}" data-row checked' in page
    assert '<ul class="errorlist' not in page
    assert not Case.objects.exists()


def test_a_half_filled_form_of_a_case_goes_along_and_nothing_is_done(
    cast: Cast, client: Client
) -> None:
    case = Story(cast).moved(item=True, contact=True).pk
    come_in(client, cast.li)
    before = CaseEvent.objects.count()
    for act, field in (("case_negative", "other_way"), ("case_ask_once", "how-2")):
        typed = opened(client, act, case) | {field: ["先到社区开证明"]}
        answer = in_english(client, reverse(act, args=[case]), typed)
        assert answer.status_code == 200
        assert "先到社区开证明" in answer.content.decode()
        assert "Please look at" not in words(answer)
        assert '<ul class="errorlist' not in answer.content.decode()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert CaseEvent.objects.count() == before


def test_the_public_loses_nothing_either(cast: Cast, client: Client) -> None:
    """A number without its code is not looked up, and not counted as a try."""
    page = in_english(client, reverse("progress"), {"number": "26-000", "code": ""})
    assert 'value="26-000"' in page.content.decode()
    assert '<ul class="errorlist' not in page.content.decode()
    client.cookies.clear()
    typed = {
        "words": "",
        "extension": "3",
        "stop-TOTAL_FORMS": "2",
        "stop-INITIAL_FORMS": "0",
        "stop-0-limit": "7",
    }
    page = in_english(client, reverse("calculator"), typed).content.decode()
    assert 'value="3"' in page
    assert 'value="7"' in page
    assert '<ul class="errorlist' not in page


def test_a_page_without_a_form_is_simply_shown_again(
    cast: Cast, client: Client
) -> None:
    page = client.get(reverse("clear_sheets") + "?q=a").content.decode()
    button = button_of(page)
    assert button.get("name") is None
    sent = client.post(button.get("formaction"))
    assert sent.status_code == 302
    assert sent.headers["Location"] == reverse("clear_sheets") + "?q=a"
    away = quote("https://elsewhere.example/")
    address = reverse("set_language")
    assert client.post(f"{address}?to=xx&next={away}").headers["Location"] == "/"
    for place, led_to in (
        ("/\r\nSet-Cookie: x=1", "/"),
        ("/desk/\n", "/"),
        ("/大厅/?q=甲", "/%E5%A4%A7%E5%8E%85/?q=%E7%94%B2"),
    ):
        sent = client.post(f"{address}?to=en&next={quote(place, safe='')}")
        assert sent.headers["Location"] == led_to


def test_an_english_page_names_things_in_english_and_marks_what_stays_chinese(
    cast: Cast, client: Client
) -> None:
    """Items, units and windows on every page; a person's name is read as Chinese."""
    item, unit = cast.item, cast.item.department
    type(item).objects.filter(pk=item.pk).update(name_en="Birth registration")
    case = Story(cast).moved(item=True, contact=True).pk
    come_in(client, cast.li)
    pages = [
        ("case", [case]),
        ("desk", []),
        ("case_item", [case]),
        ("clear_sheets", []),
        ("clear_sheet", [item.pk]),
    ]
    for language, shown in (("zh-hans", item.name), ("en", "Birth registration")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for name, args in pages:
            told = words(client.get(reverse(name, args=args)))
            assert shown in told, (name, language)
    page = client.get(reverse("case", args=[case])).content.decode()
    assert f'<span lang="zh-Hans">{unit.name}</span>' in page
    assert f'<span lang="zh-Hans">{cast.li.name}</span>' in page
    assert item.name not in page.partition('id="h-history"')[0]


def test_a_page_marks_dates_that_have_moved_and_a_clock_that_stands(
    cast: Cast, client: Client
) -> None:
    """R1.24, R9.14: what was told stays beside what counts now, and says which."""
    story = Story(cast)
    case = acts.ACTS["stopping the clock"].prepare(story)
    come_in(client, cast.li)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    address = reverse("case", args=[case])
    before = words(client.get(address))
    told = Case.objects.get(pk=case).promised_due
    acts.stop(story, case, 5)
    after, row = words(client.get(address)), Case.objects.get(pk=case)
    assert told is not None
    assert row.promised_due is not None
    moved = f"{told.isoformat()} then, moved to {row.promised_due.isoformat()} since"
    for words_of_it in ("clock stopped", moved):
        assert words_of_it in after
        assert words_of_it not in before


@pytest.mark.parametrize("name", ["bundle", "item_edit", "matrix_cell", "item_add"])
def test_a_half_filled_form_of_the_configuration_goes_along_too(
    cast: Cast, client: Client, name: str
) -> None:
    """Nothing is changed, nothing typed is lost, and nothing is found wrong yet."""
    bundle = bundles.make_bundle(cast)
    come_in(client, cast.sun)
    args = {"bundle": [bundle.pk], "item_edit": [cast.item.pk], "item_add": []}
    address = reverse(
        f"windows:{name}", args=args.get(name, [bundle.pk, cast.registry.pk])
    )
    row = bundle.bundled.first()
    assert row is not None
    typed = forms.served(client, address)
    if name == "bundle":
        typed |= {f"row{row.pk}-leaves": "on", f"row{row.pk}-position": "x7"}
    elif name != "matrix_cell":
        typed |= {"name": "改了名", "materials-0-copies": "x7"}
    before = [model.history.count() for model in (ServiceItem, BundledItem)]
    answer = in_english(client, address, typed | {"reason": "按照方案"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="en">' in page
    assert 'value="按照方案"' in page
    assert name == "matrix_cell" or "x7" in page
    assert '<ul class="errorlist' not in page
    assert before == [model.history.count() for model in (ServiceItem, BundledItem)]
    wrong = client.post(address, typed | {"reason": ""})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("name", "args", "field"),
    [
        ("windows:matrix", [], "remembered"),
        ("paper_text_edit", ["receipt"], "heading"),
        ("paper_seal_edit", [], "reason"),
        ("calendar_upload", [], "year"),
    ],
)
def test_a_reason_beside_a_file_or_a_table_goes_along_too(
    cast: Cast, client: Client, name: str, args: list[str], field: str
) -> None:
    """The file itself stays behind: the button sends names and words alone."""
    come_in(client, cast.sun)
    address = reverse(name, args=args)
    button = button_of(client.get(address).content.decode())
    assert button.get("formenctype") == "application/x-www-form-urlencoded"
    answer = in_english(client, address, {field: "2031"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="en">' in page
    assert 'value="2031"' in page
    assert '<ul class="errorlist' not in page
    assert not PaperText.objects.exists()


def test_the_reason_of_the_matrix_goes_along_from_its_own_address_too(
    cast: Cast, client: Client
) -> None:
    """With scripts the form's own address is taken: it leads on to the page."""
    come_in(client, cast.sun)
    address = reverse("windows:matrix_reason")
    sent = client.post(address, {"keep": "yes", "remembered": "x", "back": "?q=1"})
    assert sent.status_code == 307
    assert sent.headers["Location"] == reverse("windows:matrix") + "?q=1"
    assert (
        client.post(reverse("windows:matrix"), {"remembered": "x"}).status_code == 405
    )
