/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib-win32.h>

#include <windows.h>

#include "../util.h"

G_BEGIN_DECLS

/* What the tests of pipes share. Each test leaves as many handles as it found. */

typedef struct
{
  guint n_handles;
} Counted;

#define ADD(path, data, func)                                                                      \
  g_test_add (path, Counted, data, counted_set_up, func, counted_tear_down)

static inline void
counted_set_up (Counted *self, gconstpointer data G_GNUC_UNUSED)
{
  self->n_handles = count_descriptors ();
}

static inline void
counted_tear_down (Counted *self, gconstpointer data G_GNUC_UNUSED)
{
  g_assert_cmpuint (count_descriptors (), ==, self->n_handles);
}

static inline IpcLocalName *
make_name (void)
{
  g_autoptr (GError) error = NULL;
  IpcLocalName *name = ipc_local_name_new_unique ("ipc-glib-test", &error);

  g_assert_no_error (error);
  return name;
}

static inline IpcWin32PipeListener *
make_pipe_listener (void)
{
  g_autoptr (IpcLocalName) name = make_name ();

  return ipc_win32_pipe_listener_new (name);
}

static inline void
listen_on_pipe (IpcWin32PipeListener *listener)
{
  g_autoptr (GError) error = NULL;

  ipc_win32_pipe_listener_listen (listener, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_win32_pipe_listener_get_listening (listener));
}

static inline IpcLocalConnection *
connect_pipe (IpcWin32PipeClient *client, IpcWin32PipeListener *listener)
{
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection = ipc_win32_pipe_client_connect_to (
      client, ipc_win32_pipe_listener_get_name (listener), NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static inline IpcLocalConnection *
accept_pipe (IpcWin32PipeListener *listener)
{
  g_autoptr (GError) error = NULL;
  IpcLocalConnection *connection = ipc_win32_pipe_listener_accept (listener, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* The path that the system knows the name by */
static inline gunichar2 *
make_wide_path (IpcLocalName *name)
{
  GBytes *native = ipc_local_name_get_native (name);
  g_autofree char *text = g_strndup (g_bytes_get_data (native, NULL), g_bytes_get_size (native));
  g_autofree char *path = g_str_has_prefix (text, "\\\\")
                              ? g_strdup (text)
                              : g_strconcat ("\\\\.\\pipe\\", text, NULL);

  return g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
}

G_END_DECLS
