"""Reading a claim again: for each kind, the fact that the words of the quote support, or why they support none.

The claim only says what to look for. Every value of the fact is one that our parsers or the lexicon find inside the quote,
beside a word that makes it what it is; a claim that says otherwise is rejected, and so is a quote that could mean more
than one thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, cast, get_args

from chartproof.extract.kinds.common import about_spine_pain, region_near
from chartproof.extract.llm.claims import Claim
from chartproof.extract.llm.quoted import Placed, Quoted, RejectedError, cues
from chartproof.extract.numbers import NUMBER, RANGE, parse_number
from chartproof.extract.quantities import Duration
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention
from chartproof.facts import (
    ExamTest,
    Fact,
    FunctionalLimit,
    Modality,
    PainPattern,
    PainScore,
    Procedure,
    ProcedureName,
    Region,
    Relief,
    Side,
    SymptomDuration,
    Therapy,
    TherapyStatus,
)
from chartproof.spans import Span

_SCORE = Regex(
    rf"(?<![\w.,/$#<>≤≥+-])(?P<low>{NUMBER})(?:{RANGE}(?P<high>{NUMBER}))?(?P<scale>\s*/\s*10\b|\s+out\s+of\s+(?:10|ten)\b)?"
    r"(?P<after>\s*[\w%°/+-]*)",
    re.IGNORECASE,
)
_UNIT_AFTER = Regex(
    r"[%°/+]|-?\s*(?:mg|mcg|ml|cc|cm|mm|min|minutes?|hours?|hrs?|days?|d\b|weeks?|wks?|months?|mos?|years?|yrs?|times?|visits?|sessions?|"
    r"blocks?|miles?|steps?|flights?|pounds?|lbs?|kg|percent|degrees?|doses?|pills?|tab\w*|x\b|of\b|out\b|st\b|nd\b|rd\b|th\b|nights?|hundred)\b",
    re.IGNORECASE,
)
_IN_BEFORE = Regex(r"\b(?:in|within|another|next|every|after|before)\s+(?:about\s+|the\s+)?$")
_TO_BEFORE = Regex(r"\b(?:to|in)\s+(?:about\s+|around\s+)?$")
#: Between pain and an amount: how long it has been otherwise, not how long it has been.
_CHANGED = Regex(r"\b(?:wors\w+|return\w*|recur\w*|flar\w+|increas\w+|intensif\w+)\b")
_OF_AFTER = Regex(r"(?:['’]s?)?\s*(?:worth\s+)?of\b")
_AGO_AFTER = Regex(r"\s*ago\b")
_SESSIONS = Regex(
    rf"(?<![\w./-])(?P<count>{NUMBER})\s+(?:\w+\s+)?(?:sessions?|visits?|treatments?|appointments?)\b", re.IGNORECASE
)
_OUT_OF = Regex(r"(?:\bof|/)\s*$", re.IGNORECASE)
_MODALITIES = frozenset(get_args(Modality))
_PROCEDURES = frozenset(get_args(ProcedureName)) - {"other"}
_THERAPY_STATUS: dict[str, TherapyStatus] = {
    "done": "completed",
    "ongoing": "ongoing",
    "regular": "ongoing",
    "planned": "planned",
    "declined": "declined",
    "unable": "unable",
}
_NEAR = 40  # characters between a limit and what it limits
_STEM = 4  # letters that "dressing" and "dressed" have in common
_BESIDE = 12  # characters between a word and the therapy after it


def read_claim(claim: Claim, quoted: Quoted, source: str) -> Fact:
    """The fact that the quote supports. Raises RejectedError."""
    return _READERS[claim.kind](claim, quoted, source)


# -- amounts ---------------------------------------------------------------------------------------------------------


def _agrees(claimed: object, read: object, attribute: str) -> None:
    """Raise RejectedError where the claim gives another value than the one read; a claim without a value agrees."""
    if claimed is not None and claimed != "unspecified" and claimed != read:
        raise RejectedError("value_differs", attribute)


def _amount(claim: Any, quoted: Quoted, *, needed: bool) -> Duration | None:
    """The one amount of time in the quote that the claim gives."""
    if claim.low is None and claim.high is None and claim.unit is None:
        if needed:
            raise RejectedError("value_not_in_quote", "low")
        return None
    stated = [one for one in quoted.durations if one.low is not None]
    if not stated:
        raise RejectedError("value_not_in_quote", "low")
    low = claim.high if claim.low is None else claim.low
    high = claim.low if claim.high is None else claim.high
    fitting = [one for one in stated if (one.low, one.high, one.unit) == (low, high, claim.unit)]
    if not fitting:
        raise RejectedError("value_differs", "low")
    if len(stated) > 1:
        raise RejectedError("ambiguous_value", "low")
    _refuse_bounded(quoted, fitting[0].span)
    if _IN_BEFORE.search(quoted.before(fitting[0].span)):
        raise RejectedError("other_subject", "low")
    return fitting[0]


def _refuse_bounded(quoted: Quoted, span: Span) -> None:
    """An amount with "less than" or the like before it does not say how much it is."""
    if cues("bounded").search(quoted.before(span, 16)):
        raise RejectedError("ambiguous_value")


def _one(found: Sequence[Mention], attribute: str) -> Mention | None:
    """The mentions' only id as one mention; None for none; RejectedError for several."""
    if len({mention.id for mention in found}) > 1:
        raise RejectedError("ambiguous_value", attribute)
    return found[0] if found else None


