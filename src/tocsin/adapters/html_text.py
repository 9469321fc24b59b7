"""What a reader sees of an HTML mail: visible text, links with shown words, hidden text."""

import re
from dataclasses import dataclass

from lxml import etree, html

from tocsin.core.messages import Link

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:\.\d+)?(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0\d*)?\s*(?:;|!|$)|max-height\s*:\s*0|mso-hide\s*:\s*all|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_SILENT = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "object"}
)
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"section", "article", "header", "footer", "td", "blockquote", "hr"}
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
    walk = _Walk()
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            walk.begin(element)
        elif event == "end":
            walk.end(element)
        else:
            walk.say(element.tail)
    found = walk.found
    found.links = tuple(walk.links)
    plain = re.sub(r"[ \t\xa0]+", " ", "".join(walk.words))
    found.text = re.sub(r"\s*\n\s*", "\n", plain).strip()
    return found


class _Walk:
    """One pass over a markup: what is said, what is hidden, which links are open."""

    def __init__(self) -> None:
        self.found = Seen()
        self.words: list[str] = []
        self.links: list[Link] = []
        self.silent = 0
        self.opened: list[int] = []  # where the words of each open link begin

    def begin(self, element: html.HtmlElement) -> None:
        """An element opens."""
        tag = element.tag
        self.silent += _is_silent(element)
        if tag in _BLOCKS:
            self.words.append("\n")
        if tag == "a":
            self.words.append(" ")
            self.opened.append(len(self.words))
        self.found.forms += _sends(element)
        self.say(element.text)

    def end(self, element: html.HtmlElement) -> None:
        """An element closes."""
        tag = element.tag
        target = (element.get("href") or element.get("action") or "").strip()
        if tag == "a":
            self.words.append(" ")
        if tag == "a" and self.opened:
            shown = " ".join("".join(self.words[self.opened.pop() :]).split())[:300]
            if target:
                self.links.append(Link(target=target, shown=shown, origin="html"))
        elif tag in ("area", "form") and target:
            self.links.append(Link(target=target, shown="", origin="html"))
        self.silent -= _is_silent(element)
        if tag in _BLOCKS and tag != "br":
            self.words.append("\n")
        self.say(element.tail)

    def say(self, text: str | None) -> None:
        """Words that stand there: seen by the reader, or hidden from him."""
        if not text:
            return
        if self.silent > 0:
            self.found.hidden += len(text.strip())
        else:
            self.words.append(text)


def _is_silent(element: html.HtmlElement) -> bool:
    if element.tag in _SILENT or element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _HIDDEN.search(style) is not None


def _sends(element: html.HtmlElement) -> int:
    kind = (element.get("type") or "").lower()
    return int(element.tag == "input" and kind in ("password", "text", "email", "tel"))
