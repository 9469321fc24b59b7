"""Queries inside audit messages, said as a FHIR search where they are simple.

PDQv3, XCPD and PIXv3 put an XML document there, PDQ and PIX an HL7 v2 message, PDQm a URL. The
first two become `Patient?family=…&given=…`, so that one replay serves them all; a parameter
without a FHIR name keeps its own, which makes the replay say that it ignored it. A URL, and
whatever is neither, stays as it was logged.

Source: IHE ITI TF-2 3.21, 3.9 (HL7 v2 QPD), 3.47, 3.55, 3.45 (HL7 v3 parameterList), 3.78.
"""

import re

from lxml import etree

_V2 = {
    "PID.3": "identifier", "PID.3.1": "identifier",
    "PID.5": "family", "PID.5.1": "family", "PID.5.1.1": "family", "PID.5.2": "given",
    "PID.7": "birthdate", "PID.7.1": "birthdate", "PID.8": "gender", "PID.8.1": "gender",
    "PID.11.3": "address-city", "PID.11.5": "address-postalcode",
    "PID.13": "phone", "PID.13.1": "phone", "PID.13.4": "email",
}  # fmt: skip
_V3 = {
    "family": "family",
    "given": "given",
    "city": "address-city",
    "postalCode": "address-postalcode",
    "livingSubjectBirthTime": "birthdate",
    "livingSubjectAdministrativeGender": "gender",
    "livingSubjectId": "identifier",
    "patientIdentifier": "identifier",
    "patientTelecom": "phone",
}
_SCOPE = ("", "dataSource", "otherIDsScopingOrganization")
"""Parameters that say where to look, not for whom."""
_GENDER = {"M": "male", "F": "female", "O": "other", "UN": "other", "U": "unknown"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._~,:@|-]")
_PRECISION = {"low": "ge", "high": "le"}


def translated(query: str) -> str:
    """The query as a FHIR search where it is HL7 v2 or v3, else as it is."""
    text = query.lstrip("\ufeff \r\n\t")
    if text.startswith("<") and "parameterList" in text:
        said = _from_v3(text)
    elif text.startswith("MSH|") or "QPD|" in text:
        said = _from_v2(text)
    else:
        return query
    if not said:
        return query
    return "Patient?" + "&".join(f"{name}={_escaped(value)}" for name, value in said)


def _from_v2(text: str) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    for segment in re.split(r"[\r\n]+", text):
        fields = segment.split("|")
        if fields[0] == "QPD" and len(fields) > 3:
            for criterion in fields[3].split("~"):
                said += _criterion(criterion)
        elif fields[0] == "RCP" and len(fields) > 2 and fields[2].partition("^")[0].isdigit():
            said.append(("_count", fields[2].partition("^")[0]))
    return said if any(name != "_count" for name, _ in said) else []


def _criterion(text: str) -> list[tuple[str, str]]:
    if not text.startswith("@"):
        bare = text.partition("^")[0]
        return [("identifier", bare)] if bare else []
    path, _, value = text[1:].partition("^")
    name = _V2.get(path, path)
    return [(name, _valued(name, value))] if value else []


def _from_v3(text: str) -> list[tuple[str, str]]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return []
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    said: list[tuple[str, str]] = []
    for parameters in root.iter("{*}parameterList"):
        for parameter in parameters:
            tag = _name(parameter)
            if tag not in _SCOPE:
                said += _parameter(parameter, tag)
    return said


def _parameter(parameter: etree._Element, tag: str) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    for value in parameter:
        if _name(value) != "value":
            continue
        given = value.get("value") or value.get("code") or value.get("extension") or ""
        name = _V3.get(tag, tag)
        if given:
            said.append((name, _valued(name, given)))
        for part in value:
            bound = _PRECISION.get(_name(part))
            if bound and part.get("value"):
                said.append((name, bound + _valued(name, part.get("value") or "")))
            elif (part.text or "").strip():
                inner = _V3.get(_name(part), _name(part))
                said.append((inner, _valued(inner, (part.text or "").strip())))
    return said


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _valued(name: str, value: str) -> str:
    if name == "gender":
        return _GENDER.get(value.upper(), value)
    if name == "birthdate":
        digits = re.match(r"(\d{4})-?(\d{2})?-?(\d{2})?", value)
        return "-".join(p for p in digits.groups() if p) if digits else value
    if name in {"family", "given", "address-city"}:
        return value.rstrip("*")
    return value


def _escaped(value: str) -> str:
    return _UNSAFE.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), value
    )
