// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// demo-server.js PIPE: the server of the demo as Node.js has it, without this library.

const net = require('net');

net.createServer(client => {
  let said = '';
  client.on('data', data => {
    said += data;
    if (!said.includes('\n'))
      return;
    process.stdout.write(said);
    client.end('Hello! I am written for Node.js.\n');
  });
}).listen(process.argv[2]);
