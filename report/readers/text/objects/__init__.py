"""JSON: its values, its lines, and the tables in them."""
