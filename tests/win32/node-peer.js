// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Node's side of test-node-peers.py: node-peer.js ROLE PIPE COUNT. What is not as it should be ends
// it with an error.

const assert = require('assert');
const net = require('net');

const [role, path, count] = process.argv.slice(2);
const deadline = Date.now() + 60000;
let left = Number(count);

// An error that is not handled ends the process.
function connect(options, whenConnected) {
  const client = net.connect({ path, ...options });
  client.on('error', error => {
    if (!['ENOENT', 'EBUSY'].includes(error.code) || Date.now() > deadline)
      throw error;
    setTimeout(connect, 50, options, whenConnected);
  });
  client.on('connect', () => {
    client.removeAllListeners('error');
    whenConnected(client);
  });
}

// Sends a MiB and gets it back; ends, and the other side closes then.
function isEchoed(client) {
  const sent = Buffer.alloc(1 << 20, (_, i) => i);
  for (let i = 0; i < sent.length; i++)
    sent[i] = i * 7 + i / 251;
  let received = Buffer.alloc(0);
  client.on('data', data => {
    received = Buffer.concat([received, data]);
    if (received.length >= sent.length)
      client.end();
  });
  client.on('close', hadError => {
    assert(!hadError);
    assert(received.equals(sent));
  });
  client.write(sent);
}

// Is told something, and its end; what it has said is not read. After an end that is only half of
// it nobody reads what it writes.
function isTold(client, halfOpen) {
  let said = '', ended = false;
  client.write('never read');
  client.on('data', data => { said += data; });
  client.on('end', () => {
    ended = true;
    if (halfOpen)
      client.write('too late');
  });
  client.on('error', error => {
    assert(ended && halfOpen, error);
    assert.strictEqual(error.code, 'EPIPE');
  });
  client.on('close', hadError => {
    assert.strictEqual(said, 'bye');
    assert(ended);
    assert.strictEqual(hadError, halfOpen);
  });
}

// Serves so many clients.
function serve(handler) {
  const server = net.createServer(client => {
    handler(client);
    client.on('close', hadError => {
      assert(!hadError);
      if (--left === 0)
        server.close();
    });
  });
  server.listen(path);
}

switch (role) {
  case 'echoes':
    serve(client => client.pipe(client));
    break;
  case 'says-bye':
    serve(client => client.end('bye'));
    break;
  case 'is-echoed':
    for (let i = 0; i < Number(count); i++)
      connect({}, isEchoed);
    break;
  case 'is-told':
    connect({}, client => isTold(client, false));
    break;
  case 'is-told-half-open':
    connect({ allowHalfOpen: true }, client => isTold(client, true));
    break;
  default:
    throw new Error(role);
}
