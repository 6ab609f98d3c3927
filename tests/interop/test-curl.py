#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""curl --unix-socket and --abstract-unix-socket: small HTTP answers. It can't listen."""

import os

from tap import LIMIT, main, same

# Reads the request up to its empty line, and answers with the path that was asked for.
SERVER = r"""
read -r method path version
while read -r line && [ "$line" != "$(printf '\r')" ]; do :; done
text="you asked for $path"
printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' ${#text} "$text"
"""


def get(place, option, name, path):
    # Nothing of the machine's own settings: no proxy, no .curlrc
    curl = place.start("curl", "-q", "--noproxy", "*", "--silent", "--show-error", "--fail",
                       option, name, "http://localhost" + path)
    output, errors = curl.communicate(timeout=LIMIT)
    same((curl.returncode, errors), (0, b""))
    return output.decode()


def a_socket_file(place):
    place.listen(place.path(), "--keep-open", "--exec", "sh", "-c", SERVER)
    for number in range(5):
        same(get(place, "--unix-socket", place.path(), f"/{number}"), f"you asked for /{number}")


def an_abstract_name(place):
    name = place.abstract()
    place.listen(name, "--keep-open", "--exec", "sh", "-c", SERVER)
    same(get(place, "--abstract-unix-socket", name[1:], "/x"), "you asked for /x")


def a_long_upload(place):
    file = place.path("file")
    with open(file, "wb") as stream:
        stream.write(os.urandom(1 << 20))
    place.listen(place.path(), "--exec", "sh", "-c",
                 r"""
while read -r line && [ "$line" != "$(printf '\r')" ]; do :; done
sum=$(head -c 1048576 | cksum)
printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' ${#sum} "$sum"
""")
    curl = place.start("curl", "-q", "--noproxy", "*", "--silent", "--show-error",
                       "--header", "Expect:", "--data-binary", "@" + file,
                       "--unix-socket", place.path(), "http://localhost/")
    output = curl.communicate(timeout=LIMIT)[0]
    expected = place.start("cksum", stdin=open(file, "rb")).communicate()[0]
    same(output, expected.strip())


main([a_socket_file, an_abstract_name, a_long_upload])
