"""What the PDFs share: fonts, styles, text that the fonts can show, page numbers; the same bytes for the same content."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from chartproof.render.wording import flat, one_line

INK, DIM, LINE, SOFT = HexColor("#1b1f24"), HexColor("#57606a"), HexColor("#cfd6de"), HexColor("#f3f5f8")
GREEN, RED, AMBER, BLUE = HexColor("#11692f"), HexColor("#b3141d"), HexColor("#7d4e00"), HexColor("#0a5a7a")

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
UNSHOWN = "□"
MARGIN = 17 * mm
WIDTH = LETTER[0] - 2 * MARGIN

_AT_ONCE = threading.Lock()  # fonts keep state while a document is made


def style(name: str, size: float, **others: Any) -> ParagraphStyle:
    """A paragraph style in our font; `size` in points."""
    _register_fonts()
    given = {"fontName": REGULAR, "leading": size * 1.3, "textColor": INK, "alignment": TA_LEFT, **others}
    return ParagraphStyle(name, fontSize=size, splitLongWords=True, **given)


def words(text: str) -> str:
    """`text` as paragraph markup, on one line; what the font lacks is shown as a box."""
    return inline(text.strip())


def inline(text: str) -> str:
    """As `words`, with a space where `text` begins or ends with white space."""
    return escape(_shown(flat(text)))


def bold(markup: str) -> str:
    """Bold paragraph markup."""
    return f'<font name="{BOLD}">{markup}</font>'


def colored(markup: str, color: HexColor) -> str:
    """Coloured paragraph markup."""
    return f'<font color="#{color.hexval()[2:]}">{markup}</font>'


def lacks_glyphs(*texts: str) -> bool:
    """Whether some character of `texts` cannot be shown."""
    return any(_shown(one_line(text)) != one_line(text) for text in texts)


def build(story: Sequence[Flowable], *, title: str, foot: Callable[[Canvas, int, int], None]) -> bytes:
    """The PDF of a story, on US letter. `foot` draws on each page: (canvas, page number, number of pages)."""
    out = io.BytesIO()
    with _AT_ONCE:
        frame = Frame(MARGIN, MARGIN, WIDTH, LETTER[1] - 2 * MARGIN, 0, 0, 0, 0)
        document = BaseDocTemplate(
            out,
            pagesize=LETTER,
            title=_shown(one_line(title)),
            author="chartproof",
            creator="chartproof",
            subject="",
            lang="en-US",
            invariant=1,
            displayDocTitle=True,
        )
        document.addPageTemplates(PageTemplate("page", [frame]))
        document.build(list(story), canvasmaker=_numbered(foot))
    return out.getvalue()


def _numbered(foot: Callable[[Canvas, int, int], None]) -> type[Canvas]:
    """A canvas that keeps its pages back until their number is known."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._kept, start=1):
                self.__dict__.update(page)
                foot(self, number, len(self._kept))
                super().showPage()
            super().save()

    return Numbered


@cache
def _register_fonts() -> None:
    folder = resources.files("chartproof.review.exports").joinpath("fonts")
    for name in (REGULAR, BOLD):
        with folder.joinpath(f"{name}.ttf").open("rb") as file:
            pdfmetrics.registerFont(TTFont(name, io.BytesIO(file.read())))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


@cache
def _unknown() -> re.Pattern[str]:
    """Every character that one of the fonts lacks."""
    _register_fonts()
    known = set.intersection(*(set(pdfmetrics.getFont(name).face.charToGlyph) for name in (REGULAR, BOLD)))
    return re.compile(f"[^{''.join(re.escape(chr(code)) for code in sorted(known) if code >= 32)}]")


def _shown(text: str) -> str:
    return _unknown().sub(UNSHOWN, text)
