"""Trials of a drug in the spinal fluid, by route, drug and kind of test."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Plan: IT baclofen test dose 50 mcg at L3-4.", "planned"),
        ("Plan: screening bolus of intrathecal baclofen.", "planned"),
        ("I ask approval of one lumbar intrathecal injection of baclofen.", "planned"),
        ("Question: intrathecal opioid trial?", "considered"),
        ("Intrathecal baclofen bolus trial done 2/3/2024 with good effect.", "done"),
        ("Spinal morphine given for cesarean.", None),
        ("Epidural injection of fentanyl for labor.", None),
    ],
)
def test_drug_trials(text: str, status: str | None) -> None:
    found = [fact["status"] for fact in facts(text, "procedure") if fact["procedure"] == "pump_trial"]
    assert found == ([] if status is None else [status])
