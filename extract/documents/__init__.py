"""The text of a document: plain text, PDF, Word, RTF, HTML and the narrative of a C-CDA.

Plain text is kept character for character. Of the other formats the text is made here, once, and is from then on the
note: spans refer to it. What a reader of the document does not see (hidden, deleted or struck-out words) is left out,
and what cannot be read is refused rather than left out: a chart must not be judged on a part of itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chartproof.errors import ChartproofError
from chartproof.extract.documents.encoding import decode_text
from chartproof.extract.documents.sniff import DocumentKind, kind_of
from chartproof.records import check_size

__all__ = ["DocumentKind", "NoMemoryError", "document_text", "kind_of", "largest_file", "readable_kind"]

#: A document is larger than its text by its fonts and pictures: so many times `max_bytes` is still read.
_FILE_PER_TEXT = 20

_UNUSABLE = re.compile(r"[\0\ud800-\udfff]")


class NoMemoryError(ChartproofError):
    """A document needs more memory than there is."""


def document_text(name: str, raw: bytes, *, max_bytes: int, encoding: str | None = None) -> str:
    """The text of a document.

    Inputs: `name`, the file name, which decides only where the content does not, and which the errors begin with; the
    content; `max_bytes`, the largest text, in bytes of UTF-8; `encoding`, of plain text and of HTML that does not say
    it itself (None: UTF-8, or UTF-16 with its mark; for such HTML also Windows-1252, the web's default).
    Outputs: the text, not blank. The same bytes give the same text.
    Errors: ChartproofError, which says what to do, for a document that is damaged, encrypted, scanned, too large,
    compressed beyond reason, without text or of another kind; its message never holds words of the document.
    """
    kind = readable_kind(name, raw, max_bytes)
    if kind == "text":
        text = decode_text(raw, name, encoding)
    else:
        with _named_failure(name, kind):
            text = _UNUSABLE.sub("\ufffd", _READERS[kind](name, raw, max_bytes, encoding))
    if not text.replace("\ufeff", "").strip():
        raise ChartproofError(f"{name}: empty: the document has no text; there is nothing to read")
    check_size(len(text.encode()), name, max_bytes)
    return text


def readable_kind(name: str, raw: bytes, max_bytes: int) -> DocumentKind:
    """The kind of a document, without a look at more than its first bytes and its size.

    Raises ChartproofError as `kind_of` does, and for a file that is too large to be read.
    """
    kind = kind_of(name, raw)
    if kind == "text":
        check_size(len(raw), name, max_bytes)
    elif len(raw) > _FILE_PER_TEXT * max_bytes:
        raise ChartproofError(
            f"{name}: the file is longer than {_FILE_PER_TEXT * max_bytes:,} bytes; split it, or raise --max-bytes"
        )
    return kind


def largest_file(name: str, head: bytes, max_bytes: int) -> int:
    """The most bytes `document_text` reads of a file that begins with `head`, its first 4,096 bytes.

    Raises ChartproofError as `kind_of` does.
    """
    return max_bytes if kind_of(name, head) == "text" else _FILE_PER_TEXT * max_bytes


def _pdf(name: str, raw: bytes, max_bytes: int, encoding: str | None) -> str:
    from chartproof.extract.documents.pdf import pdf_text

    return pdf_text(name, raw, max_bytes)


def _docx(name: str, raw: bytes, max_bytes: int, encoding: str | None) -> str:
    from chartproof.extract.documents.docx import docx_text

    return docx_text(name, raw, max_bytes)


def _rtf(name: str, raw: bytes, max_bytes: int, encoding: str | None) -> str:
    from chartproof.extract.documents.rtf import rtf_text

    return rtf_text(raw)


def _html(name: str, raw: bytes, max_bytes: int, encoding: str | None) -> str:
    from chartproof.extract.documents.html import html_text

    return html_text(name, raw, encoding)


def _ccda(name: str, raw: bytes, max_bytes: int, encoding: str | None) -> str:
    from chartproof.extract.documents.ccda import ccda_text

    return ccda_text(name, raw)


_READERS: dict[DocumentKind, Callable[[str, bytes, int, str | None], str]] = {
    "pdf": _pdf,
    "docx": _docx,
    "rtf": _rtf,
    "html": _html,
    "ccda": _ccda,
}


@contextmanager
def _named_failure(name: str, kind: DocumentKind) -> Iterator[None]:
    """Turn whatever a library raises into an error without its message, which may quote the document."""
    try:
        yield
    except ChartproofError:
        raise
    except ImportError:
        raise ChartproofError(
            f"{name}: reading {kind.upper()} needs more libraries; install them: pip install 'chartproof[documents]'"
        ) from None
    except MemoryError:
        raise NoMemoryError(f"{name}: needs more memory than there is; split it, or save it as plain text") from None
    except Exception as error:
        raise ChartproofError(
            f"{name}: damaged, or not really {kind.upper()} ({type(error).__name__}); save it again, or as plain text"
        ) from None
