"""Balances that activities send terms to; nobody edits a balance to add an activity."""
