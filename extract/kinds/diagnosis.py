"""Diagnoses of the spine, its joints and nerves, by name or ICD-10-CM code.

A name counts as a diagnosis in an assessment, indication or problem list, or where the text states
it of the patient; what an imaging or electrodiagnostic study shows is an imaging fact instead, and
so is everything in a report of such a study. A code beside the name of the same diagnosis goes into
its fact; a code alone is a fact of its own. Chronic pain states and conditions outside the list
that guidelines ask about (PTSD, multiple sclerosis ...) are ``other``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from chartproof.extract.context import Target, assertion_of
from chartproof.extract.kinds.common import (
    about_spine_pain,
    box_before,
    distance,
    limb_pain_is_over,
    region_near,
    reports_study,
    shows_study,
    side_near,
)
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Assertion, Diagnosis, DiagnosisName, Region
from chartproof.spans import Span

_SKIPPED = frozenset(
    {"procedure_detail", "imaging", "labs", "medications", "allergies", "exam", "education", "therapy_detail"}
)
_ASSESSED = frozenset({"assessment", "assessment_plan", "pmh", "chief_complaint"})
_ICD = Regex(r"(?<![\w.])(?P<code>[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?![\w])")
_ICD_NAMES: tuple[tuple[str, DiagnosisName, Region | None], ...] = (
    ("M54.12", "radiculopathy", "cervical"),
    ("M54.13", "radiculopathy", "cervical"),
    ("M54.14", "radiculopathy", "thoracic"),
    ("M54.15", "radiculopathy", "thoracic"),
    ("M54.16", "radiculopathy", "lumbar"),
    ("M54.17", "radiculopathy", "lumbar"),
    ("M54.18", "radiculopathy", "lumbar"),
    ("M54.1", "radiculopathy", None),
    ("M54.3", "radiculopathy", "lumbar"),
    ("M54.4", "radiculopathy", "lumbar"),
    ("M50.1", "radiculopathy", "cervical"),
    ("M51.1", "radiculopathy", None),
    ("M48.01", "spinal_stenosis", "cervical"),
    ("M48.02", "spinal_stenosis", "cervical"),
    ("M48.03", "spinal_stenosis", "cervical"),
    ("M48.04", "spinal_stenosis", "thoracic"),
    ("M48.05", "spinal_stenosis", "thoracic"),
    ("M48.06", "spinal_stenosis", "lumbar"),
    ("M48.07", "spinal_stenosis", "lumbar"),
    ("M48.0", "spinal_stenosis", None),
    ("M99.5", "spinal_stenosis", None),
    ("M99.6", "spinal_stenosis", None),
    ("M99.7", "spinal_stenosis", None),
    ("M50.0", "myelopathy", "cervical"),
    ("M51.0", "myelopathy", None),
    ("M50.2", "disc_herniation", "cervical"),
    ("M51.2", "disc_herniation", None),
    ("M50.3", "disc_degeneration", "cervical"),
    ("M51.3", "disc_degeneration", None),
    ("M50", "disc_degeneration", "cervical"),
    ("M51", "disc_degeneration", None),
    ("M54.51", "disc_degeneration", "lumbar"),
    ("M47.1", "myelopathy", None),
    ("M47.2", "radiculopathy", None),
    ("M47.81", "spondylosis", None),
    ("M47.89", "spondylosis", None),
    ("M47", "spondylosis", None),
    ("M53.3", "sacroiliac_dysfunction", "sacroiliac"),
    ("M53.2X8", "sacroiliac_dysfunction", "sacroiliac"),
    ("M99.04", "sacroiliac_dysfunction", "sacroiliac"),
    ("M99.14", "sacroiliac_dysfunction", "sacroiliac"),
    ("S33.6", "sacroiliac_dysfunction", "sacroiliac"),
    ("M46.1", "sacroiliitis", "sacroiliac"),
    ("M43.0", "spondylolysis", None),
    ("M43.1", "spondylolisthesis", None),
    ("M96.1", "failed_back_surgery", None),
    ("G96.12", "epidural_fibrosis", None),
    ("G90.5", "crps", None),
    ("G56.4", "crps", None),
    ("G57.7", "crps", None),
    ("G54.6", "neuropathy", None),
    ("B02.2", "neuropathy", None),
    ("G60", "neuropathy", None),
    ("G62", "neuropathy", None),
    ("G63", "neuropathy", None),
    ("E11.4", "neuropathy", None),
    ("E10.4", "neuropathy", None),
    ("M79.2", "neuropathy", None),
    ("M45", "spondyloarthropathy", None),
    ("M46.8", "spondyloarthropathy", None),
    ("M46.9", "spondyloarthropathy", None),
    ("M08.1", "spondyloarthropathy", None),
    ("L40.5", "spondyloarthropathy", None),
    ("M07", "spondyloarthropathy", None),
    ("M02", "spondyloarthropathy", None),
    ("M46.2", "infection", None),
    ("M46.3", "infection", None),
    ("M46.4", "infection", None),
    ("G06.1", "infection", None),
    ("M80.08", "fracture", None),
    ("M48.5", "fracture", None),
    ("S12", "fracture", "cervical"),
    ("S22.0", "fracture", "thoracic"),
    ("S32.0", "fracture", "lumbar"),
    ("S32.1", "fracture", "sacroiliac"),
    ("M84.48", "fracture", None),
    ("C79.5", "malignancy", None),
    ("C90", "malignancy", None),
    ("G99.2", "myelopathy", None),
    ("G95.2", "myelopathy", None),
    ("M41", "scoliosis", None),
    ("M40", "scoliosis", None),
    ("F43.1", "other", None),
    ("G35", "other", None),
    ("G25.82", "other", None),
    ("G03.9", "other", None),
    ("M54.5", "other", "lumbar"),
    ("M54.2", "other", "cervical"),
    ("G89", "other", None),
    ("S13.4", "other", "cervical"),
    ("S33.5", "other", "lumbar"),
)
_CODE_HINT = Regex(r"[A-Z]\d\d?\.?\d")
_STATED = Regex(
    r"\b(?:diagnos\w+|dx|known|with|has|have|had|due\s+to|from|secondary\s+to|for|is|suffers|suffering|of|w/|after|because|problem|chronic|acute|active|recurrent|residual)\b",
    re.IGNORECASE,
)
#: Findings that are a diagnosis only where somebody says so, not wherever they are mentioned.
_FINDINGS = frozenset(
    {"disc_herniation", "disc_degeneration", "fracture", "spondylolisthesis", "scoliosis", "epidural_fibrosis"}
)
#: Conditions that a "history of" does not end.
_LASTING = frozenset(
    {"spinal_stenosis", "disc_degeneration", "spondylosis", "facet_arthropathy", "spondylolisthesis", "spondylolysis"}
    | {
        "failed_back_surgery",
        "epidural_fibrosis",
        "crps",
        "neuropathy",
        "spondyloarthropathy",
        "scoliosis",
        "myelopathy",
    }
)
_IS_FROM = Regex(
    r"\W*(?:of|for|(?:his|her|the|their)|pain|back|low|neck|is|are|was|being|likely|probably|thought to be|felt to be|appears to be|appear|left|right|bilateral|both|lumbar|cervical|\W)*\W*"
)
#: Names of diagnoses that are also the words of a complaint.
_COMPLAINT = Regex(
    r"^(?:mid back|midback|si|sij|sacroiliac|si joint|sacroiliac joint|si jt|posterior pelvic girdle|pelvic girdle|facet|facet joint|post-?surgical|postsurgical|chronic post.surgical low back|post.surgical)\b.*\b(?:pain|low back)$"
)
_WITHOUT = Regex(
    r"\bspondylosis\s*,?\s*(?:without|w/o)\s+(?:(?:myelopathy|radiculopathy)\s*(?:,|or|and|&|/)\s*)?$", re.IGNORECASE
)
_CALLED = Regex(
    r"\b(?:diagnos\w*|dx|impression|indication|referral|suspect\w*|consistent|confirmed|for)\b", re.IGNORECASE
)
_OUTDONE = Regex(
    r"^\s*(?:surgery|surgeries|screening|society|center|clinic|protocol|program|questionnaire|program)", re.IGNORECASE
)


def find(view: NoteView) -> Iterator[Diagnosis]:
    """Yield the diagnoses of a note; nothing in a report of an imaging or electrodiagnostic study."""
    if reports_study(view):
        return
    for sentence in view.sentences:
        if sentence.section in _SKIPPED:
            continue
        coded = _codes(sentence) if _CODE_HINT.search(sentence.text) else []
        if not coded and not sentence.has("dx", "dx_structure"):
            continue
        yield from _facts(sentence, coded)


def _codes(sentence: Sentence) -> list[tuple[Span, str, DiagnosisName, Region | None]]:
    found = []
    for match in _ICD.finditer(sentence.text):
        code = match["code"]
        if box_before(sentence, Span(sentence.start + match.start(), sentence.start + match.end())) is False:
            continue
        if "." not in code and code not in ("G35",):
            continue
        for prefix, name, region in _ICD_NAMES:
            if code.startswith(prefix):
                span = Span(sentence.start + match.start(), sentence.start + match.end())
                found.append((span, code, name, region))
                break
    return found


def _facts(sentence: Sentence, coded: list[tuple[Span, str, DiagnosisName, Region | None]]) -> Iterator[Diagnosis]:
    left = list(coded)
    seen: set[tuple[str, str | None, str, str | None]] = set()
    study = shows_study(sentence)
    for mention in sentence.of("dx"):
        if mention.id == "none" or box_before(sentence, mention) is False:
            continue
        name = cast(DiagnosisName, mention.id)
        if not _is_diagnosis(sentence, mention, study):
            continue
        region = _region(sentence, mention, name)
        side = side_near(sentence, mention, 45)
        assertion = _assertion(sentence, mention, name)
        if assertion == "negated" and "claudication" in mention.span.of(sentence.view.note.text).lower():
            continue  # stenosis without claudication is stenosis
        if assertion == "negated" and _WITHOUT.search(sentence.text[: mention.start - sentence.start]):
            continue  # part of the name: "spondylosis without myelopathy or radiculopathy"
        if assertion in ("hypothetical", "planned") or (assertion == "family" and name in ("other", "malignancy")):
            continue
        if assertion == "present" and sentence.section == "psh":
            continue
        own = [item for item in left if _same(item[2], name)]
        code = None
        if own:
            code = min(own, key=lambda item: distance(item[0], mention))
            left.remove(code)
            region = region or code[3]
        key = (name, region, assertion, side)
        if key in seen and code is None:
            continue
        seen.add(key)
        yield Diagnosis(
            spans=(mention.span, code[0]) if code is not None else (mention.span,),
            name=name,
            icd10=code[1] if code is not None else None,
            region=region,
            side=side,
            primary=_primary(sentence, mention),
            assertion=assertion,
            section=sentence.section,
            source="rule:diagnosis.name",
        )
    yield from _source(sentence)
    for span, icd10, name, default in left:
        yield Diagnosis(
            spans=(span,),
            name=name,
            icd10=icd10,
            region=default or region_near(sentence, span),
            side=side_near(sentence, span, 60),
            assertion=sentence.assertion(span, "diagnosis"),
            section=sentence.section,
            source="rule:diagnosis.code",
        )


def _assertion(sentence: Sentence, mention: Mention, name: DiagnosisName) -> Assertion:
    """ConText's assertion; "without" ends at a comma, and a lasting condition with a history is present."""
    target = Target(mention.first, mention.last, "DIAGNOSIS")
    assertion = sentence.assertion(mention, "diagnosis")
    if assertion == "present" and name == "radiculopathy" and limb_pain_is_over(sentence, mention.end):
        return "historical"
    if assertion not in ("negated", "historical"):
        return assertion
    _, modifier = assertion_of(sentence.modifiers_of("diagnosis"), target)
    if modifier is None:
        return assertion
    word = modifier.rule.literal.lower()
    if assertion == "historical":
        told = "history" in word or word in ("hx of", "h/o")
        return "present" if told and name in _LASTING else assertion
    if word in ("without", "w/o"):
        gap = sentence.view.tokens.words[modifier.modifier_span[1] : mention.first]
        if "," in gap and not {"or", "nor", "and"} & set(gap[gap.index(",") :]):
            return "present"
    return assertion


