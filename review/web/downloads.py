"""Documents of a review, as files to keep."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from chartproof.review.exports.formats import export
from chartproof.review.web.security import CurrentUser
from chartproof.review.web.state import User, in_thread, reviews_of

ReviewId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
FormatName = Annotated[str, Path(pattern=r"^[a-z-]{1,20}$")]

router = APIRouter(include_in_schema=False)


@router.get("/reviews/{review_id}/exports/{name}")
async def download(request: Request, review_id: ReviewId, name: FormatName, user: CurrentUser) -> Response:
    """For the pages; the API has the same documents."""
    return await exported(request, review_id, name, user)


async def exported(request: Request, review_id: str, name: str, user: User) -> Response:
    """A review in a format (see `chartproof.review.exports.formats`), with a line in the audit trail."""
    reviews = reviews_of(request)
    review = await in_thread(reviews.get, review_id)
    document = await in_thread(export, review, name)
    await in_thread(reviews.record_export, review_id, name, actor=user.name)
    headers = {
        "content-disposition": f'attachment; filename="{document.file_name}"',
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(document.content, headers=headers, media_type=document.media_type)
