#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every example that stands alone says the same in every language.

Usage: test-examples.py SOURCE-FOLDER BUILD-FOLDER LANGUAGE…
"""

import pathlib
import subprocess
import sys
import tempfile

import tap

SOURCE, BUILD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
EXPECTED = {
    'credentials': 'Welcome\n',
    'echo-async': 'Is anybody there?\n',
    'fifo': 'hello\nquit\n',
    'messages': 'one\ntwo\n',
    'notify-socket': 'ours: STATUS=Starting\nours: READY=1\n',
    'one-handler': 'Hello, neighbour\nHello, stranger\n',
    'pass-fds': 'log\nhello\n',
    'push': '5000000 bytes\n',
    'signals': 'reload\nchild ended with 3\nshut down\n',
    'unnamed-pipe': 'half\nwhole\n',
}
COMMANDS = {
    'c': lambda name: [BUILD / name],
    'vala': lambda name: [BUILD / f'{name}-vala'],
    'python': lambda name: [sys.executable, SOURCE / f'{name}.py'],
    'gjs': lambda name: ['gjs', '-m', SOURCE / f'{name}.js'],
}


# A self-signed certificate and its key, for what is told on its command line
CERTIFICATE = tempfile.NamedTemporaryFile(suffix='.pem')
ARGUMENTS = {'one-handler': [CERTIFICATE.name]}


def make_certificate():
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=localhost', '-days',
                    '2', '-keyout', CERTIFICATE.name, '-out', f'{CERTIFICATE.name}.certificate'],
                   check=True, capture_output=True)
    certificate = pathlib.Path(f'{CERTIFICATE.name}.certificate')
    with open(CERTIFICATE.name, 'a', encoding='ascii') as pem:
        pem.write(certificate.read_text())
    certificate.unlink()


def make_test(name, language):
    def test():
        done = subprocess.run(COMMANDS[language](name) + ARGUMENTS.get(name, []),
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done
        assert done.stdout == EXPECTED[name], done
        assert done.stderr == '', done

    test.__name__ = f'test_{name}_{language}'
    return test


def none_is_forgotten():
    known = set(EXPECTED) | {'demo-client', 'demo-server'}
    suffixes = {'.c', '.py', '.js', '.vala'}
    found = {path.name for path in SOURCE.iterdir() if path.suffix in suffixes}
    assert found == {name + suffix for name in known for suffix in suffixes}, found


make_certificate()
tests = {f'test_{name}_{language}': make_test(name, language)
         for name in EXPECTED for language in sys.argv[3:]}
none_is_forgotten.__name__ = 'test_none_is_forgotten'
tap.run({**tests, 'test_none_is_forgotten': none_is_forgotten})
