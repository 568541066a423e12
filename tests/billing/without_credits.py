"""What `manage.py shell -c` is told to leave an organization with nothing to spend."""

WITHOUT_CREDITS = (
    "from billing.models import Grant; from billing.grants import void; [void(given) for given in Grant.objects.open()]"
)
