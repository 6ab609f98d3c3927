/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-unix-message-private.h"

/* What the kernel keeps of the send buffer for itself when it looks whether a message fits. */
#define SEND_BUFFER_RESERVE 32

/* Linux keeps most of a message in one piece of memory, and has none larger; beyond it sendmsg(2)
 * fails with ENOBUFS, whatever the send buffer. */
#define KERNEL_MESSAGE_MAX (4 * 1024 * 1024)

gboolean
_ipc_unix_message_fits (gsize size)
{
  return size <= KERNEL_MESSAGE_MAX;
}

gsize
_ipc_unix_message_get_send_buffer (int fd)
{
  int size = 0;
  socklen_t length = sizeof size;

  if (getsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, &length) < 0 || size < 0)
    return 0;
  return size;
}

gboolean
_ipc_unix_message_make_room (int fd, gsize size)
{
  gsize before = _ipc_unix_message_get_send_buffer (fd);
  int wanted;

  if (size > G_MAXINT / 2)
    return FALSE;
  wanted = size + SEND_BUFFER_RESERVE; /* the kernel doubles it */
  return setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted) == 0 &&
         _ipc_unix_message_get_send_buffer (fd) > before;
}

gsize
_ipc_unix_message_get_max_size (void)
{
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int most = G_MAXINT / 2;
  gsize size;

  if (fd < 0)
    return 0;
  /* The kernel takes as much of it as the system allows. */
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &most, sizeof most);
  size = _ipc_unix_message_get_send_buffer (fd);
  close (fd);
  return MIN (size > SEND_BUFFER_RESERVE ? size - SEND_BUFFER_RESERVE : 0, KERNEL_MESSAGE_MAX);
}

void
_ipc_unix_message_set_error (GError **error, int errnum, gsize size)
{
  if (errnum == EMSGSIZE)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                 "A message of %" G_GSIZE_FORMAT " bytes is larger than the %" G_GSIZE_FORMAT
                 " bytes that the system takes",
                 size, _ipc_unix_message_get_max_size ());
  else if (errnum == ETOOMANYREFS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
                 "Can’t send: too many descriptors are on their way already: %s",
                 g_strerror (errnum));
  else if (errnum == ESRCH)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "Can’t send credentials of that process: %s", g_strerror (errnum));
  else
    _ipc_set_error_from_errno (error, errnum, "Can’t send");
}
