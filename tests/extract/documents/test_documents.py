"""The text of documents: every word a reader sees, none that he does not, and a refusal that says what to do."""

from __future__ import annotations

import builtins
import io
import logging
import sys
import zipfile
from typing import Any

import pytest

from chartproof.errors import ChartproofError
from chartproof.extract.documents import DocumentKind, document_text, kind_of, largest_file

from . import samples

SECRET = "Zebrafinch"
LIMIT = 5_000_000


def text_of(raw: bytes | str, name: str = "note", **options: Any) -> str:
    return document_text(name, raw.encode() if isinstance(raw, str) else raw, **{"max_bytes": LIMIT, **options})


def refusal(raw: bytes | str, name: str = "note", **options: Any) -> str:
    with pytest.raises(ChartproofError) as caught:
        text_of(raw, name, **options)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert SECRET.lower() not in message.lower()
    return message


def outcome(raw: bytes, name: str) -> str:
    """The text, or "refused" where it is refused without a word of the document."""
    try:
        return text_of(raw, name)
    except ChartproofError as error:
        return str(error) if SECRET in str(error) else "refused"


# --- plain text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Pain 7/10.", "\ufeffBP\r\n\tx\x0c😀 e\u0301\r end\n\n", "<3 weeks of pain, > 6/10", "{x}"]
)
def test_plain_text_is_kept_character_for_character(text: str) -> None:
    assert text_of(text) == text


def test_utf_16_with_its_mark_is_read() -> None:
    assert text_of("Pain 7/10, naïve.".encode("utf-16")) == "Pain 7/10, naïve."


def test_other_encodings_only_when_named() -> None:
    raw = "37,5 °C".encode("windows-1252")
    assert "not UTF-8 at byte 5" in refusal(raw)
    assert text_of(raw, encoding="windows-1252") == "37,5 °C"


@pytest.mark.parametrize("blank", ["", " \n", "\ufeff\n", "<html><body> </body></html>"])
def test_a_document_without_text_is_refused(blank: str) -> None:
    assert "no text" in refusal(blank)


def test_binary_is_no_text() -> None:
    assert "binary" in refusal(b"abc\0def")


# --- what kind it is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\xef\xbb\xbf%PDF-1.7\n", "pdf"),
        (b"PK\x03\x04", "docx"),
        (b"{\\rtf1 x}", "rtf"),
        (b"\n<!-- made by x --><!DOCTYPE html><p>", "html"),
        (b"<html lang='en'>", "html"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "html"),
        (b'<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3">', "ccda"),
        (b"<hl7:ClinicalDocument>", "ccda"),
        (b"The export is a %PDF-1.4 file.", "text"),
        (b'{"text": "attached as %PDF-1.4"}', "text"),
        (b"<htmlx> tag in a text", "text"),
    ],
)
def test_the_content_says_the_kind(raw: bytes, kind: DocumentKind) -> None:
    assert kind_of("note.txt", raw) == kind


def test_the_name_decides_where_the_content_does_not() -> None:
    assert kind_of("note.HTM", b"<p>Pain</p>") == "html"
    assert kind_of("note.txt", b"<p>Pain</p>") == "text"


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        (samples.PIXEL, "OCR"),
        (b"\x1f\x8b\x08", "decompress"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".docx"),
        (b"<?xml version='1.0'?><Zebrafinch/>", "no C-CDA"),
        (b"PK\x03\x04 cut off Zebrafinch", "damaged"),
    ],
)
def test_other_kinds_are_refused_with_advice(raw: bytes, advice: str) -> None:
    assert advice in refusal(raw)


# --- PDF ---------------------------------------------------------------------------------------------------


def test_the_pages_of_a_pdf_in_order() -> None:
    text = text_of(samples.pdf(["Average pain 7/10.", "FABER positive."], [], ["Thigh thrust negative."]))
    assert [line for line in text.split("\n") if line.strip("\f")] == [
        "Average pain 7/10.",
        "FABER positive.",
        "\fThigh thrust negative.",
    ]


def test_a_scanned_page_is_named_and_not_left_out() -> None:
    message = refusal(samples.pdf([f"{SECRET} is seen today."], None))
    assert "page 2 of 2" in message
    assert "ocrmypdf" in message


def test_filled_form_fields_are_not_left_out_silently() -> None:
    assert "form fields" in refusal(samples.pdf([SECRET], field="pain 3/10"))
    assert text_of(samples.pdf(["Pain"], field="")) == "Pain"


def test_pdfs_with_a_password() -> None:
    assert "password" in refusal(samples.encrypted_pdf([SECRET], user_password="x"))
    assert text_of(samples.encrypted_pdf(["Pain 7/10."], user_password="")) == "Pain 7/10."


