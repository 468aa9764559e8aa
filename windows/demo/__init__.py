"""The demo hall: an invented city, its hall, its people and what citizens say there."""
