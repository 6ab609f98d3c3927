# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plots of what was measured, each as SVG and PNG. They need matplotlib."""

SPDX = ("<!-- SPDX-FileCopyrightText: 2026 The ipc-glib authors -->\n"
        "<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->\n")
OURS, OTHERS, BARE = "#1a5fb4", "#9a9996", "#5e5c64"
WANTED = "#c01c28"

# name: its works, and what a bar shows
BARS = {
    "blocking": (("ping-blocking-one-core", "ratio"), ("ping-blocking-two-cores", "ratio")),
    "trips": (("ping", "ratio"), ("busy", "ratio")),
    "throughput": (("source-64k", "ratio"), ("source-64k-two-cores", "ratio"),
                   ("sink-64k", "ratio"), ("source-1k", "ratio"),
                   ("messages-received", "ratio"), ("messages-sent", "ratio")),
    "connections": (("connections", "ratio"), ("memory", "median")),
    "pipes": (("pipe-64k", "ratio"), ("pipe-4k", "ratio"), ("splice", "ratio"),
              ("signals", "ratio")),
    "costs": (("instructions", "median"), ("system-calls", "median")),
    "scripts": (("script-ping", "ratio"), ("script-busy", "ratio")),
}
TITLES = {
    "ping-blocking-one-core": "64 B ping-pong, blocking, one core",
    "ping-blocking-two-cores": "64 B ping-pong, blocking, two cores",
    "ping": "64 B ping-pong under a loop, one core",
    "busy": "100 busy clients, trips a second",
    "source-64k": "64 KiB blocks written, one core",
    "source-64k-two-cores": "64 KiB blocks written, two cores",
    "source-1k": "1 KiB blocks written, one core",
    "sink-64k": "64 KiB blocks read, one core",
    "messages-received": "1 KiB messages received",
    "messages-sent": "1 KiB messages sent",
    "connections": "Connections a second",
    "memory": "Bytes of an idle connection",
    "instructions": "User instructions a trip",
    "system-calls": "System calls a trip",
    "pipe-64k": "Unnamed pipe, 64 KiB blocks",
    "pipe-4k": "Unnamed pipe, 4 KiB blocks",
    "splice": "From one pipe into another",
    "signals": "Real-time signals a second",
    "script-ping": "64 B ping-pong with a script",
    "script-busy": "100 busy clients of a script, trips a second",
}


def is_ours(peer):
    return peer.startswith("ours") or "-ipc" in peer


def colour_of(peer):
    if is_ours(peer):
        return OURS
    return BARE if peer.startswith(("bare", "sigtimedwait")) else OTHERS


def draw_bars(axes, name, result, shown):
    """A bar a peer, and a red stroke at what is wanted of it."""
    peers = {peer: found for peer, found in result["peers"].items() if "again" not in peer}
    values = [found[shown] for found in peers.values()]
    axes.barh(list(peers), values, color=[colour_of(peer) for peer in peers])
    axes.invert_yaxis()
    if max(values) > 50 * min(value for value in values if value >= 0.01):
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 2, max(values) * 8)
    else:
        axes.set_xlim(0, max(values) * 1.18)
    for row, value in enumerate(values):
        text = f"{value:.2f}" if shown == "ratio" or value < 20 else f"{value:,.0f}"
        axes.annotate(text, (value, row), xytext=(4, 0), textcoords="offset points", va="center",
                      fontsize=8)
    for judged in result["wanted"]:
        if judged["peer"] in peers and judged["against"] in (None, result["reference"]):
            row = list(peers).index(judged["peer"])
            axes.plot([judged["limit"]] * 2, [row - 0.4, row + 0.4], color=WANTED, linewidth=2)
    of = f"÷ {result['reference']}, " if shown == "ratio" else ""
    axes.set_title(TITLES[name], fontsize=10)
    axes.set_xlabel(f"{of}{result['better']} is better", fontsize=8)
    axes.tick_params(labelsize=8)


def draw_idle(axes, works):
    """The cost of the one active trip as idle connections grow."""
    found = {}
    for name in ("idle-10000", "idle-limit"):
        for peer, result in works.get(name, {"peers": {}})["peers"].items():
            if "points" in result and "again" not in peer:
                found[peer] = result["points"]
    for peer, rounds in found.items():
        middle = [sorted(points, key=lambda point: point[1])[len(points) // 2]
                  for points in zip(*rounds)]
        axes.plot([max(count, 0.5) for count, _ in middle], [cost for _, cost in middle],
                  marker="o", markersize=3, label=peer,
                  linewidth=2 if is_ours(peer) else 1,
                  linestyle="-" if is_ours(peer) else "--")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("idle connections beside the active one (leftmost: none)", fontsize=9)
    axes.set_ylabel("µs of processor time, one round trip", fontsize=9)
    axes.set_title("One active round trip beside idle connections", fontsize=10)
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize=8)
    return bool(found)


def save(figure, folder, name):
    figure.savefig(folder / f"{name}.png", dpi=100, metadata={"Software": None})
    path = folder / f"{name}.svg"
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    head, rest = path.read_text().split("\n", 1)
    path.write_text(f"{head}\n{SPDX}{rest}")


def draw(results, folder):
    """All plots for which something was measured; their names."""
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "ipc-glib", "svg.fonttype": "none"})
    from matplotlib import pyplot

    works, drawn = results["works"], []
    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    if draw_idle(axes, works):
        save(figure, folder, "idle")
        drawn.append("idle")
    for name, bars in BARS.items():
        there = [(work, shown) for work, shown in bars
                 if work in works and (shown == "median" or works[work]["reference"] in
                                       works[work]["peers"])]
        if not there:
            continue
        rows = (len(there) + 1) // 2
        figure, grid = pyplot.subplots(rows, 2, figsize=(9, 3.2 * rows), layout="constrained",
                                       squeeze=False)
        for cell in grid.flat[len(there):]:
            cell.set_visible(False)
        for cell, (work, shown) in zip(grid.flat, there):
            draw_bars(cell, work, works[work], shown)
        save(figure, folder, name)
        drawn.append(name)
    pyplot.close("all")
    return drawn
