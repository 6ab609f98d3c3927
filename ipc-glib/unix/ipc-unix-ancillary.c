/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <ipc-glib-unix.h>

#include <fcntl.h>
#include <unistd.h>

#include "ipc-peer-credentials-unix-private.h"
#include "ipc-unix-ancillary-private.h"

/**
 * IpcUnixAncillary:
 *
 * What travels over a Unix socket beside the bytes: open files, and credentials that the kernel
 * vouches for.
 *
 * To send, make one with [ctor@IpcUnix.Ancillary.new], put descriptors and credentials into it, and
 * give it to [func@IpcUnix.local_connection_send_with]. What was received comes from
 * [func@IpcUnix.local_connection_receive_with] and [func@IpcUnix.local_connection_take_fds].
 *
 * It owns the descriptors that are in it, and closes them with the last reference. Those that were
 * received are close-on-exec from birth.
 *
 * It may be used by several threads at once while none of them changes it. What is being sent must
 * not be changed.
 *
 * See unix(7), `SCM_RIGHTS` and `SCM_CREDENTIALS`.
 *
 * Since: 1.0
 */
struct _IpcUnixAncillary
{
  gatomicrefcount ref_count;
  GUnixFDList *fds;                /* (owned) (nullable) */
  IpcPeerCredentials *credentials; /* (owned) (nullable) */
  int *pidfd;                      /* (owned) (nullable): an rc box, shared with credentials */
  gboolean truncated;
};

G_DEFINE_BOXED_TYPE (IpcUnixAncillary,
                     ipc_unix_ancillary,
                     ipc_unix_ancillary_ref,
                     ipc_unix_ancillary_unref)

/* The descriptor of a process */

static void
close_pidfd (gpointer pidfd)
{
  close (*(int *) pidfd);
}

static void
release_pidfd (gpointer pidfd)
{
  g_atomic_rc_box_release_full (pidfd, close_pidfd);
}

static int
copy_pidfd (gpointer pidfd)
{
  return fcntl (*(int *) pidfd, F_DUPFD_CLOEXEC, 3);
}

/* Takes @fd. */
static int *
make_pidfd (int fd)
{
  int *pidfd = g_atomic_rc_box_new (int);

  *pidfd = fd;
  return pidfd;
}

static IpcPeerCredentials *
make_credentials (gint64 pid, guint uid, guint gid)
{
  IpcPeerCredentials *credentials = _ipc_peer_credentials_new ();

  credentials->has_pid = pid > 0;
  credentials->pid = pid;
  credentials->has_uid = uid != G_MAXUINT;
  credentials->uid = uid;
  credentials->has_gid = gid != G_MAXUINT;
  credentials->gid = gid;
  return credentials;
}

/* What was sent before anybody asked has no sender: the kernel shows no pid, and "nobody". */
static gboolean
has_no_sender (const IpcControlCredentials *received)
{
  return received->pid <= 0 && _ipc_peer_credentials_is_overflow (received->uid, "uid") &&
         _ipc_peer_credentials_is_overflow (received->gid, "gid");
}

static IpcPeerCredentials *
make_received_credentials (const IpcControlCredentials *received)
{
  gboolean no_uid = _ipc_peer_credentials_is_ambiguous (received->uid, "uid");
  gboolean no_gid = _ipc_peer_credentials_is_ambiguous (received->gid, "gid");

  return make_credentials (received->pid, no_uid ? G_MAXUINT : received->uid,
                           no_gid ? G_MAXUINT : received->gid);
}

IpcUnixAncillary *
_ipc_unix_ancillary_new_received (IpcControlData *data)
{
  IpcUnixAncillary *self;

  if (data->has_credentials && has_no_sender (&data->credentials))
    data->has_credentials = FALSE;
  if (data->n_fds == 0 && data->pidfd < 0 && !data->has_credentials && !data->truncated)
    return NULL;

  self = ipc_unix_ancillary_new ();
  self->truncated = data->truncated;
  if (data->n_fds > 0)
    self->fds = g_unix_fd_list_new_from_array (data->fds, data->n_fds);
  if (data->pidfd >= 0)
    self->pidfd = make_pidfd (data->pidfd);
  if (data->has_credentials)
    self->credentials = make_received_credentials (&data->credentials);
  if (self->credentials != NULL && self->pidfd != NULL)
    _ipc_peer_credentials_set_pidfd_source (self->credentials, copy_pidfd,
                                            g_atomic_rc_box_acquire (self->pidfd), release_pidfd);
  data->n_fds = 0;
  data->pidfd = -1;
  return self;
}

gboolean
_ipc_unix_ancillary_encode (IpcUnixAncillary *self,
                            struct msghdr *message,
                            IpcControlBuffer *buffer,
                            GError **error)
{
  IpcControlCredentials credentials;
  const int *fds = NULL;
  int n_fds = 0;

  if (self != NULL && self->fds != NULL)
    fds = g_unix_fd_list_peek_fds (self->fds, &n_fds);
  if (self != NULL && self->credentials != NULL)
    credentials = (IpcControlCredentials){
      .pid = self->credentials->pid,
      .uid = self->credentials->uid,
      .gid = self->credentials->gid,
    };
  return _ipc_control_encode (message, buffer, fds, n_fds,
                              self != NULL && self->credentials != NULL ? &credentials : NULL,
                              error);
}

/**
 * ipc_unix_ancillary_new:
 *
 * Makes ancillary data with nothing in it.
 *
 * Returns: (transfer full): the ancillary data
 *
 * Since: 1.0
 */
