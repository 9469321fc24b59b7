"""Is this message phishing? Facts with their words, transparent rules, a verdict that says why."""
