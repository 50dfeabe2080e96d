"""One module per step of the layout; each is frozen once it has been released."""
