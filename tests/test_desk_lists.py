"""The lists of a desk are told twice, for a poll and for the page, and say the same."""

import pytest

from cases.reads import desk as reading
from tests.cast import now
from tests.world import World


@pytest.mark.parametrize(
    "person", ["holder", "former", "mate", "target", "standin", "supervisor"]
)
def test_what_a_poll_counts_is_what_the_desk_lists(world: World, person: str) -> None:
    """The lists are told twice, counted in SQL and read as rows: they say the same."""
    desk = reading.desk_of(world.people[person], at=now(), keys={})
    listed = {name: len(getattr(desk, name)) for name in reading.LISTS}
    assert {name: desk.counts.get(name, 0) for name in reading.LISTS} == listed
