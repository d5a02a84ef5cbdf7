"""Fuzz one target with Atheris: ``python tests/fuzz/run.py TARGET SECONDS FOLDER``; what fails is kept in FOLDER.

A failing input is run again by ``python tests/fuzz/run.py TARGET 0 FOLDER FILE``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
#: What is imported only when it is needed, and would then not be instrumented.
_LATE = (
    *(f"chartproof.batch.sources.{name}" for name in ("columnar", "delimited", "fhir", "files", "lines")),
    *(f"chartproof.extract.documents.{name}" for name in ("ccda", "docx", "html", "pdf", "rtf")),
    "striprtf.striprtf",
)


def _find_tests() -> None:
    """Let `tests` be the folder of this file: other packages install one too, and the repository is not on the path,
    where its folders would shadow other packages."""
    spec = spec_from_file_location("tests", _TESTS / "__init__.py", submodule_search_locations=[str(_TESTS)])
    assert spec is not None
    sys.modules["tests"] = module_from_spec(spec)


def main(target: str, seconds: int, folder: Path, *inputs: str) -> None:
    """Fuzz for so many seconds, or run the inputs once."""
    try:
        import atheris
    except ImportError:
        print(f"fuzz {target}: skipped, for Atheris is not installed (pip install 'chartproof[fuzz]')")
        return
    _find_tests()
    with atheris.instrument_imports(include=["chartproof", "striprtf", "docx", "pypdf"]):
        from tests.fuzz import seeds, targets

        for name in _LATE:
            import_module(name)

    corpus = folder / f"{target}-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds.SEEDS[target]()):
        (corpus / f"seed-{number}").write_bytes(seed)
    work = folder / f"{target}-work"
    work.mkdir(exist_ok=True)

    def once(raw: bytes) -> None:
        targets.TARGETS[target](raw, work)

    options = [
        f"-max_total_time={seconds}",
        "-max_len=16384",
        f"-timeout={targets.LONGEST}",
        "-rss_limit_mb=4096",
        f"-artifact_prefix={folder}/{target}-",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    atheris.Setup([sys.argv[0], *options, *(inputs or [str(corpus)])], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).resolve(), *sys.argv[4:])
