/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "ipc-local-channel-private.h"

/* Receiving messages. A message is cut off where the buffer ends, so that somebody has to know its
 * size before it is taken: to look costs a call for each message. Where they follow each other one
 * call tells how many bytes wait in all, and none of the messages that wait can be larger: they are
 * taken with one call each. All this runs under receive_lock. */

/* Small ones in a row, none of which had to be waited for, make it worth to count what waits. */
#define WORTH_COUNTING 2

/* What is known to be no larger is received here and then copied; not what is as large as this. */
#define WORTH_COPYING (16 * 1024)

/* More than any message that Linux carries on usual pages. It takes memory only as far as messages
 * have reached in it. */
#define SCRATCH_SIZE (8 * 1024 * 1024)

static GPrivate scratch = G_PRIVATE_INIT (g_free);

static gboolean
have_scratch (void)
{
  if (g_private_get (&scratch) == NULL)
    g_private_set (&scratch, g_try_malloc (SCRATCH_SIZE));
  return g_private_get (&scratch) != NULL;
}

static IpcAttempt
peek_message (IpcLocalChannel *self, gsize *size, GError **error)
{
  gsize most = (gsize) g_atomic_pointer_get (&self->max_message_size);
  IpcAttempt outcome = self->ops->peek_size (self->handle, size, error);

  if (outcome != IPC_ATTEMPT_DONE || *size <= most)
    return outcome;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               "A message of %" G_GSIZE_FORMAT " bytes is larger than the %" G_GSIZE_FORMAT
               " bytes that “max-message-size” allows",
               *size, most);
  return IPC_ATTEMPT_FAILED;
}

static void
forget (IpcLocalChannel *self)
{
  self->n_known = 0;
  self->n_small = 0;
}

/* A message of @size has been taken. */
static void
note (IpcLocalChannel *self, gsize size)
{
  if (size >= WORTH_COPYING)
    forget (self);
  else
    {
      self->n_known -= MIN (self->n_known, size);
      self->n_small = MIN (self->n_small + 1, WORTH_COUNTING);
    }
}

static IpcAttempt
take (IpcLocalChannel *self, void *buffer, gsize size, gsize *n_read, GError **error)
{
  IpcAttempt outcome;

  if (self->ops->receive_message == NULL)
    return self->ops->receive (self->handle, buffer, size, n_read, error);

  outcome = self->ops->receive_message (self->handle, buffer, size, n_read, error);
  if (outcome != IPC_ATTEMPT_DONE || *n_read <= size)
    return outcome;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "A message of %" G_GSIZE_FORMAT
               " bytes was cut off: somebody else has taken the one "
               "before it from the same connection",
               *n_read);
  return IPC_ATTEMPT_FAILED;
}

static IpcAttempt
take_new (IpcLocalChannel *self, gsize size, GBytes **message, GError **error)
{
  g_autofree guint8 *buffer = g_try_malloc (size);
  IpcAttempt outcome;
  gsize n = 0;

  if (buffer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "No memory for a message of %" G_GSIZE_FORMAT " bytes", size);
      return IPC_ATTEMPT_FAILED;
    }
  outcome = take (self, buffer, size, &n, error);
  if (outcome == IPC_ATTEMPT_DONE)
    *message = g_bytes_new_take (g_steal_pointer (&buffer), n);
  return outcome;
}

static IpcAttempt
look_and_take (IpcLocalChannel *self,
               void *buffer,
               gsize size,
               gsize *n_read,
               GBytes **message,
               GError **error)
{
  gsize length = 0;
  IpcAttempt outcome = peek_message (self, &length, error);

  if (outcome != IPC_ATTEMPT_DONE)
    forget (self);
  if (outcome != IPC_ATTEMPT_DONE || length == 0)
    return outcome; /* an empty message stays, and stays the end */

  if (length <= size)
    outcome = take (self, buffer, size, n_read, error);
  else
    outcome = take_new (self, length, message, error);
  if (outcome == IPC_ATTEMPT_DONE)
    note (self, length);
  return outcome;
}

/* Whether no message that waits is larger than what n_known says, and none too large. */
static gboolean
know (IpcLocalChannel *self)
{
  gsize most = MIN ((gsize) g_atomic_pointer_get (&self->max_message_size), SCRATCH_SIZE);
  gsize n_known = self->n_known;

  if (n_known == 0)
    {
      if (self->n_small < WORTH_COUNTING || self->ops->count_waiting == NULL)
        return FALSE;
      n_known = self->ops->count_waiting (self->handle);
    }
  if (n_known == 0 || n_known > most || !have_scratch ())
    {
      forget (self);
      return FALSE;
    }
  self->n_known = n_known;
  return TRUE;
}

static IpcAttempt
take_known (IpcLocalChannel *self,
            void *buffer,
            gsize size,
            gsize *n_read,
            GBytes **message,
            GError **error)
{
  gboolean direct = size >= self->n_known;
  guint8 *place = direct ? buffer : g_private_get (&scratch);
  gsize n = 0;
  IpcAttempt outcome = take (self, place, direct ? size : SCRATCH_SIZE, &n, error);

  if (outcome != IPC_ATTEMPT_DONE)
    {
      forget (self);
      return outcome;
    }
  if (n == 0)
    {
      /* Bytes wait behind it: it was an empty message, and is the end. */
      self->ended = TRUE;
      _ipc_handle_set_has_input (self->handle, TRUE);
      return IPC_ATTEMPT_DONE;
    }

  note (self, n);
  if (n > size)
    *message = g_bytes_new (place, n);
  else
    {
      *n_read = n;
      if (!direct)
        memcpy (buffer, place, n);
    }
  return IPC_ATTEMPT_DONE;
}

IpcAttempt
_ipc_local_channel_next_message (IpcLocalChannel *self,
                                 void *buffer,
                                 gsize size,
                                 gsize *n_read,
                                 GBytes **message,
                                 GError **error)
{
  *n_read = 0;
  *message = NULL;
  if (self->ended && !_ipc_handle_is_closed (self->handle))
    return IPC_ATTEMPT_DONE;
  return know (self) ? take_known (self, buffer, size, n_read, message, error)
                     : look_and_take (self, buffer, size, n_read, message, error);
}
