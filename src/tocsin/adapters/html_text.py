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
_BOXED = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden", re.IGNORECASE)
_TINY = re.compile(
    r"(?<![-\w])(?:max-)?(?:height|width)\s*:\s*[0-2](?:\.\d+)?(?:px|pt)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_FAR = re.compile(
    r"(?<![-\w])(height|margin-top|padding-top)\s*:\s*(\d{3,9})\s*(px|pt|vh)", re.IGNORECASE
)
_RULE = re.compile(r"\.([\w-]{1,60})\s*\{([^{}]{1,600})\}")
FAR, FAR_EMPTY, FAR_SCREENS = 3_000, 900, 150
"""Points of height from which what follows lies out of sight, those of an empty element, and
hundredths of a screen: a reader does not scroll over a blank of many screens."""
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
    """What stands in a markup: words, links, how much is hidden, forms that send.

    Args:
        unseen: letters that a blank of many screens pushes out of sight, after a first link.
        pictures: links that are a picture without words.
    """

    text: str = ""
    links: tuple[Link, ...] = ()
    hidden: int = 0
    forms: int = 0
    unseen: int = 0
    pictures: int = 0


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
    found.text = re.sub(r"(?<!\s)\s*\n\s*", "\n", plain).strip()
    return found


class _Walk:
    """One pass over a markup: what is said, what is hidden, which links are open."""

    def __init__(self) -> None:
        self.found = Seen()
        self.words: list[str] = []
        self.links: list[Link] = []
        self.silent = 0
        self.opened: list[int] = []  # where the words of each open link begin
        self.pictured = False  # whether the open link holds a picture
        self.far: dict[str, str] = {}  # classes of the markup that push away: from start or end
        self.away = False  # whether the rest lies out of sight

    def begin(self, element: html.HtmlElement) -> None:
        """An element opens."""
        tag = element.tag
        if tag == "style":
            self.far.update(_pushing(element.text or ""))
        self.silent += _is_silent(element)
        self._push(element, "start")
        if tag in _BLOCKS:
            self.words.append("\n")
        if tag == "a":
            self.words.append(" ")
            self.opened.append(len(self.words))
            self.pictured = False
        self.pictured |= tag == "img"
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
                self.found.pictures += self.pictured and not shown
        elif tag in ("area", "form") and target:
            self.links.append(Link(target=target, shown="", origin="html"))
        self.silent -= _is_silent(element)
        if tag in _BLOCKS and tag != "br":
            self.words.append("\n")
        self._push(element, "end")
        self.say(element.tail)

    def _push(self, element: html.HtmlElement, edge: str) -> None:
        """Note a blank of many screens: what follows a first link there is out of sight."""
        if not self.away and self.links and _pushes(element, self.far) == edge:
            self.away = True

    def say(self, text: str | None) -> None:
        """Words that stand there: seen by the reader, or hidden from him."""
        if not text:
            return
        if self.silent > 0:
            self.found.hidden += len(text.strip())
        elif self.away:
            self.found.unseen += len(text.strip())
        else:
            self.words.append(text)


def _is_silent(element: html.HtmlElement) -> bool:
    if element.tag in _SILENT or element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style is None:
        return False
    boxed = _BOXED.search(style) is not None and _TINY.search(style) is not None
    return boxed or _HIDDEN.search(style) is not None


def _pushes(element: html.HtmlElement, far: dict[str, str]) -> str:
    """At which edge an element pushes what follows out of sight: start, end, or '' for none."""
    for name in (element.get("class") or "").split()[:10] if far else ():
        if name in far:
            return far[name]
    style = element.get("style")
    if style is None or "0" not in style:
        return ""
    empty = len(element) == 0 and not (element.text or "").strip()
    return _far(style, FAR_EMPTY if empty else FAR)


def _pushing(rules: str) -> dict[str, str]:
    """The classes of a style sheet that push away, with the edge."""
    found = ((m.group(1), _far(m.group(2), FAR)) for m in _RULE.finditer(rules[:100_000]))
    return {name: edge for name, edge in found if edge}


def _far(style: str, least: int) -> str:
    for what, size, unit in _FAR.findall(style):
        if int(size) >= (FAR_SCREENS if unit.lower() == "vh" else least):
            return "end" if what.lower() == "height" else "start"
    return ""


def _sends(element: html.HtmlElement) -> int:
    kind = (element.get("type") or "").lower()
    return int(element.tag == "input" and kind in ("password", "text", "email", "tel"))
