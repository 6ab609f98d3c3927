/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-unix-inbox-private.h"

#include <errno.h>

#include "ipc-kernel-features-private.h"

struct _IpcInbox
{
  IpcHandleData base;
  guint max_fds;        /* atomic */
  gboolean credentials; /* atomic */
  gboolean watching;    /* atomic: never goes back, so that no byte is left uncounted */
  GMutex lock;
  guint64 position; /* the bytes that were received since; this and the rest under the lock */
  GQueue kept;      /* of Kept (owned) */
  guint n_kept_fds;
};

typedef struct
{
  IpcUnixAncillary *ancillary; /* (owned) */
  guint64 offset;
} Kept;

/* Where this thread wants what comes with its reads; it is set for no longer than a call. */
static GPrivate claim;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  ipc_unix_ancillary_unref (kept->ancillary);
  g_free (kept);
}

/* What nobody has taken is closed with the connection. */
static void
inbox_release (IpcHandleData *data, gboolean is_own)
{
  IpcInbox *self = (IpcInbox *) data;

  if (is_own)
    g_mutex_lock (&self->lock);
  g_queue_clear_full (&self->kept, kept_free);
  self->n_kept_fds = 0;
  if (is_own)
    g_mutex_unlock (&self->lock);
}

static void
inbox_free (IpcHandleData *data, gboolean is_own)
{
  IpcInbox *self = (IpcInbox *) data;

  g_queue_clear_full (&self->kept, kept_free);
  if (is_own)
    g_mutex_clear (&self->lock);
  g_free (self);
}

/* An adopted descriptor may have it on already; it takes room then. */
static gboolean
has_credentials (IpcHandle *handle)
{
  int fd = _ipc_handle_enter (handle, NULL);
  gboolean result;

  if (fd < 0)
    return FALSE;
  result = _ipc_control_is_asked (fd);
  _ipc_handle_leave (handle);
  return result;
}

IpcInbox *
_ipc_inbox_get (IpcHandle *handle)
{
  IpcInbox *self = _ipc_inbox_peek (handle);

  if (self != NULL)
    return self;
  self = g_new0 (IpcInbox, 1);
  self->base.release = inbox_release;
  self->base.free = inbox_free;
  self->credentials = has_credentials (handle);
  g_mutex_init (&self->lock);
  g_queue_init (&self->kept);
  return (IpcInbox *) _ipc_handle_add_data (handle, &self->base);
}

/* A pidfd is a descriptor, too: none comes where none are allowed. FALSE with errno. */
static gboolean
ask (IpcInbox *self, int fd)
{
  gboolean credentials = g_atomic_int_get (&self->credentials);

  return _ipc_control_ask (fd, credentials, credentials && g_atomic_int_get (&self->max_fds) > 0);
}

void
_ipc_inbox_set_max_fds (IpcInbox *self, IpcHandle *handle, guint max_fds)
{
  int fd = _ipc_handle_enter (handle, NULL);

  if (fd < 0)
    return;
  g_atomic_int_set (&self->max_fds, max_fds);
  if (max_fds > 0)
    g_atomic_int_set (&self->watching, TRUE);
  if (g_atomic_int_get (&self->credentials))
    ask (self, fd);
  _ipc_handle_leave (handle);
}

guint
_ipc_inbox_get_max_fds (IpcInbox *self)
{
  return g_atomic_int_get (&self->max_fds);
}

gboolean
_ipc_inbox_set_credentials (IpcInbox *self, IpcHandle *handle, gboolean credentials, GError **error)
{
  int fd = _ipc_handle_enter (handle, error);
  gboolean before = g_atomic_int_get (&self->credentials);
  gboolean success;

  if (fd < 0)
    return FALSE;
  g_atomic_int_set (&self->credentials, credentials);
  success = ask (self, fd);
  if (!success)
    {
      _ipc_set_error_from_errno (error, errno, "Can’t ask for credentials");
      g_atomic_int_set (&self->credentials, before);
    }
  _ipc_handle_leave (handle);
  return success;
}

