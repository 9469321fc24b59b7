"""Notices to persons: who is told, in which words, over which channel, what became of it."""
