"""What trains: models, losses and optimizers with their derivatives written out, and the choice among engines."""
