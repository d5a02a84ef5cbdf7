"""What the commands share at the terminal: complaints, results, progress. A note's words never go to standard error."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar

import typer
from typer.core import TyperGroup

from chartproof.errors import ChartproofError

if TYPE_CHECKING:
    from chartproof.extract.readers import Entry

EXIT_INTERNAL = 1
EXIT_INPUT = 2

#: Whether an internal error shows where in the program it happened.
DEBUG: ContextVar[bool] = ContextVar("debug", default=False)

_PROGRESS_FROM = 6  # for fewer notes a progress bar only flickers
_PIPE_WIDTH = 100
_NARROWEST, _WIDEST = 40, 140

Result = TypeVar("Result")


class Commands(TyperGroup):
    """A command group that ends with one line on standard error and an exit code, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Exit codes: 2 for bad input, 1 for an error of the program."""
        try:
            with _rare_collections():
                return super().invoke(ctx)
        except ChartproofError as error:
            complain(str(error))
            raise typer.Exit(EXIT_INPUT) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            complain(f"{error.filename or 'files'}: {error.strerror}")
            raise typer.Exit(EXIT_INPUT) from None
        except Exception as error:
            if isinstance(error, typer.Abort) or hasattr(error, "exit_code"):  # the command line's own, e.g. usage
                raise
            internal_error(error)
            raise typer.Exit(EXIT_INTERNAL) from None


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Collect garbage less often: the rules are a hundred thousand lasting objects, whose rescanning while they are
    loaded takes a quarter of the time to the first answer."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def complain(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"chartproof: {message}", err=True)


def internal_error(error: Exception, where: str | None = None) -> None:
    """Say that the program failed, by the type of the error: its message may quote a note."""
    complain(f"{where}: internal error: {type(error).__name__}" if where else f"internal error: {type(error).__name__}")
    if not DEBUG.get():
        return
    cause: BaseException | None = error
    while cause is not None:
        typer.echo(f"{type(cause).__name__} at", err=True)
        typer.echo("".join(traceback.format_tb(cause.__traceback__)), err=True, nl=False)
        cause = cause.__cause__ or cause.__context__


class Output:
    """Where a result goes: standard output, or a file that is made when the first part is written.

    A context manager, which closes the file. JSON and HTML are UTF-8 everywhere; text takes the terminal's encoding.
    """

    def __init__(self, path: Path | None, inputs: Iterable[str] = ()) -> None:
        """Write to `path`, or to standard output for None; raises ChartproofError when `path` is one of `inputs`."""
        if path is not None and path.exists() and any(os.path.exists(name) and path.samefile(name) for name in inputs):
            raise ChartproofError(f"{path}: the output would overwrite an input; choose another file")
        self._path = path
        self._file: BinaryIO | None = None
        on_terminal = path is None and sys.stdout.isatty()
        self.color = on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        width = shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns if path is None else _PIPE_WIDTH
        self.width = min(max(width, _NARROWEST), _WIDEST)
        self.on_terminal = on_terminal

    def write(self, content: str, *, for_people: bool = False) -> None:
        """Write a part; `for_people` is text that may lose characters that a terminal cannot show."""
        if self._path is not None:
            if self._file is None:
                self._file = self._path.open("wb")
            self._file.write(content.encode())
            return
        sys.stdout.flush()
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.buffer.write(content.encode(encoding, "replace") if for_people else content.encode())
        sys.stdout.buffer.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, if one was made."""
        if self._file is not None:
            self._file.close()


class Batch:
    """Works through entries one by one: what fails is reported with its place, the rest goes on."""

    def __init__(self, *, quiet: bool) -> None:
        """Show progress unless `quiet`, and only on a terminal."""
        self._quiet = quiet
        self._exit_code = 0

    def each(self, entries: Sequence[Entry], work: Callable[[Any], Result]) -> Iterator[tuple[Any, Result]]:
        """Each readable value of `entries` with the result of `work` on it."""
        for entry in self._progress(entries):
            if entry.error is not None:
                self._failed(entry.error, entry.where)
                continue
            try:
                result = work(entry.value)
            except Exception as error:
                self._failed(error, entry.where)
            else:
                yield entry.value, result

    def finish(self) -> None:
        """Exit with the code of the worst failure, if there was one."""
        if self._exit_code:
            raise typer.Exit(self._exit_code)

    def _failed(self, error: Exception, where: str) -> None:
        if isinstance(error, ChartproofError):
            message = str(error)
            complain(message if message.startswith(where) else f"{where}: {message}")
            self._exit_code = self._exit_code or EXIT_INPUT
        else:
            internal_error(error, where)
            self._exit_code = EXIT_INTERNAL

    def _progress(self, entries: Sequence[Entry]) -> Iterable[Entry]:
        if self._quiet or len(entries) < _PROGRESS_FROM or not sys.stderr.isatty():
            return entries
        from rich.console import Console
        from rich.progress import track

        return track(entries, description="Reading", console=Console(stderr=True), transient=True)
