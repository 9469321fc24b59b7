"""Canaries: identities that are nobody. Planted before, watched after; a message to one rings."""
