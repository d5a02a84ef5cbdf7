"""Record batches as bytes: between processes, and in the parts of a batch."""

from __future__ import annotations

import pyarrow as pa


def to_bytes(batch: pa.RecordBatch, schema: pa.Schema, compression: str | None = None) -> bytes:
    """One record batch as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression, use_threads=False)
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def from_bytes(content: bytes, schema: pa.Schema) -> pa.RecordBatch:
    """The record batch of `to_bytes`. Errors: ValueError for bytes of another kind (pyarrow's error is one)."""
    with pa.ipc.open_stream(content) as reader:
        batch = reader.read_next_batch()
    if batch.schema != schema:
        raise ValueError("another schema")
    return batch
