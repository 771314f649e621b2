"""The command for clinicians who ask why a message was heard as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import click

from bot import settings, wiring
from bot.cli.conversation import lines
from bot.safety.explanation import Explanation, Reading, decisive
from bot.safety.policy import Policy
from bot.safety.topics import Topic

SHOWN_TOPICS = 5
SHOWN_WORDS = 8
WEIGHTY = 0.02  # change of probability from which a word is worth showing


@click.command()
@click.argument("text", nargs=-1)
def explain(text: tuple[str, ...]) -> None:
    """Show for TEXT, or for each line of standard input, which signal said what."""
    from bot.assistant.launcher import load_agent, prepare

    prepare()  # before anything imports Rasa
    from bot.assistant.explaining import explain as take_apart

    agent = asyncio.run(load_agent(settings.read().model))
    policy = wiring.content().policy
    for message in (" ".join(text),) if text else lines():
        click.echo("\n".join(described(take_apart(agent, message), policy)) + "\n")


def described(found: Explanation, policy: Policy) -> Iterator[str]:
    """Yield the explanation line by line."""
    heard = found.heard
    asks = f" about {heard.asks}" if heard.asks else ""
    also = f", also {', '.join(heard.also)}" if heard.also else ""
    yield found.whole.text
    yield f"  outcome     {heard.outcome}{asks}, urgency {heard.urgency.word}"
    yield f"  topic       {heard.topic}{also} ({heard.intent}, {heard.confidence:.2f})"
    for signal in found.phrases:
        yield f"  phrase      {signal.topic}, {signal.outcome}: {signal.phrase}"
    if not found.phrases:
        yield "  phrase      none is listed"
    if not found.whole.topics:
        yield "  classifier  nothing: the message is empty, or unlike every example"
    for topic, probability in found.whole.likeliest[:SHOWN_TOPICS]:
        yield f"  classifier  {topic} {probability:.2f}{_limits(topic, policy)}"
    yield from (f"  part        {_of_part(part, policy)}" for part in found.parts)
    yield from _words(found)


def _limits(topic: Topic, policy: Policy) -> str:
    limits = policy.thresholds.get(topic)
    return f" (acts from {limits.certain_at}, asks from {limits.ask_at})" if limits else ""


def _of_part(part: Reading, policy: Policy) -> str:
    guarded = [
        (t, p) for t, p in part.likeliest if t in policy.thresholds and p >= policy.part.ask_at
    ]
    topic, probability = guarded[0] if guarded else part.likeliest[0]
    mark = " *" if guarded else ""
    return f"{topic} {probability:.2f}{mark}: {part.text}"


def _words(found: Explanation) -> Iterator[str]:
    """Yield the words that the decisive topic rests on, and those that speak against it."""
    weighty = [pair for pair in found.words if abs(pair[1]) >= WEIGHTY]
    strongest = sorted(weighty, key=lambda pair: -abs(pair[1]))[:SHOWN_WORDS]
    if strongest:
        listed = ", ".join(f"{word} {loss:+.2f}" for word, loss in strongest)
        yield f"  words       for {decisive(found.heard)}: {listed}"
