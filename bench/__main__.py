"""``python -m bench [--quick]``: ours beside the starter, on this machine, now."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from bench import sides
from bench.measuring import EARLY, LATE, QUICK, Plan, Way, messages_a_second, turns
from bench.processes import end_kindly, memory_mb, note
from bench.report import Figures, Turn, Whole, table
from bench.sentences import OURS, STARTER
from bench.spans import Inside, inside


def main() -> None:
    """Measure and print; it ends well whatever was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fast look with few turns")
    plan = QUICK if parser.parse_args().quick else Plan()
    end_kindly()
    try:
        print(table(_measure(plan)))
    except KeyboardInterrupt:
        note("stopped")


def _measure(plan: Plan) -> Figures:
    note("making the starter project (the first time it is trained: some minutes) ...")
    sides.make_starter()
    with ExitStack() as running:
        note("starting all ...")
        spans = running.enter_context(inside())  # first: it warms the disk's cache for both sides
        ours, page, socket = running.enter_context(sides.ours())
        starter, rest = running.enter_context(sides.starter())
        ways = {"starter": Way(rest, STARTER), "page": Way(page, OURS), "socket": Way(socket, OURS)}
        _warm_up(ways, spans)
        note("20 conversations at once ...")
        rates = {name: messages_a_second(way, plan.messages) for name, way in ways.items()}
        memory = memory_mb(ours.process), memory_mb(starter.process)
        note("turns 5 and 100 ...")
        return Figures(
            early=_turn(ways, spans, plan.early, EARLY),
            late=_turn(ways, spans, plan.late, LATE),
            ours=Whole(memory[0], ours.ready_seconds, rates["page"]),
            starter=Whole(memory[1], starter.ready_seconds, rates["starter"]),
            socket_messages_a_second=rates["socket"],
        )


def _turn(ways: dict[str, Way], spans: Inside, conversations: int, counted: range) -> Turn:
    measured = turns(ways, spans, conversations, counted)
    times, unanswered = measured.times, measured.unanswered
    return Turn(
        page=times["page"],
        socket=times["socket"],
        starter=times["starter"],
        spans=measured.spans,
        unanswered=(unanswered["page"] + unanswered["socket"], unanswered["starter"]),
    )


def _warm_up(ways: dict[str, Way], spans: Inside) -> None:
    turns(ways, spans, 1, range(2, 4))


if __name__ == "__main__":
    main()
