"""What a language model contributed to a result: counts, what was accepted, what was rejected and why. No note text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chartproof.spans import Span

#: Why an answer of the model is not used.
Reason = Literal[
    "wrong_type",  # no object of the schema that was asked for
    "not_asked",  # a kind that was not asked for
    "too_many",  # beyond the number of answers that are looked at
    "quote_too_short",
    "quote_too_long",
    "quote_not_found",  # no such words in the note
    "cuts_word",  # begins or ends inside a word or a number
    "ambiguous_quote",  # stands several times in the note and does not mean the same each time
    "several_statements",  # runs over more than one sentence
    "closed_section",  # a section that cannot hold such a fact
    "instruction",  # addresses a reader or a model, states nothing of the patient
    "question",
    "unticked",  # a check box that is not ticked
    "other_person",
    "family",
    "negated",
    "hypothetical",
    "planned",
    "historical",
    "possible",
    "unknown_words",  # a word beside the value that is in no list: what the statement means is not certain
    "no_anchor",  # no word of the kind in the quote
    "other_subject",  # the quote is about something else
    "value_not_in_quote",
    "value_differs",  # our reading of the quote is another one
    "ambiguous_value",  # the quote holds several values, or none that is plain
    "read_as_other_kind",  # the rules read the value as something else
    "duplicate",  # the rules, or an earlier answer, hold it already
    "changes_settled",  # it would change what the rules have settled
]

#: Why a note has no answer of the model.
Incomplete = Literal[
    "budget",
    "unreachable",
    "timeout",
    "rate_limit",
    "unauthorized",
    "bad_request",  # the endpoint does not take the request: unknown model, too long, no such structured output
    "server_error",
    "refused",
    "truncated",
    "not_json",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AcceptedFact(_Model):
    """A fact of a note that the model pointed at and our own reading confirmed."""

    note_id: str
    kind: str
    spans: tuple[Span, ...]


class RejectedAnswer(_Model):
    """An answer that was dropped; `span` is where its quote stands, if it does."""

    note_id: str
    kind: str | None = None
    reason: Reason
    attribute: str | None = Field(default=None, description="The attribute that does not agree.")
    span: Span | None = None


class LLMReport(_Model):
    """The part a language model had in a result.

    `calls` and the tokens count the answers that were used, whether they came from the endpoint or from the cache, so
    that a rerun gives the same bytes.
    """

    model: str
    prompts: dict[str, str] = Field(description="SHA-256 of each prompt file that was used.")
    grounding: str = Field(description="SHA-256 of the code and word lists that check the answers.")
    kinds: tuple[str, ...] = Field(description="The kinds that were asked for.")
    deidentified: bool = False
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    accepted: tuple[AcceptedFact, ...] = ()
    rejected: tuple[RejectedAnswer, ...] = ()
    incomplete: dict[str, Incomplete] = Field(
        default_factory=dict, description="Notes without an answer, by note_id, and why; a rerun asks again."
    )


def merged(reports: Iterable[LLMReport]) -> LLMReport | None:
    """The reports of several notes as one; None without any."""
    listed = list(reports)
    if not listed:
        return None
    return listed[0].model_copy(
        update={
            "prompts": dict(sorted(item for report in listed for item in report.prompts.items())),
            "kinds": tuple(dict.fromkeys(kind for report in listed for kind in report.kinds)),
            "calls": sum(report.calls for report in listed),
            "input_tokens": sum(report.input_tokens for report in listed),
            "output_tokens": sum(report.output_tokens for report in listed),
            "accepted": tuple(one for report in listed for one in report.accepted),
            "rejected": tuple(one for report in listed for one in report.rejected),
            "incomplete": {note: why for report in listed for note, why in report.incomplete.items()},
        }
    )
