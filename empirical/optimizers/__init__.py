"""By which steps is learned: rules with their rates, one small file each."""
