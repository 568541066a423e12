"""What an answer says: made-up text about the prompt, in the manner of a model."""
