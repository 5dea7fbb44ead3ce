"""The API: the same cooperations, for programs that hold a person's token."""

from reciproque.web.api._api import api

__all__ = ["api"]
