#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Relaying loses nothing: 4 GiB with a checksum on both ends, and both directions at once."""

import os
import subprocess
import threading
import zlib

from tap import SLOW, TOOL, main, same

LIMIT = 600
BLOCK = 1 << 20
AMOUNT = (256 << 20) if SLOW else (4 << 30)


class Writer(threading.Thread):
    """Writes blocks that all differ."""

    def __init__(self, stream, amount, seed):
        super().__init__()
        self.stream = stream
        self.blocks = amount // BLOCK
        self.noise = os.urandom(BLOCK - 16)
        self.seed = seed
        self.sum = 0
        self.amount = 0

    def run(self):
        with self.stream:
            for number in range(self.blocks):
                block = self.noise + b"%08d%08d" % (self.seed, number)
                self.sum = zlib.crc32(block, self.sum)
                self.amount += len(block)
                self.stream.write(block)


class Reader(threading.Thread):
    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.sum = 0
        self.amount = 0

    def run(self):
        buffer = memoryview(bytearray(BLOCK))
        while True:
            count = self.stream.raw.readinto(buffer)
            if not count:
                break
            self.sum = zlib.crc32(buffer[:count], self.sum)
            self.amount += count


def relay(place, *pairs):
    for thread in [thread for pair in pairs for thread in pair]:
        thread.start()
    for writer, reader in pairs:
        writer.join()
        reader.join()
        same((reader.amount, reader.sum), (writer.amount, writer.sum))
    for program in place.programs:
        same(program.wait(LIMIT), 0)


def relays_four_gibibytes(place):
    server = place.listen(place.path(), stdin=subprocess.DEVNULL)
    client = place.start(TOOL, "connect", place.path())
    relay(place, (Writer(client.stdin, AMOUNT, 1), Reader(server.stdout)))


def relays_both_directions_at_once(place):
    server = place.listen(place.path())
    client = place.start(TOOL, "connect", place.path())
    relay(place, (Writer(client.stdin, AMOUNT // 16, 2), Reader(server.stdout)),
          (Writer(server.stdin, AMOUNT // 16, 3), Reader(client.stdout)))


def relays_messages(place):
    server = place.listen(place.path(), "--message")
    client = place.start(TOOL, "connect", place.path(), "--message")
    relay(place, (Writer(client.stdin, AMOUNT // 64, 4), Reader(server.stdout)),
          (Writer(server.stdin, AMOUNT // 64, 5), Reader(client.stdout)))


def a_full_output_holds_up_only_its_direction(place):
    """The client's output is not read while the other direction goes on."""
    server = place.listen(place.path())
    client = place.start(TOOL, "connect", place.path())
    back = Writer(server.stdin, 64 * BLOCK, 6)
    back.start()
    forth, reader = Writer(client.stdin, 64 * BLOCK, 7), Reader(server.stdout)
    forth.start()
    reader.start()
    # It ends only if it is relayed while back is stuck: nobody has read a byte of that yet.
    forth.join()
    reader.join()
    same((reader.amount, reader.sum), (forth.amount, forth.sum))
    assert back.is_alive(), "the output was never full"
    late = Reader(client.stdout)
    late.start()
    back.join()
    late.join()
    same((late.amount, late.sum), (back.amount, back.sum))
    same((server.wait(LIMIT), client.wait(LIMIT)), (0, 0))


main([relays_four_gibibytes, relays_both_directions_at_once, relays_messages,
      a_full_output_holds_up_only_its_direction])
