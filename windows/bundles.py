"""What a life event (一件事) asks for and how long it takes, from its items.

Plain rules over what the items say themselves, so that a change of an item reaches
every life event with it. A person brings each paper once, whichever items it serves;
the limits of the whole follow from those of its items and never exceed the law's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

STATUTORY_DAYS = 20
"""Working days to decide where an item names no limit of its own (R1.20)."""

JOINT_DAYS = 45
"""The same where several units decide together (R1.21)."""

MOST_ITEMS = 12
"""Items of one life event."""


class Paper(Protocol):
    """A paper as one item asks for it."""

    name: str
    form: str
    copies: int
    is_required: bool
    may_follow: bool
    standard: str
    how_to_get: str
    sample: str
    basis: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A paper that a person is asked for, once; `serves` names the items it is for.

    `serves` is empty for an item that is no life event: there it goes without saying.
    """

    name: str
    form: str
    copies: int
    is_required: bool
    may_follow: bool
    standard: str
    how_to_get: str
    sample: str
    basis: str
    serves: tuple[str, ...] = ()


_BETWEEN = re.compile(r"[\W_]+")


def paper_key(name: str) -> str:
    """Return what makes two names the same paper: their letters and numbers.

    What stands between two numbers counts: form 1-12 is not form 11-2.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()

    def kept(found: re.Match[str]) -> str:
        before, after = plain[: found.start()][-1:], plain[found.end() :][:1]
        if not (before.isnumeric() and after.isnumeric()):
            return ""
        signs = "".join(found[0].split()) or " "
        return re.sub("[\u2010-\u2015\u2212]", "-", signs)

    return _BETWEEN.sub(kept, plain) or plain.strip()


def as_asked(paper: Paper, serves: tuple[str, ...] = ()) -> Asked:
    """Return a paper as its item asks for it."""
    return Asked(
        name=paper.name,
        form=str(paper.form),
        copies=paper.copies,
        is_required=paper.is_required,
        may_follow=paper.may_follow,
        standard=paper.standard,
        how_to_get=paper.how_to_get,
        sample=paper.sample,
        basis=paper.basis,
        serves=serves,
    )


def asked_once(
    papers: Iterable[tuple[str, Paper]], same: Iterable[tuple[str, str]] = ()
) -> list[Asked]:
    """Return the papers of several items, each asked for once (R1.07, R2.01).

    `papers` are pairs of an item's name and a paper of it; `same` are pairs of names
    that somebody said to be one paper, which goes by the second; without a second one
    of the items makes it, and nobody is asked for it. It is required if any
    item requires it and may follow only if every item that asks for it lets it (R2.31);
    the most copies and the strictest form hold, and every standard. What one item
    itself asks for twice, two photos of different size, stays two papers.
    """
    found, marks = list(papers), list(same)
    called = _called({paper_key(paper.name) for _item, paper in found}, marks)
    groups: dict[str, list[tuple[str, Paper]]] = {}
    for item, paper in found:
        groups.setdefault(called[paper_key(paper.name)], []).append((item, paper))
    made = {called.get(paper_key(name)) for name, other in marks if not other}
    return [
        _one(key, papers_of_it)
        for key, group in groups.items()
        if key not in made
        for papers_of_it in _apart(group)
    ]


def _called(names: Collection[str], same: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return under which key each paper is asked for; the last word of a mark counts.

    Marks join papers into groups, whatever their order, so that none goes in a circle.
    A mark of a paper that no item asks for any more says nothing.
    """
    leads: dict[str, str] = {}

    def lead(key: str) -> str:
        while key in leads:
            key = leads[key]
        return key

    for name, other in same:
        one, two = paper_key(name), paper_key(other)
        if other and one in names and two in names and lead(one) != lead(two):
            leads[lead(one)] = lead(two)
    return {key: lead(key) for key in names}


@dataclass(frozen=True, slots=True)
class Held:
    """An item of a life event by its key, and the names of its papers."""

    key: int
    is_parallel: bool
    papers: tuple[str, ...]


