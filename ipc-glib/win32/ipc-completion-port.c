/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-completion-port-private.h"

#include "ipc-pipe-peek-private.h"
#include "ipc-win32-calls-private.h"

static HANDLE port;

static GMutex keys_lock;
static ULONG_PTR last_key;
static GHashTable *forgotten_keys; /* (nullable) */

static gboolean
is_forgotten (ULONG_PTR key)
{
  gboolean result;

  g_mutex_lock (&keys_lock);
  result = forgotten_keys != NULL && g_hash_table_contains (forgotten_keys, (gpointer) key);
  g_mutex_unlock (&keys_lock);
  return result;
}

static gpointer
take_packets (gpointer data G_GNUC_UNUSED)
{
  /* The functions look at pipes; what that takes is not to be missing then. */
  _ipc_pipe_get_event ();
  for (;;)
    {
      OVERLAPPED *overlapped = NULL;
      ULONG_PTR key;
      DWORD n_bytes = 0;
      DWORD error = 0;
      IpcOverlapped *operation;

      if (!GetQueuedCompletionStatus (port, &n_bytes, &key, &overlapped, INFINITE))
        error = GetLastError ();
      if (overlapped == NULL)
        g_error ("The completion port fails: %lu", error);
      if (is_forgotten (key))
        continue;
      operation = (IpcOverlapped *) overlapped;
      operation->func (operation, error, n_bytes);
    }
  return NULL;
}

static HANDLE
get_port (void)
{
  static gsize made;

  if (g_once_init_enter (&made))
    {
      port = CreateIoCompletionPort (INVALID_HANDLE_VALUE, NULL, 0, 1);
      if (port == NULL)
        g_error ("Can’t make a completion port: %lu", GetLastError ());
      _ipc_win32_stay_loaded ();
      g_thread_unref (g_thread_new ("[ipc-glib] port", take_packets, NULL));
      g_once_init_leave (&made, 1);
    }
  return port;
}

void
_ipc_overlapped_init (IpcOverlapped *self, IpcOverlappedFunc func)
{
  *self = (IpcOverlapped){ .func = func };
}

/* FILE_SKIP_SET_EVENT_ON_HANDLE is not set: DisconnectNamedPipe () and others may wait for the
 * handle itself, which would never be signalled. */
ULONG_PTR
_ipc_completion_port_add (HANDLE handle)
{
  ULONG_PTR key;

  g_mutex_lock (&keys_lock);
  key = ++last_key;
  g_mutex_unlock (&keys_lock);
  if (CreateIoCompletionPort (handle, get_port (), key, 0) == NULL ||
      !SetFileCompletionNotificationModes (handle, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS))
    return 0;
  return key;
}

void
_ipc_completion_port_forget (ULONG_PTR key)
{
  g_mutex_lock (&keys_lock);
  if (forgotten_keys == NULL)
    forgotten_keys = g_hash_table_new (NULL, NULL);
  g_hash_table_add (forgotten_keys, (gpointer) key);
  g_mutex_unlock (&keys_lock);
}

void
_ipc_completion_port_post (IpcOverlapped *operation)
{
  if (!PostQueuedCompletionStatus (get_port (), 0, 0, &operation->system))
    g_error ("Can’t post to the completion port: %lu", GetLastError ());
}
