"""The worklist: searched, filtered, sorted and paged in the database, without a look at any note."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from chartproof.review.canonical import moment
from chartproof.review.model import Review, WorklistPage, WorklistQuery, WorklistRow
from chartproof.review.store.schema import review

_SORTED_BY = {
    "updated": review.c.updated_at,
    "created": review.c.created_at,
    "case": review.c.case_key,
    "determination": review.c.determination,
    "guideline": review.c.guideline,
}
_BREAK = "\n"
"""Between what is searched, so that no word is found across two fields."""


def columns(made: Review) -> dict[str, object]:
    """What of a review can be searched, filtered and sorted by, beside its times."""
    assessment = made.reviewed
    results = (*assessment.criteria, *assessment.gates)
    signer = made.signed.name if made.signed is not None else None
    return {
        "case_id": made.case.case_id,
        "guideline": assessment.guideline,
        "determination": assessment.determination,
        "missing": sum(one.status == "not_documented" for one in results),
        "state": made.state,
        "signed_by": signer,
        "case_key": made.case.case_id.casefold(),
        "searched": _BREAK.join((made.case.case_id, assessment.guideline, signer or "")).casefold(),
    }


def page(connection: Connection, query: WorklistQuery) -> WorklistPage:
    """One page of the reviews that the query asks for. Reviews that sort alike stand in the order of their ids."""
    wanted: list[ColumnElement[bool]] = [
        review.c.searched.contains(word.casefold(), autoescape=True) for word in query.search.split()
    ]
    for column, value in (
        (review.c.state, query.state),
        (review.c.determination, query.determination),
        (review.c.guideline, query.guideline),
    ):
        if value:
            wanted.append(column == value)
    by = (_SORTED_BY[query.sort], review.c.id)
    rows = connection.execute(
        select(review)
        .where(*wanted)
        .order_by(*(column.desc() if query.descending else column for column in by))
        .limit(query.size)
        .offset((query.page - 1) * query.size)
    )
    total = connection.execute(select(func.count()).select_from(review).where(*wanted)).scalar_one()
    return WorklistPage(
        rows=tuple(
            WorklistRow(
                id=row.id,
                case_id=row.case_id,
                guideline=row.guideline,
                determination=row.determination,
                missing=row.missing,
                state=row.state,
                created_at=moment(row.created_at),
                updated_at=moment(row.updated_at),
                signed_by=row.signed_by,
            )
            for row in rows
        ),
        total=total,
        query=query,
    )
