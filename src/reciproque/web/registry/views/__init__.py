"""Pages: fetch, act, render."""
