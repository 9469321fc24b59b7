"""The questionnaire as a page: one file, no network, usable by keyboard and screen reader.

The page sends nothing. Its one script, allowed by its digest alone, puts the answers in a file
that the professional saves and sends back by the way he chooses.
"""

import base64
import hashlib
import json
from html import escape

from tocsin.detect.questions import (
    ENGLISH,
    FRENCH,
    INTRODUCTION,
    WAYS,
    WEIGHED,
    Form,
    Question,
)

REMARK_MOST = 500
"""Characters of a remark, at most."""

_STYLE = """
body{font:1.1rem/1.55 system-ui,sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem;
color:#1b1b1b;background:#fff}
fieldset{margin:1.2rem 0;padding:1rem;border:1px solid #666;border-radius:.4rem}
legend{font-weight:700;padding:0 .4rem}
label{display:block;padding:.35rem 0}
input[type=radio]{width:1.2rem;height:1.2rem;vertical-align:-.15rem;margin-right:.5rem}
textarea{width:100%;font:inherit;box-sizing:border-box}
button{font:inherit;font-weight:700;padding:.7rem 1.2rem;background:#0b4f8a;color:#fff;border:0;
border-radius:.3rem}
:focus-visible{outline:3px solid #b35900;outline-offset:2px}
.en{color:#444}
"""

_SCRIPT = """
"use strict";
document.getElementById("form").addEventListener("submit", function (event) {
  event.preventDefault();
  var head = JSON.parse(document.getElementById("head").textContent);
  var answers = head.sessions.map(function (session, place) {
    var chosen = document.querySelector('input[name="q' + place + '"]:checked');
    return {session: session, answer: chosen ? chosen.value : "",
            remark: document.getElementById("r" + place).value};
  });
  var told = JSON.stringify({tocsin_answers: 1, case: head.case,
    questionnaire: head.questionnaire, account: head.account, answers: answers}, null, 1);
  var link = document.createElement("a");
  link.href = "data:application/json;charset=utf-8," + encodeURIComponent(told);
  link.download = "reponses-" + head.questionnaire + ".json";
  document.body.appendChild(link);
  link.click();
  link.remove();
  document.getElementById("done").textContent =
    "Fichier enregistré : renvoyez-le à l'opérateur. / File saved: send it to the operator.";
});
"""


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _question(number: int, question: Question) -> str:
    place = number - 1
    choices = "".join(
        f'<label><input type="radio" name="q{place}" value="{way}">{escape(french)} '
        f'<span class="en" lang="en">/ {escape(english)}</span></label>'
        for way, french, english in zip(WAYS, FRENCH, ENGLISH, strict=True)
    )
    return (
        f"<fieldset><legend>Session {number}</legend><p>{escape(question.says.fr)}</p>"
        f'<p class="en" lang="en">{escape(question.says.en)}</p>{choices}'
        f'<label for="r{place}">Remarque (sans nom de patient) '
        '<span class="en" lang="en">/ Remark (no patient\'s name)</span></label>'
        f'<textarea id="r{place}" rows="2" maxlength="{REMARK_MOST}"></textarea></fieldset>'
    )


def as_page(asked: Form) -> str:
    """The form as one HTML page."""
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{_digest(_STYLE)}'; script-src 'sha256-{_digest(_SCRIPT)}'"
    )
    head = json.dumps(
        {
            "case": asked.case,
            "questionnaire": asked.id,
            "account": asked.account,
            "sessions": [question.session for question in asked.questions],
        },
        ensure_ascii=True,
    ).replace("<", "\\u003c")
    listed = "".join(
        _question(number, question) for number, question in enumerate(asked.questions, 1)
    )
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        "<title>Était-ce vous ? Was this you?</title>"
        f"<style>{_STYLE}</style></head><body><main><h1>Était-ce vous ? "
        f'<span class="en" lang="en">Was this you?</span></h1>'
        f"<p>{escape(asked.operator)} · compte {escape(asked.account)}</p>"
        f'<p>{escape(INTRODUCTION.fr)}</p><p>{escape(WEIGHED.fr)}</p><p class="en" lang="en">'
        f"{escape(INTRODUCTION.en)} {escape(WEIGHED.en)}</p>"
        f'<form id="form">{listed}<button type="submit">Enregistrer mes réponses / Save my '
        'answers</button><p id="done" role="status"></p></form></main>'
        f'<script type="application/json" id="head">{head}</script>'
        f"<script>{_SCRIPT}</script></body></html>\n"
    )