def test_a_cut_pdf_is_refused_or_whole(caplog: pytest.LogCaptureFixture) -> None:
    raw = samples.pdf([f"{SECRET} has pain."])
    with caplog.at_level(logging.DEBUG):
        for end in range(20, len(raw) - 40, 97):
            assert outcome(raw[:end], "cut.pdf") in (f"{SECRET} has pain.", "refused")
    assert SECRET not in caplog.text


def test_the_text_of_a_pdf_may_be_too_long() -> None:
    assert "longer than 2,000 bytes" in refusal(samples.pdf(*[["Pain 7/10. " * 8] * 30]), max_bytes=2_000)


# --- Word --------------------------------------------------------------------------------------------------


def test_headers_paragraphs_and_tables_in_order() -> None:
    raw = samples.docx(
        ["Average pain 7/10.", "Plan: injection."],
        table=[["Test", "Result"], ["FABER", "positive"], ["Gaenslen", ""]],
        header="Visit of 2024-05-14",
    )
    assert text_of(raw) == (
        "Visit of 2024-05-14\n\nAverage pain 7/10.\nPlan: injection.\nTest | Result\nFABER | positive\nGaenslen"
    )


def test_tracked_changes_are_read_as_accepted() -> None:
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    xml = (
        f"<w:p>{run.format('Pain does ')}<w:ins w:id='1' w:author='a'>{run.format('not ')}</w:ins>"
        "<w:del w:id='2' w:author='a'><w:r><w:delText>always </w:delText></w:r></w:del>"
        f"<w:moveFrom w:id='3' w:author='a'>{run.format('moved')}</w:moveFrom>{run.format('radiate.')}</w:p>"
    )
    assert text_of(samples.docx(xml=xml)) == "Pain does not radiate."


def test_hidden_and_struck_out_words_are_not_read() -> None:
    run = "<w:r><w:rPr><w:{}/></w:rPr><w:t xml:space='preserve'>{} </w:t></w:r>"
    xml = "<w:p>" + "".join(
        run.format(mark, word)
        for mark, word in [
            ("strike", "struck"),
            ("vanish", "hidden"),
            ("strike w:val='0'", "shown"),
            ("b", "bold"),
            ("dstrike", "twice"),
        ]
    )
    assert text_of(samples.docx(xml=xml + "</w:p>")) == "shown bold"


def test_content_controls_check_boxes_and_text_boxes_are_read() -> None:
    xml = (
        "<w:p><w:r><w:t xml:space='preserve'>Side: </w:t></w:r>"
        "<w:sdt><w:sdtPr><w:alias w:val='side'/></w:sdtPr><w:sdtContent><w:r><w:t>left</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "<w:p><w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>"
        "</w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
        "<w:r><w:t xml:space='preserve'> yes </w:t><w:sym w:font='Wingdings' w:char='F0A8'/><w:t xml:space='preserve'> no</w:t></w:r></w:p>"
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    assert text_of(samples.docx(xml=xml)).split("\n") == ["Side: left", "[x] yes [ ] no", "in a box"]


def test_a_word_document_that_unpacks_beyond_reason() -> None:
    raw = samples.bomb(samples.docx([SECRET]), 60_000_000)
    assert len(raw) < 200_000
    assert "unpacks to" in refusal(raw)


def test_a_zip_that_is_no_word_document() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", SECRET)
    assert "not Word's" in refusal(stream.getvalue())


# --- RTF ---------------------------------------------------------------------------------------------------


def test_rtf_with_its_escapes() -> None:
    raw = r"{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Arial;}{\*\generator x;}\f0 Pain 7/10, 37\'b0 \endash  na\u239?ve\par FABER {\b positive}.\par}"
    assert text_of(raw) == "Pain 7/10, 37° – naïve\nFABER positive."


def test_rtf_without_what_is_struck_out_deleted_or_hidden() -> None:
    raw = r"{\rtf1 Pain {\strike not }radiates. \v hid\'e9\u8211?den\v0 {\deleted gone }\strike a\plain b{\v {x}}\strike0 c}"
    assert text_of(raw) == "Pain radiates. bc"


# --- HTML --------------------------------------------------------------------------------------------------


def test_html_as_a_reader_sees_it() -> None:
    raw = """<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body><script>x()</script>
    <h1>History</h1><p>Pain is <b>7</b>/10,<br>worse
    standing &mdash; &quot;burning&quot;.</p><ol><li>PT<li>NSAIDs</ol><ul><li>rest</ul>
    <div>one</div><div>two</div><!-- comment --></body></html>"""
    assert text_of(raw) == (
        'History\n\nPain is 7/10,\nworse standing — "burning".\n\n1. PT\n2. NSAIDs\n\n- rest\n\none\ntwo'
    )


def test_html_without_hidden_and_struck_out_words() -> None:
    raw = """<html><p>Pain does <del>always </del><span style="display: none">really </span><s>not </s>radiate
    <span hidden>x</span><span style="text-decoration:line-through">y</span>.</p></html>"""
    assert text_of(raw) == "Pain does radiate ."


def test_html_tables_row_by_row() -> None:
    raw = """<html><table><thead><tr><th>Test<th>Left<th>Right</thead><tbody><tr><td>FABER<td><td>positive
    </tbody></table><table><tr><td><p>Pain in the</p><p>low back</p></td><td>No fever</td></tr></table></html>"""
    assert text_of(raw) == "Test | Left | Right\nFABER |  | positive\n\nPain in the\n\nlow back\n\nNo fever"


def test_html_forms() -> None:
    raw = """<html>Fever <input type=checkbox> yes <input type="checkbox" checked> no
    <select><option>left<option selected>right</select> score <input value="7"><input type=hidden value=h></html>"""
    assert text_of(raw) == "Fever [ ] yes [x] no right score 7"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<html><meta charset='iso-8859-1'>37°</html>".encode("windows-1252"), "37°"),
        ("<html>37° – x</html>".encode("windows-1252"), "37° – x"),
        ("<html>37° – x</html>".encode(), "37° – x"),
        ("<html>37°</html>".encode("utf-16"), "37°"),
    ],
)
def test_the_encoding_of_html(raw: bytes, expected: str) -> None:
    assert text_of(raw) == expected


