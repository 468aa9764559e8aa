"""`manage.py lookup -`: look items up in the person's own words, one query a line."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from windows.catalogue import Hit, because, current_index
from windows.models import ServiceItem

MOST = 100


class Command(BaseCommand):
    """Prints one JSON line a query, also for an empty one, so that lines match."""

    help = str(
        gettext_lazy(
            "Look items up in the person's own words. A dash reads one query a line "
            "and prints one JSON line each."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", nargs="+", help=_("what was said, or a dash"))
        parser.add_argument(
            "--limit", type=int, default=10, help=_("hits for one query")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        limit = options["limit"]
        if not 1 <= limit <= MOST:
            raise CommandError(_("Give a limit from 1 to %(most)s.") % {"most": MOST})
        asked = options["query"]
        queries = _lines() if asked == ["-"] else [" ".join(asked)]
        index = current_index()
        items = {
            key: {"code": code, "name": name, "department": department}
            for key, code, name, department in ServiceItem.objects.values_list(
                "id", "code", "name", "department__name"
            )
        }
        for query in queries:
            hits = [_as_json(hit, items[hit.key]) for hit in index.search(query, limit)]
            line = json.dumps({"query": query, "hits": hits}, ensure_ascii=False)
            # A broken character of the input must not end a long run.
            self.stdout.write(line.encode("utf-8", "replace").decode("utf-8"))


def _lines() -> Iterator[str]:
    stream: Iterable[bytes] = sys.stdin.buffer
    for line in stream:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _as_json(hit: Hit, item: dict[str, str]) -> dict[str, Any]:
    return {**item, "score": hit.score, "why": because(hit.why)}
