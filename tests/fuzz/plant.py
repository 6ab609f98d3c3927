#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Break one check in a copy of a source file, for a fuzzer that has to find it.

Usage: plant.py SOURCE OUTPUT RIGHT WRONG
"""

import pathlib
import sys

source, output, right, wrong = sys.argv[1:]
text = pathlib.Path(source).read_text()
if text.count(right) != 1:
    sys.exit(f"{source} has {text.count(right)} times “{right}”, not once")
pathlib.Path(output).write_text(text.replace(right, wrong))
