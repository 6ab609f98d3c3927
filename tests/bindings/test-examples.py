#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every example that stands alone says the same in every language.

Usage: test-examples.py SOURCE-FOLDER BUILD-FOLDER LANGUAGE…, or one of the programs in BUILD-FOLDER

Programs for Windows are run by what meson says in MESON_EXE_WRAPPER, and those that need Unix are
not there; what only Windows has is shown in C.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import tap

SOURCE, BUILD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
if BUILD.is_file():
    BUILD = BUILD.parent
EXPECTED = {
    'credentials': 'Welcome\n',
    'echo-async': 'Is anybody there?\n',
    'fifo': 'hello\nquit\n',
    'messages': 'one\ntwo\n',
    'named-pipe': 'the disk is full\nthe fan is slow\n',
    'notify-socket': 'ours: STATUS=Starting\nours: READY=1\n',
    'one-handler': 'Hello, neighbour\nHello, stranger\n',
    'pass-fds': 'log\nhello\n',
    'push': '5000000 bytes\n',
    'signals': 'reload\nchild ended with 3\nshut down\n',
    'unidirectional': ('The server hears: one\nThe server hears: two\n'
                       'The client hears: three\nThe client hears: four\n'),
    'unnamed-pipe': 'half\nwhole\n',
}
WRAPPER = shlex.split(os.environ.get('MESON_EXE_WRAPPER', ''))
ON_WINDOWS = (BUILD / 'push.exe').exists()
SUFFIX = '.exe' if ON_WINDOWS else ''
FOR_UNIX = {'fifo', 'notify-socket', 'pass-fds', 'signals', 'unnamed-pipe'}
# In C alone
FOR_WINDOWS = {'named-pipe'}
# GIO finds none there.
NEED_TLS = {'one-handler'}
COMMANDS = {
    'c': lambda name: [*WRAPPER, BUILD / f'{name}{SUFFIX}'],
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
        if ON_WINDOWS and name in NEED_TLS:
            raise tap.Skip('GIO has no TLS here')
        done = subprocess.run(COMMANDS[language](name) + ARGUMENTS.get(name, []),
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done
        assert done.stdout == EXPECTED[name], done
        assert done.stderr == '', done

    test.__name__ = f'test_{name}_{language}'
    return test


def end(process):
    """What a process printed, once it has ended well."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0 and errors == '', (process.args, process.returncode, errors)
    return output


def say(command, words):
    """A program that has these words to say."""
    with tempfile.TemporaryFile('w+') as keyboard:
        keyboard.write(words)
        keyboard.seek(0)
        return subprocess.Popen(command, stdin=keyboard, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)


def make_teletype_test(listening, connecting):
    """Two of them talk, whatever they are written in, until one has no more to say."""
    def test():
        with tempfile.TemporaryDirectory() as folder:
            name = f'@{pathlib.Path(folder).name}' if ON_WINDOWS else f'{folder}/teletype'
            server = say([*COMMANDS[listening]('teletype'), 'listen', name], 'Good morning!\n')
            client = say([*COMMANDS[connecting]('teletype'), 'connect', name],
                         'Is anybody there?\nGood night.\nStill there?\n')
            with server, client:
                try:
                    assert end(server) == '> '.join(['Is anybody there?\n', 'Good night.\n', '\n'])
                    assert end(client) == '> Good morning!\n> '
                finally:
                    server.kill()
                    client.kill()

    test.__name__ = f'test_teletype_{listening}_{connecting}'
    return test


def none_is_forgotten():
    known = set(EXPECTED) | {'demo-client', 'demo-server', 'teletype'}
    suffixes = {'.c', '.py', '.js', '.vala'}
    found = {path.name for path in SOURCE.iterdir() if path.suffix in suffixes}
    assert found == {name + suffix for name in known for suffix in suffixes
                     if name not in FOR_WINDOWS or suffix == '.c'}, found


LANGUAGES = sys.argv[3:]
if not ON_WINDOWS:
    make_certificate()
tests = {f'test_{name}_{language}': make_test(name, language)
         for name in EXPECTED if name not in (FOR_UNIX if ON_WINDOWS else FOR_WINDOWS)
         for language in LANGUAGES}
tests |= {f'test_teletype_{one}_{other}': make_teletype_test(one, other)
          for one in LANGUAGES for other in LANGUAGES if 'c' in (one, other)}
none_is_forgotten.__name__ = 'test_none_is_forgotten'
tap.run({**tests, 'test_none_is_forgotten': none_is_forgotten})
