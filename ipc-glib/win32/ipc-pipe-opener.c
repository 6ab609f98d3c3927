/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-pipe-opener-private.h"

/* Opens a pipe once, in a thread. */
typedef struct
{
  gatomicrefcount ref_count; /* ours and the thread's */
  char *path;                /* (owned) */
  IpcPipeOpenOptions options;
  HANDLE token;  /* (owned) (nullable): of who the thread acts as */
  GMutex lock;   /* of what follows */
  HANDLE thread; /* (owned) (nullable) while it is in the system */
  gboolean given_up;
  gboolean done;
  IpcAttempt outcome;
  IpcHandle *handle; /* (owned) (nullable) */
  GError *error;     /* (owned) (nullable) */
} IpcPipeOpener;

static void
opener_unref (IpcPipeOpener *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->path);
  g_clear_pointer (&self->token, CloseHandle);
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* 0, or a GetLastError () */
static DWORD
act_as_token (IpcPipeOpener *self)
{
  if (self->token == NULL || _ipc_win32_calls.set_thread_token (NULL, self->token))
    return 0;
  return GetLastError ();
}

static IpcAttempt
open_pipe (IpcPipeOpener *self, IpcHandle **handle, GError **error)
{
  DWORD code = act_as_token (self);

  if (code == 0)
    return _ipc_pipe_open (self->path, &self->options, handle, error);
  _ipc_win32_set_error (error, code, "Can’t connect to %s as who asks for it", self->path);
  return IPC_ATTEMPT_FAILED;
}

static gpointer
opener_thread (gpointer data)
{
  IpcPipeOpener *self = data;
  IpcAttempt outcome = IPC_ATTEMPT_FAILED;
  IpcHandle *handle = NULL;
  GError *error = NULL;
  HANDLE thread;
  gboolean given_up;

  g_mutex_lock (&self->lock);
  self->thread = OpenThread (THREAD_TERMINATE, FALSE, GetCurrentThreadId ());
  given_up = self->given_up;
  g_mutex_unlock (&self->lock);

  if (!given_up)
    outcome = open_pipe (self, &handle, &error);

  g_mutex_lock (&self->lock);
  self->outcome = outcome;
  self->handle = handle;
  self->error = error;
  self->done = TRUE;
  thread = g_steal_pointer (&self->thread);
  g_mutex_unlock (&self->lock);
  if (thread != NULL)
    CloseHandle (thread);
  opener_unref (self);
  return NULL;
}

/* (nullable) */
static HANDLE
get_own_token (void)
{
  const DWORD access = TOKEN_IMPERSONATE | TOKEN_QUERY;
  HANDLE token;

  return _ipc_win32_calls.open_thread_token (GetCurrentThread (), access, TRUE, &token) ? token
                                                                                        : NULL;
}

static IpcPipeOpener *
opener_new (const char *path, const IpcPipeOpenOptions *options, GError **error)
{
  IpcPipeOpener *self = g_new0 (IpcPipeOpener, 1);
  GThread *thread;

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->options = *options;
  self->token = get_own_token ();
  g_mutex_init (&self->lock);
  g_atomic_ref_count_inc (&self->ref_count);
  _ipc_win32_stay_loaded ();
  thread = g_thread_try_new ("ipc-connect", opener_thread, self, error);
  if (thread == NULL)
    {
      opener_unref (self);
      opener_unref (self);
      return NULL;
    }
  g_thread_unref (thread);
  return self;
}

/* Gives up. */
static void
opener_free (gpointer data)
{
  IpcPipeOpener *self = data;

  g_mutex_lock (&self->lock);
  self->given_up = TRUE;
  if (self->thread != NULL)
    CancelSynchronousIo (self->thread);
  g_mutex_unlock (&self->lock);
  opener_unref (self);
}

static gboolean
opener_is_done (IpcPipeOpener *self)
{
  gboolean done;

  g_mutex_lock (&self->lock);
  done = self->done;
  g_mutex_unlock (&self->lock);
  return done;
}

/* The result, once it is done; once. */
static IpcAttempt
opener_take (IpcPipeOpener *self, IpcHandle **handle, GError **error)
{
  *handle = g_steal_pointer (&self->handle);
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  return self->outcome;
}

IpcAttempt
_ipc_pipe_open_beside (const char *path,
                       const IpcPipeOpenOptions *options,
                       IpcConnectLook *look,
                       IpcHandle **handle,
                       GError **error)
{
  IpcAttempt outcome;

  if (look == NULL || !_ipc_pipe_path_is_remote (path))
    return _ipc_pipe_open (path, options, handle, error);

  if (look->data == NULL)
    *look = (IpcConnectLook){ opener_new (path, options, error), opener_free };
  if (look->data == NULL)
    return IPC_ATTEMPT_FAILED;
  if (!opener_is_done (look->data))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                   "Can’t connect to %s: the other machine does not answer", path);
      return IPC_ATTEMPT_AGAIN;
    }

  outcome = opener_take (look->data, handle, error);
  g_clear_pointer (&look->data, look->free_data);
  return outcome;
}
