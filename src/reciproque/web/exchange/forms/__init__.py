"""What people write in exchange; each form keeps what was typed when it is refused."""

from reciproque.web.exchange.forms.search import SearchForm
from reciproque.web.exchange.forms.wish import PublicWishForm, WishForm

__all__ = ["PublicWishForm", "SearchForm", "WishForm"]
