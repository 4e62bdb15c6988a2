"""Tables in text: the dialect, the rows, the columns."""
