"""A page as a browser sees it: its words, and its open form filled in and sent."""

from __future__ import annotations

from typing import Any

import lxml.html
from django.test import Client
from django.urls import reverse

Typed = dict[str, list[str]]


def words(response: Any) -> str:
    """All the words of the main part of a page, in one line."""
    tree: Any = lxml.html.fromstring(response.content.decode())
    main = tree.xpath("//main") or [tree]
    return " ".join(main[0].text_content().split())


def fields(response: Any) -> Typed:
    """What a browser would send of the form with the id `way` if nobody typed."""
    tree: Any = lxml.html.fromstring(response.content.decode())
    forms = tree.xpath("//*[@id='way']//form")
    assert forms, "no form is open on this page"
    found: Typed = {}
    for field in forms[0].xpath(".//input[@name] | .//textarea[@name] | .//select"):
        kind = field.get("type", "")
        if field.get("disabled") is not None or kind in ("submit", "button"):
            continue
        if kind in ("radio", "checkbox") and field.get("checked") is None:
            continue
        value = field.value if field.tag != "input" else field.get("value", "")
        if kind == "checkbox":
            value = field.get("value", "on")
        # A browser drops the first line break of a textarea.
        text = str(value or "")
        found.setdefault(field.get("name"), []).append(
            text.removeprefix("\n") if field.tag == "textarea" else text
        )
    return found


def opened(client: Client, name: str, number: int) -> Typed:
    """Open the page of an act; return its form."""
    response = client.get(reverse(name, args=[number]))
    assert response.status_code == 200, (name, response.status_code, words(response))
    return fields(response)


def send(client: Client, name: str, number: int, **typed: Any) -> Any:
    """Open an act, type something into its form and send it; None clears a field."""
    data: dict[str, Any] = {**opened(client, name, number)}
    for field, value in typed.items():
        if value is None:
            data.pop(field, None)
        else:
            data[field] = value
    return client.post(reverse(name, args=[number]), data)


def went_back(response: Any, number: int) -> bool:
    """Whether the act was done: the browser is sent back to the case."""
    target = reverse("case", args=[number])
    return bool(response.status_code == 302 and response.headers["Location"] == target)
