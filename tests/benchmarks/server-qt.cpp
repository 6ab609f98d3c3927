/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Qt: QLocalServer under the loop that Qt has on Debian, which is GLib's. */

#include "server.h"

#include <QCoreApplication>
#include <QLocalServer>
#include <QLocalSocket>

static void
fill (QLocalSocket *socket, const QByteArray &block)
{
  /* Qt buffers without a limit: no more than some blocks are left to it at once. */
  while (socket->bytesToWrite () < 16 * block.size ())
    socket->write (block);
}

static void
serve (const Server &server, QLocalSocket *socket, const QByteArray &block)
{
  QObject::connect (socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
  if (server.work == SERVER_SOURCE)
    {
      QObject::connect (socket, &QLocalSocket::bytesWritten, socket,
                        [socket, &block] { fill (socket, block); });
      fill (socket, block);
      return;
    }
  QObject::connect (socket, &QLocalSocket::readyRead, socket, [socket, &server] {
    QByteArray data = socket->readAll ();

    if (server.work == SERVER_ECHO)
      socket->write (data);
  });
}

int
main (int argc, char **argv)
{
  QCoreApplication application (argc, argv);
  QLocalServer listener;
  Server server;

  server_begin (&server, argc, argv);
  const QByteArray block (static_cast<qsizetype> (server.size), '\0');
  QObject::connect (&listener, &QLocalServer::newConnection, &listener, [&] {
    while (QLocalSocket *socket = listener.nextPendingConnection ())
      serve (server, socket, block);
  });
  listener.setListenBacklogSize (4096);
  listener.setMaxPendingConnections (4096);
  if (!listener.listen (QString::fromUtf8 (server.path)))
    server_die (server.path);
  server_ready ();
  return application.exec ();
}
