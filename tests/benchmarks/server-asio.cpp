/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asio, standalone: a session holds itself by a shared_ptr, as Asio's own examples do. */

#include "server.h"

#include <asio.hpp>
#include <memory>
#include <vector>

using asio::local::stream_protocol;

static constexpr std::size_t echo_size = 1024;

class Session : public std::enable_shared_from_this<Session>
{
public:
  Session (stream_protocol::socket socket, const Server &server)
      : socket_ (std::move (socket)), server_ (server),
        data_ (server.work == SERVER_ECHO ? echo_size : server.size)
  {
  }

  void next ()
  {
    if (server_.work == SERVER_SOURCE)
      write (data_.size ());
    else
      read ();
  }

private:
  void read ()
  {
    socket_.async_read_some (asio::buffer (data_),
                             [self = shared_from_this ()] (asio::error_code error, std::size_t n) {
                               if (error)
                                 return;
                               if (self->server_.work == SERVER_SINK)
                                 self->read ();
                               else
                                 self->write (n);
                             });
  }

  void write (std::size_t size)
  {
    asio::async_write (socket_, asio::buffer (data_.data (), size),
                       [self = shared_from_this ()] (asio::error_code error, std::size_t) {
                         if (!error)
                           self->next ();
                       });
  }

  stream_protocol::socket socket_;
  const Server &server_;
  std::vector<char> data_;
};

static void
accept (stream_protocol::acceptor &acceptor, const Server &server)
{
  acceptor.async_accept ([&] (asio::error_code error, stream_protocol::socket socket) {
    if (!error)
      std::make_shared<Session> (std::move (socket), server)->next ();
    accept (acceptor, server);
  });
}

int
main (int argc, char **argv)
{
  Server server;

  server_begin (&server, argc, argv);
  /* One thread: Asio leaves its locks away when told so. */
  asio::io_context context (1);
  stream_protocol::acceptor acceptor (context, stream_protocol::endpoint (server.path));
  accept (acceptor, server);
  server_ready ();
  context.run ();
  return 0;
}
