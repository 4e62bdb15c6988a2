"""The commands, one file each: `add` puts a command into the parser; everything heavy is imported when it runs."""