def _side(claim: Any, quoted: Quoted) -> Side | None:
    """The side that the quote's sentences name, when they name one only and it stands in the quote."""
    named = {sided.side for sided in quoted.sides}
    inside = {sided.side for sided in quoted.sides if quoted.holds(Span(sided.start, sided.end))}
    side = next(iter(inside)) if len(named) == 1 and inside else None
    _agrees(claim.side, side, "side")
    return side


def _spine(quoted: Quoted, span: Span) -> Region | None:
    """The region at a place; RejectedError where the quote is about another part of the body, or the note about none."""
    if quoted.sentence_says("other_organ") or quoted.sentence_has("not_pain", "therapy_disease"):
        raise RejectedError("other_subject")
    region = region_near(quoted.sentence_of(span), span)
    if region == "other" or (region is None and not about_spine_pain(quoted.view)):
        raise RejectedError("other_subject")
    return region


def _symptom(quoted: Quoted) -> Mention:
    """The first word for pain or its symptoms in the quote."""
    found = quoted.mentions("symptom")
    if not found:
        raise RejectedError("no_anchor")
    return found[0]


# -- kinds -----------------------------------------------------------------------------------------------------------


def _pain_score(claim: Any, quoted: Quoted, source: str) -> Fact:
    around = [mention for one in quoted.sentences for mention in one.of("symptom", "scale")]
    pain = [mention for mention in around if mention.label == "scale" or mention.id == "pain"]
    if not pain:
        raise RejectedError("no_anchor")
    if quoted.sentence_has("therapy", "therapy_drug", "procedure", "score_moment", "fl_index"):
        raise RejectedError("other_subject")
    if quoted.sentence_says("aimed"):
        raise RejectedError("hypothetical")
    scores = _scores(quoted)
    if not scores:
        raise RejectedError("value_not_in_quote", "low")
    if len(scores) > 1:
        raise RejectedError("ambiguous_value", "low")
    span, low, high, scaled = scores[0]
    _agrees(claim.low, low, "low")
    _agrees(claim.high, high, "high")
    if claim.low is None and claim.high is None:
        raise RejectedError("value_not_in_quote", "low")
    everywhere = {mention.id for one in quoted.sentences for mention in one.of("statistic")}
    word = _one(quoted.mentions("statistic"), "statistic")
    if len(everywhere) > 1 or (everywhere and word is None):
        raise RejectedError("ambiguous_value", "statistic")
    averages = [] if everywhere else quoted.places("average")
    statistic = word.id if word is not None else "average" if averages else "unspecified"
    _agrees(claim.statistic, statistic, "statistic")
    beside = word.span if word is not None else averages[0] if averages else None
    if not scaled and beside is None and not quoted.mentions("scale") and not quoted.says("rated"):
        raise RejectedError("no_anchor")
    _refuse_bounded(quoted, span)
    region = _spine(quoted, span)
    spans = (span, beside if beside is not None and not beside.overlaps(span) else pain[0].span)
    return PainScore(spans=spans, low=low, high=high, statistic=statistic, region=region, source=source)  # type: ignore[arg-type]


