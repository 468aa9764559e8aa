"""How often the lookup finds the right item in the person's own words.

The queries are what citizens could say at a counter: spoken, two to four characters,
nearly official, with typing errors, in pinyin, in dialect, in traditional characters,
and whole stories. They were written before the lookup was tuned. The weights and the
thesaurus were worked on with the dev part only. The items are names and departments of
two real catalogues; with HALL_CATALOGUES set to their files the same queries are asked
of the whole catalogues too.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.lookups import entries, measure, queries, small_index
from windows.catalogue import Entry, Index, shipped


@pytest.fixture(scope="module")
def small() -> tuple[Index, list[Entry]]:
    return small_index()


def test_queries_come_in_the_mixture_of_a_counter() -> None:
    """At least 250 of our own, split; none stands in both parts."""
    dev, holdout = queries("dev"), queries("holdout")
    assert not {one.words for one in dev} & {one.words for one in holdout}
    for part in (dev, holdout):
        kinds = Counter(one.kind for one in part)
        assert len(part) >= 250
        assert 0.38 <= kinds["spoken"] / len(part) <= 0.55
        assert set(kinds) == {
            "spoken", "short", "official", "typo", "pinyin", "dialect", "trad", "story"
        }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "first", "five"), [("dev", 85, 95), ("holdout", 65, 88)]
)
def test_the_right_item_is_found_in_the_persons_own_words(
    part: str,
    first: int,
    five: int,
    small: tuple[Index, list[Entry]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The line: first for 65 %, among five for 88 % of the queries kept aside."""
    measured = measure(*small, queries(part))
    with capsys.disabled():
        print(measured.table(part))
    assert measured.share(1) * 100 >= first
    assert measured.share(5) * 100 >= five


@pytest.mark.parametrize("part", ["dev", "holdout"])
def test_a_right_hit_is_hardly_ever_a_mere_perhaps(
    part: str, small: tuple[Index, list[Entry]]
) -> None:
    """And of the wrong ones beside it many are, so that nobody takes them for sure."""
    index, items = small
    names = {item.key: item.name for item in items}
    right, wrong = [], []
    for query in queries(part):
        hits = index.search(query.words, 8)
        if hits and names[hits[0].key] in query.right:
            right.append(hits[0].is_likely)
            wrong += [h.is_likely for h in hits if names[h.key] not in query.right]
    assert sum(right) / len(right) >= 0.95
    assert sum(wrong) / len(wrong) <= 0.5


@pytest.mark.skipif(
    "HALL_CATALOGUES" not in os.environ,
    reason="HALL_CATALOGUES names no catalogue files",
)
@pytest.mark.parametrize("part", ["dev", "holdout"])
def test_the_line_holds_for_whole_catalogues(
    part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each catalogue alone and all together, with all that sounds alike in them."""
    files = [Path(name) for name in os.environ["HALL_CATALOGUES"].split(os.pathsep)]
    together = [files] if len(files) > 1 else []
    for chosen in [*([file] for file in files), *together]:
        items = entries(*chosen)
        measured = measure(Index(items, shipped()), items, queries(part))
        with capsys.disabled():
            print(measured.table(f"{part} {len(items)}"))
        assert measured.share(1) >= 0.65
        assert measured.share(5) >= 0.88


def test_the_thesaurus_leads_to_words_that_items_use() -> None:
    """At least 600 entries in groups; no spoken wording twice, none without a word."""
    lines = shipped()
    assert len(lines) >= 600
    assert len({line.group for line in lines}) >= 15
    assert len({line.spoken for line in lines}) == len(lines)
    assert all(line.official and all(line.official) for line in lines)
    assert max(len(line.spoken) for line in lines) <= 50
    names = "\n".join(entry.name for entry in entries())
    used = sum(any(word in names for word in line.official) for line in lines)
    assert used >= 0.85 * len(lines)
