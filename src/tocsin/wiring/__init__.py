"""The one place that joins adapters to the corridor: each verb's work, with real ports.

One file a theme. A door imports the file it needs; what stands here is loaded when it is asked
for, so that a verb does not pay for the others.
"""

import importlib
from typing import Any

_THEMES = {
    "estates": ("check_estate", "estate_starter"),
    "cases": ("is_open", "open_case", "status"),
    "incidents": ("another_alert",),
    "regions": ("ATTACKS", "Size", "demo", "simulate"),
    "stages": ("detect", "explain", "investigate", "review", "scope"),
    "trails": ("ingest",),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (whatever the theme has by that name)
    for theme, names in _THEMES.items():
        if name in names:
            return getattr(importlib.import_module(f"tocsin.wiring.{theme}"), name)
    raise AttributeError(name)
