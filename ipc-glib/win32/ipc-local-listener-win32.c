/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "../ipc-debug-private.h"
#include "ipc-local-name-win32-private.h"
#include "ipc-pipe-instance-private.h"
#include "ipc-pipe-peek-private.h"
#include "ipc-win32-security-descriptor-private.h"

/* So many instances of the pipe wait for a client at once, and so many more may have one that is
 * not accepted yet, where nobody has said how many. */
#define SPARE_INSTANCES 4
#define USUAL_BACKLOG 128

/* Where the system gives no more instances, nothing tells when it does again. */
#define NO_INSTANCE_RETRY_MS 20

/* How long to close waits for the thread of the port, which is busy for a moment at most. */
#define CLOSE_TIME G_TIME_SPAN_SECOND

/* A client's place: an instance that waits for it. */
typedef struct
{
  IpcOverlapped operation;
  IpcEndpoint *endpoint; /* counted */
  IpcHandle *handle;     /* (owned), entered */
} Spare;

struct _IpcEndpoint
{
  gatomicrefcount ref_count;
  IpcPipeOptions options;
  char *path;                           /* (owned) */
  char *text;                           /* (owned): the name, for messages */
  IpcWin32SecurityDescriptor *security; /* (owned) (nullable) */
  IpcAccess access;
  guint most; /* that wait for a client, or to be accepted */
  GMutex lock;
  GCond spare_ended;
  IpcHandle *handle; /* (owned) (nullable): tells that somebody is there; before it listens none */
  GPtrArray *spares; /* of Spare */
  GQueue ready;      /* of IpcHandle (owned) */
  gboolean closed;
};

static void top_up (IpcEndpoint *self);

gboolean
_ipc_endpoint_supports (IpcSocketType socket_type)
{
  return socket_type == IPC_SOCKET_TYPE_STREAM || socket_type == IPC_SOCKET_TYPE_MESSAGE;
}

IpcEndpoint *
_ipc_endpoint_new_for_pipe (const IpcPipeOptions *options, int backlog)
{
  IpcEndpoint *self = g_new0 (IpcEndpoint, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->options = *options;
  self->options.path = self->path = g_strdup (options->path);
  self->text = g_strdup (options->path);
  self->access = IPC_ACCESS_USER;
  self->most = backlog < 0 ? USUAL_BACKLOG : (guint) MIN (backlog, G_MAXINT - 1) + 1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->spare_ended);
  self->spares = g_ptr_array_new ();
  g_queue_init (&self->ready);
  return self;
}

IpcEndpoint *
_ipc_endpoint_new (const IpcListenOptions *options)
{
  g_autofree char *path = _ipc_local_name_dup_pipe_path (options->name);
  IpcPipeOptions pipe;
  IpcEndpoint *self;

  if (options->pipe != NULL)
    pipe = *(const IpcPipeOptions *) options->pipe;
  else
    _ipc_pipe_options_init (&pipe, path, options->socket_type);
  if (options->send_buffer_size > 0)
    pipe.output_buffer = MIN (options->send_buffer_size, G_MAXINT32);
  self = _ipc_endpoint_new_for_pipe (&pipe, options->backlog);
  self->access = options->access;
  g_free (self->text);
  self->text = _ipc_local_listener_dup_text (options);
  return self;
}

static void
endpoint_unref (IpcEndpoint *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_clear_pointer (&self->security, ipc_win32_security_descriptor_unref);
  g_ptr_array_unref (self->spares);
  g_queue_clear_full (&self->ready, (GDestroyNotify) _ipc_handle_unref);
  g_cond_clear (&self->spare_ended);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self->text);
  g_free (self);
}

void
_ipc_endpoint_free (IpcEndpoint *self)
{
  _ipc_endpoint_close (self);
  endpoint_unref (self);
}

/* Instances. What follows runs under the lock. */

static void
take_client (IpcEndpoint *self, IpcHandle *handle)
{
  g_queue_push_tail (&self->ready, handle);
  _ipc_handle_set_has_input (self->handle, TRUE);
}

static void
spare_free (Spare *self)
{
  endpoint_unref (self->endpoint);
  g_free (self);
}

