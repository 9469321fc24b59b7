"""Reported messages: redacted, gathered into campaigns, shown to those who can stop them."""
