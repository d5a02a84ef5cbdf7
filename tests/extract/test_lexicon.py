"""Phrases: the rules of the lexicon, matched over tokens."""

from __future__ import annotations

from chartproof.extract.lexicon import Matcher, target_rules
from chartproof.extract.pipeline import build_view
from chartproof.extract.tokens import tokenize
from chartproof.notes import Note


def test_every_rule_is_found_where_its_phrase_stands() -> None:
    matcher = Matcher()
    for rule in target_rules()[::50]:
        words = tokenize(f"x {rule.literal} y", matcher.vocabulary).words
        found = {
            (label, one)
            for first, last, (targets, _) in matcher.phrases(words, 0, len(words))
            if (first, last) == (1, len(words) - 1)
            for label, ids in targets
            for one in ids
        }
        assert (rule.category, rule.metadata["id"]) in found, rule.literal


def test_longest_first_and_nothing_beyond_the_range() -> None:
    words = ["low", "back", "pain"]
    matcher = Matcher()
    starts = [(first, last) for first, last, _ in matcher.phrases(words, 0, 3)]
    assert starts == sorted(starts, key=lambda place: (place[0], -place[1]))
    assert (0, 2) in starts
    assert all(last <= 1 for _, last, _ in matcher.phrases(words, 0, 1))


def test_sentences_hold_their_phrases_by_label() -> None:
    view = build_view(Note(note_id="n", text="Low back pain since May. FABER positive on the right. All else is fine."))
    for sentence in view.sentences:
        assert sorted(one for same in sentence.by_label.values() for one in same) == sorted(sentence.mentions)
        for label, same in sentence.by_label.items():
            assert same
            assert {one.label for one in same} == {label}
            assert sentence.of(label) == same
            assert sentence in view.having(label)
    assert [one.index for one in view.having("exam_test", "symptom")] == [0, 1]
    assert view.having("no such label") == []