static void
spare_cb (IpcOverlapped *operation, DWORD error, DWORD n_bytes G_GNUC_UNUSED)
{
  Spare *spare = (Spare *) operation;
  IpcEndpoint *self = spare->endpoint;

  _ipc_handle_leave (spare->handle);
  g_mutex_lock (&self->lock);
  g_ptr_array_remove_fast (self->spares, spare);
  if (error == 0 && !self->closed)
    take_client (self, spare->handle);
  else
    _ipc_handle_unref (spare->handle);
  top_up (self);
  g_cond_broadcast (&self->spare_ended);
  g_mutex_unlock (&self->lock);
  spare_free (spare);
}

/* Of a client that was gone before the instance waited for it: what it has sent is read, and else
 * nobody has to know. */
static gboolean
has_left_something (HANDLE system)
{
  IpcPipeWaiting waiting;

  return _ipc_pipe_peek (system, NULL, 0, NULL, &waiting) == 0 && waiting.n_bytes > 0;
}

/* Has the instance wait for a client; takes it. 0, or a GetLastError (). */
static DWORD
add_spare (IpcEndpoint *self, IpcHandle *handle)
{
  Spare *spare = g_new0 (Spare, 1);
  HANDLE system = _ipc_handle_enter (handle, NULL);
  DWORD error = 0;
  gboolean alive;

  _ipc_overlapped_init (&spare->operation, spare_cb);
  spare->endpoint = self;
  g_atomic_ref_count_inc (&self->ref_count);
  spare->handle = handle;
  g_ptr_array_add (self->spares, spare);
  if (!_ipc_win32_calls.connect_named_pipe (system, &spare->operation.system))
    error = GetLastError ();
  if (error == ERROR_IO_PENDING)
    return 0;

  /* Done at once: no packet comes. */
  g_ptr_array_remove_fast (self->spares, spare);
  spare_free (spare);
  alive = error == 0 || error == ERROR_PIPE_CONNECTED ||
          (error == ERROR_NO_DATA && has_left_something (system));
  _ipc_handle_leave (handle);
  if (alive)
    take_client (self, handle);
  else
    _ipc_handle_unref (handle);
  return alive || error == ERROR_NO_DATA ? 0 : error;
}

static DWORD
add_instance (IpcEndpoint *self, gboolean first)
{
  HANDLE system = _ipc_pipe_instance_create (&self->options, first);
  IpcHandle *handle;
  DWORD error;

  if (system == NULL)
    return GetLastError ();
  handle = _ipc_handle_new_for_pipe (system, _ipc_pipe_options_get_traits (&self->options), NULL);
  if (handle != NULL)
    return add_spare (self, handle);
  error = GetLastError ();
  CloseHandle (system);
  return error;
}

static void
top_up (IpcEndpoint *self)
{
  while (!self->closed && self->spares->len < SPARE_INSTANCES &&
         self->spares->len + self->ready.length < self->most)
    {
      DWORD error = add_instance (self, FALSE);

      if (error != 0)
        {
          g_debug ("no more instances of %s: %lu", self->path, error);
          break;
        }
    }
}

/* Who has come is accepted, though its packet is still to be seen. */
static gboolean
somebody_has_come (IpcEndpoint *self)
{
  for (guint i = 0; i < self->spares->len; i++)
    {
      Spare *spare = self->spares->pdata[i];
      IpcPipeWaiting waiting;
      DWORD code = _ipc_pipe_peek (_ipc_handle_peek_system (spare->handle), NULL, 0, NULL,
                                   &waiting);

      if (code == 0 || code == ERROR_BROKEN_PIPE)
        return TRUE;
    }
  return FALSE;
}

static gboolean
wait_for_port (IpcEndpoint *self)
{
  gint64 end = g_get_monotonic_time () + CLOSE_TIME;

  return g_cond_wait_until (&self->spare_ended, &self->lock, end);
}

/* Listening */

static void
set_listen_error (IpcEndpoint *self, DWORD code, GError **error)
{
  if (code == ERROR_ACCESS_DENIED || code == ERROR_PIPE_BUSY)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                 "Can’t listen on %s: somebody else does", self->text);
  else
    _ipc_win32_set_error (error, code, "Can’t listen on %s", self->text);
}

