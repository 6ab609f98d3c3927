/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-unix-control-message-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "ipc-kernel-features-private.h"

/* The headers of Debian 12 are older than many kernels they run on. Where the neighbour has the
 * number of the common table, this one has it too. */
#if !defined(SO_PASSPIDFD) && defined(SO_PREFER_BUSY_POLL)
#if SO_PREFER_BUSY_POLL == 69
#define SO_PASSPIDFD 76
#endif
#endif
#if !defined(SCM_PIDFD) && defined(__linux__)
#define SCM_PIDFD 4
#endif

/* Receiving */

int
_ipc_control_get_receive_flags (void)
{
#ifdef HAVE_MSG_CMSG_CLOEXEC
  return MSG_CMSG_CLOEXEC;
#else
  return 0;
#endif
}

/* Where the system has no flag for it, this is as early as can be. */
static void
set_close_on_exec (int fd G_GNUC_UNUSED)
{
#ifndef HAVE_MSG_CMSG_CLOEXEC
  fcntl (fd, F_SETFD, FD_CLOEXEC);
#endif
}

void
_ipc_control_prepare (struct msghdr *message,
                      IpcControlBuffer *buffer,
                      guint max_fds,
                      gboolean credentials)
{
  gsize size = 0;

  max_fds = MIN (max_fds, IPC_CONTROL_MAX_FDS);
  if (max_fds > 0)
    size += CMSG_SPACE (sizeof (int) * (credentials ? IPC_CONTROL_MAX_FDS : max_fds));
#ifdef HAVE_STRUCT_UCRED
  /* Without descriptors it fits exactly, so that none can come instead. */
  if (credentials)
    size += CMSG_SPACE (sizeof (struct ucred));
#endif
  if (credentials && max_fds > 0)
    size += CMSG_SPACE (sizeof (int)) + CMSG_SPACE (IPC_CONTROL_LABEL_MAX);

  g_assert (size <= sizeof buffer->bytes);
  message->msg_control = size > 0 ? buffer->bytes : NULL;
  message->msg_controllen = size;
}

static void
decode_fds (const char *numbers, gsize size, guint max_fds, IpcControlData *data)
{
  for (gsize i = 0; i + sizeof (int) <= size; i += sizeof (int))
    {
      int fd;

      memcpy (&fd, numbers + i, sizeof fd);
      if (fd < 0)
        continue;
      if (data->n_fds < max_fds)
        {
          set_close_on_exec (fd);
          data->fds[data->n_fds++] = fd;
        }
      else
        {
          close (fd);
          data->truncated = TRUE;
        }
    }
}

#ifdef SCM_PIDFD
static void
decode_pidfd (const char *number, gsize size, IpcControlData *data)
{
  int fd;

  if (size < sizeof fd)
    return;
  /* The kernel puts an error number there when it has no descriptor to give. */
  memcpy (&fd, number, sizeof fd);
  if (fd >= 0 && data->pidfd < 0)
    data->pidfd = fd;
  else if (fd >= 0)
    close (fd);
}
#endif

#ifdef HAVE_STRUCT_UCRED
static void
decode_credentials (const char *bytes, gsize size, IpcControlData *data)
{
  struct ucred cred;

  if (size < sizeof cred)
    return;
  memcpy (&cred, bytes, sizeof cred);
  data->credentials = (IpcControlCredentials){ cred.pid, cred.uid, cred.gid };
  data->has_credentials = TRUE;
}
#endif

static void
decode_one (int type, const char *bytes, gsize size, guint max_fds, IpcControlData *data)
{
  switch (type)
    {
    case SCM_RIGHTS:
      decode_fds (bytes, size, max_fds, data);
      break;
#ifdef HAVE_STRUCT_UCRED
    case SCM_CREDENTIALS:
      decode_credentials (bytes, size, data);
      break;
#endif
#ifdef SCM_PIDFD
    case SCM_PIDFD:
      decode_pidfd (bytes, size, data);
      break;
#endif
    default:
      break;
    }
}

