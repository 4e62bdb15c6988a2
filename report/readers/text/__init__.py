"""The pieces of the reader of text logs: unpacking, encoding, lines, numbers; tables and JSON below."""
