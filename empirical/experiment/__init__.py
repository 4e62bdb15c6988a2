"""An experiment as a value: its parts, their numbers, and the dotted names by which these are turned."""
