"""Masking what identifies a person, by Presidio (the extra ``deidentify``).

Names, dates of birth, identifiers, phones, e-mails and addresses are replaced by as many X as they have characters, so that
every offset of the masked text is the offset of the note. Names in free text need a spaCy model; without one, those
behind a label such as "Patient:" or a title such as "Dr." are masked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from chartproof.errors import ChartproofError

#: What is masked, of all that Presidio and our patterns find.
_ENTITIES = (
    "PERSON",
    "LABELED_NAME",
    "DATE_OF_BIRTH",
    "RECORD_NUMBER",
    "STREET_ADDRESS",
    "US_PHONE",
    "E_MAIL",
    "WEB_ADDRESS",
    "US_SSN",
    "IP_ADDRESS",
)
_NAME = r"[A-Z][A-Za-z'’-]+"
_NAMES = rf"{_NAME}(?:,?[ \t]+(?:{_NAME}|[A-Z]\b\.?)){{0,3}}"
_DATE = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2,8}\.?[ \t]+\d{1,2},?[ \t]+\d{4}"
_PATTERNS: dict[str, tuple[str, ...]] = {
    "LABELED_NAME": (
        rf"(?<=Patient: ){_NAMES}",
        rf"(?<=Patient Name: ){_NAMES}",
        rf"(?<=Name: ){_NAMES}",
        rf"(?<=Provider: ){_NAMES}",
        rf"(?<=Physician: ){_NAMES}",
        rf"(?<=PATIENT: ){_NAMES}",
        rf"(?<=NAME: ){_NAMES}",
        rf"(?<=\bDr\. ){_NAMES}",
        rf"(?<=\bDr ){_NAMES}",
        rf"(?<=\bMr\. ){_NAMES}",
        rf"(?<=\bMrs\. ){_NAMES}",
        rf"(?<=\bMs\. ){_NAMES}",
        rf"{_NAMES}(?=,? (?:MD|M\.D\.|DO|D\.O\.|NP|PA-C|DPT|DC|RN)\b)",
    ),
    "DATE_OF_BIRTH": (rf"(?i:\b(?:dob|d\.o\.b\.|date of birth|born(?: on)?))[ \t]*[:#]?[ \t]*(?:{_DATE})",),
    "RECORD_NUMBER": (
        r"(?i:\b(?:mrn|medical record(?: number| no\.?| #)?|account(?: number| no\.?| #)?|acct|member id|policy(?: number| no\.?)?|claim(?: number| no\.?)?|patient id|id(?= ?#)|ssn))[ \t]*[:#]*[ \t]*[A-Z]{0,4}-?\d[\d-]{3,}",
    ),
    "STREET_ADDRESS": (
        rf"\b\d{{1,6}}[ \t]+(?:[NSEW]\.?[ \t]+)?(?:{_NAME}[ \t]+){{1,3}}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Parkway|Pkwy|Circle|Cir)\b\.?(?:,?[ \t]+(?:Apt|Unit|Suite|#)\.?[ \t]*\w+)?(?:,[ \t]*{_NAME}(?:[ \t]+{_NAME})?,?[ \t]+[A-Z]{{2}}(?:[ \t]+\d{{5}}(?:-\d{{4}})?)?)?",
    ),
    "E_MAIL": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",),
    "WEB_ADDRESS": (r"(?i:https?://|www\.)[^\s<>\"]+",),
    "US_PHONE": (r"(?<![\d-])(?:\+?1[ .-]?)?(?:\(\d{3}\)[ ]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d-])",),
}


@cache
def masker(model: str | None = None) -> Callable[[str], str]:
    """A function that masks a text, keeping its length.

    `model` is an installed spaCy model with named entities. Errors: ChartproofError when Presidio or the model is not
    installed.
    """
    try:
        from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
        from presidio_analyzer.predefined_recognizers import (
            IpRecognizer,
            SpacyRecognizer,
            UsSsnRecognizer,
        )
    except ImportError:
        raise ChartproofError(
            "masking needs the extra packages: pip install 'chartproof[deidentify]' (or leave out --llm-deidentify)"
        ) from None
    registry = RecognizerRegistry(supported_languages=["en"])
    # Presidio's own recognizers of e-mails and addresses on the web load a list from the network: patterns take their place.
    recognizers: list[Any] = [IpRecognizer(), UsSsnRecognizer()]
    recognizers += [
        PatternRecognizer(
            supported_entity=entity,
            patterns=[Pattern(entity, expression, 0.9) for expression in expressions],
            global_regex_flags=0,
        )
        for entity, expressions in _PATTERNS.items()
    ]
    if model is not None:
        recognizers.append(SpacyRecognizer())
    for recognizer in recognizers:
        registry.add_recognizer(recognizer)
    engine = AnalyzerEngine(registry=registry, nlp_engine=_engine(model), supported_languages=["en"])

    def mask(text: str) -> str:
        characters = list(text)
        for found in engine.analyze(text=text, language="en", entities=list(_ENTITIES)):
            for at in range(found.start, found.end):
                if characters[at].isalnum():
                    characters[at] = "X"
        return "".join(characters)

    return mask


def _engine(model: str | None) -> Any:
    """Presidio's language engine: the spaCy model, or a blank one where only patterns are looked for."""
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": model or "en"}])
    try:
        engine.nlp = {"en": spacy.blank("en") if model is None else spacy.load(model)}
    except OSError:
        raise ChartproofError(f"the spaCy model {model!r} is not installed; install it or name another") from None
    return engine