def _source(sentence: Sentence) -> Iterator[Diagnosis]:
    """A joint or disc that the text names as the source of the pain."""
    for structure in sentence.of("dx_structure"):
        for word in sentence.of("dx_primary"):
            gap = sentence.between(word, structure)
            words = sentence.view.note.text[word.start : word.end].lower()
            if not re.search(r"generator|source", words) or not _IS_FROM.fullmatch(gap):
                continue
            yield Diagnosis(
                spans=(structure.span, word.span),
                name=cast(DiagnosisName, structure.id),
                region="sacroiliac" if structure.id == "sacroiliac_dysfunction" else region_near(sentence, structure),
                side=side_near(sentence, structure, 30),
                primary=True,
                assertion=sentence.assertion(structure, "diagnosis"),
                section=sentence.section,
                source="rule:diagnosis.source",
            )
            break


def _is_diagnosis(sentence: Sentence, mention: Mention, study: bool) -> bool:
    text = sentence.text
    words = text[mention.start - sentence.start : mention.end - sentence.start].lower()
    if _OUTDONE.match(text, mention.end - sentence.start) and mention.id == "malignancy":
        return False
    if words == "slip" and not re.search(r"vertebr|l\d|spondylo", text, re.IGNORECASE):
        return False
    if words in ("herniated", "herniation", "protrusion", "extrusion", "sequestration") and not _disc_context(
        sentence, mention
    ):
        return False
    if words == "stenosis" and not _spinal(sentence, mention):
        return False
    if mention.id == "malignancy" and not re.search(
        r"spin|vertebr|bone|osseous|bony|metasta|myeloma|cord", text, re.IGNORECASE
    ):
        return False
    if _COMPLAINT.search(words) and sentence.section not in _ASSESSED and not _CALLED.search(text):
        return False
    if study:
        return False
    if mention.id == "other" and words in (
        "chronic low back pain",
        "chronic neck pain",
        "cervicalgia",
        "lumbago",
        "osteoporosis",
    ):
        return sentence.section in _ASSESSED
    if words == "osteoporosis" and sentence.section == "pmh":
        return False
    if sentence.section in _ASSESSED:
        return True
    if mention.id in _FINDINGS and sentence.assertion(mention, "diagnosis") != "family":
        before = text[max(0, mention.start - sentence.start - 60) : mention.start - sentence.start]
        return bool(_STATED.search(before)) or sentence.section in ("family_history", "psh")
    return True


