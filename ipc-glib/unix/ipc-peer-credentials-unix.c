/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-peer-credentials-unix-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-kernel-features-private.h"

/* All IDs but the last, which means none */
#define N_IDS G_GUINT64_CONSTANT (4294967295)

/* The headers of Debian 12 are older than many kernels they run on. Where the neighbour has the
 * number of the common table, this one has it too. */
#if !defined(SO_PEERPIDFD) && defined(SO_PREFER_BUSY_POLL)
#if SO_PREFER_BUSY_POLL == 69
#define SO_PEERPIDFD 77
#endif
#endif

/* Whether each ID of the system has a number in our user namespace. */
static gboolean
is_map_complete (const char *map)
{
  g_autofree char *file = g_strdup_printf ("/proc/self/%s_map", map);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 n_mapped = 0;

  if (!g_file_get_contents (file, &text, NULL, NULL))
    return FALSE;

  /* Each line: the first number inside, the first outside, how many */
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *count = strrchr (lines[i], ' ');

      if (count != NULL)
        n_mapped += g_ascii_strtoull (count, NULL, 10);
    }

  return n_mapped >= N_IDS;
}

gboolean
_ipc_peer_credentials_is_overflow (guint id, const char *map)
{
  g_autofree char *file = NULL;
  g_autofree char *text = NULL;

  if (id == G_MAXUINT)
    return TRUE;

  /* "nobody" is what the kernel shows for all that have no number here; it is read without being
   * kept since it is needed for this one ID only. */
  file = g_strdup_printf ("/proc/sys/kernel/overflow%s", map);
  if (!g_file_get_contents (file, &text, NULL, NULL))
    return id == 65534;

  return id == g_ascii_strtoull (text, NULL, 10);
}

gboolean
_ipc_peer_credentials_is_ambiguous (guint id, const char *map)
{
  return id == G_MAXUINT || (_ipc_peer_credentials_is_overflow (id, map) && !is_map_complete (map));
}

#ifdef HAVE_SO_PEERCRED
static gboolean
read_credentials (IpcPeerCredentials *self, int fd)
{
  struct ucred cred;
  socklen_t size = sizeof cred;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) < 0)
    return FALSE;

  /* 0 is a process that our pid namespace does not have. */
  self->has_pid = cred.pid > 0;
  self->pid = cred.pid;
  self->uid = cred.uid;
  self->gid = cred.gid;
  return TRUE;
}
#else
static gboolean
read_credentials (IpcPeerCredentials *self, int fd)
{
  uid_t uid;
  gid_t gid;

  if (getpeereid (fd, &uid, &gid) < 0)
    return FALSE;

  self->uid = uid;
  self->gid = gid;
  return TRUE;
}
#endif

/* Reads an option of unknown size; *size 0 and NULL when there is none. */
static void *
read_option (int fd, int option, gsize *size)
{
  socklen_t length = 256;

  while (TRUE)
    {
      g_autofree void *value = g_malloc0 (length);
      socklen_t offered = length;

      if (getsockopt (fd, SOL_SOCKET, option, value, &length) == 0)
        {
          *size = length;
          return g_steal_pointer (&value);
        }
      if (errno != ERANGE || length <= offered)
        break;
    }

  *size = 0;
  return NULL;
}

static void
read_groups (IpcPeerCredentials *self, int fd)
{
#ifdef HAVE_SO_PEERGROUPS
  gsize size;
  g_autofree gid_t *groups = read_option (fd, SO_PEERGROUPS, &size);

  if (groups == NULL)
    return;

  self->has_groups = TRUE;
  self->groups = g_new (guint, size / sizeof (gid_t) + 1);
  for (gsize i = 0; i < size / sizeof (gid_t); i++)
    if (!_ipc_peer_credentials_is_ambiguous (groups[i], "gid"))
      self->groups[self->n_groups++] = groups[i];
#endif
}

static void
read_label (IpcPeerCredentials *self, int fd)
{
#ifdef HAVE_SO_PEERSEC
  gsize size;
  g_autofree char *label = read_option (fd, SO_PEERSEC, &size);

  /* Some security modules count a NUL byte, some don't. */
  if (label != NULL)
    self->label = g_strndup (label, size);
  if (self->label != NULL && !g_utf8_validate (self->label, -1, NULL))
    g_clear_pointer (&self->label, g_free);
#endif
}

IpcPeerCredentials *
_ipc_peer_credentials_new_for_fd (int fd, GError **error)
{
  g_autoptr (IpcPeerCredentials) self = _ipc_peer_credentials_new ();

  if (!read_credentials (self, fd))
    {
      _ipc_set_error_from_errno (error, errno, "Can't read the credentials of the peer");
      return NULL;
    }
  self->has_uid = !_ipc_peer_credentials_is_ambiguous (self->uid, "uid");
  self->has_gid = !_ipc_peer_credentials_is_ambiguous (self->gid, "gid");
  read_groups (self, fd);
  read_label (self, fd);

  return g_steal_pointer (&self);
}

int
_ipc_peer_credentials_open_pidfd (int fd)
{
#ifdef SO_PEERPIDFD
  int pidfd = -1;
  socklen_t size = sizeof pidfd;

  if (!_ipc_kernel_has (IPC_KERNEL_PEER_PIDFD))
    return -1;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0)
    return pidfd;
  if (errno == ENOPROTOOPT)
    _ipc_kernel_lacks (IPC_KERNEL_PEER_PIDFD);
#endif

  return -1;
}

gboolean
_ipc_peer_credentials_platform_is_same_user (IpcPeerCredentials *self)
{
  return self->has_uid && self->uid == geteuid ();
}

gboolean
_ipc_peer_credentials_platform_is_root (IpcPeerCredentials *self)
{
  return self->has_uid && self->uid == 0;
}

gboolean
_ipc_peer_credentials_platform_is_same_group (IpcPeerCredentials *self)
{
  guint our_group = getegid ();

  /* Our own may be one that has no number here. */
  if (_ipc_peer_credentials_is_ambiguous (our_group, "gid"))
    return FALSE;
  if (self->has_gid && self->gid == our_group)
    return TRUE;
  for (gsize i = 0; i < self->n_groups; i++)
    if (self->groups[i] == our_group)
      return TRUE;

  return FALSE;
}

char *
_ipc_peer_credentials_platform_look_up_user_name (IpcPeerCredentials *self)
{
  return NULL;
}
