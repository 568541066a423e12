"""The cast and the stage of all tests."""
