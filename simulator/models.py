"""The models that are simulated: how fast each is, how it likes to write, what it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Profile:
    """`ttft` in seconds, `rate` in tokens per second, `jitter` as the share by which a token's time may vary."""

    id: str
    name: str
    ttft: float = 0.25
    rate: float = 80.0
    jitter: float = 0.3
    context: int = 128_000
    reasons: bool = False
    sees: bool = True
    #: Sections in the order in which this model likes to write them.
    habit: tuple[str, ...] = ("paragraph", "bullets", "steps", "table", "code", "maths", "advice")


CATALOG = {
    profile.id: profile
    for profile in (
        Profile(
            "deepseek-ai/DeepSeek-R1-0528",
            "DeepSeek R1-0528",
            ttft=0.6,
            rate=38,
            context=161_000,
            reasons=True,
            sees=False,
            habit=("maths", "steps", "paragraph", "table", "advice", "code", "bullets"),
        ),
        Profile(
            "deepseek-ai/DeepSeek-V3-0324",
            "DeepSeek V3-0324",
            ttft=0.45,
            rate=55,
            context=161_000,
            sees=False,
            habit=("table", "paragraph", "bullets", "code", "maths", "steps", "advice"),
        ),
        Profile(
            "meta-llama/Llama-3.1-8B-Instruct",
            "Llama 3.1 8B",
            ttft=0.12,
            rate=140,
            sees=False,
            habit=("steps", "paragraph", "code", "bullets", "advice", "table", "maths"),
        ),
        Profile(
            "meta-llama/Llama-3.3-70B-Instruct",
            "Llama 3.3 70B",
            ttft=0.3,
            rate=62,
            sees=False,
            habit=("paragraph", "code", "table", "steps", "maths", "advice", "bullets"),
        ),
        Profile(
            "meta-llama/Llama-4-Scout-17B-16E-Instruct",
            "Llama 4 Scout",
            ttft=0.2,
            rate=95,
            context=64_000,
            habit=("bullets", "table", "paragraph", "steps", "advice", "code", "maths"),
        ),
        Profile(
            "microsoft/Phi-4-mini-instruct",
            "Phi 4 Mini",
            ttft=0.1,
            rate=120,
            sees=False,
            habit=("bullets", "maths", "code", "paragraph", "steps", "advice", "table"),
        ),
    )
}


def profile_of(model_id: str) -> Profile:
    """The model's profile; one that is not in the catalog gets its traits from its name."""
    if model_id in CATALOG:
        return CATALOG[model_id]
    reasons = "R1" in model_id or "reason" in model_id.lower()
    stranger = Profile(model_id, model_id.rsplit("/", 1)[-1].replace("-", " "), reasons=reasons)
    return replace(stranger, ttft=0.6, rate=38) if reasons else stranger
