# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was measured, as a table on the terminal and as Markdown for the manual."""

import statistics

from bench_works import QUOTED, WORKS, Work


def work_of(name, result):
    """The description of a work; a program's own works bring theirs along."""
    known = WORKS.get(name)
    if known is not None:
        return known
    return Work(name, result.get("title", name), result["unit"], result["better"],
                result.get("reference"), digits=result.get("digits", 2))


def ratio(values, others):
    """The median of the ratios within each round."""
    pairs = [value / other for value, other in zip(values, others) if other]
    return statistics.median(pairs) if pairs else None


def judge(work, peers):
    """For each thing wanted that could be measured: its ratio or value, and whether it is met."""
    judged = []
    for wanted in work.wanted:
        if wanted.peer not in peers or (wanted.against and wanted.against not in peers):
            continue
        values = peers[wanted.peer]["values"]
        if wanted.against:
            value = ratio(values, peers[wanted.against]["values"])
        else:
            value = statistics.median(values)
        met = value <= wanted.limit if work.better == "lower" else value >= wanted.limit
        judged.append({"peer": wanted.peer, "against": wanted.against, "limit": wanted.limit,
                       "value": value, "met": bool(met)})
    return judged


def finish(name, result):
    """Fills in medians, ratios and judgements of a work whose values are all there."""
    work = work_of(name, result)
    peers = result["peers"]
    result.update(title=work.title, unit=work.unit, better=work.better, reference=work.reference)
    for peer in peers.values():
        peer["median"] = statistics.median(peer["values"])
        peer["ratio"] = None
        if work.reference in peers:
            peer["ratio"] = ratio(peer["values"], peers[work.reference]["values"])
    result["wanted"] = judge(work, peers)


def number(value, digits):
    return f"{value:,.{digits}f}"


def wanted_words(judged, better):
    sign = "≤" if better == "lower" else "≥"
    of = f" of {judged['against']}" if judged["against"] else ""
    return f"{sign} {judged['limit']:g}{of}"


def rows_of(name, result):
    """peer, value, ratio, wanted, whether it is met: all as text"""
    work = work_of(name, result)
    for peer, found in result["peers"].items():
        own = [judged for judged in result["wanted"] if judged["peer"] == peer]
        # A peer that grows slow is not asked for 10,000.
        beside = f" (beside {found['beside'][0]:,})" if "beside" in found else ""
        value = number(found["median"], work.digits)
        yield (peer + beside, value,
               number(found["ratio"], 2) if found["ratio"] is not None else "",
               ", ".join(wanted_words(judged, work.better) for judged in own),
               ", ".join("met" if judged["met"] else
                         f"missed: {number(judged['value'], 3 if judged['value'] < 10 else 0)}"
                         for judged in own))


def terminal(name, result):
    """The lines for one work."""
    yield f"\n{result['title']} ({result['unit']}; {result['better']} is better)"
    for peer, value, of, wanted, met in rows_of(name, result):
        yield f"  {peer:36} {value:>12} {of:>7}   {wanted:28} {met}".rstrip()
    for peer, words in QUOTED.get(name, {}).items():
        yield f"  {peer:36} quoted, not measured in this run: {words}"


SPDX = ("<!-- SPDX-FileCopyrightText: 2026 The ipc-glib authors -->\n"
        "<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->\n")


def markdown(results):
    """The tables of the page, for what was measured."""
    lines = [SPDX]
    for name, result in results["works"].items():
        reference = result["reference"]
        lines += [f"### {result['title']}", "",
                  f"In {result['unit']}; {result['better']} is better.", "",
                  f"| peer | median | {'÷ ' + reference if reference else ''} | wanted | |",
                  "|---|--:|--:|---|---|"]
        lines += ["| " + " | ".join(row) + " |" for row in rows_of(name, result)]
        for peer, words in QUOTED.get(name, {}).items():
            lines.append(f"| {peer} | | | *quoted: {words}* | |")
        lines.append("")
    return "\n".join(lines)


def libraries(results):
    """In which library the instructions of a trip are."""
    result = results["works"].get("instructions", {"peers": {}})
    found = {peer: measured["libraries"][0] for peer, measured in result["peers"].items()
             if "libraries" in measured}
    names = sorted({name for counted in found.values() for name, number in counted.items()
                    if number >= 1}, key=lambda name: -sum(c.get(name, 0) for c in found.values()))
    lines = [SPDX, "| peer | " + " | ".join(names) + " | all |",
             "|---|" + "--:|" * (len(names) + 1)]
    for peer, counted in found.items():
        numbers = [number(counted.get(name, 0), 0) if counted.get(name, 0) >= 1 else ""
                   for name in names] + [number(sum(counted.values()), 0)]
        lines.append(f"| {peer} | " + " | ".join(numbers) + " |")
    return "\n".join(lines) + "\n"


def machine(results):
    """On what it was measured, and with which versions."""
    words = {"date": "Measured", "processor": "Processor", "cores": "Cores",
             "descriptors": "Hard limit of open files", "rounds": "Rounds"}
    lines = [SPDX, "| | |", "|---|---|"]
    lines += [f"| {title} | {results[key]} |" for key, title in words.items()]
    lines += [f"| {name} | {version} |" for name, version in results["versions"].items()]
    return "\n".join(lines) + "\n"
