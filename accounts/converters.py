"""Path converters of `/<team>/<project>`: what cannot be a name is not even looked up."""

from accounts.slugs import RESERVED, SLUG


class TeamSlug:
    regex = r"[A-Za-z0-9][A-Za-z0-9._-]*"

    def to_python(self, value: str) -> str:
        if value.lower() in RESERVED:
            raise ValueError(f"{value} is a path of this product")
        return value

    def to_url(self, value: str) -> str:
        return value


class ProjectSlug:
    regex = SLUG.pattern.removesuffix(r"\Z")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
