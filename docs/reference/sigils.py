#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keep gi-docgen from changing what is in code: sigils.py GIR OUTPUT

gi-docgen takes @name, %NAME and #Name for links of gtk-doc, in code spans as well, and drops the
first character: `@NAME` would become NAME. Here such spans become HTML in which it finds none.
"""

import html
import pathlib
import re
import sys

SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
SIGIL = re.compile(r"[@%#](?=\w)")


def escape_span(match):
    if not SIGIL.search(match[1]):
        return match[0]
    code = SIGIL.sub(lambda sigil: f"&#{ord(sigil[0])};", html.escape(match[1], quote=False))
    return f"<code>{code}</code>"


def escape_page(text):
    """The text of a page in Markdown; blocks of code stay as they are."""
    lines, inside = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
        lines.append(line if inside else SPAN.sub(escape_span, line))
    return "\n".join(lines)


def escape_gir(text):
    """All documentation in a GIR file."""
    def escape_doc(match):
        return match[1] + html.escape(escape_page(html.unescape(match[2])), quote=False) + match[3]
    return re.sub(r"(<doc\b[^>]*>)(.*?)(</doc>)", escape_doc, text, flags=re.DOTALL)


def main():
    gir, output = map(pathlib.Path, sys.argv[1:])
    output.write_text(escape_gir(gir.read_text()))


if __name__ == "__main__":
    main()
