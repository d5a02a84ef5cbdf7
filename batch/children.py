"""Python processes of the same program, which need nothing of the main module of the parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

# Where the program lies now goes last: what is installed must not be shadowed.
_BEGIN = (
    "import json, sys; path, module, arguments = json.loads(sys.argv[1]);"
    "sys.path += [one for one in path if one not in sys.path];"
    "from importlib import import_module; import_module(module).main(*arguments)"
)


def start(module: str, arguments: list[Any], **options: Any) -> subprocess.Popen[bytes]:
    """Run ``main(*arguments)`` of a module in a process of its own; the arguments are JSON, the options Popen's.

    It reads nothing, and its standard error goes nowhere: libraries must not write words of notes to a log.
    """
    path = [os.path.abspath(one) for one in sys.path if one]
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _BEGIN, json.dumps([path, module, arguments])],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,
    )
