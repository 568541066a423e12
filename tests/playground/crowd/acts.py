"""What people do with a comparison, and how often."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

#: Verbs, and how often each is drawn beside the others.
VERBS = {
    "send": 8,
    "add": 3,
    "stop": 5,
    "retry": 4,
    "edit": 4,
    "delete": 4,
    "clear": 1,
    "change_model": 2,
    "open_lane": 2,
    "duplicate": 1,
    "close_lane": 2,
    "rename": 2,
    "leave": 3,
    "vanish": 2,
    "come_back": 3,
    "reload": 2,
    "listen": 4,
    "go_on": 2,
    "be_free": 1,
    "be_mute": 1,
    "be_halting": 3,
    "be_broken": 1,
    "be_refusing": 1,
}
TABS = 3


class Act(NamedTuple):
    """`pick` chooses among the lanes, messages and models that the tab shows; `letters` among lanes to send to."""

    verb: str
    tab: int
    pick: int
    letters: str
    role: str
    #: A double click, or the same command from another tab too.
    twice: str
    #: Whether the next act begins only when this one is answered.
    is_awaited: bool


acts = st.builds(
    Act,
    verb=st.sampled_from([verb for verb, often in VERBS.items() for _ in range(often)]),
    tab=st.integers(0, TABS - 1),
    pick=st.integers(0, 40),
    letters=st.sampled_from(["", "", "A", "B", "AB", "AC"]),
    role=st.sampled_from(["user", "user", "system", "assistant"]),
    twice=st.sampled_from(["", "", "", "click", "tab"]),
    is_awaited=st.booleans(),
)
#: After each burst all is quiet and looked at.
bursts = st.lists(st.lists(acts, min_size=1, max_size=7), min_size=1, max_size=6)
