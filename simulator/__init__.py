"""An OpenAI-compatible upstream that needs no weights: for demos, for tests and for rehearsing failures.

It imports nothing of Lineup and nothing of Lineup imports it: it is reached over HTTP like any provider.
"""
