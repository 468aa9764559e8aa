"""Filling in a form of ours the way a browser does: from the page that was served."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.test import Client


def fields_of(form: BaseForm) -> dict[str, Any]:
    """What a browser would send if nothing was typed."""
    data: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value is None or value is False:
            continue
        data[field.html_name] = "on" if value is True else value
    return data


def served(client: Client, url: str) -> dict[str, Any]:
    """The fields of the form on a page, its lists of rows included."""
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    data = fields_of(response.context["form"])
    for part in ("materials", "steps", "aliases"):
        rows = response.context.get(part)
        if isinstance(rows, BaseFormSet):
            data |= fields_of(rows.management_form)
            for row in rows:
                data |= fields_of(row)
    return data


def send(client: Client, url: str, **typed: Any) -> Any:
    """Open a page, type something into its form, send it; None takes a field away."""
    data = {**served(client, url), **typed}
    return client.post(url, {name: v for name, v in data.items() if v is not None})
