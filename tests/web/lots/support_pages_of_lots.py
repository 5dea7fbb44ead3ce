"""Reading pages in tests."""


def text(response) -> str:
    """A page as people read it."""
    return response.content.decode().replace("\u00a0", " ")
