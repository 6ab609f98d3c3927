/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <poll.h>

#include "ipc-handle-unix-private.h"
#include "ipc-thread-wake-private.h"

/* Blocking: a thread that waits for a handle. */

#define LOOK_AGAIN_MS 20

/* A thread that blocks in recv(2) is woken when the peer takes what we sent, too, and so has its
 * processor awake when the answer comes: from a peer on another one, it comes a third sooner
 * than with poll(2). One that blocks in send(2) or write(2) comes back once, when all is sent. */
void
_ipc_handle_begin_attempt (IpcHandle *self, GIOCondition condition G_GNUC_UNUSED)
{
  if (_ipc_thread_is_alone ())
    self->may_wait = TRUE;
}

gboolean
_ipc_handle_begin_timed_attempt (IpcHandle *self, GIOCondition condition, int timeout_ms)
{
  if (!_ipc_thread_is_alone () || condition != G_IO_IN || !_ipc_handle_keep_time (self, timeout_ms))
    return FALSE;
  self->may_wait = TRUE;
  return TRUE;
}

void
_ipc_handle_end_attempt (IpcHandle *self)
{
  if (_ipc_thread_is_alone ())
    self->may_wait = FALSE;
}

/* Of each thread; and of a process that has one only, where it is quicker to find. */
static _Thread_local guint n_received;
guint _ipc_handle_n_received_alone;

void
_ipc_handle_note_received_in_thread (void)
{
  n_received++;
}

guint
_ipc_handle_count_received (void)
{
  return _ipc_thread_is_alone () ? _ipc_handle_n_received_alone : n_received;
}

static short
poll_events (GIOCondition condition)
{
  return (condition & G_IO_IN ? POLLIN : 0) | (condition & G_IO_OUT ? POLLOUT : 0);
}

GIOCondition
_ipc_handle_poll (IpcHandle *self, GIOCondition condition)
{
  struct pollfd fd = { .events = poll_events (condition) };
  GIOCondition result = 0;

  if (_ipc_handle_has_input (self))
    result |= condition & G_IO_IN;
  fd.fd = _ipc_handle_enter (self, NULL);
  if (fd.fd < 0)
    return condition;

  if (poll (&fd, 1, 0) > 0)
    {
      if (fd.revents & (POLLERR | POLLHUP | POLLNVAL))
        result |= condition;
      result |= (fd.revents & POLLIN ? G_IO_IN : 0) | (fd.revents & POLLOUT ? G_IO_OUT : 0);
    }
  _ipc_handle_leave (self);
  return result;
}

/* Milliseconds that poll has to wait, rounded up so that the deadline has passed afterwards. */
static int
remaining_ms (gint64 deadline)
{
  gint64 remaining;

  if (deadline < 0)
    return -1;
  remaining = deadline - g_get_monotonic_time ();
  if (remaining <= 0)
    return 0;
  return MIN ((remaining + 999) / 1000, G_MAXINT);
}

static gboolean
poll_until (struct pollfd *fds, guint n_fds, gint64 deadline, GError **error)
{
  for (;;)
    {
      int n = poll (fds, n_fds, remaining_ms (deadline));

      if (n > 0)
        return TRUE;
      if (n == 0 && deadline >= 0 && remaining_ms (deadline) == 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The operation timed out");
          return FALSE;
        }
      if (n < 0 && errno != EINTR)
        {
          _ipc_set_error_from_errno (error, errno, "Can’t wait");
          return FALSE;
        }
    }
}

static void
cancelled_cb (GCancellable *cancellable G_GNUC_UNUSED, gpointer wake)
{
  _ipc_thread_wake_wake (wake);
}

