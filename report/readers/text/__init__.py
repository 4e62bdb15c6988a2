"""The pieces of the reader of text logs: unpacking, encoding, dialects of tables, shapes of JSON, numbers."""
