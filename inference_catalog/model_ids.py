"""What a model's ID may look like, whoever names it: the catalog file, a provider's list, or staff."""

from __future__ import annotations

#: It stands in addresses, in lists between commas and in code: ASCII letters and digits, and a few signs between them.
PATTERN = r"[A-Za-z0-9_.:@+-]+(/[A-Za-z0-9_.:@+-]+)*"
LONGEST = 200
