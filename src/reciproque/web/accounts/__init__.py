"""Accounts: people, the organisations they act for, and since when."""