gboolean
_ipc_inbox_get_credentials (IpcInbox *self)
{
  return g_atomic_int_get (&self->credentials);
}

gboolean
_ipc_inbox_is_watching (IpcInbox *self)
{
  return g_atomic_int_get (&self->watching) || g_private_get (&claim) != NULL;
}

/* A peer that goes on sending more than is allowed adds no more than one entry. */
static gboolean
is_told_already (IpcInbox *self)
{
  Kept *last = g_queue_peek_tail (&self->kept);

  return last != NULL && ipc_unix_ancillary_get_fds (last->ancillary) == NULL;
}

static void
keep (IpcInbox *self, IpcControlData *data)
{
  guint n_fds = data->n_fds;
  Kept *kept;

  if (n_fds == 0 && (!data->truncated || is_told_already (self)))
    return;
  kept = g_new (Kept, 1);
  kept->ancillary = _ipc_unix_ancillary_new_received (data);
  kept->offset = self->position - 1;
  g_queue_push_tail (&self->kept, kept);
  self->n_kept_fds += n_fds;
}

/* How many descriptors may come now */
static guint
get_room (IpcInbox *self, gboolean claimed)
{
  guint max_fds = g_atomic_int_get (&self->max_fds);

  if (claimed)
    return max_fds;
  return max_fds > self->n_kept_fds ? max_fds - self->n_kept_fds : 0;
}

static gssize
receive (IpcInbox *self,
         int fd,
         struct msghdr *message,
         int flags,
         guint room,
         IpcControlData *data)
{
  IpcControlBuffer buffer;
  gboolean credentials = g_atomic_int_get (&self->credentials);
  gboolean pidfd = credentials && _ipc_kernel_has (IPC_KERNEL_PASS_PIDFD) &&
                   g_atomic_int_get (&self->max_fds) > 0;
  gssize n;

  _ipc_control_prepare (message, &buffer, pidfd ? IPC_CONTROL_MAX_FDS : room, credentials);
  n = recvmsg (fd, message, flags | _ipc_control_get_receive_flags ());
  if (n > 0)
    _ipc_control_decode (message, room, data);
  return n;
}

gssize
_ipc_inbox_receive (IpcInbox *self, int fd, void *buffer, gsize size, int flags)
{
  IpcUnixAncillary **claimed = g_private_get (&claim);
  struct iovec vector = { .iov_base = buffer, .iov_len = size };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  IpcControlData data;
  gssize n;

  /* Held over the call, which does not wait, so that what comes is kept in its order. */
  g_mutex_lock (&self->lock);
  n = receive (self, fd, &message, flags, get_room (self, claimed != NULL), &data);
  if (n > 0)
    {
      self->position += n;
      if (claimed != NULL)
        *claimed = _ipc_unix_ancillary_new_received (&data);
      else
        {
          data.has_credentials = FALSE;
          data.truncated &= g_atomic_int_get (&self->max_fds) > 0;
          _ipc_control_data_clear_pidfd (&data);
          keep (self, &data);
        }
    }
  g_mutex_unlock (&self->lock);
  return n;
}

IpcUnixAncillary *
_ipc_inbox_take (IpcInbox *self, guint64 *offset)
{
  IpcUnixAncillary *ancillary = NULL;
  Kept *kept;

  g_mutex_lock (&self->lock);
  kept = g_queue_pop_head (&self->kept);
  if (kept != NULL)
    {
      GUnixFDList *fds = ipc_unix_ancillary_get_fds (kept->ancillary);

      ancillary = kept->ancillary;
      *offset = kept->offset;
      self->n_kept_fds -= fds != NULL ? g_unix_fd_list_get_length (fds) : 0;
      g_free (kept);
    }
  g_mutex_unlock (&self->lock);
  return ancillary;
}

void
_ipc_inbox_begin_claim (IpcUnixAncillary **ancillary)
{
  g_assert (g_private_get (&claim) == NULL);
  g_private_set (&claim, ancillary);
}

void
_ipc_inbox_end_claim (void)
{
  g_private_set (&claim, NULL);
}
