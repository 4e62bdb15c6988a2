"""What is recorded of a training: curves and arrays as functions of what can be seen at a look."""
