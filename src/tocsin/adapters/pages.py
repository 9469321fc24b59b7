"""Pages from templates: the one file that knows Jinja2."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

FOLDER = "templates"


class Templates:
    """Draws a template of this package; everything given to it is escaped.

    Beside `x.html.j2` stand `x.css` and `x.js`. They are put inside the page, and the page's
    policy names their digests: nothing else may run, and nothing is asked from outside.
    """

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("tocsin.adapters", FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """See the port."""
        stem = template.removesuffix(".html.j2")
        sheet, script = _asset(f"{stem}.css"), _asset(f"{stem}.js")
        page = self._templates.get_template(template)
        return page.render(
            {
                **values,
                # Ours, from the package: the only texts that are not escaped.
                "sheet": Markup(sheet),  # noqa: S704
                "script": Markup(script),  # noqa: S704
                "policy": policy(sheet, script),
            }
        )


def policy(sheet: str, script: str) -> str:
    """The Content-Security-Policy of a page that holds this one sheet and this one script."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(sheet)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _asset(name: str) -> str:
    return files("tocsin.adapters").joinpath(FOLDER, name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
