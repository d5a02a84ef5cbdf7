"""PDF to text; a scanned page or a form's fields, whose words would be missing, are refused."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any

from chartproof.errors import ChartproofError
from chartproof.records import check_size

if TYPE_CHECKING:
    from pypdf import PageObject

_MOST_PAGES = 5_000


def pdf_text(where: str, raw: bytes, max_bytes: int) -> str:
    """The text of all pages, each page's behind a form feed.

    Raises ChartproofError for a PDF with a password, with a page that is a picture, or with filled-in form fields.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # its warnings quote the document
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(io.BytesIO(raw), strict=False)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise ChartproofError(f"{where}: a PDF with a password; save it without one, e.g. qpdf --decrypt OLD NEW")
    except DependencyError:
        raise ImportError from None
    pages: list[str] = []
    size = 0
    if len(reader.pages) > _MOST_PAGES:
        raise ChartproofError(f"{where}: more than {_MOST_PAGES:,} pages; split the PDF into its visits")
    for number, page in enumerate(reader.pages, start=1):
        if _has_filled_fields(page):
            raise ChartproofError(
                f"{where}: page {number} has form fields or typed comments, whose words would be missing; "
                "print it to a new PDF first"
            )
        text = page.extract_text().rstrip()
        if not text.strip() and _has_picture(page):
            raise ChartproofError(
                f"{where}: page {number} of {len(reader.pages)} is a picture (scanned) without text; "
                "run text recognition first, e.g. ocrmypdf OLD NEW"
            )
        size += len(text.encode("utf-8", "surrogatepass"))
        check_size(size, where, max_bytes)
        pages.append(text)
    return "\n\f".join(pages).rstrip("\n\f")


def _has_filled_fields(page: PageObject) -> bool:
    for reference in page.get("/Annots") or ():
        annotation: Any = reference.get_object()
        kind = annotation.get("/Subtype")
        if kind == "/FreeText" and annotation.get("/Contents"):
            return True
        if kind == "/Widget":
            value = annotation.get("/V")
            if value is None and annotation.get("/Parent") is not None:
                value = annotation["/Parent"].get_object().get("/V")
            if value is not None and annotation.get("/FT") != "/Sig" and str(value) not in ("", "/Off"):
                return True
    return False


def _has_picture(page: PageObject) -> bool:
    resources: Any = page.get("/Resources")
    objects: Any = resources.get_object().get("/XObject") if resources is not None else None
    if objects is not None and len(objects.get_object()) > 0:
        return True
    contents = page.get_contents()
    return contents is not None and b"BI" in contents.get_data().split()