def _scores(quoted: Quoted) -> list[tuple[Span, float, float, bool]]:
    """The numbers of the quote that can be scores: place, both ends, and whether the scale stands behind."""
    found: list[tuple[Span, float, float, bool]] = []
    for sentence in quoted.sentences:
        amounts: list[Placed] = [*sentence.durations, *sentence.percents, *sentence.dates, *sentence.levels]
        taken = [one.span for one in amounts]
        for match in _SCORE.finditer(sentence.text):
            end = match.end("scale") if match["scale"] else match.end("high") if match["high"] else match.end("low")
            span = Span(sentence.start + match.start("low"), sentence.start + end)
            low, high = parse_number(match["low"]), parse_number(match["high"] or match["low"])
            if low is None or high is None or not quoted.holds(span):
                continue
            if not match["scale"] and (
                _UNIT_AFTER.match((match["after"] or "").strip()) or any(span.overlaps(other) for other in taken)
            ):
                continue
            if 0 <= low <= high <= 10:
                found.append((span, low, high, bool(match["scale"])))
    return found


def _symptom_duration(claim: Any, quoted: Quoted, source: str) -> Fact:
    symptom = _symptom(quoted)
    if quoted.sentence_has("therapy", "therapy_drug", "procedure", "not_symptom", "relief_word", "fl_inability"):
        raise RejectedError("other_subject")
    if quoted.sentence_says("not_lasting") or quoted.sentence_says("aimed"):
        raise RejectedError("other_subject")
    onset = quoted.mentions("onset")
    amount = _amount(claim, quoted, needed=claim.since is None)
    if amount is None:
        return _since(claim, quoted, source, symptom, bool(onset))
    if claim.since is not None:
        raise RejectedError("ambiguous_value", "since")
    sentence = quoted.sentence_of(amount.span)
    after = sentence.text[amount.span.end - sentence.start :].lower()
    if _AGO_AFTER.match(after) and not onset:
        raise RejectedError("no_anchor")
    if not onset and not quoted.says("lasting_for") and not _OF_AFTER.match(after):
        raise RejectedError("no_anchor")
    if _CHANGED.search(quoted.between(symptom.span, amount.span)):
        raise RejectedError("other_subject", "low")
    region = _spine(quoted, amount.span)
    return SymptomDuration(
        spans=(amount.span, symptom.span),
        low=amount.low,
        high=amount.high,
        unit=amount.unit,
        region=region,
        source=source,
    )


def _since(claim: Any, quoted: Quoted, source: str, symptom: Mention, onset: bool) -> Fact:
    dates = [one for one in quoted.dates if one.iso is not None]
    fitting = [one for one in dates if one.iso == claim.since]
    if not fitting:
        raise RejectedError("value_differs" if dates else "value_not_in_quote", "since")
    if len(dates) > 1 or quoted.durations:
        raise RejectedError("ambiguous_value", "since")
    if not onset and not quoted.says("dating") and not quoted.before(fitting[0].span).rstrip().endswith("since"):
        raise RejectedError("no_anchor")
    if _CHANGED.search(quoted.between(symptom.span, fitting[0].span)):
        raise RejectedError("other_subject", "since")
    region = _spine(quoted, fitting[0].span)
    return SymptomDuration(spans=(fitting[0].span, symptom.span), since=claim.since, region=region, source=source)


