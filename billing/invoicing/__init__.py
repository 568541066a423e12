"""Invoices: what they say, when they are due, how they are frozen, and what people are sent."""
