"""The effective theory of representations in numbers: training sets of an addition table and what they determine."""
