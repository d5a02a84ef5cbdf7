"""Speed: notes per second of the tokenizer alone, ours, stock medspaCy and EDS-NLP, on one core.

Run by ``make bench``. The notes are the shared real notes where they are, else the gold notes.
Every pipeline reads the same notes in the same process, one after the other, warm: the best of
several runs counts, in processor time, which other programs disturb least. Stock medspaCy and EDS-NLP
get our own target phrases; medspaCy finds sentences, phrases, ConText with its own rules and sections,
EDS-NLP sentences, phrases, negation, hypothesis and history; ours all of that with our rules, and the
facts. A peer that is not installed is left out with a word.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import spacy
from rich.console import Console
from rich.table import Table

from chartproof.extract import extract_note
from chartproof.extract.lexicon import target_rules
from chartproof.notes import Note

ROOT = Path(__file__).resolve().parents[1]


def notes() -> tuple[str, list[Note]]:
    """Where the notes come from, and the notes."""
    shared = ROOT.parent / "shared" / "real-notes" / "notes.jsonl"
    if shared.is_file():
        return "real notes", [Note.model_validate(json.loads(line)) for line in shared.read_text("utf-8").splitlines()]
    from chartproof.scoring.gold import load_gold

    return "gold notes", [note for note, _ in load_gold(ROOT / "gold" / "notes")]


def rate(run: Callable[[Note], object], sample: list[Note], rounds: int) -> float:
    """Notes per second of processor time: the best of `rounds` runs over the sample, after one warm-up note."""
    run(sample[0])
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        for note in sample:
            run(note)
        seconds.append(time.process_time() - start)
    return len(sample) / min(seconds)


def medspacy_stock() -> Callable[[Note], object]:
    """medspaCy as loaded by default (PyRuSH, TargetMatcher, ConText) with the Sectionizer and our target phrases."""
    import loguru
    import medspacy

    loguru.logger.disable("PyRuSH")
    logging.disable(logging.CRITICAL)
    nlp = medspacy.load(
        medspacy_enable={"medspacy_pyrush", "medspacy_target_matcher", "medspacy_context", "medspacy_sectionizer"}
    )
    nlp.get_pipe("medspacy_target_matcher").add(list(target_rules()))
    return lambda note: nlp(note.text)


def edsnlp_matcher() -> Callable[[Note], object]:
    """EDS-NLP: sentences, our target phrases, negation, hypothesis and history."""
    import edsnlp

    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    terms: dict[str, list[str]] = {}
    for rule in target_rules():
        terms.setdefault(rule.category, []).append(rule.literal)
    nlp.add_pipe("eds.matcher", config={"terms": terms, "attr": "LOWER"})
    for pipe in ("eds.negation", "eds.hypothesis", "eds.history"):
        nlp.add_pipe(pipe)
    return lambda note: nlp(note.text)


def cold_start(sample: list[Note]) -> float:
    """Seconds from starting the interpreter to the facts of one note: the median of three."""
    code = (
        "import sys; from chartproof.notes import Note; from chartproof.extract import extract_note;"
        "extract_note(Note(note_id='n', text=sys.stdin.read()))"
    )
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], input=sample[0].text, text=True, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def evaluation() -> tuple[float, float, int]:
    """Milliseconds to judge one case's facts by its guideline, and by all guidelines; and how many cases.

    Medians over the gold cases, each the median of five runs.
    """
    from chartproof.evaluate import evaluate, list_guidelines, select_guideline
    from chartproof.notes import Case

    everything = list_guidelines()
    by_one, by_all = [], []
    for path in sorted((ROOT / "gold" / "cases").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            case = Case.model_validate_json(line)
            facts = [extract_note(note) for note in case.notes]
            named = json.loads(line)["gold"]["guideline"]  # a triage has no codes to be chosen by
            guideline, _ = select_guideline(case, facts, None if case.request.cpt else named)
            for guidelines, seconds in (([guideline], by_one), (everything, by_all)):
                runs = []
                for _ in range(5):
                    start = time.perf_counter()
                    for one in guidelines:
                        evaluate(case, facts, one)
                    runs.append(time.perf_counter() - start)
                seconds.append(statistics.median(runs))
    return 1000 * statistics.median(by_one), 1000 * statistics.median(by_all), len(by_one)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=3, help="runs over the notes; the best counts (stock medspaCy: two)"
    )
    rounds = parser.parse_args().rounds
    source, sample = notes()
    kilobytes = sum(len(note.text) for note in sample) / len(sample) / 1000
    blank = spacy.blank("en")
    table = Table(
        title=f"{len(sample)} {source} of {kilobytes:.1f} kB on average, {len(target_rules()):,} target phrases, one core, processor time"
    )
    for column in ("pipeline", "notes/s", "times stock medspaCy"):
        table.add_column(column, justify="left" if column == "pipeline" else "right")
    rates: dict[str, float] = {
        "spaCy tokenizer alone": rate(lambda note: blank.make_doc(note.text), sample, rounds),
        "chartproof, all facts": rate(extract_note, sample, rounds),
    }
    for name, build in (
        ("stock medspaCy, our target phrases", medspacy_stock),
        ("EDS-NLP, our target phrases", edsnlp_matcher),
    ):
        try:
            rates[name] = rate(build(), sample, min(2, rounds) if "medspaCy" in name else rounds)
        except ImportError as error:
            print(f"{name}: not installed ({error.name}); left out", file=sys.stderr)
    stock = rates.get("stock medspaCy, our target phrases")
    for name, value in rates.items():
        table.add_row(name, f"{value:.0f}" if value >= 20 else f"{value:.1f}", f"{value / stock:.1f}" if stock else "-")
    console = Console()
    console.print(table)
    console.print(f"cold start to the facts of one note: {cold_start(sample):.2f} s")
    by_one, by_all, count = evaluation()
    console.print(f"judging one case's facts by one guideline: {by_one:.2f} ms (median of {count} cases)")
    console.print(f"judging one case's facts by all guidelines: {by_all:.2f} ms (median of {count} cases)")
    long_note = sample[0].text * max(1, 1_000_000 // len(sample[0].text))
    for size in (10_000, 100_000, 1_000_000):
        start = time.perf_counter()
        extract_note(Note(note_id="long", text=long_note[:size]))
        console.print(f"{size / 1000:>6.0f} kB in one note: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
