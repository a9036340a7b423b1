"""What may not be done, or not yet."""
