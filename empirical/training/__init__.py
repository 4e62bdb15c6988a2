"""From experiments to recorded runs: the loop of a training, and which runs are trained side by side."""
