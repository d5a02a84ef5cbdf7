"""Code lists: every row of the source's tables is there, and what a guideline does with them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from chartproof.evaluate import load_guideline
from chartproof.evaluate.code_lists import NO_CODES, is_procedure_code, load_code_lists
from chartproof.evaluate.guideline import CodeTable

CIGNA = load_code_lists("cigna-0509.csv")

# Counted in the source by its headings, apart from the program that wrote the file.
ROWS = {
    "iom": 3,
    "baseline-eeg": 7,
    "baseline-ssep": 4,
    "baseline-mep": 3,
    "baseline-abr": 2,
    "baseline-peripheral": 10,
    "baseline-cranial": 3,
    "baseline-emg": 6,
    "visual-evoked": 1,
    "blockade": 2,
    "surface-emg": 1,
    "pain-procedure": 30,
    "spine-monitoring": 38,
    "lumbar-diagnosis": 530,
    "cervical-diagnosis": 258,
    "spine-surgery": 102,
}


def test_every_table_has_all_its_rows() -> None:
    assert {name: CIGNA.size(name) for name in CIGNA.names} == ROWS
    assert len(CIGNA.rows) == sum(ROWS.values()) == 1000


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("iom", "95940", "G0453"),
        ("baseline-eeg", "95707", "95957"),
        ("baseline-peripheral", "95885", "95913"),
        ("baseline-emg", "51785", "95870"),
        ("pain-procedure", "27096", "64636"),
        ("spine-monitoring", "51785", "G0453"),
        ("lumbar-diagnosis", "C41.4", "S34.4XXS"),
        ("cervical-diagnosis", "G95.89", "Z48.811"),
        ("spine-surgery", "22015", "0790T"),
    ],
)
def test_the_ends_of_the_tables(name: str, first: str, last: str) -> None:
    codes = CIGNA.codes(name)
    assert (codes[0], codes[-1]) == (first, last)


@pytest.mark.parametrize(
    ("name", "code", "label"),
    [
        ("lumbar-diagnosis", "M48.062", "Spinal stenosis, lumbar region with neurogenic claudication"),
        ("lumbar-diagnosis", "S32.111G", "Minimally displaced Zone I fracture of sacrum, subsequent encounter"),
        ("lumbar-diagnosis", "S33.121D", "Dislocation of L2/L3 lumbar vertebra, subsequent encounter"),
        ("lumbar-diagnosis", "Q05.8", "Sacral spina bifida without hydrocephalus"),
        ("cervical-diagnosis", "M50.022", "Cervical disc disorder at C5-C6 level with myelopathy"),
        ("cervical-diagnosis", "S12.14XD", "Type III traumatic spondylolisthesis of second cervical vertebra"),
        ("cervical-diagnosis", "T84.498S", "Other mechanical complication of other internal orthopedic devices"),
        ("spine-surgery", "0274T", "Percutaneous laminotomy"),  # its row runs over a page of the source
        ("visual-evoked", "95930", "Visual evoked potentials"),
        ("surface-emg", "S3900", "Surface EMG"),
    ],
)
def test_rows_by_their_labels(name: str, code: str, label: str) -> None:
    (row,) = CIGNA.find([code], name)
    assert row.label.startswith(label)


def test_what_the_tables_leave_out() -> None:
    assert not CIGNA.find(["S32.011A", "S33.110A", "M41.125"], "lumbar-diagnosis")  # L1, L1/L2, thoracolumbar
    assert not CIGNA.find(["M48.8X2", "S12.000A", "C72.0"], "cervical-diagnosis")
    assert not CIGNA.find(["63275", "22800"], "spine-surgery")


def test_codes_that_begin_or_end_in_time() -> None:
    (old,) = CIGNA.find(["M51.36"], "lumbar-diagnosis")
    (new,) = CIGNA.find(["M51.360"], "lumbar-diagnosis")
    assert (old.since, old.until) == ("", "2024-09-30")
    assert (new.since, new.until) == ("2024-10-01", "")
    assert sum(bool(row.since) for row in CIGNA.rows) == 9
    assert sum(bool(row.until) for row in CIGNA.rows) == 2


def test_labels_are_short_and_systems_fit() -> None:
    for row in CIGNA.rows:
        if row.system == "ICD-10-CM":
            assert "diagnosis" in row.list
            continue
        assert is_procedure_code(row.code)
        assert row.system == ("HCPCS" if row.code[0].isalpha() else "CPT")
        assert 0 < len(row.label) <= 65


def test_the_guideline_takes_its_codes_from_the_tables() -> None:
    guideline = load_guideline("cigna-0509")
    assert {"95940", "G0453", "95938", "95930", "95937", "S3900"} <= set(guideline.cpt)
    assert len(guideline.cpt) == 42
    assert guideline.codes is CIGNA
    assert load_guideline("nia-305").codes is NO_CODES


@pytest.mark.parametrize(
    ("code", "known", "accepted"),
    [
        ("22612", False, True),  # of the source's table of operations
        ("63650", True, True),  # of its table of pain procedures, and another guideline's own
        ("60240", False, True),  # an operation that no guideline knows
        ("64520", True, False),  # another guideline's own
        ("thyroid", False, False),
    ],
)
def test_codes_that_may_stand_beside(code: str, known: bool, accepted: bool) -> None:
    assert load_guideline("cigna-0509").accompanied_by(code, known=known) is accepted
    assert not load_guideline("nia-305").accompanied_by(code, known=known)


def test_a_wrong_number_of_rows_is_an_error() -> None:
    stated: dict[str, Any] = {
        name: {"title": "T", "source": "S", "role": "reference", "rows": rows} for name, rows in ROWS.items()
    }
    CodeTable.model_validate({"file": "cigna-0509.csv", "lists": stated})
    stated["iom"]["rows"] = 4
    with pytest.raises(ValidationError, match="iom"):
        CodeTable.model_validate({"file": "cigna-0509.csv", "lists": stated})


def test_lists_that_the_checks_name_exist() -> None:
    def named(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {
                one for key in ("lists", "one_of", "procedures", "diagnoses", "integral") for one in listed(value, key)
            }
            return own.union(*(named(part) for part in value.values()))
        if isinstance(value, (list, tuple)):
            return set().union(*(named(part) for part in value))
        return set()

    def listed(value: dict[str, Any], key: str) -> list[str]:
        names = value.get(key)
        return [one for one in names if "-" in str(one)] if isinstance(names, (list, tuple)) else []

    content = load_guideline("cigna-0509").model_dump(mode="json", exclude={"code_table"})
    assert named(content)
    assert named(content) <= set(ROWS)
