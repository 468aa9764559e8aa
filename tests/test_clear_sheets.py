"""The clear sheet of an item: all there is to know before coming, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.reads.clear_sheets import PDFS_PER_ADDRESS
from tests import make_windows as make
from tests.cast import Cast, come_in
from tests.lookups import warm
from tests.statements import statements
from windows.models import Hall, Material, ServiceItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(cast: Cast) -> ServiceItem:
    """The item of the cast, with everything that a sheet can say."""
    item = cast.item
    item.basis, item.conditions = "《户口登记条例》第七条", "婴儿在本市出生"
    item.fee, item.consult_phone, item.name_en = (
        "",
        "0830-1112223",
        "Birth registration",
    )
    item.save()
    Material.objects.filter(item=item, position=1).update(
        standard="原件，无涂改", sample="大厅二楼样表架 3 号", may_follow=True
    )
    item.steps.create(name="受理", position=1, days=1)
    Hall.objects.filter(pk=cast.hall.pk).update(
        hours="工作日 9:00–17:00", complaint_telephone="12345"
    )
    return item


def sheet_of(client: Client, item: ServiceItem, **chosen: str) -> str:
    page = client.get(reverse("clear_sheet", args=[item.pk]), chosen).content.decode()
    return page[page.index("<article") : page.rindex("</article>")]


def test_the_sheet_says_all_that_the_law_asks_to_be_posted(
    cast: Cast, item: ServiceItem
) -> None:
    """R1.01: basis, conditions, steps, limits with units, papers, samples, where."""
    sheet = sheet_of(Client(), item, lang="zh")
    for words in (
        "新生儿出生登记", "《户口登记条例》第七条", "婴儿在本市出生", "出生医学证明",
        "原件，无涂改", "大厅二楼样表架 3 号", "受理", "5 个工作日", "20 个工作日",
        "B12", "工作日 9:00–17:00", "0830-1112223", "12345", "可容缺",
        timezone.localdate().strftime("%Y年"),
    ):  # fmt: skip
        assert words in sheet, words
    assert "None" not in sheet
    english = sheet_of(Client(), item, lang="en")
    for words in (
        "Birth registration",
        "Legal basis",
        "20 working days",
        "Where it is done",
    ):
        assert words in english
    both = sheet_of(Client(), item, lang="both", size="a5")
    assert both.count("<article") == 2


def test_what_is_not_published_has_no_sheet(cast: Cast, item: ServiceItem) -> None:
    ServiceItem.objects.filter(pk=item.pk).update(state="draft")
    address = reverse("clear_sheet", args=[item.pk])
    assert Client().get(address).status_code == 404
    listed = Client().get(reverse("clear_sheets")).content.decode()
    assert address not in listed


def test_a_page_of_it_costs_the_same_however_much_stands_on_it(
    cast: Cast, item: ServiceItem, client: Client
) -> None:
    """Nine statements and those of a signed-in person, whatever stands on the sheet."""
    come_in(client, cast.li)
    address = reverse("clear_sheet", args=[item.pk])
    client.get(address)
    with statements() as few:
        client.get(address)
    for number in range(10):
        make.material(item, position=10 + number, name=f"材料{number}")
        item.steps.create(name=f"环节{number}", position=10 + number, days=1)
        make.responsibility(make.window(cast.hall), item)
    with statements() as many:
        client.get(address)
    assert len(many) == len(few) <= 10


def test_it_is_found_in_a_persons_own_words_and_from_the_counter(
    cast: Cast, item: ServiceItem, client: Client
) -> None:
    warm()
    address = reverse("clear_sheet", args=[item.pk])
    public = Client()
    assert address in public.get(reverse("clear_sheets")).content.decode()
    found = public.post(reverse("clear_sheets"), {"words": "给娃娃上户口"})
    assert address in found.content.decode()
    nothing = public.post(reverse("clear_sheets"), {"words": "xyzxyz"})
    assert nothing.status_code == 422
    assert "xyzxyz" in nothing.content.decode()
    come_in(client, cast.li)
    hits = client.post(reverse("lookup"), {"words": "给娃娃上户口"})
    assert address in hits.content.decode()


def test_a_pdf_is_for_everybody_but_not_without_end(
    cast: Cast, item: ServiceItem
) -> None:
    pytest.importorskip("weasyprint")
    address = reverse("clear_sheet", args=[item.pk])
    public: Any = Client()
    first = public.get(address, {"as": "pdf", "size": "a5", "lang": "both"})
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cases.pdf.write_pdf", lambda html: b"%PDF-")
        answers = [
            public.get(address, {"as": "pdf"}).status_code
            for _ in range(PDFS_PER_ADDRESS)
        ]
    assert answers[-1] == 429
    assert public.get(address).status_code == 200
