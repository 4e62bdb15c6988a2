"""What learns: PyTorch modules as values with numbers of their own, one small file each."""
