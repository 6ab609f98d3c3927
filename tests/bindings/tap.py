# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the functions called test_… of a module and reports in TAP."""

import sys
import traceback


class Skip(Exception):
    pass


def run(namespace):
    tests = [item for key, item in namespace.items() if key.startswith('test_')]
    failed = False
    print(f'1..{len(tests)}', flush=True)
    for number, test in enumerate(tests, 1):
        name = test.__name__[len('test_'):].replace('_', '-')
        try:
            test()
        except Skip as reason:
            print(f'ok {number} {name} # SKIP {reason}', flush=True)
        except BaseException:  # a KeyboardInterrupt is a failure too
            failed = True
            for line in traceback.format_exc().splitlines():
                print('#', line)
            print(f'not ok {number} {name}', flush=True)
        else:
            print(f'ok {number} {name}', flush=True)
    sys.exit(failed)
