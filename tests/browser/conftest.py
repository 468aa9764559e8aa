"""Tests in a real browser: Debian's Chromium, in Chinese, against a live server.

Everything here is marked `browser` by its place; `make test-fast` leaves it out.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from windows.catalogue.index import Index
from windows.catalogue.thesaurus import shipped

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """The system's Chromium: Playwright's own would be a download."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.fail("Chromium is missing; `make test` says how to install it.")
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        # Root, as in a container, cannot use Chromium's sandbox.
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A counter's terminal: its size, its language, its time zone."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
    }


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    """Read the dictionaries of the lookup, as the server does before it answers."""
    Index([], shipped())
