from datetime import timedelta

from django.apps import AppConfig


class PlaygroundConfig(AppConfig):
    name = "playground"

    def ready(self) -> None:
        """The books' clerks know no comparison; what they are to do here is one more entry of their list."""
        from billing import chores
        from playground.images.sweeping import sweep

        chores.CHORES["images"] = chores.Work(sweep, every=timedelta(hours=1))
