"""Lists in a sentence, and the choice of nothing, in each language's own signs."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast, come_in
from windows.listing import joined


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh-hans", "1、乙"), ("en", "1, 乙")]
)
def test_a_list_is_parted_as_its_reader_parts_it(language: str, sentence: str) -> None:
    with translation.override(language):
        assert joined([1, "乙"]) == sentence


@pytest.mark.parametrize(
    "page", ["windows:window_add", "windows:item_add", "windows:posting_add"]
)
@pytest.mark.django_db
def test_nothing_chosen_is_one_sign_and_no_row_of_hyphens(
    cast: Cast, client: Client, page: str
) -> None:
    """A screen reader reads every hyphen of Django's own out."""
    shown = come_in(client, cast.sun).get(reverse(page)).content.decode()
    assert re.search(r'<option value=""( selected)?>—</option>', shown)
    assert "----" not in shown


@pytest.mark.django_db
def test_a_person_and_a_photo_are_named_in_the_language_of_the_page(
    cast: Cast,
) -> None:
    with translation.override("zh-hans"):
        assert str(cast.wang) == "王芳（1001）"
        assert str(type(cast.wang).photo.related.related_model._meta.verbose_name) == (
            "照片"
        )
    with translation.override("en"):
        assert str(cast.wang) == "王芳 (1001)"