static gboolean
check_path (IpcEndpoint *self, GError **error)
{
  if (!_ipc_pipe_path_is_remote (self->path))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Can’t listen on %s: it is the pipe of another machine", self->text);
  return FALSE;
}

static gboolean
make_security (IpcEndpoint *self, GError **error)
{
  if (self->options.security != NULL || self->access == IPC_ACCESS_USER)
    return TRUE;
  if (self->access == IPC_ACCESS_GROUP)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Windows has no group that a process runs as");
      return FALSE;
    }
  self->security = ipc_win32_security_descriptor_new_for_access (self->access, error);
  if (self->security == NULL)
    return FALSE;
  self->options.security = _ipc_win32_security_descriptor_peek (self->security);
  return TRUE;
}

IpcAttempt
_ipc_endpoint_listen (IpcEndpoint *self, int *retry_ms G_GNUC_UNUSED, GError **error)
{
  DWORD code;

  if (!check_path (self, error) || !make_security (self, error))
    return IPC_ATTEMPT_FAILED;
  if (self->handle == NULL)
    self->handle = _ipc_handle_new_bare ();
  g_mutex_lock (&self->lock);
  code = add_instance (self, TRUE);
  if (code == 0)
    top_up (self);
  g_mutex_unlock (&self->lock);

  if (code != 0)
    {
      set_listen_error (self, code, error);
      return IPC_ATTEMPT_FAILED;
    }
  g_debug ("listen: %s", self->text);
  return IPC_ATTEMPT_DONE;
}

IpcHandle *
_ipc_endpoint_get_handle (IpcEndpoint *self)
{
  return self->handle;
}

/* Accepting */

/* (nullable) */
static IpcHandle *
pop_client (IpcEndpoint *self)
{
  IpcHandle *handle;

  g_mutex_lock (&self->lock);
  if (self->ready.length == 0 && !self->closed && somebody_has_come (self))
    wait_for_port (self);
  handle = g_queue_pop_head (&self->ready);
  if (handle != NULL)
    top_up (self);
  /* Only here and under the lock: else one that comes just now might be forgotten. */
  if (self->ready.length == 0)
    _ipc_handle_set_has_input (self->handle, FALSE);
  g_mutex_unlock (&self->lock);
  return handle;
}

static gboolean
has_no_spare (IpcEndpoint *self)
{
  gboolean result;

  g_mutex_lock (&self->lock);
  top_up (self);
  result = self->spares->len == 0 && self->ready.length == 0;
  g_mutex_unlock (&self->lock);
  return result;
}

IpcAttempt
_ipc_endpoint_accept (IpcEndpoint *self,
                      IpcHandle **accepted,
                      IpcPeerCredentials **credentials G_GNUC_UNUSED,
                      int *retry_ms,
                      GError **error)
{
  IpcHandle *handle;

  if (_ipc_handle_is_closed (self->handle))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The listener is closed");
      return IPC_ATTEMPT_FAILED;
    }
  handle = pop_client (self);
  if (handle != NULL)
    {
      if (_ipc_debug_is_on ())
        g_debug ("accept: %s", self->text);
      *accepted = handle;
      return IPC_ATTEMPT_DONE;
    }
  if (has_no_spare (self))
    *retry_ms = NO_INSTANCE_RETRY_MS;
  return IPC_ATTEMPT_AGAIN;
}

/* Closing */

static void
withdraw_spares (IpcEndpoint *self)
{
  for (guint i = 0; i < self->spares->len; i++)
    {
      Spare *spare = self->spares->pdata[i];

      CancelIoEx (_ipc_handle_peek_system (spare->handle), &spare->operation.system);
    }
  while (self->spares->len > 0 && wait_for_port (self))
    ;
}

void
_ipc_endpoint_close (IpcEndpoint *self)
{
  GQueue ready = G_QUEUE_INIT;

  g_mutex_lock (&self->lock);
  if (!self->closed)
    {
      self->closed = TRUE;
      withdraw_spares (self);
      ready = self->ready;
      g_queue_init (&self->ready);
    }
  g_mutex_unlock (&self->lock);

  g_queue_clear_full (&ready, (GDestroyNotify) _ipc_handle_unref);
  if (self->handle == NULL || _ipc_handle_is_closed (self->handle))
    return;
  g_debug ("close: %s", self->text);
  _ipc_handle_close (self->handle);
}
