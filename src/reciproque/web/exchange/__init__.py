"""Exchange: needs and offers, proposals with reasons, and what comes of them."""
