"""Exam tests: a named provocative or nerve-tension test with its result and side.

Tests and results of a clause are read in the order the clause keeps: results follow their tests
("FABER, Gaenslen and thigh thrust were positive on the left, compression negative") or lead them
("negative Spurling's", "the following were positive: Kemp's and SLR"). Tests that share one result
make a group. A check box decides alone: "[x] FABER [ ] Gaenslen".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, cast

from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence, Sided
from chartproof.facts import ExamTest, ExamTestName, Side
from chartproof.spans import Span

SI_TESTS = frozenset(
    {"faber", "gaenslen", "thigh_thrust", "yeoman", "posterior_shear", "si_compression", "si_distraction"}
)

Result = Literal["positive", "negative", "equivocal"]

_SIGN = Regex(
    r"(?P<eq>\+\s?/\s?-(?!\s?\d)|±)|(?P<pos>\(\s*\+\s*\)|(?<=[\w)\s'’:])\+{1,3}(?:ve\b)?(?![/\d]))|(?P<neg>\(\s*[-–]\s*\)|(?<=\s)[-–](?=\s*(?:$|[,;.)]|[LRB]\b|[Bb]/?[Ll]|bilat|left|right|at\b))|[-–]ve\b)"
    r"|(?P<none>\b0\s?(?:/|of|out of)\s?[2-9]\b)|(?P<angle>(?:\bto|\bat)?\s?(?P<deg>\d{2,3})\s?(?:-|\s)?(?:degrees?\b|deg\b|°))",
    re.IGNORECASE,
)
_COMPRESSION = Regex(r"(?:sacral\s+)?compression\b", re.IGNORECASE)
#: "both" of the tests, not both sides.
_BOTH_TESTS = Regex(
    r"both\s+(?:(?:tests?|maneuvers?|signs?)\s+)?(?:(?:are|were|was|is)\s+)?(?:strongly\s+|mildly\s+)?(?:pos(?:itive)?|neg(?:ative)?|painful|painless|reproduc\w+|recreat\w+|elicit\w*|provok\w+|caus\w+|hurt)\b(?![^.;]{0,20}\bboth\b)",
    re.IGNORECASE,
)
_BOX = Regex(r"(?:\[(?P<mark>[ xX✓✔]?)\]|(?P<off>☐)|(?P<on>[☑☒]))[ \t]*$")
_BOX_AFTER = Regex(r"[ \t]*(?:\[(?P<mark>[ xX✓✔]?)\]|(?P<off>☐)|(?P<on>[☑☒]))")
_SIDE_BOX = Regex(
    r"\[(?P<mark>[ xX✓✔]?)\][ \t]*(?:(?P<l>L(?:eft|t)?)|(?P<r>R(?:ight|t)?)|(?P<b>bilat\w*|both|b/l))\b", re.IGNORECASE
)
_JOINED_SIDES = Regex(r"\b[LR]t?\s*\+\s*[LR]t?\b(?!\s*(?:[-+–(]|pos|neg))", re.IGNORECASE)
_SIDED_RESULT = Regex(
    r"(?<!\w)(?:(?P<l>left|lt|l)|(?P<r>right|rt|r))\s*[:=]?\s*\(?(?:(?P<pos>\+{1,3}(?:ve\b)?|pos(?:itive)?\b)|(?P<neg>[-–−](?=\s|$|[,;.)|/])|neg(?:ative)?\b))\)?",
    re.IGNORECASE,
)
_RETOLD = Regex(
    r"\b(?:but|now|however|today)\b[^.;]{0,50}?\b(?:all|each|they|these|both|the\s+same)\b[^.;]{0,30}?\b(?P<word>positive|negative)\b",
    re.IGNORECASE,
)
_NEGATED_VERB = Regex(
    r"\b(?:do(?:es)?|did|was|were|is|are)(?:\s+not\b|n[’']t\b)(?=\s*(?:[.,;]|$|and\b|but\b))", re.IGNORECASE
)
_SIDE_HEAD = Regex(r"(?<!\w)(?:(?P<l>left|lt|l)|(?P<r>right|rt|r))(?!\w)", re.IGNORECASE)
_HEAD_WORDS = Regex(
    r"[\s|:()/_-]|\b(?:tests?|orthop\w+|neuro\w*|findings?|provocat\w+|maneuvers?|special|exam|result|side|si|sij|joint|name|left|right|lt|rt|[lr])\b",
    re.IGNORECASE,
)
_CELL = Regex(r"(?<=[\s|(])(?:(?P<pos>\+{1,3}|pos(?:itive)?)|(?P<neg>[-–−]|neg(?:ative)?))(?=[\s|)]|$)", re.IGNORECASE)
#: Angles to which a leg can be raised, one for each side.
_SIDED_ANGLE = Regex(
    r"(?P<first>\d{2,3})\s*-?\s*(?:degrees?|deg\b\.?|°)?\s*(?:on|in|for|at)?\s*(?:the\s+)?(?:(?P<l>left|lt)|(?P<r>right|rt))\b"
    r"|\b(?:(?P<l2>left|lt)|(?P<r2>right|rt))\b\s*(?:side\s*)?(?:(?:is|was|at|to|[:=])\s*)*(?P<second>\d{2,3})\s*-?\s*(?:degrees?|deg\b|°)",
    re.IGNORECASE,
)
_LIMITED = Regex(r"\b(?:limited|restricted|only|stops?|decreased|reduced)\b", re.IGNORECASE)
_TIGHT = Regex(r"\b(?:hamstring|tightness|stiffness)\b", re.IGNORECASE)
_FREE_ANGLE = 75  # degrees from which a leg raised without a word of pain is negative
_TENSE_ANGLE = 70  # degrees up to which a leg raise that is limited is positive
_SMALL_ANGLE, _LARGE_ANGLE = 20, 120  # no leg raise is measured outside
_CROSSED = Regex(
    r"\b(?:contralateral|cross(?:ed)?|opposite|well[- ]leg)[\s-]+(?:(?:seated|supine|sitting|passive)\s+)?$",
    re.IGNORECASE,
)
_NO_SIGN = Regex(
    r"\b(?:no|without|absent|denies)\s+(?:(?:evidence|sign)s?\s+of\s+)?(?:(?:a|any|an|true|active|obvious|significant|clear|positive)\s+){0,2}(?:(?:nerve|root|left|right|bilateral)\s+)*$",
    re.IGNORECASE,
)
_FELT_ON = Regex(
    r"(?:\b(?P<no>no|without|denies|denied)\b[^.;]{0,60}?)?\b(?:pain|symptoms?|discomfort|paresthesias?|radiation|radiculopathy)\s+"
    r"(?:\w+\s+){0,2}?(?:with|on|upon|during)\s+(?:(?:the|a|left|right|bilateral|both|seated|supine|sitting|passive)\s+)*$",
    re.IGNORECASE,
)
_IMPINGEMENT = Regex(r"impingement", re.IGNORECASE)
_GENERIC = Regex(r"(?:nerve\s+|root\s+|dural\s+|neural\s+)*tension\b", re.IGNORECASE)
_BOX_PAIR = Regex(
    r"(?:\[(?P<pos>[ xX])\]|\((?P<pos2>[ xX])\))\s*(?:pos\w*|\+)\s*(?:\[(?P<neg>[ xX])\]|\((?P<neg2>[ xX])\))\s*(?:neg\w*|[-–])",
    re.IGNORECASE,
)
_SIGN_BOX = Regex(r"\((?:(?P<pos>\+)|(?P<neg>[-–]))\)\s*\([xX]\)")
_NEXT_SIDE = 8  # characters between the sides of "left and right"
_AND_SIDE = Regex(
    r"(?:\s|\d{2,3}|°|\b(?:at|to|about|approximately|degrees?|deg|side|leg|and|on|the|as\s+well\s+as)\b)*\band\b(?:\s|\b(?:on|at|to|the)\b)*"
)
#: A sentence that only gives the other side's result: "Negative on the left."
_OTHER_SIDE = Regex(
    r"(?:it\s+(?:is|was)\s+|and\s+|but\s+|these\s+(?:are|were)\s+|they\s+(?:are|were)\s+)?(?P<word>positive|negative|normal)\s+(?:on|for|to)\s+(?:the\s+)?(?P<side>left|right)\b\s*(?:side)?\W*$",
    re.IGNORECASE,
)
_SIDE_REACH = 10  # characters from a result to its side
_TABLE_ROWS = 12  # rows of a table that may stand between its head and a test
_HIP_PAIN = Regex(
    r"\s*(?:on\s+the\s+)?(?:left|right|l|r)?\s*for\s+(?:only\s+)?(?:anterior\s+)?(?:groin|hip|knee|anterior|hamstring)\b(?![^.;]*\b(?:and|posterior)\s[^.;]*\b(?:buttock|back|si\b|sacro))",
    re.IGNORECASE,
)
_COLUMN = Regex(r"[|]|\s/\s|\s{3}")
_BREAK = Regex(r";|\.\s|\t|[ ]{3,}|\||\n\s*\n|\bwhile\b|\bwhereas\b", re.IGNORECASE)
_LIST_GLUE = Regex(
    r"(?:[\s,/&+()'’-]|\b(?:and|or|the|with|test|tests|testing|sign|maneuver|maneuvers|both|left|right|bilateral|bilaterally|on|sided?|of|lumbar|sacral|si|joint|manual|seated|supine|[LR]|then|also|plus)\b)*",
    re.IGNORECASE,
)
_NO_AFTER = Regex(r"\s*(?:no|neither|only\s+(?:hamstring|tightness)|none)\b", re.IGNORECASE)
_PAIN_AFTER = Regex(
    r"[^.;]{0,25}\b(?:with(?!out)|causing|provoking|producing|reproducing|elicit\w*)\b[^.;]{0,30}\b(?:pain|symptom|radiat|discomfort|paresthes)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Cue:
    span: Span
    result: Result


@dataclass(slots=True)
class _Clause:
    tests: list[Mention]
    cues: list[_Cue]
    sides: list[Sided]
    span: Span


def find(view: NoteView) -> Iterator[ExamTest]:
    """Yield the exam tests of a note."""
    for sentence in view.having("exam_test", "exam_test_weak", "exam_result", "side"):
        if sentence.section == "family_history":
            continue
        if sentence.has("exam_test", "exam_test_weak"):
            yield from _in_sentence(sentence)
        else:
            yield from _other_side(sentence)


def _other_side(sentence: Sentence) -> Iterator[ExamTest]:
    """A sentence that goes on from the tests of the one before with the result of the other side."""
    previous = sentence.previous
    told = None if previous is None else _OTHER_SIDE.match(sentence.text)
    if told is None or previous is None or not previous.has("exam_test", "exam_test_weak"):
        return
    result: Result = "positive" if told["word"].lower() == "positive" else "negative"
    side: Side = "left" if told["side"].lower() == "left" else "right"
    cue = _Cue(Span(sentence.start + told.start("word"), sentence.start + told.end("word")), result)
    for test in _tests(previous):
        yield _fact(previous, test, cue, result, side)


def _in_sentence(sentence: Sentence) -> Iterator[ExamTest]:
    tests = _tests(sentence)
    sided = {test: facts for test in tests if (facts := _per_side(sentence, test, tests))}
    for facts in sided.values():
        yield from facts
    if sided:
        tests = [test for test in tests if test not in sided]
    if not tests:
        return
    retold = _RETOLD.search(sentence.text, tests[-1].end - sentence.start)
    if retold is not None:
        yield from _again(sentence, tests, retold)
        return
    cues = _cues(sentence, tests)
    if sided:
        spans = [span for facts in sided.values() for fact in facts for span in fact.spans]
        cues = [cue for cue in cues if not any(cue.span.overlaps(span) for span in spans)]
    for clause in _clauses(sentence, tests, cues):
        yield from _in_clause(sentence, clause)


def _again(sentence: Sentence, tests: list[Mention], retold: re.Match[str]) -> Iterator[ExamTest]:
    """The results of today, told behind those of an earlier visit: "were negative in May but today all are positive"."""
    word = Span(sentence.start + retold.start("word"), sentence.start + retold.end("word"))
    result: Result = "positive" if retold["word"].lower().startswith("pos") else "negative"
    sides = [side.side for side in sentence.sides if side.start >= word.end]
    for test in tests:
        yield _fact(sentence, test, _Cue(word, result), result, sides[0] if len(set(sides)) == 1 else None)


def _per_side(sentence: Sentence, test: Mention, tests: list[Mention]) -> list[ExamTest]:
    """The results of a test that has one for each side: "FABER  R +  L -", or a row under a head "R  L"."""
    text, offset = sentence.text, sentence.start
    end = min((other.start for other in tests if other.start > test.start), default=sentence.end) - offset
    start = test.end - offset
    hits = list(_SIDED_RESULT.finditer(text, start, end))
    if len({bool(hit["l"]) for hit in hits}) == 2 and not re.search(r"\w{3}", text[start : hits[0].start()]):
        return [
            _fact(
                sentence,
                test,
                _Cue(Span(offset + hit.start(), offset + hit.end()), "positive" if hit["pos"] else "negative"),
                "positive" if hit["pos"] else "negative",
                "left" if hit["l"] else "right",
            )
            for hit in hits
        ]
    angles = _angles(sentence, test, start, end)
    if angles:
        return angles
    columns = _columns(text, start, end)
    if len(columns) == 2 and not sentence.sides:
        sides = _head_sides(sentence)
        if sides:
            return [
                _fact(sentence, test, _Cue(Span(offset + first, offset + last), result), result, side)
                for (first, last, result), side in zip(columns, sides, strict=True)
            ]
    return []


def _columns(text: str, start: int, end: int) -> list[tuple[int, int, Result]]:
    """The results that stand in columns behind a test: signs, words, or pairs of check boxes."""
    columns: list[tuple[int, int, Result]] = []
    if "[" in text or "(" in text:
        for pair in _BOX_PAIR.finditer(text, start, end):
            positive = (pair["pos"] or pair["pos2"] or "").strip()
            if bool(positive) != bool((pair["neg"] or pair["neg2"] or "").strip()):
                columns.append((pair.start(), pair.end(), "positive" if positive else "negative"))
        for sign in _SIGN_BOX.finditer(text, start, end):
            columns.append((sign.start(), sign.end(), "positive" if sign["pos"] else "negative"))
        if columns:
            return columns
    for cell in _CELL.finditer(text, start, end):
        columns.append((cell.start(), cell.end(), "positive" if cell["pos"] else "negative"))
    return columns


def _angles(sentence: Sentence, test: Mention, start: int, end: int) -> list[ExamTest]:
    """ "Straight leg raising is limited to 40 degrees on the right and 85 degrees on the left"."""
    if test.id not in ("straight_leg_raise", "crossed_straight_leg_raise") or not sentence.has_digits:
        return []
    if any(test.end <= mention.start < sentence.start + end for mention in sentence.of("exam_result")):
        return []
    hits = [
        (hit, int(hit["first"] or hit["second"]), bool(hit["l"] or hit["l2"]))
        for hit in _SIDED_ANGLE.finditer(sentence.text, start, end)
    ]
    if len({left for _, _, left in hits}) < 2:
        return []
    limited = _LIMITED.search(sentence.text, start, end) and not _TIGHT.search(sentence.text, start, end)
    found = []
    for hit, degrees, left in hits:
        result: Result | None = None
        if _FREE_ANGLE <= degrees <= _LARGE_ANGLE:
            result = "negative"
        elif limited and _SMALL_ANGLE <= degrees <= _TENSE_ANGLE:
            result = "positive"
        if result is not None:
            span = Span(sentence.start + hit.start(), sentence.start + hit.end())
            found.append(_fact(sentence, test, _Cue(span, result), result, "left" if left else "right"))
    return found


def _head_sides(sentence: Sentence) -> list[Side]:
    """The two sides that the head of a table names, in their order; empty without such a head."""
    row = sentence.previous
    for _ in range(_TABLE_ROWS):
        if row is None:
            return []
        sides: list[Side] = ["left" if m["l"] else "right" for m in _SIDE_HEAD.finditer(row.text)]
        if len(sides) == 2 and sides[0] != sides[1] and not _HEAD_WORDS.sub("", row.text):
            return sides
        if not row.has("exam_test", "exam_test_weak"):
            return []
        row = row.previous
    return []


def _tests(sentence: Sentence) -> list[Mention]:
    strong = sentence.of("exam_test")
    weak = [m for m in sentence.of("exam_test_weak") if not any(m.span.overlaps(s.span) for s in strong)]
    if weak and not any(_names_si_test(other) for other in (sentence, sentence.previous, sentence.next)):
        weak = [m for m in weak if len(weak) >= 2 and sentence.section == "exam"]
    found = sorted(strong + weak, key=lambda m: m.start)
    kept: list[Mention] = []
    for mention in found:
        if kept and (
            mention.start < kept[-1].end
            or (mention.id == kept[-1].id == "other" and not sentence.between(kept[-1], mention).strip())
        ):
            continue  # "Neer impingement sign" is one test
        kept.append(mention)
    if len(kept) > 1:
        named = [m for m in kept if not _GENERIC.match(sentence.text, m.start - sentence.start)]
        return named or kept  # "root tension signs" beside the tests that show them
    return kept


def _names_si_test(sentence: Sentence | None) -> bool:
    """Whether a sentence names a provocative test of the sacroiliac joint, or the joint."""
    return sentence is not None and any(
        (m.label == "exam_test" and m.id in SI_TESTS) or (m.label == "region" and m.id == "sacroiliac")
        for m in sentence.mentions
    )


def _cues(sentence: Sentence, tests: list[Mention]) -> list[_Cue]:
    text, offset = sentence.text, sentence.start
    found: list[_Cue] = []
    negators = sentence.of("exam_negator")
    words = [m for m in sentence.of("exam_result") if not any(m.span.overlaps(test.span) for test in tests)]
    boxes_follow = (
        bool(words)
        and not _BOX.search(text[: words[0].start - offset])
        and _BOX_AFTER.match(text, words[0].end - offset) is not None
    )
    for mention in sentence.of("exam_result"):
        if any(mention.span.overlaps(test.span) for test in tests):
            continue
        checked = _checked(text, mention.start - offset, mention.end - offset, boxes_follow)
        if checked is False:
            continue
        result = cast(Result, mention.id)
        if result == "positive" and _is_negated(sentence, mention, negators):
            result = "negative"
        if result == "positive" and _HIP_PAIN.match(text, mention.end - offset):
            result = "equivocal"  # pain of the hip says nothing about the joint that is tested
        found.append(_Cue(mention.span, result))
    for match in _NEGATED_VERB.finditer(text):
        span = Span(offset + match.start(), offset + match.end())
        if any(0 <= span.start - test.end <= 3 for test in tests) and not any(span.overlaps(cue.span) for cue in found):
            found.append(_Cue(span, "negative"))
    for match in _SIGN.finditer(text):
        span = Span(offset + match.start(), offset + match.end())
        if any(span.overlaps(cue.span) for cue in found) or any(span.overlaps(test.span) for test in tests):
            continue
        if any(
            joined.start() < match.end() and match.start() < joined.end() for joined in _JOINED_SIDES.finditer(text)
        ):
            continue
        if match["angle"]:
            if not _SMALL_ANGLE <= int(match["deg"]) <= _LARGE_ANGLE:
                continue
            after = text[match.end() : match.end() + 60]
            if _PAIN_AFTER.match(after) or any(0 <= cue.span.start - span.end <= 40 for cue in found):
                continue
            if (
                int(match["deg"]) <= _TENSE_ANGLE
                and _LIMITED.search(text[max(0, match.start() - 12) : match.start()])
                and not _TIGHT.search(after)
            ):
                found.append(_Cue(span, "positive"))
            elif (
                int(match["deg"]) >= _FREE_ANGLE
                and "to" in match["angle"].lower() + text[max(0, match.start() - 6) : match.start()].lower()
            ):
                found.append(_Cue(span, "negative"))
            continue
        found.append(_Cue(span, "equivocal" if match["eq"] else "positive" if match["pos"] else "negative"))
    found.sort(key=lambda cue: cue.span)
    return found


def _checked(text: str, start: int, end: int, boxes_follow: bool) -> bool | None:
    """Whether the check box of the word at ``text[start:end]`` is checked; None where it has none."""
    box = _BOX_AFTER.match(text, end) if boxes_follow else _BOX.search(text[:start])
    if box is None:
        return None
    return bool(box["on"] or (box["mark"] or "").strip())


def _is_negated(sentence: Sentence, mention: Mention, negators: list[Mention]) -> bool:
    if any(0 <= mention.first - negator.last <= 2 for negator in negators):
        return True
    return _NO_AFTER.match(sentence.text[mention.end - sentence.start :]) is not None


def _clauses(sentence: Sentence, tests: list[Mention], cues: list[_Cue]) -> list[_Clause]:
    text, offset = sentence.text, sentence.start
    cuts = [offset] + [offset + m.end() for m in _BREAK.finditer(text)] + [sentence.end]
    clauses: list[_Clause] = []
    for start, end in pairwise(cuts):
        inside = [test for test in tests if start <= test.start < end]
        found = [cue for cue in cues if start <= cue.span.start < end]
        sides = [
            side
            for side in sentence.sides
            if start <= side.start < end and not (len(tests) > 1 and _BOTH_TESTS.match(text, side.start - offset))
        ]
        in_row = clauses and text[start - offset - 1 : start - offset] in ("|", "\t", " ")
        if clauses and not inside and clauses[-1].tests and (not clauses[-1].cues or (in_row and found)):
            clauses[-1].cues.extend(found)
            clauses[-1].sides.extend(sides)
            clauses[-1].span = Span(clauses[-1].span.start, end)
            continue
        if clauses and not inside and not found and sides and not clauses[-1].sides:
            clauses[-1].sides.extend(sides)
            clauses[-1].span = Span(clauses[-1].span.start, end)
            continue
        clauses.append(_Clause(inside, found, sides, Span(start, end)))
    return [clause for clause in clauses if clause.tests]


def _in_clause(sentence: Sentence, clause: _Clause) -> Iterator[ExamTest]:
    note = sentence.view.note.text
    boxed: dict[Mention, bool] = {}
    for test in clause.tests:
        box = _BOX.search(note[max(sentence.start, test.start - 12) : test.start])
        if box:
            boxed[test] = bool(box["on"] or (box["mark"] or "").strip())
    if not clause.cues and len(clause.tests) == 1 and not boxed:
        yield from _side_boxes(sentence, clause)
    groups = _groups(sentence, clause, boxed)
    leading = (
        bool(clause.cues) and clause.cues[0].span.start < clause.tests[0].start and not _contrast(sentence, clause)
    )
    for index, group in enumerate(groups):
        until = groups[index + 1][0].start if index + 1 < len(groups) else clause.span.end
        since = groups[index - 1][-1].end if index else clause.span.start
        before = [cue for cue in clause.cues if since <= cue.span.end <= group[0].start]
        after = [cue for cue in clause.cues if group[-1].end <= cue.span.start < until]
        if leading:
            cues = before[-1:] or ([] if index == 0 else _last_before(clause, group[0].start))
            if cues and index + 1 == len(groups):
                cues += [cue for cue in after if _has_own_side(sentence, clause, cue)]
            if after and not before:
                cues = after[:1]
        else:
            cues = after or _first_after(clause, group[-1].end) or before[-1:]
        yield from _facts(sentence, clause, group, cues, until, boxed)


def _told_before(sentence: Sentence, test: Mention) -> Result | None:
    """The result that stands before a test as what is or is not felt: "no leg pain on ...", "no sign of ..."."""
    before = sentence.text[: test.start - sentence.start]
    felt = _FELT_ON.search(before)
    if felt is not None:
        return "negative" if felt["no"] else "positive"
    if test.label == "exam_test" and not _IMPINGEMENT.match(sentence.text, test.start - sentence.start):
        return "negative" if _NO_SIGN.search(before) else None
    return None


def _has_own_side(sentence: Sentence, clause: _Clause, cue: _Cue) -> bool:
    """Whether a side follows a result at once: "positive Patrick's on the right, negative on the left"."""
    return any(
        0 < side.start - cue.span.end <= _SIDE_REACH
        and "," not in sentence.between(cue.span, Span(side.start, side.end))
        for side in clause.sides
    )


def _side_boxes(sentence: Sentence, clause: _Clause) -> Iterator[ExamTest]:
    """ "FABER [x] L [ ] R": the test is positive on each checked side."""
    for box in _SIDE_BOX.finditer(sentence.view.note.text, clause.tests[0].end, clause.span.end):
        if (box["mark"] or "").strip():
            side: Side = "left" if box["l"] else "right" if box["r"] else "bilateral"
            yield _fact(sentence, clause.tests[0], _Cue(Span(box.start(), box.end()), "positive"), "positive", side)


def _contrast(sentence: Sentence, clause: _Clause) -> bool:
    """Whether the leading cue belongs to words before the tests ("gait normal, SLR positive")."""
    first = clause.cues[0]
    gap = sentence.between(first.span, clause.tests[0])
    has_own = any(cue.span.start > clause.tests[-1].end for cue in clause.cues)
    return has_own and ("," in gap or len(gap) > 25) and ":" not in gap


def _last_before(clause: _Clause, offset: int) -> list[_Cue]:
    return [cue for cue in clause.cues if cue.span.end <= offset][-1:]


def _first_after(clause: _Clause, offset: int) -> list[_Cue]:
    return [cue for cue in clause.cues if cue.span.start >= offset][:1]


def _groups(sentence: Sentence, clause: _Clause, boxed: dict[Mention, bool]) -> list[list[Mention]]:
    groups: list[list[Mention]] = []
    for test in clause.tests:
        if (
            groups
            and test not in boxed
            and not any(groups[-1][-1].end <= cue.span.start < test.start for cue in clause.cues)
            and _LIST_GLUE.fullmatch(sentence.between(groups[-1][-1], test))
        ):
            groups[-1].append(test)
        else:
            groups.append([test])
    return groups


def _facts(
    sentence: Sentence, clause: _Clause, group: list[Mention], cues: list[_Cue], until: int, boxed: dict[Mention, bool]
) -> Iterator[ExamTest]:
    void = any(clause.span.start <= m.start < clause.span.end for m in sentence.of("exam_void"))
    for test in group:
        if test in boxed and not cues:
            if boxed[test]:
                yield _fact(sentence, test, None, "positive", _side_of(sentence, clause, test, until))
            continue
        if test in boxed and not boxed[test]:
            continue
        told = None if cues else _told_before(sentence, test)
        if told is not None:
            yield _fact(sentence, test, None, told, _side_of(sentence, clause, test, until))
            continue
        if not cues:
            if not void and sentence.section == "exam" and "perform" in sentence.lower:
                yield _fact(sentence, test, None, None, _side_of(sentence, clause, test, until))
            continue
        if void and cues[0].result == "positive":
            continue
        pairs = [(cue, _side_of_cue(clause, group, cue, cues, until)) for cue in cues]
        if (
            len(pairs) > 1
            and len({side for _, side in pairs}) == len(pairs)
            and None not in {side for _, side in pairs}
        ):
            for cue, side in pairs:
                yield _fact(sentence, test, cue, cue.result, side)
            continue
        side = _side_of(sentence, clause, test, until)
        yield _fact(sentence, test, cues[0], cues[0].result, side)
        for earlier, later in pairwise(cues):
            if _COLUMN.search(sentence.between(earlier.span, later.span)):
                yield _fact(sentence, test, later, later.result, side)  # the next column of a table


def _side_of_cue(clause: _Clause, group: list[Mention], cue: _Cue, cues: list[_Cue], until: int) -> Side | None:
    others = [other for other in cues if other is not cue]
    following = min((other.span.start for other in others if other.span.start > cue.span.start), default=until)
    preceding = max(
        (other.span.end for other in others if other.span.start < cue.span.start), default=clause.span.start
    )
    after = [side for side in clause.sides if cue.span.end <= side.start < following]
    before = [side for side in clause.sides if preceding <= side.start < cue.span.start]
    lead = [
        side
        for side in clause.sides
        if group[-1].end <= side.start < cues[0].span.start
        or (side.end <= group[0].start and group[0].start - side.end <= 2)
    ]
    if lead and before:
        return before[-1].side
    return after[0].side if after else before[-1].side if before else None


def _side_of(sentence: Sentence, clause: _Clause, test: Mention, until: int) -> Side | None:
    note = sentence.view.note.text
    for side in clause.sides:
        if side.end <= test.start and re.fullmatch(
            r"[\s:]*(?:sided|si|lumbar|seated|supine)?\s*", note[side.end : test.start], re.IGNORECASE
        ):
            return side.side
    starts = [other.start for other in clause.tests if other.start > test.start]
    for side in clause.sides:
        if side.start < test.end:
            continue
        if side.start >= until and any(test.end <= cue.span.start < until for cue in clause.cues):
            break  # the side of a later test that has its own result
        if any(start >= side.end and not note[side.end : start].strip(" :") for start in starts):
            break
        return _both(sentence, clause, side)
    before = [side for side in clause.sides if side.end <= clause.tests[0].start]
    return before[-1].side if before and len(before) == 1 else None


def _both(sentence: Sentence, clause: _Clause, first: Sided) -> Side:
    """Left and right named one after the other are both sides: "on the left at 50 degrees and on the right at 60"."""
    for other in clause.sides:
        if other.start > first.end and {first.side, other.side} == {"left", "right"}:
            gap = sentence.between(Span(first.start, first.end), Span(other.start, other.end))
            if len(gap) <= _NEXT_SIDE or _AND_SIDE.fullmatch(gap):
                return "bilateral"
    return first.side


def _fact(sentence: Sentence, test: Mention, cue: _Cue | None, result: Result | None, side: Side | None) -> ExamTest:
    name = test.id
    if name == "straight_leg_raise" and _CROSSED.search(sentence.text[: test.start - sentence.start]):
        name = "crossed_straight_leg_raise"
    if name in ("si_compression", "si_distraction") and any(
        m.label == "region" and m.id == "cervical" for m in sentence.mentions
    ):
        name = "other"
    if name == "other" and _COMPRESSION.match(sentence.text, test.start - sentence.start):
        beside = {m.id for m in sentence.of("exam_test") if m is not test}
        name = "si_compression" if beside & SI_TESTS else name
    spans = (test.span,) if cue is None else (test.span, cue.span)
    return ExamTest(
        spans=spans,
        test=cast(ExamTestName, name),
        result=result,
        side=side,
        assertion="hypothetical" if sentence.assertion(test, "exam_test") == "hypothetical" else "present",
        section=sentence.section,
        source="rule:exam_test.result" if cue is not None else "rule:exam_test.box",
    )
