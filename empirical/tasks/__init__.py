"""What is learned: data sets drawn from a seed, one small file each."""
