// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// demo-client.js PIPE: a client of the demo as Node.js has it, without this library.

// [quote]
const net = require('net');

let answer = '';
const deadline = Date.now() + 10000;

function connect() {
  const client = net.connect(process.argv[2]);
  client.on('connect', () => client.write('Hello, I am a client in Node.js.\n'));
  client.on('data', data => { answer += data; });
  client.on('close', () => { process.stdout.write(answer); });
  client.on('error', error => {
    if (!['ENOENT', 'EBUSY'].includes(error.code) || Date.now() > deadline)
      throw error;
    setTimeout(connect, 50);
  });
}
connect();
// [end quote]
