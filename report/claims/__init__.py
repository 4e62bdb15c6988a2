"""The claims of the papers: one file a paper, with a function `judge`."""
