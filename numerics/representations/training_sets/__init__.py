"""Training sets of an addition table: what they determine, how fast, and how many pairs it takes."""