def _pain_pattern(claim: Any, quoted: Quoted, source: str) -> Fact:
    symptom = _symptom(quoted)
    if quoted.sentence_has("pattern_stop", "procedure", "therapy") or quoted.sentence_says("denial"):
        raise RejectedError("other_subject")
    if any(one.id != "radicular" for sentence in quoted.sentences for one in sentence.of("pattern")):
        raise RejectedError("ambiguous_value", "pattern")
    moves = quoted.mentions("pattern_move")
    distal = quoted.mentions("pattern_place", "distal_leg", "distal_arm")
    if claim.pattern != "radicular" or not distal or not (moves or quoted.says("toward")):
        raise RejectedError("no_anchor", "pattern")
    place = distal[0].span
    way = [move.span for move in moves] or quoted.places("toward")
    if way[0].start > place.start or symptom.start > place.start:
        raise RejectedError("ambiguous_value", "pattern")
    if quoted.sentence_says("other_organ"):
        raise RejectedError("other_subject")
    _spine(quoted, place)
    return PainPattern(spans=(place, symptom.span), pattern="radicular", source=source)


def _functional_limit(claim: Any, quoted: Quoted, source: str) -> Fact:
    activities = [(one.span, one.id) for one in quoted.mentions("fl_activity")]
    activities += [(place, place.of(quoted.view.note.text).lower()) for place in quoted.places("activities")]
    limits = [*(one.span for one in quoted.mentions("fl_inability")), *quoted.places("limiting")]
    behind = quoted.places("limiting_behind")
    if not activities or not (limits or behind):
        raise RejectedError("no_anchor")
    if quoted.sentence_has("fl_normal", "fl_fine", "procedure", "therapy_disease") or quoted.sentence_says(
        "not_limiting"
    ):
        raise RejectedError("other_subject")
    if quoted.sentence_says("other_organ") or quoted.sentence_says("aimed"):
        raise RejectedError("other_subject")
    if not about_spine_pain(quoted.view):
        raise RejectedError("other_subject")
    pairs = [
        *((at.start - limit.end, limit, at, name) for limit in limits for at, name in activities if limit <= at),
        *(
            (limit.start - at.end, limit, at, name)
            for limit in behind
            for at, name in activities
            if at.end <= limit.start
        ),
    ]
    if not pairs:
        raise RejectedError("no_anchor")
    gap, limit, place, activity = min(pairs)
    if gap > _NEAR:
        raise RejectedError("ambiguous_value", "activity")
    if cues("other_reasons").search(activity) and not quoted.mentions("symptom"):
        raise RejectedError("other_subject")
    if cues("denial").search(quoted.before(limit, 24)):
        raise RejectedError("negated")
    named = claim.activity.lower() if claim.activity else ""
    if named and named != activity and named[:_STEM] not in quoted.text:
        raise RejectedError("value_differs", "activity")
    spans = (Span(min(limit.start, place.start), max(limit.end, place.end)),)
    return FunctionalLimit(spans=spans, activity=activity, source=source)


