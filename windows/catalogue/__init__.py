"""The lookup in the person's own words."""

from .index import Entry, Hit, Index, Why
from .thesaurus import shipped
