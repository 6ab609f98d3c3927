/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc-local-name-private.h"
#include "ipc-unix-reclaim-private.h"

/* Who has bound a name. To ask the socket itself would mean to connect, which its owner would see;
 * so the tables of the system are read, where there are any. See proc_net (5) and proc_pid_fd (5).
 */

/* The name as the table prints it: NULs as @, an abstract one after an @. */
static GBytes *
printed_name (IpcLocalName *name)
{
  GBytes *native = ipc_local_name_get_native (name);
  GByteArray *printed = g_byte_array_new ();
  gsize length;
  const guint8 *bytes = g_bytes_get_data (native, &length);

  if (!_ipc_local_name_has_path (name))
    g_byte_array_append (printed, (const guint8 *) "@", 1);
  g_byte_array_append (printed, bytes, length);
  for (guint i = 0; i < printed->len; i++)
    if (printed->data[i] == 0)
      printed->data[i] = '@';

  return g_byte_array_free_to_bytes (printed);
}

/* Num RefCount Protocol Flags Type St Inode Path; 0 unless the line tells of a socket that has
 * bound that name itself, and has the type (0: any). One that was accepted shows its listener's;
 * it is connected, as is a datagram socket from the moment that anyone has connected to it. */
static guint64
parse_line (const char *line, gsize length, GBytes *printed, int wanted_type)
{
  gsize name_length;
  const char *name = g_bytes_get_data (printed, &name_length);
  unsigned int type, state;
  unsigned long inode;
  int end = 0;

  if (length < name_length + 1 || line[length - name_length - 1] != ' ' ||
      memcmp (line + length - name_length, name, name_length) != 0)
    return 0;
  if (sscanf (line, "%*x: %*x %*x %*x %x %x %lu %n", &type, &state, &inode, &end) != 3 || end <= 0)
    return 0;
  if (state != 1 && type != SOCK_DGRAM)
    return 0;
  if (wanted_type != 0 && (int) type != wanted_type)
    return 0;
  return (gsize) end + name_length == length ? inode : 0;
}

/* Counts the sockets that have @name; the inode is the last one's. */
static gboolean
search_table (IpcLocalName *name, int type, guint *n_found, guint64 *found, GError **error)
{
  g_autoptr (GBytes) printed = printed_name (name);
  g_autofree char *table = NULL;
  gsize length;

  if (!g_file_get_contents ("/proc/net/unix", &table, &length, error))
    return FALSE;

  *n_found = 0;
  for (char *line = table, *end; line < table + length; line = end + 1)
    {
      guint64 inode;

      end = memchr (line, '\n', table + length - line);
      if (end == NULL)
        break;
      *end = '\0';
      inode = parse_line (line, end - line, printed, type);
      if (inode != 0)
        {
          *found = inode;
          *n_found += 1;
        }
    }
  return TRUE;
}

/* The inode of the one socket that has @name; 0 when there is none, or more than one. */
static guint64
find_inode (IpcLocalName *name, int type)
{
  guint64 inode = 0;
  guint n_found = 0;

  return search_table (name, type, &n_found, &inode, NULL) && n_found == 1 ? inode : 0;
}

gboolean
_ipc_unix_find_bound (IpcLocalName *name, gboolean *bound, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;
  guint64 inode;
  guint n_found;

  if (search_table (name, 0, &n_found, &inode, &reason))
    {
      *bound = n_found > 0;
      return TRUE;
    }

  text = _ipc_local_name_display (name);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Can't tell whether %s is in use: %s",
               text, reason->message);
  return FALSE;
}

static gboolean
process_has (const char *pid, const char *link)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", pid);
  DIR *directory = opendir (path);
  struct dirent *entry;
  gboolean found = FALSE;
  char target[64];

  if (directory == NULL)
    return FALSE;

  while (!found && (entry = readdir (directory)) != NULL)
    {
      ssize_t length = readlinkat (dirfd (directory), entry->d_name, target, sizeof target - 1);

      if (length > 0)
        {
          target[length] = '\0';
          found = strcmp (target, link) == 0;
        }
    }

  closedir (directory);
  return found;
}

gint64
_ipc_unix_find_owner (IpcLocalName *name, int type)
{
  g_autofree char *link = NULL;
  guint64 inode = find_inode (name, _ipc_local_name_has_path (name) ? 0 : type);
  struct dirent *entry;
  gint64 pid = 0;
  DIR *directory;

  if (inode == 0)
    return 0;
  directory = opendir ("/proc");
  if (directory == NULL)
    return 0;

  link = g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]", inode);
  while (pid == 0 && (entry = readdir (directory)) != NULL)
    if (g_ascii_isdigit (entry->d_name[0]) && process_has (entry->d_name, link))
      pid = g_ascii_strtoll (entry->d_name, NULL, 10);

  closedir (directory);
  return pid;
}
