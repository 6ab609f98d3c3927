/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-client-private.h"
#include "ipc-local-name-private.h"
#include "ipc-unix-address-private.h"

static int
system_type (IpcSocketType socket_type)
{
  return socket_type == IPC_SOCKET_TYPE_MESSAGE ? SOCK_SEQPACKET : SOCK_STREAM;
}

static const char *
type_in_words (int type)
{
  switch (type)
    {
    case SOCK_STREAM:
      return "speaks a stream";
    case SOCK_SEQPACKET:
      return "speaks messages";
    default:
      return "takes datagrams";
    }
}

static void
set_wrong_type (GError **error, IpcLocalName *name, int wanted, int found)
{
  g_autofree char *text = _ipc_local_name_display (name);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s %s; this client %s", text,
               type_in_words (found), type_in_words (wanted));
}

/* Returns 0, or the errno. */
static int
connect_fd (int fd, const IpcUnixAddress *address)
{
  int result;

  do
    result = connect (fd, (const struct sockaddr *) &address->addr, address->length);
  while (result < 0 && errno == EINTR);

  return result < 0 ? errno : 0;
}

/* The kernel told that the type is wrong, not which one it is. To connect a datagram socket is
 * nothing that the other side would see. */
static int
find_type_of_file (const IpcUnixAddress *address, int wanted)
{
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int errnum;

  if (fd >= 0)
    {
      errnum = connect_fd (fd, address);
      close (fd);
      if (errnum == 0)
        return SOCK_DGRAM;
    }
  return wanted == SOCK_STREAM ? SOCK_SEQPACKET : SOCK_STREAM;
}

/* The type of what listens at the line that ends at @end, or -1. */
static int
parse_table_line (const char *line, const char *end)
{
  unsigned long flags;
  unsigned int type;
  const unsigned long accepts_connections = 1 << 16;

  if (end - line > 100 || sscanf (line, "%*[0-9a-fA-F]: %*x %*x %lx %x", &flags, &type) != 2)
    return -1;
  return (flags & accepts_connections) != 0 ? (int) type : -1;
}

/* Linux has abstract names for each type, so one that listens with another type is seen only in the
 * kernel's table, where NULs are written as '@'. */
static int
find_type_of_abstract (const IpcUnixAddress *address)
{
  gsize length = address->length - offsetof (struct sockaddr_un, sun_path);
  g_autofree char *needle = g_strdup_printf (" %*s\n", (int) length, "");
  g_autofree char *table = NULL;
  const char *rest, *found;
  gsize size;

  for (gsize i = 0; i < length; i++)
    needle[1 + i] = address->addr.sun_path[i] != '\0' ? address->addr.sun_path[i] : '@';
  if (!g_file_get_contents ("/proc/net/unix", &table, &size, NULL))
    return -1;

  for (rest = table; (found = memmem (rest, table + size - rest, needle, length + 2)) != NULL;
       rest = found + 1)
    {
      const char *newline = memrchr (table, '\n', found - table);
      int type = parse_table_line (newline != NULL ? newline + 1 : table, found);

      if (type >= 0)
        return type;
    }
  return -1;
}

static void
set_error (GError **error, IpcLocalName *name, const IpcUnixAddress *address, int errnum)
{
  g_autofree char *text = _ipc_local_name_display (name);
  const char *path = _ipc_local_name_peek_path (name);
  struct stat status;

  if (path == NULL || ipc_local_name_get_kind (name) == IPC_LOCAL_NAME_KIND_PATH)
    _ipc_set_error_from_errno (error, errnum, "Can't connect to %s", text);
  else
    _ipc_set_error_from_errno (error, errnum, "Can't connect to %s (%s)", text, path);

  if (errnum == ECONNREFUSED && path != NULL && stat (address->addr.sun_path, &status) == 0 &&
      !S_ISSOCK (status.st_mode) && error != NULL)
    g_prefix_error (error, "It is not a socket: ");
}

static void
explain_failure (GError **error,
                 IpcLocalName *name,
                 const IpcUnixAddress *address,
                 int wanted,
                 gboolean thorough,
                 int errnum)
{
  int found = -1;

  if (errnum == EPROTOTYPE)
    found = find_type_of_file (address, wanted);
  else if (errnum == ECONNREFUSED && thorough && _ipc_local_name_peek_path (name) == NULL)
    found = find_type_of_abstract (address);

  if (found >= 0 && found != wanted)
    set_wrong_type (error, name, wanted, found);
  else
    set_error (error, name, address, errnum);
}

static IpcAttempt
connect_to_address (IpcLocalName *name,
                    const IpcUnixAddress *address,
                    int type,
                    gboolean thorough,
                    IpcHandle **handle,
                    GError **error)
{
  int fd = socket (AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int errnum;

  if (fd < 0)
    {
      _ipc_set_error_from_errno (error, errno, "Can't create a socket");
      return IPC_ATTEMPT_FAILED;
    }

  errnum = connect_fd (fd, address);
  if (errnum == 0)
    {
      *handle = _ipc_handle_new_for_fd (fd);
      return IPC_ATTEMPT_DONE;
    }

  close (fd);
  if (errnum == EAGAIN)
    return IPC_ATTEMPT_AGAIN;
  explain_failure (error, name, address, type, thorough, errnum);
  return IPC_ATTEMPT_FAILED;
}

IpcAttempt
_ipc_channel_connect (IpcLocalName *name,
                      IpcSocketType socket_type,
                      gboolean thorough,
                      IpcConnectLook *look G_GNUC_UNUSED,
                      IpcHandle **handle,
                      GError **error)
{
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;

  if (!_ipc_unix_address_init (&address, name, error))
    return IPC_ATTEMPT_FAILED;

  return connect_to_address (name, &address, system_type (socket_type), thorough, handle, error);
}
