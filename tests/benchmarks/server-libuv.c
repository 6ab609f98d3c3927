/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libuv: uv_pipe_t, with one buffer for all, and uv_try_write() before uv_write(). */

#include "server.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

static Server self;
static char *block;

static void
closed_cb (uv_handle_t *handle)
{
  free (handle);
}

static void
drop (uv_stream_t *stream)
{
  if (!uv_is_closing ((uv_handle_t *) stream))
    uv_close ((uv_handle_t *) stream, closed_cb);
}

static void write_block (uv_stream_t *stream, const char *data, size_t size);

static void
written_cb (uv_write_t *request, int status)
{
  uv_stream_t *stream = request->handle;

  free (request->data);
  free (request);
  if (status < 0)
    drop (stream);
  else if (self.work == SERVER_SOURCE)
    write_block (stream, block, self.size);
}

/* What could not be written at once; a source goes on in written_cb(). */
static void
write_later (uv_stream_t *stream, const char *data, size_t size)
{
  uv_write_t *request = (uv_write_t *) calloc (1, sizeof *request);
  uv_buf_t buffer;

  request->data = malloc (size);
  memcpy (request->data, data, size);
  buffer = uv_buf_init ((char *) request->data, (unsigned) size);
  if (uv_write (request, stream, &buffer, 1, written_cb) < 0)
    drop (stream);
}

static void
write_block (uv_stream_t *stream, const char *data, size_t size)
{
  for (;;)
    {
      uv_buf_t buffer = uv_buf_init ((char *) data, (unsigned) size);
      int n = uv_try_write (stream, &buffer, 1);

      if (n < 0 && n != UV_EAGAIN)
        {
          drop (stream);
          return;
        }
      if (n != (int) size)
        {
          n = n < 0 ? 0 : n;
          write_later (stream, data + n, size - (size_t) n);
          return;
        }
      if (self.work != SERVER_SOURCE)
        return;
    }
}

static void
alloc_cb (uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
  (void) handle;
  (void) suggested;
  *buffer = uv_buf_init (block, (unsigned) self.size);
}

static void
read_cb (uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
  if (n < 0)
    drop (stream);
  else if (n > 0 && self.work == SERVER_ECHO)
    write_block (stream, buffer->base, (size_t) n);
}

static void
connection_cb (uv_stream_t *listener, int status)
{
  uv_pipe_t *client = (uv_pipe_t *) calloc (1, sizeof *client);

  uv_pipe_init (listener->loop, client, 0);
  if (status < 0 || uv_accept (listener, (uv_stream_t *) client) < 0)
    drop ((uv_stream_t *) client);
  else if (self.work == SERVER_SOURCE)
    write_block ((uv_stream_t *) client, block, self.size);
  else
    uv_read_start ((uv_stream_t *) client, alloc_cb, read_cb);
}

int
main (int argc, char **argv)
{
  uv_loop_t *loop = uv_default_loop ();
  uv_pipe_t listener;

  server_begin (&self, argc, argv);
  block = (char *) calloc (1, self.size);
  uv_pipe_init (loop, &listener, 0);
  if (uv_pipe_bind (&listener, self.path) < 0 ||
      uv_listen ((uv_stream_t *) &listener, 4096, connection_cb) < 0)
    server_die (self.path);
  server_ready ();
  return uv_run (loop, UV_RUN_DEFAULT);
}
