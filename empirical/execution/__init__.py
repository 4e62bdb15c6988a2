"""Where and when trainings run: pools of workers, and the scheduler that hands out groups of runs."""
