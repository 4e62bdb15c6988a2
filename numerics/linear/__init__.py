"""The linear student in numbers: its losses by every route, its law, and its sweep over λ."""