def test_an_unknown_encoding_of_html() -> None:
    assert "encoding that does not exist" in refusal(f"<html><meta charset=nonsense>{SECRET}</html>")


# --- C-CDA -------------------------------------------------------------------------------------------------


def test_the_narrative_of_a_ccda() -> None:
    raw = samples.ccda(
        ("Chief Complaint", "Low back pain"),
        (
            "Physical Exam",
            "<table><thead><tr><th>Test</th><th>Result</th></tr></thead><tbody><tr><td>FABER</td><td>"
            "<content ID='a'>positive</content></td></tr></tbody></table>",
        ),
        (
            "Plan",
            "<list listType='ordered'><item>Injection</item><item>PT</item></list><paragraph>No fever.</paragraph>",
        ),
        ("Notes", "Pain <content revised='delete'>does not </content>radiates<br/>down."),
        ("Empty", ""),
    )
    assert text_of(raw, "x.xml") == (
        "CHIEF COMPLAINT\nLow back pain\n\nPHYSICAL EXAM\nTest | Result\nFABER | positive\n\n"
        "PLAN\n1. Injection\n2. PT\n\nNo fever.\n\nNOTES\nPain radiates\ndown."
    )


def test_entities_are_refused_before_they_grow() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "Zebrafinch">]>'
    raw = samples.ccda(("Plan", "&a;")).replace(b"<ClinicalDocument", laughs.encode() + b"<ClinicalDocument")
    assert "document type" in refusal(raw)


def test_broken_xml() -> None:
    assert "damaged" in refusal(samples.ccda((SECRET, SECRET))[:-30])


# --- limits and libraries ----------------------------------------------------------------------------------


def test_too_large() -> None:
    assert "longer than 10 bytes" in refusal("Pain 7/10. x", max_bytes=10)
    assert "raise --max-bytes" in refusal(samples.docx(["Pain 7/10. " * 2000]), max_bytes=15_000)
    assert "the file is longer" in refusal(samples.docx([SECRET]), max_bytes=100)


def test_how_much_of_a_file_is_worth_reading() -> None:
    assert largest_file("x", b"Pain", 100) == 100
    assert largest_file("x", b"%PDF-1.4", 100) > 100


def test_what_is_nested_too_deep_to_be_read_is_not_left_out() -> None:
    deep = "<html>" + "<div>" * 50_000 + SECRET
    assert "nested" in refusal(deep)


@pytest.mark.parametrize(
    ("raw", "module"),
    [
        (b"%PDF-1.4", "pypdf"),
        (samples.docx(["x"]), "docx"),
        (b"{\\rtf1 x}", "striprtf.striprtf"),
        (b"<html>x</html>", "lxml"),
    ],
)
def test_without_the_libraries_the_message_names_the_extra(
    raw: bytes, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **options: Any) -> Any:
        if name == module:
            raise ModuleNotFoundError(name)
        return real(name, *args, **options)

    for name in [each for each in sys.modules if each.startswith("chartproof.extract.documents.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    assert "chartproof[documents]" in refusal(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<html><pre>" + " " * 2_000_000 + "x\ny" + " \t" * 500_000 + "\nz</pre>", "x\ny\nz"),
        (r"{\rtf1 Pain {\pict\pngblip " + "00ff" * 4_000_000 + r"\plain aa} 7/10}", "Pain  7/10"),
    ],
    ids=["spaces", "picture"],
)
def test_what_is_long_and_empty_is_passed_quickly(raw: str, expected: str) -> None:
    """Without an end to the quadratic time that these once took, the suite would not come to its own."""
    assert text_of(raw) == expected