def too_early(
    items: Sequence[Held], same: Collection[tuple[str, str, int | None]]
) -> dict[int, tuple[str, int]]:
    """Return which items begin before a paper is made that they need (R4.73).

    `items` are in their order; `same` are marks as for `asked_once`, each with the item
    that makes the paper, if one does. By the item: the paper, and the item to wait for.
    """
    named = [name for item in items for name in item.papers]
    marks = [(name, other) for name, other, _maker in same]
    called = _called({paper_key(name) for name in named}, marks)
    makers = {
        called[key]: maker
        for name, _other, maker in same
        if maker is not None and (key := paper_key(name)) in called
    }
    stages: dict[int, int] = {}
    for item in items:
        last = max(stages.values(), default=0)
        stages[item.key] = last if item.is_parallel and stages else last + 1
    found = {}
    for item in items:
        for name in item.papers:
            maker = makers.get(called[paper_key(name)])
            is_other = maker in stages and maker != item.key
            if maker and is_other and stages[item.key] <= stages[maker]:
                found[item.key] = (name, maker)
    return found


def _apart(group: Iterable[tuple[str, Paper]]) -> list[list[tuple[str, Paper]]]:
    """Take apart what one item asks for twice by one name; the like go together."""
    found: list[list[tuple[str, Paper]]] = []
    for item, paper in group:
        own = (item, paper_key(paper.name))
        free = [
            one for one in found if own not in {(i, paper_key(p.name)) for i, p in one}
        ]
        like = [
            one for one in free if paper.standard in [p.standard for _item, p in one]
        ]
        if like or free:
            (like or free)[0].append((item, paper))
        else:
            found.append([(item, paper)])
    return found


def _one(key: str, group: Sequence[tuple[str, Paper]]) -> Asked:
    papers = [paper for _item, paper in group]
    return Asked(
        name=next((p for p in papers if paper_key(p.name) == key), papers[0]).name,
        form=_strictest({str(paper.form) for paper in papers}),
        copies=max(paper.copies for paper in papers),
        is_required=any(paper.is_required for paper in papers),
        may_follow=all(paper.may_follow for paper in papers),
        standard=_all_of(paper.standard for paper in papers),
        how_to_get=_all_of(paper.how_to_get for paper in papers),
        sample=_all_of(paper.sample for paper in papers),
        basis=_all_of(paper.basis for paper in papers),
        serves=tuple(dict.fromkeys(item for item, _paper in group)),
    )


def _strictest(forms: set[str]) -> str:
    """Who wants the original and who wants a copy are both served by both."""
    if "both" in forms or {"original", "copy"} <= forms:
        return "both"
    return next(form for form in ("original", "copy", *sorted(forms)) if form in forms)


def _all_of(texts: Iterable[str]) -> str:
    """Return every different text, each once."""
    return "；".join(dict.fromkeys(text for text in texts if text))


# --- The limits of the whole ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Takes:
    """How many working days an item takes by law, and as promised.

    `is_parallel`: it is handled at the same time as the one before it (R4.70).
    """

    statutory: int
    promised: int
    is_parallel: bool = False


def takes(
    statutory: tuple[int, str],
    promised: tuple[int | None, str],
    *,
    on_the_spot: bool,
    is_parallel: bool = False,
) -> Takes:
    """Return what an item takes within a life event, from its own two limits.

    Each limit is a number and its unit. Calendar days become five working days for
    seven, never more. A promise is never longer than the law's limit (R1.30).
    """
    by_law = _working(*statutory)
    days, unit = promised
    own = by_law if days is None else min(_working(days, unit), by_law)
    return Takes(by_law, 0 if on_the_spot else own, is_parallel)


def _working(days: int, unit: str) -> int:
    return days * 5 // 7 if unit == "calendar" else days


def whole(items: Sequence[Takes]) -> Takes:
    """Return what a life event takes: of items handled together the longest.

    What is handled one after the other adds up; together they have 45 working days by
    law (R1.21), unless the law gives one of them more by itself, and the promise is
    within that (R1.30).
    """
    by_law = _reached([one.statutory for one in items], items)
    longest = max([JOINT_DAYS, *(one.statutory for one in items)])
    by_law = min(by_law, longest)
    promised = min(_reached([one.promised for one in items], items), by_law)
    return Takes(by_law, promised)


def _reached(days: Sequence[int], items: Sequence[Takes]) -> int:
    before = reached = 0
    for count, item in zip(days, items, strict=True):
        if not item.is_parallel:
            before = reached
        reached = max(reached, before + count)
    return reached
