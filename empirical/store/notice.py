"""What whoever asks for runs has to know about the folder that they lie in."""

__all__ = ["RunsWarning"]


class RunsWarning(UserWarning):
    """A run was set aside or left out, or others train it at the moment; the command line says these, and no others."""
