"""For how long is learned, in which batches, and when is looked: schedules, one small file each."""
