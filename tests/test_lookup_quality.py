"""How often the lookup finds the right item in the person's own words.

The queries are what citizens could say at a counter: spoken, two to four characters,
nearly official, with typing errors, in pinyin, in dialect, in traditional characters,
and whole stories. They were written before the lookup was tuned. The weights and the
thesaurus were worked on with the dev parts only. The items are names and departments of
two real catalogues; with HALL_CATALOGUES set to their files the same queries are asked
of the whole catalogues too.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.lookups import demo_index, entries, measure, queries, small_index
from windows.catalogue import Entry, Index, shipped


@pytest.fixture(scope="module")
def small() -> tuple[Index, list[Entry]]:
    return small_index()


@pytest.fixture(scope="module")
def demo() -> tuple[Index, list[Entry]]:
    return demo_index()


@pytest.mark.parametrize("family", ["", "counter_", "demo_", "nothing_"])
def test_no_query_kept_aside_was_worked_with(family: str) -> None:
    dev, holdout = queries(f"{family}dev"), queries(f"{family}holdout")
    assert holdout
    assert not {one.words for one in dev} & {one.words for one in holdout}


def test_queries_come_in_the_mixture_of_a_counter() -> None:
    """At least 250 of our own, split."""
    for part in (queries("dev"), queries("holdout")):
        kinds = Counter(one.kind for one in part)
        assert len(part) >= 250
        assert 0.38 <= kinds["spoken"] / len(part) <= 0.55
        assert set(kinds) == {
            "spoken", "short", "official", "typo", "pinyin", "dialect", "trad", "story"
        }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "first", "five", "falsely_sure"),
    [
        ("dev", 93, 98, 6),
        ("holdout", 86, 96, 10),
        ("counter_dev", 88, 96, 8),
        ("counter_holdout", 78, 92, 15),
        ("demo_dev", 93, 97, 5),
        ("demo_holdout", 87, 95, 12),
    ],
)
def test_the_right_item_is_found_in_the_persons_own_words(
    part: str,
    first: int,
    five: int,
    falsely_sure: int,
    small: tuple[Index, list[Entry]],
    demo: tuple[Index, list[Entry]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The line: first for 65 %, among five for 88 % of the queries kept aside.

    The bounds are what was reached, with a margin, and so high that a step back shows.
    """
    measured = measure(*(demo if part.startswith("demo") else small), queries(part))
    with capsys.disabled():
        print(measured.table(part))
    assert measured.share(1) * 100 >= first
    assert measured.share(5) * 100 >= five
    assert measured.sure["all"] / measured.asked["all"] * 100 <= falsely_sure


@pytest.mark.parametrize(
    ("part", "most"), [("nothing_dev", 0.25), ("nothing_holdout", 0.4)]
)
def test_what_no_item_answers_is_seldom_more_than_a_perhaps(
    part: str,
    most: float,
    demo: tuple[Index, list[Entry]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """My cat is lost: nobody is sent to the counter for lost papers."""
    index, _items = demo
    first = [index.search(one.words, 1) for one in queries(part)]
    sure = sum(hit.is_likely for hits in first for hit in hits) / len(first)
    with capsys.disabled():
        print(f"\n{part}: falsely sure of {sure:.1%} of {len(first)}")
    assert sure <= most


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
@pytest.mark.parametrize("part", ["dev", "holdout", "counter_dev", "counter_holdout"])
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
        assert measured.share(1) >= 0.72
        assert measured.share(5) >= 0.92


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
