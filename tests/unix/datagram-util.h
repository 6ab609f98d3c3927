/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the tests of datagrams share. */

#include "listener-util.h"

#include "../descriptors.h"
#include "../util.h"

static inline IpcUnixDatagram *
bind_to (IpcLocalName *name)
{
  g_autoptr (GError) error = NULL;
  IpcUnixDatagram *datagram = ipc_unix_datagram_new ();

  ipc_unix_datagram_bind (datagram, name, NULL, &error);
  g_assert_no_error (error);
  return datagram;
}

static inline IpcUnixDatagram *
bind_auto (void)
{
  g_autoptr (GError) error = NULL;
  IpcUnixDatagram *datagram = ipc_unix_datagram_new ();

  ipc_unix_datagram_autobind (datagram, &error);
  g_assert_no_error (error);
  return datagram;
}

static inline IpcLocalName *
make_abstract_name (void)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autoptr (GError) error = NULL;
  IpcLocalName *name = ipc_local_name_new_namespaced (uuid, &error);

  g_assert_no_error (error);
  return name;
}

static inline IpcUnixDatagram *
aim_at (IpcLocalName *name)
{
  g_autoptr (GError) error = NULL;
  IpcUnixDatagram *datagram = ipc_unix_datagram_new ();

  ipc_unix_datagram_set_destination (datagram, name, &error);
  g_assert_no_error (error);
  return datagram;
}

static inline GBytes *
make_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static inline void
post_text (IpcUnixDatagram *sender, IpcLocalName *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_bytes (text);

  if (name != NULL)
    ipc_unix_datagram_send_to (sender, name, bytes, NULL, &error);
  else
    ipc_unix_datagram_send (sender, bytes, NULL, &error);
  g_assert_no_error (error);
}

static inline void
assert_bytes (GBytes *bytes, const GError *error, const char *text)
{
  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static inline void
assert_takes (IpcUnixDatagram *receiver, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ipc_unix_datagram_receive (receiver, NULL, &error);

  assert_bytes (bytes, error, text);
}

static inline void
assert_empty (IpcUnixDatagram *receiver)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_unix_datagram_try_receive (receiver, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Sends until the receiver is full; how many it took. */
static inline guint
fill (IpcUnixDatagram *sender, IpcLocalName *name)
{
  g_autoptr (GBytes) bytes = make_bytes ("filling");
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (name != NULL ? ipc_unix_datagram_try_send_to (sender, name, bytes, &error)
                      : ipc_unix_datagram_try_send (sender, bytes, &error))
    n++;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (n, >, 0);
  return n;
}

static inline void
iterate_for_ms (int ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (200);
}
