"""What is minimised, and apart from it what counts as a right answer, one small file each."""
