# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is measured, and what is wanted of it.

A Work is a table of the result. A Run measures one peer once, and says something about one or more
works: {work: (value, details)}.
"""

import dataclasses
import shutil
import subprocess
import typing

from bench_callgrind import instructions_in
from bench_peers import BLOCKING, ECHOES, LOOPS, MOVERS, SCRIPTS
from bench_run import Holder, details


@dataclasses.dataclass
class Wanted:
    """A limit on what peer shows: on its ratio to another peer of the work, or on itself."""

    peer: str
    limit: float
    against: typing.Optional[str] = None
    best_of: tuple = ()  # against the best of these peers


@dataclasses.dataclass
class Work:
    name: str
    title: str
    unit: str
    better: str  # "lower" or "higher"
    reference: typing.Optional[str] = None  # the peer to which all are compared
    wanted: tuple = ()
    digits: int = 2


@dataclasses.dataclass
class Run:
    name: str
    peers: tuple
    measure: typing.Callable  # (machine, peer, command) → {work: (value, details)}
    rounds: typing.Optional[int] = None  # fewer than asked for, where one says it all
    turns: int = 1  # so many times the rounds: many short turns meet the same noise
    quick: tuple = ()  # the peers of the quick form, where all take long
    slow_once: bool = False  # peers that grow slow with idle connections take part in one round


def of(reference, **limits):
    """Limits on ratios to a reference: ours_verbs=1.4."""
    return tuple(Wanted(peer.replace("_", "-"), limit, reference)
                 for peer, limit in limits.items())


WORKS = {work.name: work for work in (
    Work("ping-blocking-one-core", "64 B ping-pong, a blocking server, one core",
         "µs a trip", "lower", "bare-blocking",
         of("bare-blocking", ours_blocking=1.02, ours_blocking_cancellable=1.02,
            ours_blocking_timeout=1.02)),
    Work("ping-blocking-two-cores", "64 B ping-pong, a blocking server, two cores",
         "µs a trip", "lower", "bare-blocking",
         of("bare-blocking", ours_blocking=1.03, ours_blocking_cancellable=1.20,
            ours_blocking_timeout=1.20)),
    Work("ping", "64 B ping-pong, a server under its loop, one core",
         "µs a trip", "lower", "bare-epoll",
         of("bare-epoll", ours_watch=1.05, ours_pollable=1.05, ours_verbs=1.40) +
         of("libuv", ours_watch=0.97, ours_pollable=0.97)),
    Work("busy", "100 busy clients of one server, one core",
         "trips/s", "higher", "bare-epoll",
         of("bare-epoll", ours_watch=0.95, ours_pollable=0.95, ours_verbs=0.70, ours_push=0.90),
         digits=0),
    Work("idle-10000", "A trip beside 10,000 idle connections ÷ the same beside none",
         "ratio", "lower", None,
         (Wanted("ours-watch", 1.05), Wanted("ours-verbs", 1.05), Wanted("ours-push", 1.05))),
    Work("idle-limit", "A trip beside as many idle connections as the limit of open files less 200 "
         "allows ÷ the same beside none", "ratio", "lower", None,
         (Wanted("ours-watch", 1.05), Wanted("ours-verbs", 1.05), Wanted("ours-push", 1.05))),
    Work("source-64k", "Throughput, 64 KiB blocks written by the server, one core",
         "GB/s", "higher", "bare-blocking",
         of("bare-blocking", ours_blocking=1.10, ours_blocking_buffer=1.35)),
    Work("source-64k-two-cores", "Throughput, 64 KiB blocks written by the server, two cores",
         "GB/s", "higher", "bare-blocking",
         of("bare-blocking", ours_blocking=1.10, ours_blocking_buffer=1.35)),
    Work("sink-64k", "Throughput, 64 KiB blocks read by the server, one core",
         "GB/s", "higher", "bare-blocking"),
    Work("source-1k", "Throughput, 1 KiB writes of the server, one core",
         "GB/s", "higher", "bare-epoll", of("bare-epoll", ours_push=2.0)),
    Work("messages-received", "Messages of 1 KiB received by the server, one core",
         "messages/s", "higher", "bare-blocking",
         of("bare-blocking", ours_blocking=0.95) +
         of("bare-epoll", ours_watch=0.95, ours_pollable=0.95, ours_push=0.95), digits=0),
    Work("messages-sent", "Messages of 1 KiB sent by the server, one core",
         "messages/s", "higher", "bare-blocking",
         of("bare-blocking", ours_blocking=0.95) +
         of("bare-epoll", ours_watch=0.95, ours_pollable=0.95, ours_push=0.95), digits=0),
    Work("connections", "Connect, an echo of one byte, close, one core",
         "connections/s", "higher", "bare-epoll",
         of("bare-epoll", ours_watch=0.97, ours_pollable=0.97, ours_push=0.97), digits=0),
    Work("memory", "User-space memory of an idle connection, accepted and with a read pending",
         "bytes", "lower", None,
         (Wanted("ours-watch", 600), Wanted("ours-verbs", 600), Wanted("ours-push", 600)),
         digits=0),
    Work("instructions", "User instructions of the server for a 64 B trip",
         "instructions", "lower", None,
         (Wanted("ours-watch", 1500), Wanted("ours-pollable", 1500), Wanted("ours-verbs", 4000)),
         digits=0),
    Work("system-calls", "System calls of the server for a 64 B trip, one core",
         "system calls", "lower"),
    Work("pipe-64k", "Unnamed pipe, 64 KiB blocks, one core", "GB/s", "higher", "bare",
         of("bare", ours=0.97, ours_fallback=0.95)),
    Work("pipe-4k", "Unnamed pipe, 4 KiB blocks, one core", "GB/s", "higher", "bare",
         of("bare", ours=0.97)),
    Work("pipe-64k-two-cores", "Unnamed pipe, 64 KiB blocks, two cores", "GB/s", "higher", "bare"),
    Work("pipe-4k-two-cores", "Unnamed pipe, 4 KiB blocks, two cores", "GB/s", "higher", "bare"),
    Work("splice", "From one pipe into another, 64 KiB blocks, one core", "GB/s", "higher", "bare",
         of("bare", ours=1.5)),
    Work("splice-two-cores", "From one pipe into another, 64 KiB blocks, two cores",
         "GB/s", "higher", "bare"),
    Work("signals", "Real-time signals with values, one core", "signals/s", "higher",
         "sigtimedwait", of("sigtimedwait", ours=0.5), digits=0),
    Work("signals-two-cores", "Real-time signals with values, two cores", "signals/s", "higher",
         "sigtimedwait", digits=0),
    Work("script-ping", "64 B ping-pong, a server in a script, one core",
         "µs a trip", "lower", "python-asyncio",
         of("python-asyncio", python_ipc=0.999)),
    Work("script-busy", "100 busy clients of a server in a script, one core",
         "trips/s", "higher", "python-asyncio",
         of("python-asyncio", python_ipc=1.001) + of("gjs-gio", gjs_ipc=1.5), digits=0),
)}


# Where both sides share a core, the time that counts is the processor's.


def ping(work, count, cores=False, loop=False):
    def measure(machine, peer, command):
        server, load = machine.two_cores if cores else (machine.one_core, machine.one_core)
        with machine.server(command, "echo", cores=server) as running:
            said = machine.run_load(running, "trips", cores=load, loop=loop,
                                    count=machine.scale(count),
                                    warm=machine.scale(count) // 10)
        times = details(said)
        return {work: (times["elapsed" if cores else "processor"], times)}
    return measure


def busy(work, count):
    def measure(machine, peer, command):
        with machine.server(command, "echo") as running:
            said = machine.run_load(running, "trips", count=machine.scale(count, 500), busy=100,
                                    warm=machine.scale(count, 500) // 10)
        return {work: (said["count"] / said["processor"], details(said))}
    return measure


def throughput(work, mode, size, count, cores=False):
    def measure(machine, peer, command):
        server, load = machine.two_cores if cores else (machine.one_core, machine.one_core)
        with machine.server(command, mode, size=size, cores=server) as running:
            said = machine.run_load(running, "write" if mode == "sink" else "read", cores=load,
                                    count=machine.scale(count), size=size)
        seconds = said["elapsed" if cores else "processor"]
        return {work: (said["count"] * size / seconds / 1e9, details(said))}
    return measure


def messages(machine, peer, command):
    found = {}
    for work, mode in (("messages-received", "sink"), ("messages-sent", "source")):
        with machine.server(command, f"{mode}-message", size=1024) as running:
            said = machine.run_load(running, "write" if mode == "sink" else "read", message=True,
                                    count=machine.scale(30000), size=1024)
        found[work] = (said["count"] / said["processor"], details(said))
    return found


def connections(machine, peer, command):
    with machine.server(command, "echo") as running:
        said = machine.run_load(running, "connect", count=machine.scale(2000), warm=50)
    return {"connections": (said["count"] / said["processor"], details(said))}


def idle_counts(machine, peer):
    limit = 400 if machine.quick else machine.descriptors - 200
    counts = [0, 200, limit] if machine.quick else [0, 10, 100, 1000, 5000, 10000, limit]
    return sorted({count for count in counts if count <= min(limit, peer.most or limit)})


def idle(machine, peer, command):
    """The cost of a trip as idle connections grow."""
    def trip():
        said = machine.run_load(running, "trips", loop=True, count=machine.scale(count), warm=200)
        return details(said)["processor"]

    counts = idle_counts(machine, peer)
    count = 3000 if peer.most is None else 300
    with machine.server(command, "echo") as running, Holder(machine, running) as holder:
        points = []
        trip()
        for number in counts:
            holder.hold(number)
            points.append([number, trip()])
    costs = dict(points)
    among = 200 if machine.quick else 10000
    found = {}
    if peer.most is None:
        if among in costs:
            found["idle-10000"] = (costs[among] / costs[0], {})
        found["idle-limit"] = (points[-1][1] / costs[0], {"points": points})
    else:
        found["idle-10000"] = (points[-1][1] / costs[0],
                               {"points": points, "beside": points[-1][0]})
    return found


def memory(machine, peer, command):
    count = 200 if machine.quick else peer.most or 10000
    with machine.server(command, "echo") as running, Holder(machine, running) as holder:
        machine.run_load(running, "trips", count=100)
        before = running.private_memory()
        holder.hold(count)
        after = running.private_memory()
    return {"memory": ((after - before) / count, {"connections": count})}


def counted(machine, command, wrap, loop, count, numbers_in):
    """What a tool counted in a server that served so many trips."""
    with machine.server(command, "echo", wrap=wrap, log=subprocess.DEVNULL) as running:
        machine.run_load(running, "trips", loop=loop, count=count)
    return numbers_in(machine.folder / "counts")


def by_trip(machine, command, wrap, loop, numbers_in, trips):
    """The differences of two runs, so that starting and ending fall out."""
    few, many = (counted(machine, command, wrap, loop, count, numbers_in)
                 for count in (trips, 3 * trips))
    return {name: (number - few.get(name, 0)) / (2 * trips) for name, number in many.items()}


def calls_in(path):
    """Of strace -c, in all; its last line is the sum."""
    return {"all": int(path.read_text().splitlines()[-1].split()[3])}


def costs(machine, peer, command):
    found, trips, path = {}, machine.scale(1000), machine.folder / "counts"
    loop = peer.name in ECHOES
    if shutil.which("valgrind"):
        wrap = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={path}")
        libraries = by_trip(machine, command, wrap, loop, instructions_in, trips)
        found["instructions"] = (sum(libraries.values()), {"libraries": libraries})
    if can_trace():
        wrap = ("strace", "-f", "-c", "-o", str(path))
        calls = by_trip(machine, command, wrap, loop, calls_in, trips)
        found["system-calls"] = (calls["all"], {})
    return found


def can_trace():
    """A container may forbid it."""
    return shutil.which("strace") and subprocess.run(
        ["strace", "-c", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode == 0


def scripts(machine, peer, command):
    return {**ping("script-ping", 3000, loop=True)(machine, peer, command),
            **busy("script-busy", 5000)(machine, peer, command)}


RUNS = (
    Run("ping-blocking-one-core", BLOCKING, ping("ping-blocking-one-core", 5000), turns=4),
    Run("ping-blocking-two-cores", BLOCKING, ping("ping-blocking-two-cores", 2500, cores=True),
        turns=2),
    Run("ping", ECHOES, ping("ping", 5000, loop=True), turns=4),
    Run("busy", ECHOES, busy("busy", 10000), turns=4),
    Run("source-64k", MOVERS[:3] + ("ours-blocking-buffer",) + MOVERS[3:],
        throughput("source-64k", "source", 65536, 8000), turns=3),
    Run("source-64k-two-cores",
        BLOCKING[:4] + ("ours-blocking-buffer", "bare-epoll", "ours-watch", "ours-pollable",
                        "ours-push", "libuv", "asio"),
        throughput("source-64k-two-cores", "source", 65536, 8000, cores=True), turns=3),
    Run("sink-64k", MOVERS, throughput("sink-64k", "sink", 65536, 8000), turns=2),
    Run("source-1k", MOVERS, throughput("source-1k", "source", 1024, 40000), turns=2),
    Run("messages", BLOCKING[:4] + ("bare-epoll", "ours-watch", "ours-pollable", "ours-verbs",
                                    "ours-push", "gio-async"), messages, turns=2),
    Run("connections", ECHOES, connections, turns=3),
    Run("scripts", SCRIPTS, scripts),
    Run("idle", LOOPS, idle, slow_once=True),
    Run("memory", tuple(name for name in ECHOES if "again" not in name), memory, rounds=1),
    Run("costs", tuple(name for name in BLOCKING + ECHOES if "again" not in name), costs, rounds=1,
        quick=("bare-epoll", "ours-blocking", "ours-push")),
)

# Measured earlier on a like machine, with the same rules; not in this run.
QUOTED = {
    "ping-blocking-one-core": {"interprocess (Rust crate, blocking)": "1.04 of bare"},
    "ping": {"tokio": "1.48 of bare epoll", "ZeroMQ": "35.7 µs", "nng": "65.3 µs"},
    "busy": {"tokio": "0.95 of bare epoll"},
    "idle-10000": {"tokio": "0.80", "Boost.Asio": "1.01"},
    "source-64k": {"interprocess (Rust crate, blocking)": "1.02 of bare", "tokio": "0.82 of bare",
                   "ZeroMQ": "1.55 GB/s", "nng": "2.25 GB/s"},
    "messages-sent": {"ZeroMQ": "0.76 of bare 1 KiB stream writes",
                      "nng": "0.05 of bare 1 KiB stream writes"},
    "connections": {"interprocess (Rust crate, blocking)": "36,981 connections/s",
                    "tokio": "32,533 connections/s"},
    "memory": {"tokio": "4,413 bytes with its buffer"},
    "instructions": {"interprocess (Rust crate, blocking)": "79", "tokio": "1,282",
                     "ZeroMQ": "6,946", "nng": "16,986"},
}
