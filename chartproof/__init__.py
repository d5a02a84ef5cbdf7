"""chartproof: pre-filled, cited assessments of clinic notes against coverage guidelines.

```python
from chartproof import assess, extract
```

`assess` and `extract` are those of `chartproof.api`, loaded at their first use.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chartproof.api import assess, extract

try:
    __version__ = version("chartproof")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__", "assess", "extract"]


def __getattr__(name: str) -> Any:
    # `extract` is also a subpackage, whose module can be called: importing it is what sets the attribute.
    if name == "extract":
        import importlib

        return importlib.import_module("chartproof.extract")
    if name == "assess":
        from chartproof.api import assess

        return assess
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
