"""Readers of folders: several logs of one kind, each a run."""
