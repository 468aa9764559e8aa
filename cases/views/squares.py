"""Square codes on what people take home, and the addresses in them."""

import itertools
from dataclasses import dataclass

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Square:
    """A square code for a template to draw: modules a side, and the dark ones."""

    side: int
    path: str


def square_of(text: str) -> Square:
    """Return the square code of a text."""
    rows = segno.make(text, error="m", micro=False).matrix
    path = []
    for y, row in enumerate(rows):
        for is_dark, run in itertools.groupby(range(len(row)), row.__getitem__):
            xs = list(run)
            if is_dark:
                path.append(f"M{xs[0]} {y}h{len(xs)}v1h-{len(xs)}z")
    return Square(side=len(rows), path="".join(path))


def public_address(request: HttpRequest, name: str) -> str:
    """Return where the public reaches a page, with scheme."""
    path = reverse(name)
    root = settings.HALL_PUBLIC_URL
    return f"{root}{path}" if root else request.build_absolute_uri(path)
