"""Systems: experiments by name, with presets that show how they grok, one small file each."""
