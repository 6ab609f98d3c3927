#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""socat: streams, messages (SOCK_SEQPACKET) and abstract names."""

import os

from tap import LIMIT, main, same, tool

BLOB = os.urandom(3 << 20)
PACKET = ",type=5"  # SOCK_SEQPACKET


def socat(place, *arguments):
    # After one end has said all the other one has so many seconds left: more than it needs.
    return place.start("socat", "-t", str(LIMIT), "-b", "65536", *arguments)


def client_ends(place, client):
    output, errors = client.communicate(BLOB, timeout=LIMIT)
    same((client.returncode, errors), (0, b""))
    same(output, BLOB)


def our_client_to_a_stream(place):
    socat(place, f"UNIX-LISTEN:{place.path()}", "EXEC:cat")
    result = tool("connect", place.path(), "--wait", str(LIMIT), stdin=BLOB)
    same((result.returncode, result.stdout), (0, BLOB))


def our_listener_with_a_stream(place):
    place.listen(place.path(), "--exec", "cat")
    client_ends(place, socat(place, "STDIO", f"UNIX-CONNECT:{place.path()}"))


def our_client_to_messages(place):
    socat(place, f"UNIX-LISTEN:{place.path()}{PACKET}", "EXEC:cat")
    result = tool("connect", place.path(), "--message", "--wait", str(LIMIT), stdin=BLOB)
    same((result.returncode, result.stdout), (0, BLOB))


def our_listener_with_messages(place):
    place.listen(place.path(), "--message", "--exec", "cat")
    client_ends(place, socat(place, "STDIO", f"UNIX-CONNECT:{place.path()}{PACKET}"))


def our_client_to_an_abstract_name(place):
    name = place.abstract()
    socat(place, f"ABSTRACT-LISTEN:{name[1:]}", "EXEC:cat")
    result = tool("connect", name, "--wait", str(LIMIT), stdin=BLOB)
    same((result.returncode, result.stdout), (0, BLOB))


def our_listener_on_an_abstract_name(place):
    name = place.abstract()
    place.listen(name, "--exec", "cat")
    client_ends(place, socat(place, "STDIO", f"ABSTRACT-CONNECT:{name[1:]}"))


def the_type_must_match(place):
    socat(place, f"UNIX-LISTEN:{place.path()}{PACKET}", "EXEC:cat")
    # It waits for the listener, not for a listener that fits.
    result = tool("connect", place.path(), "--wait", str(LIMIT))
    same(result.returncode, 9)


main([our_client_to_a_stream, our_listener_with_a_stream, our_client_to_messages,
      our_listener_with_messages, our_client_to_an_abstract_name, our_listener_on_an_abstract_name,
      the_type_must_match])
