"""The queries and items on which the lookup is measured, and how it is measured."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from windows.catalogue import Entry, Index, shipped
from windows.demo import content

DATA = Path(__file__).parent / "data"
SHOWN = 10


@dataclass(frozen=True)
class Query:
    """What somebody says, and the names of the items that would be right."""

    kind: str
    words: str
    right: frozenset[str]


@dataclass
class Measured:
    """How many queries there were, and how many found a right item by a place.

    `sure` counts the wrong first hits that were shown as what was meant.
    """

    asked: Counter[str] = field(default_factory=Counter)
    found: dict[int, Counter[str]] = field(
        default_factory=lambda: {place: Counter() for place in (1, 3, 5)}
    )
    sure: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def share(self, place: int, kind: str = "all") -> float:
        """The share of queries that had a right item among the first `place`."""
        return self.found[place][kind] / max(self.asked[kind], 1)

    def table(self, title: str) -> str:
        """One line for all queries and one for each kind of them."""
        columns = f"{'n':>5}{'top-1':>8}{'top-3':>8}{'top-5':>8}{'falsely sure':>14}"
        lines = [f"\n{title:<16}{columns}"]
        for kind in ("all", *sorted(set(self.asked) - {"all"})):
            shares = "".join(f"{self.share(place, kind):>8.1%}" for place in (1, 3, 5))
            sure = self.sure[kind] / max(self.asked[kind], 1)
            lines.append(f"  {kind:<14}{self.asked[kind]:>5}{shares}{sure:>14.1%}")
        return "\n".join(lines)


def queries(part: str) -> list[Query]:
    """The queries of one part: dev or holdout, of one of the sets.

    Without a set's name they are the first ones to the catalogues; `counter_` are later
    ones, half of them for items drawn by lot, `demo_` are to the demo hall's own items,
    and to `nothing_` no item is an answer.
    """
    file = DATA / f"lookup_queries_{part}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Query(row["kind"], row["query"], frozenset(row["expected"].split("|")))
            for row in csv.DictReader(lines)
        ]


def entries(*files: Path) -> list[Entry]:
    """The items of catalogues; without a file, of the small one that is kept here."""
    found: list[Entry] = []
    for file in files or (DATA / "lookup_items.csv",):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found.extend(
                Entry(
                    key=number,
                    code=row.get("code", ""),
                    name=row["name"],
                    department=row["department"],
                    theme=row.get("theme", ""),
                    materials=tuple(filter(None, row.get("materials", "").split("；"))),
                    parent_name=row["parent_name"],
                )
                for number, row in enumerate(csv.DictReader(lines), len(found))
            )
    return found


def measure(index: Index, items: list[Entry], asked: Iterable[Query]) -> Measured:
    """Ask every query that the catalogue can answer at all."""
    names = {entry.key: entry.name for entry in items}
    there = set(names.values())
    result = Measured()
    for query in asked:
        if not query.right & there:
            continue
        hits = index.search(query.words, SHOWN)
        got = [names[hit.key] for hit in hits]
        places = [at for at, name in enumerate(got, 1) if name in query.right]
        for kind in ("all", query.kind):
            result.asked[kind] += 1
            result.sure[kind] += bool(hits and hits[0].is_likely and places[:1] != [1])
            for place, found in result.found.items():
                found[kind] += bool(places and places[0] <= place)
        if not places:
            result.missed.append(query.words)
    return result


def small_index() -> tuple[Index, list[Entry]]:
    """An index over the small catalogue with the shipped thesaurus."""
    items = entries()
    return Index(items, shipped()), items


def demo_index() -> tuple[Index, list[Entry]]:
    """An index over the demo hall's own items, with their aliases and papers."""
    demo = content.load()
    departments = {one.code: one.name for one in demo.departments}
    items = [
        Entry(
            key=number,
            code=item.code,
            name=item.name,
            aliases=item.aliases,
            department=departments[item.department],
            theme=item.theme,
            materials=tuple(material.name for material in item.materials),
        )
        for number, item in enumerate(demo.items)
    ]
    return Index(items, shipped()), items


def warm() -> None:
    """Load the sounds of all characters, which takes the first lookup its time.

    In a test's own transaction that time would count as idle.
    """
    Index([Entry(1, "1", "新生儿出生登记")], shipped()).search("给娃娃上户口")
