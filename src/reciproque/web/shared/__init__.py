"""What every page shares: frame, theme, words, pictures."""
