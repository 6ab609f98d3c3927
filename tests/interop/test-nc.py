#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""nc, the one of OpenBSD."""

import os
import threading

from tap import LIMIT, TOOL, main, same

BLOB = os.urandom(3 << 20)
ANSWER = os.urandom(1 << 20)


def our_client_to_its_listener(place):
    # -N: the end of its input is told to the peer. The end of ours makes it leave: it comes last.
    server = place.start("nc", "-l", "-N", "-U", place.path())
    client = place.start(TOOL, "connect", place.path(), "--wait", str(LIMIT))
    sender = threading.Thread(target=lambda: (client.stdin.write(BLOB), client.stdin.flush()))
    sender.start()
    same(server.stdout.read(len(BLOB)), BLOB)
    sender.join()
    sender = threading.Thread(target=lambda: (server.stdin.write(ANSWER), server.stdin.close()))
    sender.start()
    same(client.stdout.read(), ANSWER)
    sender.join()
    client.stdin.close()
    same(server.stdout.read(), b"")
    same((client.wait(LIMIT), server.wait(LIMIT)), (0, 0))


def its_client_to_our_listener(place):
    server = place.listen(place.path(), "--exec", "cat")
    client = place.start("nc", "-N", "-U", place.path())
    same(client.communicate(BLOB, timeout=LIMIT)[0], BLOB)
    same((client.wait(LIMIT), server.wait(LIMIT)), (0, 0))


main([our_client_to_its_listener, its_client_to_our_listener])