def _disc_context(sentence: Sentence, mention: Mention) -> bool:
    if sentence.levels:
        return True
    return bool(re.search(r"\bdis[ck]|\broot|\blumbar|\bcervical|\bthoracic|radicul", sentence.lower))


def _spinal(sentence: Sentence, mention: Mention) -> bool:
    if sentence.levels or any(m.id not in ("limb", "other") for m in sentence.of("region")):
        return True
    if re.search(
        r"aort|valv|carotid|artery|arter|mitral|stent|coronary|renal|urethr|trache|esoph|pylor|bile|duct|circumflex|\\blad\\b|marginal|vein|graft|bronch|anast|outflow|pulmon|vascul|vessel",
        sentence.lower,
    ):
        return False
    if re.search(r"spin|canal|foramin|recess|claudication|laminect|epidural", sentence.lower):
        return True
    return sentence.section in ("assessment", "assessment_plan", "family_history") and about_spine_pain(sentence.view)


def _region(sentence: Sentence, mention: Mention, name: DiagnosisName) -> Region | None:
    if name in ("sacroiliac_dysfunction", "sacroiliitis"):
        return "sacroiliac"
    return region_near(sentence, mention)


def _same(code_name: str, name: str) -> bool:
    alike = (
        {"spondylosis", "facet_arthropathy"},
        {"sacroiliac_dysfunction", "sacroiliitis"},
        {"disc_herniation", "disc_degeneration", "radiculopathy"},
    )
    if code_name == name:
        return True
    return any({code_name, name} <= group for group in alike) and code_name != "radiculopathy"


def _primary(sentence: Sentence, mention: Mention) -> bool | None:
    for word in sentence.of("dx_primary"):
        gap = sentence.between(word, mention)
        if len(gap) > 60 or ";" in gap or ". " in gap:
            continue
        between = [
            m
            for m in sentence.of("dx")
            if min(word.end, mention.end) <= m.start and m.end <= max(word.start, mention.start)
        ]
        if any(m.id != mention.id and m.id != "disc_herniation" for m in between):
            continue
        before = word.end <= mention.start
        words = sentence.view.note.text[word.start : word.end].lower()
        if before and words in ("predominant", "predominantly", "primarily", "mainly", "dominant") and len(gap) > 25:
            continue
        if sentence.assertion(word, "diagnosis") == "negated":
            continue
        return True
    return None
