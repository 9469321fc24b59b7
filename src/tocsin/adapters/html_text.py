"""What a reader sees of an HTML mail: visible text, links with their shown words, hidden text."""

import re
from dataclasses import dataclass, field

from lxml import etree, html

from tocsin.core.messages import Link

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:\.\d+)?(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0\d*)?\s*(?:;|!|$)|max-height\s*:\s*0|mso-hide\s*:\s*all|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_BLOCKS = frozenset(
    "p div br tr table li ul ol h1 h2 h3 h4 h5 h6 section article header footer td blockquote hr".split()
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
MOST_BYTES = 1_500_000
"""Markup longer than this is cut: a message to a person is shorter."""


@dataclass(slots=True)
class Seen:
    """What stands in a markup: words, links, how much is hidden, forms that send."""

    text: str = ""
    links: tuple[Link, ...] = ()
    hidden: int = 0
    forms: int = 0
    words: list[str] = field(default_factory=list)


def seen(markup: str) -> Seen:
    """Read a markup as a reader sees it; a broken one as far as it goes. Runs nothing."""
    clean = _CONTROL.sub("", markup[:MOST_BYTES])
    clean = re.sub(r"^\s*<\?xml[^>]*\?>", "", clean).strip()
    if not clean:
        return Seen()
    try:
        root = html.document_fromstring(clean)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Seen(text=re.sub(r"<[^>]*>", " ", clean))
    return _walked(root)


def _walked(root: html.HtmlElement) -> Seen:
    found = Seen()
    links: list[Link] = []
    silent = 0
    opened: list[int] = []  # where the text of each open link began, in `words`
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            _say(found, element.tail, silent)
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SILENT or _is_hidden(element):
                silent += 1
            if tag in _BLOCKS:
                found.words.append("\n")
            if tag == "a":
                opened.append(len(found.words))
            found.forms += _sends(element, tag)
            _say(found, element.text, silent)
            continue
        if tag == "a" and opened:
            _close_link(element, opened.pop(), found, links)
        elif tag in ("area", "form") and (target := element.get("href") or element.get("action")):
            links.append(Link(target=target.strip(), shown="", origin="html"))
        if tag in _SILENT or _is_hidden(element):
            silent -= 1
        if tag in _BLOCKS and tag != "br":
            found.words.append("\n")
        _say(found, element.tail, silent)
    found.links = tuple(links)
    found.text = re.sub(r"\s*\n\s*", "\n", re.sub(r"[ \t\xa0]+", " ", "".join(found.words))).strip()
    found.words = []
    return found


def _close_link(
    element: html.HtmlElement, begun: int, found: Seen, links: list[Link]
) -> None:
    target = (element.get("href") or "").strip()
    if target:
        shown = " ".join("".join(found.words[begun:]).split())[:300]
        links.append(Link(target=target, shown=shown, origin="html"))


def _say(found: Seen, text: str | None, silent: int) -> None:
    if not text:
        return
    if silent > 0:
        found.hidden += len(text.strip())
    else:
        found.words.append(text)


def _is_hidden(element: html.HtmlElement) -> bool:
    style = element.get("style")
    return (style is not None and _HIDDEN.search(style) is not None) or element.get("hidden") is not None


def _sends(element: html.HtmlElement, tag: str) -> int:
    return int(tag == "input" and (element.get("type") or "").lower() in ("password", "text", "email", "tel"))
