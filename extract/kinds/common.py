"""What several finders need: the region and the side of something said in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Region, Side, Statement
from chartproof.spans import Span

_FAR = 10_000


def distance(left: Span | Mention, right: Span | Mention) -> int:
    """Characters between two ranges; 0 when they touch or overlap."""
    return max(0, max(left.start, right.start) - min(left.end, right.end))


def region_near(sentence: Sentence, span: Span | Mention) -> Region | None:
    """The body region that the words at `span` are about, from the same sentence.

    The nearest named region counts. A limb beside a spine region is where spine pain goes, so it
    decides nothing; another joint or organ is ``other``. None when the sentence names no region.
    """
    regions = sentence.of("region")
    spine = [mention for mention in regions if mention.id not in ("limb", "other")]
    others = [mention for mention in regions if mention.id == "other"]
    levels = list(sentence.levels)
    best: tuple[int, str] | None = None
    for mention in spine:
        best = min(best or (_FAR, ""), (_apart(sentence, mention, span), mention.id))
    for level in levels:
        best = min(best or (_FAR, ""), (_apart(sentence, level.span, span), level.region))
    for mention in others:
        best = min(best or (_FAR, ""), (_apart(sentence, mention, span), "other"))
    return cast(Region, best[1]) if best is not None else None


def _apart(sentence: Sentence, left: Span | Mention, right: Span | Mention) -> int:
    """Distance in characters; a comma between the two counts as twenty."""
    return distance(left, right) + 20 * sentence.between(left, right).count(",")


def side_near(sentence: Sentence, span: Span | Mention, reach: int = 60) -> Side | None:
    """The side named nearest to `span` within `reach` characters of the same clause, or None."""
    found: list[tuple[int, str]] = []
    for sided in sentence.sides:
        place = Span(sided.start, sided.end)
        gap = distance(place, span)
        if gap <= reach and sentence.same_clause(place, span):
            found.append((gap, sided.side))
    if not found:
        return None
    return cast(Side, min(found)[1])


_BOX = Regex(r"\[(?P<mark>[ \t_]*|[xX✓✔*])\]|\((?P<round>[ ]|[xX])\)(?=\s)|(?P<off>☐)|(?P<on>☑|☒)")


def box_before(sentence: Sentence, span: Span | Mention) -> bool | None:
    """Whether the check box nearest before the words at `span` is ticked; None where no box stands before them.

    A box rules up to the next one, or to a wide gap or a new line after its own words.
    """
    text = sentence.text
    if "[" not in text and "☐" not in text and "☑" not in text and "☒" not in text and "(" not in text:
        return None
    box: re.Match[str] | None = None
    for match in _BOX.finditer(text, 0, max(0, span.start - sentence.start)):
        box = match
    if box is None:
        return None
    return bool(box["on"] or (box["mark"] or "").strip(" \t_") or (box["round"] or "").strip())


_YES_NO = Regex(
    r"[^\[(\n.;]{0,30}?(?P<yes>\[[ xX]?\]|\([ xX]?\)|☐|☑|☒)\s*(?:yes|y)\b\s*(?P<no>\[[ xX]?\]|\([ xX]?\)|☐|☑|☒)\s*(?:no|n)\b",
    re.IGNORECASE,
)
_TWO_BOXES = Regex(r"(?P<yes>\[[ xX]?\]|\([ xX]?\))\s*(?P<no>\[[ xX]?\]|\([ xX]?\))[^\[\](]{0,40}$")
_ANSWERED = Regex(
    r"[\w /,-]{0,45}?\s*[:|=?]\s*(?:(?:\[[xX]\]|☑|☒)\s*)?(?P<word>none|no|denies|denied|negative|neg|yes|positive|pos)\b",
    re.IGNORECASE,
)


_LETTER = Regex(r"\s*[:|=?]?\s*\(?(?P<letter>[NY])\)?(?=\s*(?:[,;|\n]|$)|\s{2})")


#: What a question says of the time before its mark: "Infection now?".
_ASKED_WHEN = Regex(
    r"\s+(?:right now|now|today|currently|at present|presently|recently|this week|of any kind|in the past week|at this time)(?=\s*[?:])",
    re.IGNORECASE,
)


#: "Fever / drainage / headache:  N / N / N": questions and their answers in the same order.
_SLASHED = Regex(
    r"[:?][ \t]*(?P<answers>(?:y|n|yes|no)(?:[ \t]*/[ \t]*(?:y|n|yes|no))+)[ \t.]*$", re.IGNORECASE | re.MULTILINE
)


def answer_to(sentence: Sentence, span: Span | Mention) -> bool | None:
    """The answer a form gives to the words at `span`: yes, no, or None where it is no question of a form.

    Read are "fever [ ] yes [x] no", the columns "[ ] [x] fever" (yes, no), "blood thinner: none" and "Rash? no".
    """
    text, start, end = sentence.text, span.start - sentence.start, span.end - sentence.start
    when = _ASKED_WHEN.match(text, end)
    end = when.end() if when is not None else end
    boxes = _YES_NO.match(text, end) or _TWO_BOXES.search(text[:start])
    if boxes is not None:
        yes, no = _is_ticked(boxes["yes"]), _is_ticked(boxes["no"])
        return yes if yes != no else None
    letter = _LETTER.match(text, end)
    if letter is not None:
        return letter["letter"] == "Y"
    if "/" in text and (answers := _SLASHED.search(text)) is not None and end <= answers.start("answers"):
        asked = text[: answers.start("answers")].rstrip(" \t:?").split("/")
        given = [one.strip().lower() for one in answers["answers"].split("/")]
        place = text[:start].count("/")
        if len(asked) == len(given):
            return given[place] in ("y", "yes")
    told = _ANSWERED.match(text, end)
    return None if told is None else told["word"].lower() in ("yes", "positive", "pos")


def _is_ticked(box: str) -> bool:
    return box in "☑☒" or "x" in box.lower()


_KIN_VERB = Regex(
    r"\b(?:died|passed away|complications?|has|had|have|having|underwent|undergone|s/p|status post|got|gets|received|with|who|on|needed|wears|uses|carries|carried|lives with|lived with)\b|[:\-–]|,\s*$|'s\b"
)
_PATIENT_WORD = Regex(r"\b(?:he|she|i|we|patient|pt|mr|mrs|ms|you|himself|herself)\b")
_KIN_ASIDE = Regex(
    r"\b(?:accompanied|seen|here|present|with|from|and|lives|by|drove|driver|told|helped|helps)\s+(?:his|her|the|a|in|today|by|with|\s)*$"
)
_KIN_REACH = 90  # characters from a relative to what the relative has
_OWNED_REACH = 30  # characters from "her sister's" to what is the sister's


def is_of_relative(sentence: Sentence, span: Span | Mention, verbs: re.Pattern[str] | Regex = _KIN_VERB) -> bool:
    """Whether the words at `span` are told of a relative or friend, the nearest one named before them.

    `verbs` are the words between the two that make it the relative's ("had", "died of").
    """
    kin = next((m for m in reversed(sentence.of("relative")) if m.end <= span.start), None)
    if kin is None:
        return False
    text = sentence.lower
    name, lead = text[kin.start - sentence.start : kin.end - sentence.start], text[: kin.start - sentence.start]
    gap = text[kin.end - sentence.start : span.start - sentence.start]
    if len(gap) > _KIN_REACH or _PATIENT_WORD.search(gap) or ";" in gap or _KIN_ASIDE.search(lead):
        return False
    return (name.endswith(("'s", "’s")) and len(gap) <= _OWNED_REACH) or verbs.search(gap) is not None


_GENERAL = Regex(
    r"\b(?:(?:most|many|some|other|our|few|half\s+(?:of\s+)?(?:the|all))\s+(?:people|patients|folks|individuals|others|studies|trials|series)|(?<!the )(?<!this )(?<!our )patients|people|folks|"
    r"(?:the\s+)?(?:literature|evidence|studies|research|guidelines?)\s+(?:shows?|suggests?|supports?|says?|reports?|requires?))\b"
    r"(?:(?!\b(?:he|she|his|her|the\s+patient|this\s+patient|pt|i)\b)[^.;]){0,90}$",
    re.IGNORECASE,
)


def is_general(sentence: Sentence, at: int) -> bool:
    """Whether what stands at the offset `at` is told of patients at large ("most people get three months of relief")."""
    return _GENERAL.search(sentence.text[: max(0, at - sentence.start)]) is not None


_TOLD_WITHIN = 3  # sentences, the one that names it included
_LIMB_PAIN_GONE = Regex(
    r"\b(?:(?:leg|arm|limb|radic\w*|sciatica?)(?:\s+(?:pain|symptoms?|component))?|that|it)\s+(?:(?:has|have|had|then|since|completely|fully|entirely|all|is|are|was|were|now|pain)\s+){0,4}"
    r"(?:went\s+away|gone|resolved|cleared(?:\s+up)?|subsided\s+completely|disappeared|stayed\s+gone|settled\s+completely|left\s+(?:and|for\s+good))\b"
    r"|\b(?:resolution|resolving)\s+of\s+(?:the|his|her|their|all)?\s*(?:\w+\s+)?(?:leg|arm|radic\w*|sciatica)",
    re.IGNORECASE,
)
_CAME_BACK = Regex(
    r"\b(?:but|until|then)\b[^.;]{0,40}\b(?:return\w*|came\s+back|come\s+back|recur\w*|is\s+back)\b|\b(?:returned|recurred|came\s+back|come\s+back)\b",
    re.IGNORECASE,
)


def about_spine_pain(view: NoteView) -> bool:
    """Whether the note speaks of pain and of the spine, the pelvis or a limb, or names a diagnosis of them."""
    pain = place = False
    for sentence in view.sentences:
        for mention in sentence.mentions:
            if mention.label == "dx" and mention.id != "other":
                return True
            if mention.label == "symptom" and mention.id in ("pain", "sciatica"):
                pain = True
            elif mention.label == "region" and mention.id != "other":
                place = True
        if pain and place:
            return True
    return False


_REPORT_TYPE = Regex(
    r"\b(?:imaging|radiology|mri|x-?ray|emg|ncs|ncv|electrodiagnostic|nerve conduction|bone scan|ct)\b", re.IGNORECASE
)
_REPORT_HEADS = Regex(
    r"^[ \t#*=]*(?:technique|comparison|findings|needle emg|nerve conduction|interpretation|exam(?:ination)?\s*:\s*(?:mri|ct|x-?ray|mr)\b|indication)\b",
    re.IGNORECASE | re.MULTILINE,
)
_REPORTS = "reports a study"
_STUDY_VERB = Regex(
    r"\b(?:show(?:s|ed|ing|n)?|reveal(?:s|ed|ing)?|demonstrat(?:e|es|ed|ing)|confirm(?:s|ed)|review(?:ed)?|read\s+as|report(?:s|ed)?|evidence of|consistent with|per report|dated|obtained)\b",
    re.IGNORECASE,
)
_NEW_SUBJECT = Regex(r"\b(?:he|she|patient|pt|i|we|diagnos\w+|impression|assessment)\b", re.IGNORECASE)


def reports_study(view: NoteView) -> bool:
    """Whether the note is the report of an imaging or electrodiagnostic study; looked up once per note."""
    if _REPORTS not in view.memo:
        view.memo[_REPORTS] = _reports_study(view)
    return bool(view.memo[_REPORTS])


def _reports_study(view: NoteView) -> bool:
    if view.note.type is not None:
        return bool(_REPORT_TYPE.search(view.note.type)) and "visit" not in view.note.type.lower()
    sections = {sentence.section for sentence in view.sentences}
    if sections & {"hpi", "plan", "assessment_plan", "procedure", "procedure_detail", "medications", "pmh"}:
        return False
    heads = {match[0].strip(" \t#*=").lower().split(":")[0] for match in _REPORT_HEADS.finditer(view.note.text)}
    return len(heads) >= 2


def shows_study(sentence: Sentence) -> bool:
    """Whether the sentence tells what an imaging or electrodiagnostic study shows.

    It stands under an imaging heading, names a study, or goes on, without a new subject, from a
    sentence that does.
    """
    if sentence.section == "imaging" or sentence.has("modality"):
        return True
    previous = sentence.previous
    for _ in range(3):
        if previous is None or previous.section != sentence.section or _NEW_SUBJECT.search(sentence.text):
            return False
        if previous.has("modality") and (previous.has("finding", "dx") or _STUDY_VERB.search(previous.text)):
            return "\n\n" not in sentence.view.note.text[previous.end : sentence.start]
        if not previous.has("dx", "finding") or _NEW_SUBJECT.search(previous.text):
            return False
        previous = previous.previous
    return False


def limb_pain_is_over(sentence: Sentence, after: int) -> bool:
    """Whether the text behind the offset `after`, here or in the next two sentences, says that the pain of the limb
    is gone, and nothing says that it came back."""
    here: Sentence | None = sentence
    text = sentence.text[after - sentence.start :]
    for _ in range(_TOLD_WITHIN):
        if text and (gone := _LIMB_PAIN_GONE.search(text)) is not None:
            return _CAME_BACK.search(text, gone.end()) is None and not (
                here and here.next and _CAME_BACK.search(here.next.text)
            )
        here = here.next if here is not None else None
        if here is None or here.section != sentence.section:
            return False
        text = here.text
    return False


def once(facts: Iterable[Statement]) -> Iterator[Statement]:
    """Of statements with the same topic, value and assertion only the first."""
    seen: set[tuple[str, str | None, str]] = set()
    for fact in facts:
        key = (fact.topic, fact.value, fact.assertion)
        if key not in seen:
            seen.add(key)
            yield fact
