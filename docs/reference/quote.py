#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Put the code of programs into a page of the manual: quote.py SOURCE-FOLDER PAGE OUTPUT DEPFILE

In PAGE, a line <!-- quote FILE --> becomes what stands in that file between a line with [quote] and
one with [end quote]. Without an ending, as in <!-- quote examples/demo-client -->, it becomes the
program in all its languages, side by side. A FILE of Markdown is put in as it is.
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
from sigils import escape_page  # noqa: E402: in the folder of this file

MARKER = re.compile(r"^<!-- quote (\S+) -->$", re.MULTILINE)
LANGUAGES = {".c": ("c", "C"), ".py": ("python", "Python"), ".js": ("javascript", "JavaScript"),
             ".vala": ("vala", "Vala")}
COMMENT = re.compile(r"^<!-- .* -->\n", re.MULTILINE)
PART = re.compile(r"^[^\n]*\[quote\][^\n]*\n(.*?)\n[^\n]*\[end quote\]", re.MULTILINE | re.DOTALL)


def code_of(path):
    """The part of a program that is to be quoted, as a fenced block."""
    part = PART.search(path.read_text())
    if part is None:
        sys.exit(f"{path} has no lines [quote] and [end quote]")
    return "\n".join([f"```{LANGUAGES[path.suffix][0]}", part[1], "```"])


def quote(source, name, read):
    """The Markdown for one marker; notes the files that were read."""
    path = source / name
    if path.suffix == ".md":
        read.append(path)
        return COMMENT.sub("", path.read_text())
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
#main table { margin-bottom: 1em; }
#main td code { word-break: normal; overflow-wrap: break-word; }
.languages { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.5em; }
.languages h4 { margin-bottom: 0.5em; }
.languages pre { font-size: 75%; white-space: pre-wrap; overflow-wrap: break-word; }
@media (max-width: 1100px) { .languages { grid-template-columns: minmax(0, 1fr); } }
</style>
"""


def main():
    source, page, output, depfile = map(pathlib.Path, sys.argv[1:])
    read = [page]
    text = MARKER.sub(lambda match: quote(source, match[1], read),
                      escape_page(page.read_text()))
    output.write_text(f"{text}\n{STYLE}")
    depfile.write_text(f"{output.name}: {' '.join(map(str, read))}\n")


if __name__ == "__main__":
    main()
