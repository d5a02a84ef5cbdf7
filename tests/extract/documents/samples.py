"""Documents made for the tests, of words of our own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

#: A one-pixel grey picture.
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def pdf(*pages: Sequence[str] | None, field: str | None = None) -> bytes:
    """A PDF of one page per list of lines; None is a page that holds only a picture. `field`: a filled form field."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for page in pages:
        if page is None:
            canvas.drawImage(ImageReader(io.BytesIO(PIXEL)), 0, 0, 500, 800)
        for number, line in enumerate(page or ()):
            canvas.drawString(72, 770 - 16 * number, line)
        if field is not None:
            canvas.acroForm.textfield(name="result", value=field, x=72, y=400)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def endless_pdf() -> bytes:
    """A small PDF that takes minutes to read: each of its pages draws the same thousands of letters."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=1)
    canvas.beginForm("letters")
    for _ in range(20_000):
        canvas.drawString(9, 9, "a")
    canvas.endForm()
    for _ in range(1_000):
        canvas.doForm("letters")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def encrypted_pdf(lines: Sequence[str], *, user_password: str) -> bytes:
    """A PDF with passwords; an empty user password only forbids changing it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(lines))))
    writer.encrypt(user_password=user_password, owner_password="owner", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def docx(
    paragraphs: Iterable[str] = (), *, table: Sequence[Sequence[str]] = (), header: str | None = None, xml: str = ""
) -> bytes:
    """A Word document; `xml` is more content of the body in WordprocessingML, prefix w."""
    document = Document()
    if header is not None:
        document.sections[0].header.paragraphs[0].text = header
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    for element in parse_xml(f"<w:body {nsdecls('w', 'w14')}>{xml}</w:body>") if xml else ():
        document.element.body.insert_element_before(element, "w:sectPr")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def bomb(raw: bytes, size: int) -> bytes:
    """A Word document with one more part of `size` zeros."""
    stream = io.BytesIO(raw)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x.bin", bytes(size))
    return stream.getvalue()


def ccda(*sections: tuple[str, str], header: str = "") -> bytes:
    """A C-CDA of titles and narrative blocks."""
    parts = "".join(
        f"<component><section><title>{title}</title><text>{text}</text><entry><observation>"
        '<value displayName="hidden in the coded part"/></observation></entry></section></component>'
        for title, text in sections
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
        f"{header}<component><structuredBody>{parts}</structuredBody></component></ClinicalDocument>"
    ).encode()