/* CMSG_NXTHDR trusts the lengths that it finds; this does not, and reads nothing in place. */
void
_ipc_control_decode (const struct msghdr *message, guint max_fds, IpcControlData *data)
{
  const gsize header_size = CMSG_LEN (0);
  const char *bytes = message->msg_control;
  gsize left = bytes != NULL ? message->msg_controllen : 0;

  data->n_fds = 0;
  data->pidfd = -1;
  data->has_credentials = FALSE;
  data->truncated = (message->msg_flags & MSG_CTRUNC) != 0;
  max_fds = MIN (max_fds, IPC_CONTROL_MAX_FDS);

  while (left >= header_size)
    {
      struct cmsghdr header;
      gsize length;

      memcpy (&header, bytes, sizeof header);
      length = header.cmsg_len;
      if (length < header_size || length > left)
        break;
      if (header.cmsg_level == SOL_SOCKET)
        decode_one (header.cmsg_type, bytes + header_size, length - header_size, max_fds, data);

      /* The padding behind the last one may be missing. */
      length = MIN (CMSG_SPACE (length - header_size), left);
      bytes += length;
      left -= length;
    }
}

void
_ipc_control_data_clear_pidfd (IpcControlData *data)
{
  if (data->pidfd >= 0)
    close (data->pidfd);
  data->pidfd = -1;
}

void
_ipc_control_data_clear (IpcControlData *data)
{
  for (guint i = 0; i < data->n_fds; i++)
    close (data->fds[i]);
  data->n_fds = 0;
  _ipc_control_data_clear_pidfd (data);
}

/* Sending */

static void
add_one (struct msghdr *message, int type, const void *bytes, gsize size)
{
  char *place = (char *) message->msg_control + message->msg_controllen;
  struct cmsghdr header = {
    .cmsg_len = CMSG_LEN (size),
    .cmsg_level = SOL_SOCKET,
    .cmsg_type = type,
  };

  /* Nothing of our memory is told in the padding. */
  memset (place, 0, CMSG_SPACE (size));
  memcpy (place, &header, sizeof header);
  memcpy (place + CMSG_LEN (0), bytes, size);
  message->msg_controllen += CMSG_SPACE (size);
}

static gboolean
add_credentials (struct msghdr *message, const IpcControlCredentials *credentials, GError **error)
{
#ifdef HAVE_STRUCT_UCRED
  struct ucred cred = {
    .pid = credentials->pid,
    .uid = credentials->uid,
    .gid = credentials->gid,
  };

  (void) error;
  add_one (message, SCM_CREDENTIALS, &cred, sizeof cred);
  return TRUE;
#else
  (void) message;
  (void) credentials;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "This system can’t send credentials");
  return FALSE;
#endif
}

gboolean
_ipc_control_encode (struct msghdr *message,
                     IpcControlBuffer *buffer,
                     const int *fds,
                     guint n_fds,
                     const IpcControlCredentials *credentials,
                     GError **error)
{
  message->msg_control = NULL;
  message->msg_controllen = 0;
  if (n_fds > IPC_CONTROL_MAX_FDS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "%u descriptors; the system takes %d at once", n_fds, IPC_CONTROL_MAX_FDS);
      return FALSE;
    }
  if (n_fds == 0 && credentials == NULL)
    return TRUE;

  message->msg_control = buffer->bytes;
  if (n_fds > 0)
    add_one (message, SCM_RIGHTS, fds, n_fds * sizeof *fds);
  return credentials == NULL || add_credentials (message, credentials, error);
}

/* Options */

static gboolean
set_option (int fd, int option, gboolean value)
{
  int on = value != FALSE;

  return setsockopt (fd, SOL_SOCKET, option, &on, sizeof on) == 0;
}

static void
ask_for_pidfd (int fd G_GNUC_UNUSED, gboolean pidfd G_GNUC_UNUSED)
{
#ifdef SO_PASSPIDFD
  if (!_ipc_kernel_has (IPC_KERNEL_PASS_PIDFD))
    return;
  if (!set_option (fd, SO_PASSPIDFD, pidfd) && errno == ENOPROTOOPT)
    _ipc_kernel_lacks (IPC_KERNEL_PASS_PIDFD);
#endif
}

gboolean
_ipc_control_ask (int fd, gboolean credentials, gboolean pidfd)
{
#ifdef SO_PASSCRED
  if (!set_option (fd, SO_PASSCRED, credentials))
    {
      errno = errno == ENOPROTOOPT ? EOPNOTSUPP : errno;
      return FALSE;
    }
  ask_for_pidfd (fd, pidfd);
  return TRUE;
#else
  (void) fd;
  (void) pidfd;
  errno = EOPNOTSUPP;
  return !credentials;
#endif
}

gboolean
_ipc_control_is_asked (int fd)
{
#ifdef SO_PASSCRED
  int on = 0;
  socklen_t length = sizeof on;

  return getsockopt (fd, SOL_SOCKET, SO_PASSCRED, &on, &length) == 0 && on != 0;
#else
  (void) fd;
  return FALSE;
#endif
}
