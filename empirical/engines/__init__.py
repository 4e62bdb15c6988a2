"""What trains: engines, each of which says what it is able to train, and the choice among them."""
