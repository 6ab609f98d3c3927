/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-unix-address-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-name-private.h"
#include "ipc-unix-paths-private.h"

#ifdef HAVE_O_PATH
#define OPEN_DIRECTORY (O_PATH | O_DIRECTORY | O_CLOEXEC)
#else
#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#endif

/* @path fits: the caller has seen to it. */
static void
set_path (IpcUnixAddress *self, const char *path)
{
  gsize length = strlen (path);

  g_assert (length <= IPC_UNIX_ADDRESS_MAX_PATH);

  memcpy (self->addr.sun_path, path, length + 1);
  self->length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length + 1);
}

/* A path that is too long has a directory other than "/". */
static int
open_directory (const char *path, const char *base, GError **error)
{
  g_autofree char *dir = g_strndup (path, base - path - 1);
  g_autofree char *display = NULL;
  int errsv;
  int fd;

  do
    fd = open (dir, OPEN_DIRECTORY);
  while (fd < 0 && errno == EINTR);
  if (fd >= 0)
    return fd;

  errsv = errno;
  display = g_filename_display_name (path);
  _ipc_set_error_from_errno (error, errsv, "Can't open the directory of “%s”", display);
  return -1;
}

/* The name was made with a base that fits. */
static gboolean
set_long_path (IpcUnixAddress *self, const char *path, GError **error)
{
  const char *base = strrchr (path, '/') + 1;
  g_autofree char *link = NULL;
  g_autofree char *full = NULL;

  self->dir_fd = open_directory (path, base, error);
  if (self->dir_fd < 0)
    return FALSE;

  link = g_strdup_printf ("%s/%d", _ipc_unix_paths.proc_self_fd, self->dir_fd);
  if (access (link, X_OK) < 0)
    {
      g_autofree char *display = g_filename_display_name (path);
      int errsv = errno;

      _ipc_unix_address_clear (self);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "The path “%s” has %" G_GSIZE_FORMAT " bytes; more than the %" G_GSIZE_FORMAT
                   " that an address holds need “%s”, which can't be used: %s",
                   display, strlen (path), IPC_UNIX_ADDRESS_MAX_PATH, _ipc_unix_paths.proc_self_fd,
                   g_strerror (errsv));
      return FALSE;
    }

  full = g_strdup_printf ("%s/%s", link, base);
  set_path (self, full);
  return TRUE;
}

gboolean
_ipc_unix_address_init (IpcUnixAddress *self, IpcLocalName *name, GError **error)
{
  const char *path = _ipc_local_name_peek_path (name);

  memset (self, 0, sizeof *self);
  self->addr.sun_family = AF_UNIX;
  self->dir_fd = -1;

  if (path == NULL)
    {
      gsize length;
      const guint8 *bytes = g_bytes_get_data (ipc_local_name_get_native (name), &length);

      memcpy (self->addr.sun_path + 1, bytes, length);
      self->length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + length);
      return TRUE;
    }
  if (strlen (path) > IPC_UNIX_ADDRESS_MAX_PATH)
    return set_long_path (self, path, error);

  set_path (self, path);
  return TRUE;
}

void
_ipc_unix_address_clear (IpcUnixAddress *self)
{
  if (self->dir_fd >= 0)
    close (self->dir_fd);
  self->dir_fd = -1;
}

IpcLocalName *
_ipc_unix_address_to_name (const struct sockaddr_un *address, socklen_t length)
{
  gsize size = length > offsetof (struct sockaddr_un, sun_path)
                   ? length - offsetof (struct sockaddr_un, sun_path)
                   : 0;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;

  if (size == 0)
    return NULL;

  if (address->sun_path[0] == '\0')
    {
      bytes = g_bytes_new (address->sun_path + 1, size - 1);
      return ipc_local_name_new_namespaced_bytes (bytes, NULL);
    }

  path = g_strndup (address->sun_path, size);
  if (!g_path_is_absolute (path) || g_str_has_prefix (path, "/proc/"))
    return NULL;
  return ipc_local_name_new_path (path, NULL);
}
