#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Check the links of the manual: check-links.py FOLDER [NAMESPACE…]

FOLDER has one folder a namespace. A link within the manual must lead to a file that is there and to
a place in it; one to another manual must be of a namespace that the pages know the address of.
When namespaces are named, only their pages are looked at.
TAP, one test a namespace, one that a broken link is found, and one that code is shown as it was
written (see sigils.py).
"""

import html.parser
import pathlib
import re
import sys
import tempfile
import urllib.parse


class Page(html.parser.HTMLParser):
    """The links of a page, and the places that links may lead to."""

    def __init__(self, path):
        super().__init__()
        self.links = []
        self.places = {""}
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places.update(attributes[key] for key in ("id", "name") if attributes.get(key))
        if tag in ("a", "link") and "data-namespace" in attributes:
            self.links.append((attributes["data-namespace"], attributes.get("data-link", "")))
        elif tag in ("a", "link") and "href" in attributes:
            self.links.append((None, attributes["href"] or ""))
        elif tag in ("img", "script") and attributes.get("src"):
            self.links.append((None, attributes["src"]))


class Manual:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.pages = {}

    def page(self, path):
        if path not in self.pages:
            self.pages[path] = Page(path)
        return self.pages[path]

    def addresses(self, folder):
        """Where the pages of a folder look for other namespaces."""
        script = folder / "urlmap.js"
        text = script.read_text() if script.is_file() else ""
        return dict(re.findall(r"\['(\w+)', '([^']+)'\]", text))

    def fault(self, path, namespace, link):
        """What is wrong with a link of the page at path, or None."""
        if namespace is not None:
            base = self.addresses(path.parent).get(namespace)
            if base is None:
                return f"nobody knows where {namespace} is"
            link = base + link
        if not link:
            return "is empty"
        parts = urllib.parse.urlsplit(link)
        if parts.scheme in ("https", "mailto"):
            return None
        if parts.scheme:
            return "neither of the manual nor https"
        target = path if not parts.path else (path.parent / urllib.parse.unquote(parts.path))
        target = target.resolve()
        if target.is_dir():
            target = target / "index.html"
        if not target.is_file():
            return "leads to no file"
        place = urllib.parse.unquote(parts.fragment)
        if target.suffix == ".html" and place not in self.page(target).places:
            return "leads to no place in its page"
        return None

    def faults(self, folder):
        for path in sorted(folder.rglob("*.html")):
            for namespace, link in self.page(path).links:
                fault = self.fault(path, namespace, link)
                if fault:
                    yield f"{path.relative_to(self.root)}: {link} {fault}"


def finds_broken_links():
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        page.write_text('<a href="gone.html">1</a> <a href="#gone">2</a> <a id="here"></a> '
                        '<a href="page.html#here">fine</a> <a href="http://example.org">3</a> '
                        '<a data-namespace="Gone" data-link="x.html">4</a> <a href="">5</a>')
        return len(list(Manual(folder).faults(pathlib.Path(folder)))) == 5


def keeps_code(root):
    """A name with its @ is on a page of ours and on one that was made of a comment in C."""
    pages = [root / "Ipc" / name for name in ("names.html", "ctor.LocalName.new.html")]
    return all(re.search("<code>(@|&#64;)NAME</code>", page.read_text())
               for page in pages if page.parent.is_dir())


def main():
    manual = Manual(sys.argv[1])
    folders = sorted(path.parent for path in manual.root.glob("Ipc*/index.html"))
    folders = [folder for folder in folders if folder.name in (sys.argv[2:] or [folder.name])]
    verdicts = [(finds_broken_links(), "broken links are found"),
                (bool(folders), "there is a manual"),
                (keeps_code(manual.root), "code is shown as it was written")]
    for folder in folders:
        faults = list(manual.faults(folder))
        for fault in faults:
            print(f"# {fault}")
        verdicts.append((not faults, f"{folder.name}: every link leads somewhere"))
    print(f"1..{len(verdicts)}")
    for number, (fine, text) in enumerate(verdicts, 1):
        print(f"{'ok' if fine else 'not ok'} {number} {text}")
    sys.exit(0 if all(fine for fine, _ in verdicts) else 1)


if __name__ == "__main__":
    main()
