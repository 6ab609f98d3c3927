/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-name-win32-private.h"

#include <string.h>

#include <gio/gio.h>
#include <windows.h>

#include <bcrypt.h>

#include "ipc-win32-calls-private.h"
#include "ipc-win32-token-private.h"

#define PREFIX "\\\\.\\pipe\\"
#define PIPE "pipe\\"

/* What the reference of CreateNamedPipe () promises for the whole path, in UTF-16 units */
#define MAX_PATH_UNITS 256

/* Left to "-SID" in users' names, so that a name's length is good or not for every user: accounts
 * of machines, domains, services and virtual machines have SIDs of up to 63 characters. */
#define MAX_SID_SUFFIX 65

gboolean
_ipc_local_name_platform_supports (IpcLocalNameKind kind)
{
  return kind == IPC_LOCAL_NAME_KIND_PATH || kind == IPC_LOCAL_NAME_KIND_NAMESPACED ||
         kind == IPC_LOCAL_NAME_KIND_USER;
}

gboolean
_ipc_local_name_platform_always_supports (IpcLocalNameKind kind)
{
  return _ipc_local_name_platform_supports (kind);
}

/* The paths of pipes lead to no files, but they are paths. */
gboolean
_ipc_local_name_platform_is_file (IpcLocalNameKind kind)
{
  return kind != IPC_LOCAL_NAME_KIND_NAMESPACED;
}

gsize
_ipc_local_name_platform_max_length (IpcLocalNameKind kind)
{
  switch (kind)
    {
    case IPC_LOCAL_NAME_KIND_PATH:
      return MAX_PATH_UNITS;
    case IPC_LOCAL_NAME_KIND_NAMESPACED:
      return MAX_PATH_UNITS - strlen (PREFIX);
    case IPC_LOCAL_NAME_KIND_USER:
      return MAX_PATH_UNITS - strlen (PREFIX) - MAX_SID_SUFFIX;
    default:
      return 0;
    }
}

gsize
_ipc_local_name_platform_measure (const guint8 *bytes, gsize length)
{
  const char *p = (const char *) bytes;
  const char *end = p + length;
  gsize n_units = 0;

  /* What is no text fails for that later. */
  if (!g_utf8_validate (p, (gssize) length, NULL))
    return length;

  for (; p < end; p = g_utf8_next_char (p))
    n_units += g_utf8_get_char (p) > 0xffff ? 2 : 1;
  return n_units;
}

/* Tells why Windows would take @name, what follows `\pipe\`, for another one; NULL when it doesn't.
 */
static const char *
find_problem (const char *name)
{
  const char *end;

  for (; TRUE; name = end + 1)
    {
      end = name + strcspn (name, "\\");
      if (end == name)
        return *end == '\0' ? "names a directory" : "has nothing between two “\\”";
      if (end[-1] == '.' || end[-1] == ' ')
        return "has a part that ends in a dot or a space, which Windows removes";
      if (*end == '\0')
        return NULL;
    }
}

static gboolean
check_name (const char *name, const char *shown, GError **error)
{
  const char *problem = find_problem (name);

  if (problem == NULL)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
               "“%s” can't be a local socket: it %s", shown, problem);
  return FALSE;
}

/* A host is what follows two backslashes, "." being this machine. Names of machines don't begin
 * with a dot, and none of these is in one. */
static gboolean
is_host (const char *host)
{
  return strcmp (host, ".") == 0 ||
         (host[0] != '\0' && host[0] != '.' && strpbrk (host, " \"*/:<>?|") == NULL);
}

/* Takes `\\HOST\pipe\NAME` to pieces; `\\?\` is this machine, too. */
static gboolean
split_path (const char *path, char **host, const char **name)
{
  const char *end;

  if (!g_str_has_prefix (path, "\\\\"))
    return FALSE;
  path += 2;
  end = strchr (path, '\\');
  if (end == NULL || g_ascii_strncasecmp (end + 1, PIPE, strlen (PIPE)) != 0)
    return FALSE;

  *host = end == path + 1 && *path == '?' ? g_strdup (".") : g_strndup (path, end - path);
  *name = end + 1 + strlen (PIPE);
  return is_host (*host);
}

GBytes *
_ipc_local_name_platform_from_path (const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *given = g_strdelimit (g_strdup (path), "/", '\\');
  g_autofree char *host = NULL;
  const char *name;
  char *native;

  if (!g_utf8_validate (path, -1, NULL) || !split_path (given, &host, &name))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is not the path of a pipe, which is " PREFIX "NAME; a name that is good "
                   "on every system is user:NAME",
                   shown);
      return NULL;
    }
  if (!check_name (name, shown, error))
    return NULL;

  native = g_strconcat ("\\\\", host, "\\" PIPE, name, NULL);
  return g_bytes_new_take (native, strlen (native));
}

static const char *
find_problem_of_namespaced (const guint8 *bytes, gsize length)
{
  if (memchr (bytes, '/', length) != NULL)
    return "has a “/”";
  if (memchr (bytes, '\\', length) != NULL)
    return "has a “\\”";
  if (!g_utf8_validate ((const char *) bytes, (gssize) length, NULL))
    return "is not UTF-8";
  if (bytes[length - 1] == '.' || bytes[length - 1] == ' ')
    return "ends in a dot or a space, which Windows removes";
  return NULL;
}

GBytes *
_ipc_local_name_platform_from_namespaced (const guint8 *bytes, gsize length, GError **error)
{
  gboolean has_nul = memchr (bytes, '\0', length) != NULL;
  const char *problem = has_nul ? "has a NUL byte" : find_problem_of_namespaced (bytes, length);
  g_autofree char *shown = NULL;

  if (problem == NULL)
    return g_bytes_new (bytes, length);

  shown = _ipc_local_name_escape (bytes, length, "");
  g_set_error (error, G_IO_ERROR,
               has_nul ? G_IO_ERROR_INVALID_ARGUMENT : G_IO_ERROR_INVALID_FILENAME,
               "“@%s” can't be the name of a pipe: it %s", shown, problem);
  return NULL;
}

GBytes *
_ipc_local_name_platform_from_user (const char *app_id, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  const char *sid;
  gsize length;

  if (app_id != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "Windows has no Flatpak, whose application “%s” could have names", app_id);
      return NULL;
    }
  sid = _ipc_win32_get_own_sid (error);
  if (sid == NULL)
    return NULL;

  path = g_strconcat (PREFIX, name, "-", sid, NULL);
  length = strlen (path);
  if (!_ipc_local_name_check_length (IPC_LOCAL_NAME_KIND_PATH, (const guint8 *) path, length,
                                     error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&path), length);
}

gboolean
_ipc_local_name_platform_random (guint8 *bytes, gsize length, GError **error)
{
  NTSTATUS status = BCryptGenRandom (NULL, bytes, (ULONG) length, BCRYPT_USE_SYSTEM_PREFERRED_RNG);

  if (status >= 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "Can't make a unique name: BCryptGenRandom answers 0x%08lx", (unsigned long) status);
  return FALSE;
}

char *
_ipc_local_name_dup_pipe_path (IpcLocalName *self)
{
  const char *path = _ipc_local_name_peek_path (self);
  GBytes *native = ipc_local_name_get_native (self);
  g_autofree char *name = NULL;

  if (path != NULL)
    return g_strdup (path);
  name = g_strndup (g_bytes_get_data (native, NULL), g_bytes_get_size (native));
  return g_strconcat (PREFIX, name, NULL);
}
