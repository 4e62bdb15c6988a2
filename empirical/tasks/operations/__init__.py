"""Binary operations: formulas over residues, permutations of five things, and those that a user adds."""
