"""What is said: 8 to 15 words each, from the subjects that each side knows."""

from __future__ import annotations

from typing import Final

STARTER: Final = (
    "hello there I just wanted to say hi to you tonight",
    "good evening I hope that you have a moment for me",
    "I feel very sad today and nothing seems to help me",
    "yes that did help me a little thank you for that",
    "I am doing great today and I feel really very good",
    "no that did not help me I still feel rather sad",
    "I am so unhappy and everything has gone wrong for me today",
    "are you a bot or am I talking to a human here",
    "today was a wonderful day and I could not be happier",
    "my day was horrible and I am very disappointed with it",
    "hey good morning how are you doing on such a day",
    "goodbye for now I will come back and talk to you later",
)

OURS: Final = (
    "hello there I just wanted to see what this place is about",
    "I am ashamed of myself and I cannot sleep at night any more",
    "is this anonymous and who can read what I am typing in here",
    "I have thoughts that frighten me and I have never acted on them",
    "can you give me an exercise for when I feel restless in the evening",
    "what happens when I call a helpline and do I have to say my name",
    "I feel so lonely and I have nobody that I could talk to about it",
    "thank you that was good to hear from you tonight",
    "how much does a therapist cost and where could I find one near me",
    "are you a human being or am I talking to a machine here",
    "can such thoughts change when I work on them in therapy for a while",
    "my partner has these worries and I would like to know how to help him",
)


def sentence(turn: int, sentences: tuple[str, ...]) -> str:
    """Return what is said at ``turn``, counted from 1."""
    return sentences[(turn - 1) % len(sentences)]
