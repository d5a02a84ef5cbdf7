"""The peer that is a language model and nothing else: LangExtract with the prompt of ``prompt.yaml``.

LangExtract asks for quotes with attributes and finds the quotes in the text; nothing else is checked, as is usual for such
tools. The answers come from cassettes, one for each note that was recorded; ``make peers URL= MODEL=`` records them anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chartproof.facts import FACT_ADAPTER, SCHEMA_KINDS, Fact
from chartproof.notes import Note

PROMPT = Path(__file__).with_name("prompt.yaml")
CASSETTES = Path(__file__).with_name("cassettes")

#: What a fact gets where the model left out, or made up, a value that its kind cannot be without: its quote still counts.
_OTHER: dict[str, dict[str, Any]] = {
    "functional_limit": {"activity": "other"},
    "therapy": {"modality": "other"},
    "exam_test": {"test": "other"},
    "procedure": {"procedure": "other", "status": "done"},
    "diagnosis": {"name": "other"},
    "imaging": {"modality": "other"},
    "contraindication": {"what": "other"},
    "psych_evaluation": {"done": True},
}


@dataclass(frozen=True)
class Endpoint:
    """Where to record from: an OpenAI-compatible server, its model, and how it is asked.

    `structured` is ``json_schema``, or ``json_object`` for llama-cpp-python, which takes the schema in another place.
    """

    url: str
    model: str
    structured: str
    max_tokens: int


@dataclass
class Tally:
    """What became of the answers so far."""

    answers: int = 0
    unreadable: int = 0
    extractions: int = 0
    aligned: int = 0
    model: str = ""
    settings: str = ""


def prompt_hash() -> str:
    """SHA-256 of the file with the prompt and its examples."""
    return hashlib.sha256(PROMPT.read_bytes()).hexdigest()


def sample(notes: Sequence[Note], count: int) -> list[Note]:
    """So many of the notes, in the order of the hash of their ids: the first of them are a smaller such sample."""
    return sorted(notes, key=lambda note: hashlib.sha256(note.note_id.encode()).digest())[:count]


def recorded(note: Note) -> bool:
    """Whether there is a cassette of this note."""
    return _cassette(note).is_file()


class LanguageModel:
    """Extracts by LangExtract, from the cassettes, or from an endpoint whose answers become the cassettes.

    Raises ImportError where LangExtract or vcrpy is not installed, and on a note LookupError where its cassette answers
    another question: the prompt, the note or LangExtract is not what it was when recorded.
    """

    def __init__(self, endpoint: Endpoint | None = None) -> None:
        import langextract
        import vcr
        from langextract.providers.openai import OpenAILanguageModel
        from langextract.providers.schemas.openai import OpenAISchema

        self.tally = Tally()
        self._endpoint = endpoint
        self._extract = langextract.extract
        self._failure = langextract.exceptions.InferenceRuntimeError
        logging.getLogger("absl").setLevel(logging.ERROR)
        content = yaml.safe_load(PROMPT.read_text("utf-8"))
        self._description = content["description"]
        self._examples = [
            langextract.data.ExampleData(
                text=example["text"],
                extractions=[
                    langextract.data.Extraction(one["kind"], one["quote"], attributes=one["attributes"])
                    for one in example["extractions"]
                ],
            )
            for example in content["examples"]
        ]
        form = OpenAISchema.from_examples(self._examples).response_format
        if endpoint is not None and endpoint.structured == "json_object":
            form = {"type": "json_object", "schema": form["json_schema"]["schema"]}
        self._model = OpenAILanguageModel(
            model_id=endpoint.model if endpoint else "recorded",
            api_key=os.environ.get("CHARTPROOF_LLM_API_KEY", "none"),
            base_url=endpoint.url if endpoint else "http://127.0.0.1:8080/v1",
            temperature=0.0,
            max_workers=1,
            seed=0,
            frequency_penalty=0.3,  # without it a small model repeats itself until it is cut
            max_output_tokens=endpoint.max_tokens if endpoint else None,
            response_format=form,
        )
        self._vcr = vcr.VCR(
            record_mode="none" if endpoint is None else "all",
            match_on=("body",),
            before_record_request=_question,
            before_record_response=_answer,
        )

    def __call__(self, note: Note) -> list[Fact]:
        """The facts of a note."""
        path = _cassette(note)
        if self._endpoint is not None:
            path.unlink(missing_ok=True)
        with self._vcr.use_cassette(str(path)) as cassette:
            try:
                document = self._extract(
                    note.text,
                    prompt_description=self._description,
                    examples=self._examples,
                    model=self._model,
                    use_schema_constraints=False,  # the model has the schema
                    show_progress=False,
                )
            except self._failure as error:
                raise LookupError(f"no answer to what is asked about {note.note_id}: record anew") from error
            for response in cassette.responses:
                self._count(json.loads(response["body"]["string"]))
        self.tally.settings = cassette.requests[0].headers["settings"]
        found = document.extractions or []
        placed = [one for one in found if one.char_interval is not None]
        self.tally.extractions += len(found)
        self.tally.aligned += len(placed)
        made = (
            fact_of(one.extraction_class, one.char_interval.start_pos, one.char_interval.end_pos, one.attributes or {})
            for one in placed
        )
        return [one for one in made if one is not None]

    def _count(self, answer: dict[str, Any]) -> None:
        self.tally.answers += 1
        self.tally.model = answer["model"]
        try:
            json.loads(answer["choices"][0]["message"]["content"])
        except ValueError:
            self.tally.unreadable += 1

    @property
    def label(self) -> str:
        """What it is, in a row of a table."""
        return f"LLM only: LangExtract {version('langextract')}, {self.tally.model}, prompt {prompt_hash()[:12]}"


def _cassette(note: Note) -> Path:
    return CASSETTES / f"{note.note_id}.yaml"


def _question(request: Any) -> Any:
    """The hash of the messages is what a request is known by; beside it stand its settings, and no header of the client."""
    if not (request.body or b"").startswith(b"{"):  # read back from a cassette
        return request
    body = json.loads(request.body)
    messages = json.dumps(body.pop("messages"), sort_keys=True).encode()
    body["response_format"] = body["response_format"]["type"]
    request.headers = {"settings": json.dumps(body, sort_keys=True)}
    request.body = hashlib.sha256(messages).hexdigest()
    request.uri = "http://127.0.0.1/v1/chat/completions"
    return request


def _answer(response: Any) -> Any:
    return {**response, "headers": {"content-type": ["application/json"]}}


def fact_of(kind: str, start: int, end: int, attributes: dict[str, Any]) -> Fact | None:
    """The fact of an extraction, without the values that its kind does not have; None where nothing is left of it."""
    if kind not in SCHEMA_KINDS:
        return None
    content = {name: value for name, value in attributes.items() if value not in (None, "", "null")}
    content |= {"kind": kind, "spans": [[start, end]]}
    try:
        return FACT_ADAPTER.validate_python(content)
    except ValidationError as error:
        wrong = {str(one["loc"][1]) for one in error.errors()}
    rest = {name: value for name, value in content.items() if name not in wrong}
    try:
        return FACT_ADAPTER.validate_python({**_OTHER.get(kind, {}), **rest})
    except ValidationError:
        return None
