"""chartproof: pre-filled, cited assessments of clinic notes against coverage guidelines."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("chartproof")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