def _therapy(claim: Any, quoted: Quoted, source: str) -> Fact:
    told = bool(quoted.durations or quoted.mentions("therapy_outcome") or _SESSIONS.search(quoted.text))
    named = [
        one
        for one in quoted.mentions("therapy")
        if _modality(one) is not None or (told and _is_abbreviation(one, quoted))
    ]
    drugs = [one for one in quoted.mentions("therapy_drug") if not one.id.startswith("?")]
    modalities = {_modality(one) or "physical_therapy" for one in named} | ({"medication"} if drugs else set())
    if not modalities:
        raise RejectedError("no_anchor")
    if len(modalities) > 1 or len({one.id for one in drugs}) > 1:
        raise RejectedError("ambiguous_value", "modality")
    modality = cast(Modality, next(iter(modalities)))
    if claim.modality is None:
        raise RejectedError("value_differs", "modality")
    _agrees(claim.modality, modality, "modality")
    if quoted.sentence_has("therapy_disease", "drug_purpose") or quoted.sentence_says("other_organ"):
        raise RejectedError("other_subject")
    if quoted.sentence_says("aimed"):
        raise RejectedError("hypothetical")
    anchor = (named or drugs)[0]
    amount = _amount(claim, quoted, needed=False)
    sessions, counted = _sessions(quoted)
    _agrees(claim.sessions, sessions, "sessions")
    status, said = _therapy_status(quoted, anchor.span)
    _agrees(claim.status, status, "status")
    outcomes = {one.id for one in quoted.mentions("therapy_outcome")}
    everywhere = {one.id for sentence in quoted.sentences for one in sentence.of("therapy_outcome")}
    if len(everywhere) > 1 or "none" in everywhere:
        raise RejectedError("ambiguous_value", "outcome")
    outcome = next(iter(outcomes), None)
    _agrees(claim.outcome, outcome, "outcome")
    ended = [one.span for one in quoted.mentions("therapy_outcome")[:1]]
    return Therapy(
        spans=(anchor.span, *([amount.span] if amount else []), *counted, *said, *ended),
        modality=modality,
        low=amount.low if amount else None,
        high=amount.high if amount else None,
        unit=amount.unit if amount else None,
        sessions=sessions,
        status=status,
        outcome=outcome,  # type: ignore[arg-type]
        name=drugs[0].id if modality == "medication" else None,
        region=region_near(quoted.sentence_of(anchor.span), anchor.span),
        source=source,
    )


def _modality(mention: Mention) -> str | None:
    """The modality of a phrase that means it without more words; None for a weak or bare one."""
    base, _, rest = mention.id.partition(".")
    return base if base in _MODALITIES and rest in ("", "aquatic", "aquatic_pt") else None


def _is_abbreviation(mention: Mention, quoted: Quoted) -> bool:
    """Whether the phrase is "PT" in capitals among words that are not: elsewhere "pt" is the patient."""
    text = quoted.view.note.text
    return (
        mention.id == "physical_therapy.pt"
        and mention.span.of(text) == "PT"
        and any(map(str.islower, quoted.span.of(text)))
    )


def _sessions(quoted: Quoted) -> tuple[int | None, list[Span]]:
    """The number of sessions in the quote, and where it stands; none of "3 of 12 visits", which is done and ordered."""
    for sentence in quoted.sentences:
        found = [
            match
            for match in _SESSIONS.finditer(sentence.text)
            if quoted.holds(Span(sentence.start + match.start(), sentence.start + match.end()))
        ]
        if len(found) > 1:
            raise RejectedError("ambiguous_value", "sessions")
        if found:
            match = found[0]
            if _OUT_OF.search(sentence.text[: match.start()]):
                raise RejectedError("ambiguous_value", "sessions")
            count = parse_number(match["count"])
            if count is None or count != int(count):
                return None, []
            return int(count), [Span(sentence.start + match.start(), sentence.start + match.end())]
    return None, []


def _therapy_status(quoted: Quoted, therapy: Span) -> tuple[TherapyStatus, list[Span]]:
    """The status that the words around the therapy give, and where; RejectedError where they give several, or deny it."""
    found = [mention for one in quoted.sentences for mention in one.of("therapy_before", "therapy_after")]
    if {mention.id for mention in found} & {"negated", "not_started", "withdrawn", "stopped"}:
        raise RejectedError("negated", "status")
    said = [
        mention
        for mention in found
        if mention.id in _THERAPY_STATUS and quoted.holds(mention.span) and _says_of(mention, therapy)
    ]
    words = {mention.id for mention in said}
    if len(words) > 1:
        raise RejectedError("ambiguous_value", "status")
    places = [mention.span for mention in said]
    if quoted.section in PLAN_SECTIONS:
        return "planned", places
    return _THERAPY_STATUS.get(next(iter(words), ""), "unspecified"), places