static gboolean
poll_woken (int fd,
            GIOCondition condition,
            IpcThreadWake *wake,
            gint64 deadline,
            GCancellable *cancellable,
            GError **error)
{
  struct pollfd fds[2] = {
    { .fd = _ipc_thread_wake_get_fd (wake), .events = POLLIN },
    { .fd = fd, .events = poll_events (condition) },
  };
  gulong cancelled_id = 0;
  gboolean success;

  if (cancellable != NULL)
    cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), wake, NULL);
  success = poll_until (fds, condition != 0 ? 2 : 1, deadline, error);
  g_cancellable_disconnect (cancellable, cancelled_id);
  if (fds[0].revents != 0)
    _ipc_thread_wake_clear (wake);

  return success;
}

static gboolean
wait_woken (IpcHandle *self,
            GIOCondition condition,
            IpcThreadWake *wake,
            const guint *n_wakes,
            gint64 deadline,
            GCancellable *cancellable,
            GError **error)
{
  gboolean success;
  int fd = -1;

  if (self != NULL)
    {
      fd = _ipc_handle_enter (self, NULL);
      if (fd < 0)
        return TRUE;
      _ipc_handle_join_blocked (self, wake, condition, n_wakes);
    }

  success = poll_woken (fd, condition, wake, deadline, cancellable, error);

  if (self != NULL)
    {
      _ipc_handle_leave_blocked (self, wake, condition);
      _ipc_handle_leave (self);
    }
  return success;
}

/* Nobody else is there to close the handle or to cancel. */
static gboolean
wait_alone (IpcHandle *self, GIOCondition condition, gint64 deadline, GError **error)
{
  struct pollfd fd = { .fd = -1, .events = poll_events (condition) };
  gboolean success;

  if (self != NULL && (fd.fd = _ipc_handle_enter (self, NULL)) < 0)
    return TRUE;
  success = poll_until (&fd, self != NULL && condition != 0 ? 1 : 0, deadline, error);
  if (self != NULL)
    _ipc_handle_leave (self);
  return success;
}

/* Where no descriptor is left to wake us by, we look ourselves: the caller tries again. */
static gboolean
wait_a_while (IpcHandle *self, GIOCondition condition, gint64 deadline, GError **error)
{
  struct pollfd fd = { .fd = -1, .events = poll_events (condition) };
  int timeout = deadline >= 0 ? MIN (remaining_ms (deadline), LOOK_AGAIN_MS) : LOOK_AGAIN_MS;
  int n;

  if (self != NULL && (fd.fd = _ipc_handle_enter (self, NULL)) < 0)
    return TRUE;
  n = poll (&fd, self != NULL && condition != 0 ? 1 : 0, timeout);
  if (self != NULL)
    _ipc_handle_leave (self);

  if (n > 0 || deadline < 0 || remaining_ms (deadline) > 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The operation timed out");
  return FALSE;
}

static gboolean
wait_in_thread (IpcHandle *self,
                GIOCondition condition,
                const guint *n_wakes,
                gint64 deadline,
                GCancellable *cancellable,
                GError **error)
{
  IpcThreadWake *wake;
  gboolean success;

  if (_ipc_thread_is_alone ())
    return wait_alone (self, condition, deadline, error);

  wake = _ipc_thread_wake_get (NULL);
  if (wake != NULL)
    success = wait_woken (self, condition, wake, n_wakes, deadline, cancellable, error);
  else
    success = wait_a_while (self, condition, deadline, error);

  if (success && g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return success;
}

gboolean
_ipc_handle_wait (IpcHandle *self,
                  GIOCondition condition,
                  gint64 deadline,
                  GCancellable *cancellable,
                  GError **error)
{
  if (self != NULL && (condition & G_IO_IN) != 0 && _ipc_handle_has_input (self))
    return TRUE;
  return wait_in_thread (self, condition, NULL, deadline, cancellable, error);
}

gboolean
_ipc_handle_wait_for_wake (IpcHandle *self,
                           guint n_wakes,
                           gint64 deadline,
                           GCancellable *cancellable,
                           GError **error)
{
  return wait_in_thread (self, 0, &n_wakes, deadline, cancellable, error);
}
