"""What can be done: columns, what they send to the ledgers, and the limits of their own."""
