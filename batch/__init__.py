"""Batches: an export of notes goes in, tables come out, on this machine or on a Spark cluster."""