def _says_of(mention: Mention, therapy: Span) -> bool:
    """Whether a word stands on the side of the therapy where it says something of it, and near it."""
    if mention.label == "therapy_before":
        return 0 <= therapy.start - mention.end <= _BESIDE
    return 0 <= mention.start - therapy.end <= _NEAR


def _exam_test(claim: Any, quoted: Quoted, source: str) -> Fact:
    test = _one(quoted.mentions("exam_test"), "test")
    if test is None:
        raise RejectedError("no_anchor")
    if claim.test is None:
        raise RejectedError("value_differs", "test")
    _agrees(claim.test, test.id, "test")
    others = {mention.id for one in quoted.sentences for mention in one.of("exam_test", "exam_test_weak")}
    if len(others) > 1:
        raise RejectedError("ambiguous_value", "test")
    if quoted.sentence_has("exam_void"):
        raise RejectedError("negated")
    result, place = _result(quoted)
    if claim.result is None:
        raise RejectedError("value_not_in_quote", "result")
    _agrees(claim.result, result, "result")
    if quoted.sentence_has("exam_negator") and result != "negative":
        raise RejectedError("ambiguous_value", "result")
    return ExamTest(
        spans=(test.span, place),
        test=test.id,  # type: ignore[arg-type]
        result=result,  # type: ignore[arg-type]
        side=_side(claim, quoted),
        source=source,
    )


def _result(quoted: Quoted) -> tuple[str, Span]:
    """The one result that the quote's sentence gives, and where; RejectedError for none, several, or one outside the quote."""
    found = [(mention.id, mention.span) for one in quoted.sentences for mention in one.of("exam_result")]
    if not found:
        for result in ("positive", "negative"):
            found.extend((result, place) for place in quoted.places(f"result_{result}"))
    if len({result for result, _ in found}) > 1:
        raise RejectedError("ambiguous_value", "result")
    if not found or not quoted.holds(found[0][1]):
        raise RejectedError("value_not_in_quote", "result")
    return found[0]


def _procedure(claim: Any, quoted: Quoted, source: str) -> Fact:
    found = [one for one in quoted.mentions("procedure") if _procedure_name(one) is not None]
    every = {mention.id for one in quoted.sentences for mention in one.of("procedure")}
    if not found:
        raise RejectedError("no_anchor")
    if len(every) > 1:
        raise RejectedError("ambiguous_value", "procedure")
    anchor = found[0]
    name = _procedure_name(anchor)
    if claim.procedure is None:
        raise RejectedError("value_differs", "procedure")
    _agrees(claim.procedure, name, "procedure")
    if quoted.sentence_says("aimed") or quoted.sentence_says("denial"):
        raise RejectedError("hypothetical")
    status = _procedure_status(quoted)
    _agrees(claim.status, status, "status")
    dates = [one for one in quoted.dates if one.iso is not None]
    if len(dates) > 1:
        raise RejectedError("ambiguous_value", "date")
    date = dates[0].iso if dates and status == "done" else None
    _agrees(claim.date, date, "date")
    levels = tuple(dict.fromkeys(level.name for level in quoted.levels)) or None
    _agrees(tuple(claim.levels) if claim.levels else None, levels, "levels")
    return Procedure(
        spans=(anchor.span, *([dates[0].span] if date else [])),
        procedure=cast(ProcedureName, name),
        status=status,  # type: ignore[arg-type]
        date=date,
        levels=levels,
        side=_side(claim, quoted),
        region=region_near(quoted.sentence_of(anchor.span), anchor.span),
        source=source,
    )


