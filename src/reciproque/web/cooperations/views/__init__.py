"""Pages of a cooperation."""
