"""Territories on the web: search, portraits, partners, pairs, compositions, installed data."""
