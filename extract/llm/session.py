"""A run of the fallback: which notes are asked about, within the budget, through the cache, several at a time."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from chartproof.extract.llm.cache import Cache, Reply, cache_key, default_directory
from chartproof.extract.llm.claims import READABLE, NotJsonError, answer_schema, read_answer
from chartproof.extract.llm.client import Client, EndpointClient, FailureError
from chartproof.extract.llm.config import LLMConfig
from chartproof.extract.llm.grounding import Grounding, grounding_hash
from chartproof.extract.llm.selection import select, tokens_of
from chartproof.extract.pipeline import build_view
from chartproof.facts import Fact, NoteFacts
from chartproof.fallback import AcceptedFact, Incomplete, LLMReport
from chartproof.notes import Note
from chartproof.prompts import hashes, instructions

#: Says something to the user, once for each endpoint.
Notice = Callable[[str], None]


class Pending:
    """A note that is being asked about."""

    def __init__(self, finish: Callable[[], NoteFacts]) -> None:
        self._finish = finish

    def result(self) -> NoteFacts:
        """The facts of the rules and, behind them in the note's order, those of the model, with the report."""
        return self._finish()


class Fallback:
    """Asks one endpoint about notes; a context manager, which ends the threads and closes the cache.

    Budget and order do not depend on how fast answers come: what a note may cost is set aside when it is submitted.
    """

    def __init__(self, config: LLMConfig, *, notice: Notice | None = None, client: Client | None = None) -> None:
        """`notice` gets a line before text is first sent; `client` stands in for the endpoint.

        Errors: ChartproofError when extra packages are missing or the cache cannot be opened.
        """
        self.config = config
        self._notice = notice
        self._client: Client = EndpointClient(config) if client is None else client
        self._mask: Callable[[str], str] | None = None
        if config.deidentify:
            from chartproof.extract.llm.deidentify import masker

            self._mask = masker(config.deidentify_model)
        self._cache = Cache(config.cache_dir or default_directory()) if config.cache else None
        self._pool = ThreadPoolExecutor(config.concurrency, thread_name_prefix="llm")
        self._lock = threading.Lock()
        self._calls = 0
        self._tokens = 0
        self._missing: Counter[Incomplete] = Counter()
        self.seconds = 0.0
        """Seconds spent waiting for the endpoint, summed over calls."""

    def __enter__(self) -> Fallback:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the threads, dropping calls that have not begun, and close the cache."""
        self._pool.shutdown(cancel_futures=True)
        if self._missing and self._notice is not None:
            told = ", ".join(f"{reason.replace('_', ' ')} {count}" for reason, count in sorted(self._missing.items()))
            self._notice(f"notes without an answer of the model: {told}; the rules' result stands, a rerun asks again")
            self._missing.clear()
        if self._cache is not None:
            self._cache.close()

    def fill(self, note: Note, facts: NoteFacts, kinds: Sequence[str]) -> NoteFacts:
        """The facts of a note with those the model points at; see `submit`."""
        return self.submit(note, facts, kinds).result()

    def submit(self, note: Note, facts: NoteFacts, kinds: Sequence[str]) -> Pending:
        """Ask about one note.

        Inputs: the note; the facts the rules found in it; the kinds that are wanted, of which those that can be read
        again are asked for. Outputs: the facts with a report; unchanged facts and no report when there is nothing to
        ask. A failing endpoint is no error: the report says that the note is incomplete.
        """
        asked = tuple(kind for kind in READABLE if kind in kinds)
        if not asked:
            return Pending(lambda: facts)
        view = build_view(note)
        masked = None if self._mask is None else self._mask(note.text)
        selection = select(view, note.text if masked is None else masked, asked, self.config.max_input_tokens)
        reply: Future[Reply] | Reply | Incomplete | None = None
        if selection.text:
            reply = self._reply(selection.text, selection.tokens, asked)

        def finish() -> NoteFacts:
            grounding = Grounding(view, facts.facts, f"llm:{self.config.model}", masked)
            got: Reply | None = None
            failure: Incomplete | None = None
            try:
                got = reply.result() if isinstance(reply, Future) else reply if isinstance(reply, Reply) else None
                failure = reply if isinstance(reply, str) else None
                if got is not None:
                    answers, left_out = read_answer(got.content, asked)
                    grounding.add(answers, left_out, asked)
            except FailureError as error:
                failure = error.reason
            except NotJsonError:
                got, failure = None, "not_json"
            if failure is not None:
                self._missing[failure] += 1
            return facts.model_copy(
                update={
                    "facts": _in_order(facts.facts, grounding.accepted),
                    "llm": LLMReport(
                        model=self.config.model,
                        prompts=hashes(asked),
                        grounding=grounding_hash(),
                        kinds=asked,
                        deidentified=masked is not None,
                        calls=int(got is not None),
                        input_tokens=got.input_tokens if got else 0,
                        output_tokens=got.output_tokens if got else 0,
                        accepted=tuple(
                            AcceptedFact(note_id=note.note_id, kind=fact.kind, spans=fact.spans)
                            for fact in grounding.accepted
                        ),
                        rejected=tuple(grounding.rejected),
                        incomplete={note.note_id: failure} if failure else {},
                    ),
                }
            )

        return Pending(finish)

    def _reply(self, text: str, tokens: int, kinds: Sequence[str]) -> Future[Reply] | Reply | Incomplete:
        """The stored answer, or one that is under way; or "budget"."""
        system, user, schema = instructions(kinds), f"NOTE\n\n{text}\n\nEND OF NOTE", answer_schema(kinds)
        config = self.config
        key = cache_key(
            {
                "endpoint": config.base_url,
                "model": config.model,
                "prompt": system,
                "schema": json.dumps(schema, sort_keys=True),
                "settings": f"{config.structured} {config.seed} {config.max_output_tokens}",
                "text": user,
            }
        )
        stored = self._cache.get(key) if self._cache is not None else None
        if stored is not None:
            return stored
        cost = tokens_of(system) + tokens + config.max_output_tokens
        if (config.max_calls is not None and self._calls >= config.max_calls) or (
            config.max_tokens is not None and self._tokens + cost > config.max_tokens
        ):
            return "budget"
        if not self._calls and self._notice is not None:
            where = "on this machine" if config.local else "NOT on this machine"
            masked = ", names and identifiers masked" if config.deidentify else ""
            self._notice(f"text of notes is sent to {config.base_url} ({where}, model {config.model}{masked})")
        self._calls += 1
        self._tokens += cost
        return self._pool.submit(self._ask, key, system, user, schema)

    def _ask(self, key: str, system: str, user: str, schema: dict[str, Any]) -> Reply:
        begun = time.monotonic()
        try:
            reply = self._client.ask(system, user, schema)
        finally:
            with self._lock:
                self.seconds += time.monotonic() - begun
        read_answer(reply.content, ())  # what is no JSON is asked for again the next time
        if self._cache is not None:
            self._cache.put(key, reply)
        return reply


def _in_order(facts: Sequence[Fact], more: Sequence[Fact]) -> tuple[Fact, ...]:
    """All facts by their first spans; the rules' own order stays as it is."""
    if not more:
        return tuple(facts)
    return tuple(sorted((*facts, *more), key=lambda fact: (fact.spans, fact.kind, fact.model_dump_json())))