IpcUnixAncillary *
ipc_unix_ancillary_new (void)
{
  IpcUnixAncillary *self = g_new0 (IpcUnixAncillary, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

/**
 * ipc_unix_ancillary_ref:
 * @self: ancillary data
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IpcUnixAncillary *
ipc_unix_ancillary_ref (IpcUnixAncillary *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ipc_unix_ancillary_unref:
 * @self: (transfer full): ancillary data
 *
 * Gives a reference back. With the last one, the descriptors that nobody else holds the list of are
 * closed.
 *
 * Since: 1.0
 */
void
ipc_unix_ancillary_unref (IpcUnixAncillary *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->fds);
  g_clear_pointer (&self->credentials, ipc_peer_credentials_unref);
  g_clear_pointer (&self->pidfd, release_pidfd);
  g_free (self);
}

/**
 * ipc_unix_ancillary_set_fds:
 * @self: ancillary data
 * @fds: (nullable): the descriptors to send
 *
 * Sets the descriptors, in place of those that were in it. The list is not copied.
 *
 * Linux takes at most 253 at once.
 *
 * Since: 1.0
 */
void
ipc_unix_ancillary_set_fds (IpcUnixAncillary *self, GUnixFDList *fds)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (fds == NULL || G_IS_UNIX_FD_LIST (fds));

  g_set_object (&self->fds, fds);
}

/**
 * ipc_unix_ancillary_get_fds:
 * @self: ancillary data
 *
 * Gets the descriptors, in the order in which they were sent.
 *
 * To keep one, copy it with [method@Gio.UnixFDList.get], or take them all out with
 * [method@Gio.UnixFDList.steal_fds].
 *
 * Returns: (transfer none) (nullable): the descriptors, or %NULL when there are none
 *
 * Since: 1.0
 */
GUnixFDList *
ipc_unix_ancillary_get_fds (IpcUnixAncillary *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->fds;
}

/**
 * ipc_unix_ancillary_add_fd:
 * @self: ancillary data
 * @fd: an open descriptor
 * @error: return location for an error
 *
 * Adds a copy of a descriptor, which stays the caller's.
 *
 * Errors: %G_IO_ERROR_TOO_MANY_OPEN_FILES, and what dup(2) else tells.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
ipc_unix_ancillary_add_fd (IpcUnixAncillary *self, int fd, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (fd >= 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->fds == NULL)
    self->fds = g_unix_fd_list_new ();
  return g_unix_fd_list_append (self->fds, fd, error) >= 0;
}

/**
 * ipc_unix_ancillary_set_credentials:
 * @self: ancillary data
 * @pid: a process
 * @uid: a user ID
 * @gid: a group ID
 *
 * Sets the credentials to send, which the kernel checks: only root may name a process, a user or a
 * group that is not its own; anybody may choose between the real, effective and saved one.
 *
 * They reach a peer that has asked for credentials. One that has not sees none. When nothing is set
 * here, the kernel tells such a peer the pid and the real user and group of this process.
 *
 * Since: 1.0
 */
void
ipc_unix_ancillary_set_credentials (IpcUnixAncillary *self, gint64 pid, guint uid, guint gid)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (pid > 0 && pid <= G_MAXINT);
  g_return_if_fail (uid != G_MAXUINT && gid != G_MAXUINT);

  g_clear_pointer (&self->credentials, ipc_peer_credentials_unref);
  self->credentials = make_credentials (pid, uid, gid);
}

/**
 * ipc_unix_ancillary_set_own_credentials:
 * @self: ancillary data
 *
 * Sets the pid, the effective user and the effective group of this process as the credentials to
 * send; see [method@IpcUnix.Ancillary.set_credentials].
 *
 * Since: 1.0
 */
void
ipc_unix_ancillary_set_own_credentials (IpcUnixAncillary *self)
{
  ipc_unix_ancillary_set_credentials (self, getpid (), geteuid (), getegid ());
}

/**
 * ipc_unix_ancillary_get_credentials:
 * @self: ancillary data
 *
 * Gets the credentials that came with the bytes, or those set for sending.
 *
 * They tell who sent these very bytes, which need not be the process that made the connection. The
 * kernel has checked them, so that nobody but root can have forged them. They know the pid, the
 * user and the group; a user that our user namespace has no number for is not known.
 *
 * Returns: (transfer none) (nullable): the credentials, or %NULL when there are none
 *
 * Since: 1.0
 */
IpcPeerCredentials *
ipc_unix_ancillary_get_credentials (IpcUnixAncillary *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->credentials;
}

/**
 * ipc_unix_ancillary_get_pidfd:
 * @self: ancillary data
 *
 * Opens a descriptor that stands for the very process that sent the bytes, even if another process
 * has its pid by now.
 *
 * It becomes readable when that process ends, see pidfd_open(2). Each call opens one,
 * close-on-exec; the caller closes it.
 *
 * Platform notes: Linux 6.5 and newer (`SCM_PIDFD`).
 *
 * Returns: the descriptor, or -1 when none came, or none can be had
 *
 * Since: 1.0
 */
int
ipc_unix_ancillary_get_pidfd (IpcUnixAncillary *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->pidfd != NULL ? copy_pidfd (self->pidfd) : -1;
}

/**
 * ipc_unix_ancillary_get_truncated:
 * @self: ancillary data
 *
 * Tells whether more had been sent than was received: more descriptors than were allowed, or than
 * this process may open. What is missing is closed and gone; the bytes are complete.
 *
 * Returns: %TRUE when something is missing
 *
 * Since: 1.0
 */
gboolean
ipc_unix_ancillary_get_truncated (IpcUnixAncillary *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->truncated;
}
