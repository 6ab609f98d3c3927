// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the tests in JavaScript share; tap.py is its twin.

import System from 'system';

export function assert(condition, words = 'assertion failed') {
    if (!condition)
        throw new Error(words);
}

// Runs what returns or what promises.
export async function fails(domain, code, func) {
    try {
        await func();
    } catch (error) {
        assert(error.matches?.(domain, code), `another error: ${error}`);
        return error;
    }
    throw new Error('it did not fail');
}

export function text(bytes) {
    return new TextDecoder().decode(bytes.toArray());
}

// Runs the tests, named by their keys, and ends the program with 1 when one fails. afterEach may
// fail a test as well.
export async function run(tests, {afterEach = () => {}, cleanUp = () => {}} = {}) {
    let failed = false;
    let number = 0;

    print(`1..${Object.keys(tests).length}`);
    for (const [name, test] of Object.entries(tests)) {
        number++;
        try {
            await test();
            afterEach();
            print(`ok ${number} ${name}`);
        } catch (error) {
            failed = true;
            print(`# ${error}\n# ${error.stack?.trim().replaceAll('\n', '\n# ')}`);
            print(`not ok ${number} ${name}`);
        }
    }
    cleanUp();
    if (failed)
        System.exit(1);
}
