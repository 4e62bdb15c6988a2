"""The settings that come with the report: one file each, named like the setting, with a function `build`."""
