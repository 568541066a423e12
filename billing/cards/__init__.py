"""Payments by card through Stripe's pages, where its keys are set."""
