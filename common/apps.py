from django.apps import AppConfig
from django.core.validators import ProhibitNullCharactersValidator

from common import texts


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        # Fields of every form have it, of Django's and of other packages' too.
        ProhibitNullCharactersValidator.message = texts.HAS_NUL
