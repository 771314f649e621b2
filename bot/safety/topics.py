"""The closed list of what a message can be about, and how soon each needs a human being."""

from __future__ import annotations

import enum


class Topic(enum.StrEnum):
    """What a visitor's message is about; the order is the order of precedence."""

    IMMINENT_RISK = "imminent_risk"
    SUICIDE_RISK = "suicide_risk"
    SURVIVOR = "survivor"
    UNDER_18 = "under_18"
    HARMFUL_REQUEST = "harmful_request"
    PAST_BEHAVIOUR = "past_behaviour"
    WORRIED_ABOUT_OTHER = "worried_about_other"
    WORRIED_THOUGHTS = "worried_thoughts"
    ASK_PRIVACY = "ask_privacy"
    ASK_HELP_OPTIONS = "ask_help_options"
    ASK_INFORMATION = "ask_information"
    DISTRESS_GENERAL = "distress_general"
    SELF_HELP = "self_help"
    CHITCHAT_CONTROL = "chitchat_control"
    OUT_OF_SCOPE = "out_of_scope"


PRECEDENCE = tuple(Topic)


class Outcome(enum.StrEnum):
    """What the reply to a message does; the order is from the most careful to the least."""

    ROUTE = "route"
    """Cards of services at once."""
    REFUSE = "refuse"
    """No to what was asked, and the way to help."""
    ASK = "ask"
    """One direct, kind question, because it isn't sure."""
    ANSWER = "answer"
    MENU = "menu"
    """Not understood: buttons and services."""


class Urgency(enum.IntEnum):
    """How soon this person should talk to a human being; ``max`` is the most careful."""

    NONE = 0
    THIS_WEEK = 1
    TODAY = 2
    NOW = 3

    @property
    def word(self) -> str:
        """Its name in files and interfaces, e.g. ``this_week``."""
        return self.name.lower()
