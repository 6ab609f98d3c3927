#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Put the code of programs into a page of the manual: quote.py SOURCE-FOLDER PAGE OUTPUT DEPFILE

In PAGE, a line <!-- quote FILE --> becomes the text of that file. Without an ending, as in
<!-- quote examples/demo-client -->, it becomes the program in all its languages, side by side.
The licence lines at the top of a file are left out.
"""

import pathlib
import re
import sys

MARKER = re.compile(r"^<!-- quote (\S+) -->$", re.MULTILINE)
LANGUAGES = {".c": ("c", "C"), ".py": ("python", "Python"), ".js": ("javascript", "JavaScript"),
             ".vala": ("vala", "Vala")}
HEAD = re.compile(r"^(#!.*|.*SPDX-\w+.*|)$")


def code_of(path):
    """The file as a fenced block, without what is before its first line of its own."""
    lines = path.read_text().rstrip().splitlines()
    while lines and HEAD.match(lines[0]):
        lines.pop(0)
    return "\n".join([f"```{LANGUAGES[path.suffix][0]}", *lines, "```"])


def quote(source, name, read):
    """The Markdown for one marker; notes the files that were read."""
    path = source / name
    if path.suffix in LANGUAGES:
        read.append(path)
        return code_of(path)

    columns = []
    for ending, (_, language) in LANGUAGES.items():
        program = path.with_name(path.name + ending)
        read.append(program)
        columns += ["<div>", f"<h4>{language} · {name}{ending}</h4>", "", code_of(program), "",
                    "</div>"]
    return "\n".join(['<div class="languages">', *columns, "</div>"])


STYLE = """<style>
.languages { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.5em; }
.languages pre { font-size: 85%; overflow-x: auto; }
@media (max-width: 1100px) { .languages { grid-template-columns: minmax(0, 1fr); } }
</style>
"""


def main():
    source, page, output, depfile = map(pathlib.Path, sys.argv[1:])
    read = [page]
    text = MARKER.sub(lambda match: quote(source, match[1], read), page.read_text())
    if '<div class="languages">' in text:
        text += "\n" + STYLE
    output.write_text(text)
    depfile.write_text(f"{output.name}: {' '.join(map(str, read))}\n")


if __name__ == "__main__":
    main()
