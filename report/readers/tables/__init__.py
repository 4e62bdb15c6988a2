"""From a table as a log holds it to the curves of its runs."""
