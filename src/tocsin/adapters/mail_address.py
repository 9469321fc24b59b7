"""Where a mail address stands in a header; a header of a hostile mail may have no end."""

import re

MOST_HEADER = 4_000
"""Characters of a header that are read."""

ADDRESS = re.compile(r"(?<![\w.+%=-])[\w.+%=-]{1,100}@[\w.-]{1,255}")
"""A mail address. What comes before the @ is tried from its first character only."""
