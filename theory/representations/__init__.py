"""The effective theory of representations (U): operation tables, parallelograms, what is conserved, how fast."""
