#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run gi-docgen and drop the rows of its pages that would be links to nowhere:
generate.py OUTPUT-FOLDER COMMAND…

The table of the front page has a row for a website and one for a page to browse the source on,
whether a project has them or not.
"""

import pathlib
import re
import subprocess
import sys

EMPTY_ROW = re.compile(r'\s*<tr><td><em>[^<]*</em></td><td><a href=""[^>]*></a></td></tr>')


def main():
    folder, *command = sys.argv[1:]
    status = subprocess.run(command).returncode
    if status:
        sys.exit(status)
    for page in pathlib.Path(folder).rglob("*.html"):
        text = page.read_text()
        if EMPTY_ROW.search(text):
            page.write_text(EMPTY_ROW.sub("", text))


if __name__ == "__main__":
    main()
