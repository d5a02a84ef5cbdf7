"""The parts of a psychological assessment, told as grammar."""

from __future__ import annotations

import pytest

from chartproof.extract.kinds.psych_parts import parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Memory and concentration are within normal limits.", [("cognition intact", "present")]),
        ("No cognitive deficits were noted.", [("cognition intact", "present")]),
        ("Significant memory impairment was noted.", [("cognition intact", "negated")]),
        ("MoCA 29/30.", [("cognition score normal", "present")]),
        ("MoCA 19/30.", []),
        ("Cognitive screening was deferred.", [("cognitive part deferred", "present")]),
        ("He can charge and adjust the stimulator on his own.", [("able to manage device", "present")]),
        ("She could not operate the remote despite three attempts.", [("able to manage device", "negated")]),
        ("Understands how the pump works and when it must be refilled.", [("able to manage device", "present")]),
        ("Whether he can operate the programmer is to be assessed.", [("cognitive part deferred", "present")]),
        ("His wife will manage the charger.", []),
        ("She will need to learn the programmer.", []),
        ("Physically able to participate in pump therapy.", [("physically capable", "present")]),
        ("Lacks the dexterity to use the controller.", [("physically capable", "negated")]),
        ("Physical therapy did not help.", []),
        ("He cannot reach the pump himself, but that is not required.", []),
        ("She is motivated for the trial.", [("willing to participate", "present")]),
        ("Willingness to participate: high", [("willing to participate", "present")]),
        ("Not willing to return for refills.", [("willing to participate", "negated")]),
        ("Willing to quit smoking.", []),
        ("Her daughter is willing to drive her to refills.", []),
        ("His pain does not appear to be psychogenic.", [("pain not psychogenic", "present")]),
        ("Is the pain of psychological origin? No.", [("pain not psychogenic", "present")]),
        ("Psychological factors do not explain the pain.", [("pain not psychogenic", "present")]),
        ("Pain appears largely psychogenic.", [("pain not psychogenic", "negated")]),
        ("No psychological contraindication to implantation.", []),
        ("Axis II: No diagnosis", [("axis II none", "present")]),
        ("Axis II: deferred", []),
        ("Borderline personality disorder, well managed in DBT.", [("axis II managed", "present")]),
        ("Borderline personality disorder, untreated.", [("axis II managed", "negated")]),
        ("Opioid use disorder in sustained remission.", [("no untreated addiction", "present")]),
        ("Active alcohol use disorder.", [("no untreated addiction", "negated")]),
        ("Brother has a heroin addiction.", []),
        ("No substance abuse other than daily cannabis.", []),
        ("AUDIT 0, DAST 0.", []),
    ],
)
def test_parts(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.finding, one.assertion) for one in parts(text)] == expected


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("The leg pain is not generated or sustained by, nor attributable to, a somatoform disorder.", True),
        ("Pain cannot be explained by a psychiatric disorder.", True),
        ("The complaint has an organic basis rather than a psychological one.", True),
        ("Emotional and psychological factors play no part in the pain.", True),
        ("Conversion disorder excluded as a cause of the pain.", True),
        ("It is unlikely that the pain is psychogenic.", True),
        ("The pain is clearly organic.", True),
        ("The pain is psychological rather than organic.", False),
        ("Somatization is the main driver of his pain.", False),
        ("The pain is not organic.", False),
    ],
)
def test_origin_of_the_pain(text: str, holds: bool) -> None:
    assertion = "present" if holds else "negated"
    assert [(one.finding, one.assertion) for one in parts(text)] == [("pain not psychogenic", assertion)]


@pytest.mark.parametrize(
    "text",
    [
        "A psychological cause of the pain could not be ruled out.",
        "The pain is not purely psychological.",
        "Psychological factors may explain part of the pain.",
        "The patient does not believe that the pain is psychogenic.",
        "The pain has caused psychological distress.",
        "No psychological treatment of the pain so far.",
        "No psychiatric admission because of pain.",
        "Rule out somatization.",
    ],
)
def test_no_origin_of_the_pain(text: str) -> None:
    assert not [one for one in parts(text) if one.finding == "pain not psychogenic"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No physical limitation to attending visits.", [("physically capable", "present")]),
        ("Physical ability: cannot kneel, uses a cane.", []),
        ("Physical ability: unable to operate the remote.", [("physically capable", "negated")]),
        ("He will attend all programming sessions.", [("willing to participate", "present")]),
        ("She will come back on Monday.", []),
        ("No hesitation, eager for the implant.", [("willing to participate", "present")]),
        ("Would rather not have the pump.", [("willing to participate", "negated")]),
        ("No trouble with alcohol or drugs in his life.", [("no untreated addiction", "present")]),
        ("Alcohol use disorder in remission but relapsed in May.", []),
        ("A personality disorder could not be excluded.", []),
        ("If able to manage the programmer, a trial is reasonable.", []),
        ("Has great trouble using the remote.", [("able to manage device", "negated")]),
        ("No trouble working the remote.", [("able to manage device", "present")]),
    ],
)
def test_polarity_of_parts(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.finding, one.assertion) for one in parts(text)] == expected


def test_characters_of_a_part() -> None:
    text = "Summary: no history of addiction."
    assert [text[one.start : one.end] for one in parts(text)] == ["no history of addiction"]