def _procedure_name(mention: Mention) -> str | None:
    """The procedure of a phrase that means it without more words; None for a bare "injection" and the like."""
    base = mention.id.partition("@")[0]
    return base if base in _PROCEDURES else None


def _procedure_status(quoted: Quoted) -> str:
    words = {
        mention.id
        for one in quoted.sentences
        for mention in one.of("procedure_cue")
        if not any(mention.span.overlaps(date.span) for date in one.dates)  # the month of May is no "may"
    }
    if words & {"none_yet", "decline", "decline_after"}:
        raise RejectedError("negated", "status")
    planned = bool(words & {"plan", "plan_after"}) or quoted.section in PLAN_SECTIONS
    considered = bool(words & {"consider", "consider_after"})
    done = bool(words & {"done", "done_after"}) or (not words and quoted.says("done"))
    if planned + considered + done != 1:
        raise RejectedError("ambiguous_value", "status")
    return "planned" if planned else "considered" if considered else "done"


def _relief(claim: Any, quoted: Quoted, source: str) -> Fact:
    better = [*(one.span for one in quoted.mentions("relief_word", "better")), *quoted.places("eased")]
    if not better:
        raise RejectedError("no_anchor")
    if any(mention.id == "zero" for one in quoted.sentences for mention in one.of("relief_word")):
        raise RejectedError("ambiguous_value", "percent_low")
    if quoted.sentence_has("fl_index", "finding") or quoted.sentence_says("other_organ"):
        raise RejectedError("other_subject")
    if quoted.sentence_says("aimed") or quoted.sentence_says("denial"):
        raise RejectedError("hypothetical")
    percents = quoted.percents if len(quoted.percents_around) == 1 else quoted.percents_around
    low, high = (claim.percent_low, claim.percent_high)
    low, high = (high if low is None else low), (low if high is None else high)
    if len(percents) > 1:
        raise RejectedError("ambiguous_value", "percent_low")
    if low is None or not percents:
        raise RejectedError("value_not_in_quote", "percent_low")
    percent = percents[0]
    if (percent.low, percent.high) != (low, high):
        raise RejectedError("value_differs", "percent_low")
    if percent.comparison.startswith("<") or _TO_BEFORE.search(quoted.before(percent.span)):
        raise RejectedError("ambiguous_value", "percent_low")
    _refuse_bounded(quoted, percent.span)
    amount = _amount(claim, quoted, needed=False)
    if amount is not None and not quoted.says("lasted"):
        raise RejectedError("no_anchor", "low")
    after = _followed(quoted)
    _agrees(claim.procedure, after, "procedure")
    return Relief(
        spans=(percent.span, better[0], *([amount.span] if amount else [])),
        percent_low=percent.low,
        percent_high=percent.high,
        low=amount.low if amount else None,
        high=amount.high if amount else None,
        unit=amount.unit if amount else None,
        procedure=after,  # type: ignore[arg-type]
        source=source,
    )


def _followed(quoted: Quoted) -> str:
    """What the relief followed, named in the quote; RejectedError where that is not one thing."""
    named = {_procedure_name(one) for one in quoted.mentions("procedure")}
    if quoted.mentions("therapy"):
        named.add("therapy")
    if quoted.mentions("therapy_drug"):
        named.add("medication")
    every = {mention.id for one in quoted.sentences for mention in one.of("procedure")}
    if len(named) != 1 or None in named or len(every) > 1:
        raise RejectedError("ambiguous_value", "procedure")
    return str(next(iter(named)))


_READERS: dict[str, Callable[[Any, Quoted, str], Fact]] = {
    "pain_score": _pain_score,
    "symptom_duration": _symptom_duration,
    "pain_pattern": _pain_pattern,
    "functional_limit": _functional_limit,
    "therapy": _therapy,
    "exam_test": _exam_test,
    "procedure": _procedure,
    "relief": _relief,
}
