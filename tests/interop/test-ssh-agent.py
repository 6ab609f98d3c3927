#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ssh-agent, asked for its identities by our client; see draft-miller-ssh-agent."""

import os
import struct
import subprocess

from tap import LIMIT, TOOL, main, same

REQUEST_IDENTITIES = 11
IDENTITIES_ANSWER = 12


def ask(place, env):
    """Asks as a client does, and reads the answer by its length."""
    client = place.start(TOOL, "connect", env["SSH_AUTH_SOCK"])
    client.stdin.write(struct.pack(">IB", 1, REQUEST_IDENTITIES))
    client.stdin.flush()
    length, = struct.unpack(">I", client.stdout.read(4))
    answer = client.stdout.read(length)
    client.stdin.close()
    same((client.stdout.read(), client.wait(LIMIT)), (b"", 0))
    kind, count = struct.unpack(">BI", answer[:5])
    same(kind, IDENTITIES_ANSWER)
    return count, answer[5:]


def identities(place):
    agent = place.start("ssh-agent", "-D", "-a", place.path())
    # It says where it listens once it does.
    agent.stdout.readline()
    env = {**os.environ, "SSH_AUTH_SOCK": place.path()}
    same(ask(place, env), (0, b""))

    key = place.path("key")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ours", "-f", key],
                   check=True, timeout=LIMIT)
    subprocess.run(["ssh-add", "-q", key], check=True, env=env, timeout=LIMIT)
    count, answer = ask(place, env)
    same(count, 1)
    assert b"ssh-ed25519" in answer and b"ours" in answer, answer

    probe = subprocess.run([TOOL, "probe", place.path()], stdout=subprocess.PIPE, check=True)
    # An agent lets only root look into it.
    assert probe.stdout.startswith(b"live"), probe
    same(str(agent.pid).encode() in probe.stdout, os.geteuid() == 0)


main([identities])
