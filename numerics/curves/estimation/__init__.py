"""From one curve and one shape to an estimate: start, least squares, verdict, standard errors."""
