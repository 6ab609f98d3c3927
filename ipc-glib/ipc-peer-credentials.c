/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-peer-credentials-private.h"

/**
 * IpcPeerCredentials:
 *
 * Who is at the other end of a connection: a snapshot that never changes.
 *
 * The system noted the user, the groups and the process when the connection was made; what the peer
 * becomes later does not show. On the client's side they are those of the process that called
 * listen, which need not be the one that serves the connection.
 *
 * Authorize by user: the uid, or the SID on Windows. A pid is decoration for messages: when the
 * process has ended, another one may get its number. Where it matters that it is the same process,
 * take [method@Ipc.PeerCredentials.get_pidfd].
 *
 * Each system knows some of it. What is not known is told so, and never equals anything: a process
 * of another pid namespace has no pid, and a user that our user namespace has no number for has no
 * uid, although the kernel shows one (that of "nobody").
 *
 * A snapshot may be used by several threads at once, and outlive its connection.
 *
 * Platform notes: on Unix pid, uid and gid (`SO_PEERCRED`, or getpeereid() without a pid); on Linux
 * also groups (`SO_PEERGROUPS`), label (`SO_PEERSEC`) and pidfd (`SO_PEERPIDFD`), see unix(7). On
 * Windows pid, session, SID and user name.
 *
 * Since: 1.0
 */

G_DEFINE_BOXED_TYPE (IpcPeerCredentials,
                     ipc_peer_credentials,
                     ipc_peer_credentials_ref,
                     ipc_peer_credentials_unref)

IpcPeerCredentials *
_ipc_peer_credentials_new (void)
{
  IpcPeerCredentials *self = g_new0 (IpcPeerCredentials, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

void
_ipc_peer_credentials_set_pidfd_source (IpcPeerCredentials *self,
                                        IpcOpenPidfdFunc func,
                                        gpointer owner,
                                        GDestroyNotify destroy)
{
  g_assert (self->open_pidfd == NULL);

  self->open_pidfd = func;
  self->pidfd_owner = owner;
  self->pidfd_owner_destroy = destroy;
}

gboolean
_ipc_peer_credentials_is_allowed (IpcPeerCredentials *self, IpcAccess access)
{
  if (access == IPC_ACCESS_EVERYONE)
    return TRUE;
  if (_ipc_peer_credentials_platform_is_same_user (self) ||
      _ipc_peer_credentials_platform_is_root (self))
    return TRUE;

  return access == IPC_ACCESS_GROUP && _ipc_peer_credentials_platform_is_same_group (self);
}

/**
 * ipc_peer_credentials_ref:
 * @self: credentials
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IpcPeerCredentials *
ipc_peer_credentials_ref (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ipc_peer_credentials_unref:
 * @self: (transfer full): credentials
 *
 * Gives a reference back, and frees the credentials with the last one.
 *
 * Since: 1.0
 */
void
ipc_peer_credentials_unref (IpcPeerCredentials *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->pidfd_owner_destroy != NULL)
    self->pidfd_owner_destroy (self->pidfd_owner);
  g_free (self->groups);
  g_free (self->label);
  g_free (self->sid);
  g_free (self->user_name);
  g_free (self);
}

/**
 * ipc_peer_credentials_has_pid:
 * @self: credentials
 *
 * Tells whether the pid is known.
 *
 * It is not when the peer is in a pid namespace that we can't see into.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
ipc_peer_credentials_has_pid (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_pid;
}

/**
 * ipc_peer_credentials_get_pid:
 * @self: credentials
 *
 * Tells the process that made the connection, or on the client's side the one that called listen.
 *
 * The number may be another process's by now.
 *
 * Returns: the pid; -1, which kill() must not be given, when it is not known
 *
 * Since: 1.0
 */
gint64
ipc_peer_credentials_get_pid (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->has_pid ? self->pid : -1;
}

/**
 * ipc_peer_credentials_has_uid:
 * @self: credentials
 *
 * Tells whether the user ID is known.
 *
 * It is not on Windows, nor when our user namespace has no number for it.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
ipc_peer_credentials_has_uid (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_uid;
}

/**
 * ipc_peer_credentials_get_uid:
 * @self: credentials
 *
 * Tells the effective user ID that the peer had.
 *
 * Returns: the uid; %G_MAXUINT, which is nobody's, when it is not known
 *
 * Since: 1.0
 */
guint
ipc_peer_credentials_get_uid (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, G_MAXUINT);

  return self->has_uid ? self->uid : G_MAXUINT;
}

/**
 * ipc_peer_credentials_has_gid:
 * @self: credentials
 *
 * Tells whether the group ID is known.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
ipc_peer_credentials_has_gid (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_gid;
}

/**
 * ipc_peer_credentials_get_gid:
 * @self: credentials
 *
 * Tells the effective group ID that the peer had.
 *
 * Returns: the gid; %G_MAXUINT, which is no group's, when it is not known
 *
 * Since: 1.0
 */
guint
ipc_peer_credentials_get_gid (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, G_MAXUINT);

  return self->has_gid ? self->gid : G_MAXUINT;
}

/**
 * ipc_peer_credentials_has_groups:
 * @self: credentials
 *
 * Tells whether the supplementary groups are known, even if there are none.
 *
 * Returns: %TRUE when they are
 *
 * Since: 1.0
 */
gboolean
ipc_peer_credentials_has_groups (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_groups;
}

/**
 * ipc_peer_credentials_get_groups:
 * @self: credentials
 * @n_groups: (out): return location for the number of groups
 *
 * Tells the supplementary groups that the peer had.
 *
 * Those that our user namespace has no number for are left out.
 *
 * Returns: (transfer none) (array length=n_groups) (nullable): the gids; %NULL when there are none
 *   or they are not known
 *
 * Since: 1.0
 */
const guint *
ipc_peer_credentials_get_groups (IpcPeerCredentials *self, gsize *n_groups)
{
  g_return_val_if_fail (n_groups != NULL, NULL);

  *n_groups = 0;
  g_return_val_if_fail (self != NULL, NULL);

  *n_groups = self->n_groups;
  return self->n_groups > 0 ? self->groups : NULL;
}

/**
 * ipc_peer_credentials_get_label:
 * @self: credentials
 *
 * Tells the label that a security module (SELinux, AppArmor, Smack) had given the peer.
 *
 * Returns: (transfer none) (nullable): the label, or %NULL when it is not known
 *
 * Since: 1.0
 */
const char *
ipc_peer_credentials_get_label (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->label;
}

/**
 * ipc_peer_credentials_has_session:
 * @self: credentials
 *
 * Tells whether the session is known; only Windows has such sessions.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
ipc_peer_credentials_has_session (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_session;
}

/**
 * ipc_peer_credentials_get_session:
 * @self: credentials
 *
 * Tells the session of Windows that the peer ran in.
 *
 * Returns: the session; %G_MAXUINT, which is none, when it is not known
 *
 * Since: 1.0
 */
guint
ipc_peer_credentials_get_session (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, G_MAXUINT);

  return self->has_session ? self->session : G_MAXUINT;
}

/**
 * ipc_peer_credentials_get_sid:
 * @self: credentials
 *
 * Tells the security identifier of the user on Windows, as text: `S-1-5-21-…`.
 *
 * Returns: (transfer none) (nullable): the SID, or %NULL when it is not known
 *
 * Since: 1.0
 */
const char *
ipc_peer_credentials_get_sid (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->sid;
}

/**
 * ipc_peer_credentials_get_user_name:
 * @self: credentials
 *
 * Tells the name of the user on Windows, `DOMAIN\NAME`. It is for people to read: authorize by SID.
 *
 * The first call looks it up; for a user of a domain that may wait for another machine.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL when it is not known
 *
 * Since: 1.0
 */
const char *
ipc_peer_credentials_get_user_name (IpcPeerCredentials *self)
{
  char *name;

  g_return_val_if_fail (self != NULL, NULL);

  if (g_atomic_pointer_get (&self->user_name) == NULL)
    {
      name = _ipc_peer_credentials_platform_look_up_user_name (self);
      if (name != NULL && !g_atomic_pointer_compare_and_exchange (&self->user_name, NULL, name))
        g_free (name);
    }
  return g_atomic_pointer_get (&self->user_name);
}

/**
 * ipc_peer_credentials_get_pidfd:
 * @self: credentials
 *
 * Opens a descriptor that stands for the very process that made the connection, even if another
 * process has its pid by now.
 *
 * It becomes readable when that process ends, see pidfd_open(2). Each call opens one,
 * close-on-exec; the caller closes it. It is asked from the connection, which must not be closed
 * yet, and is never looked up by pid.
 *
 * Platform notes: Linux 6.5 and newer; until 6.15, only while the process has not been waited for.
 *
 * Returns: the descriptor, or -1 when none can be had
 *
 * Since: 1.0
 */
int
ipc_peer_credentials_get_pidfd (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->open_pidfd != NULL ? self->open_pidfd (self->pidfd_owner) : -1;
}

/**
 * ipc_peer_credentials_is_same_user:
 * @self: credentials
 *
 * Tells whether the peer surely was of the user that this process acts for now.
 *
 * Returns: %TRUE when it was; %FALSE when it was not, or is not known
 *
 * Since: 1.0
 */
gboolean
ipc_peer_credentials_is_same_user (IpcPeerCredentials *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return _ipc_peer_credentials_platform_is_same_user (self);
}

/**
 * ipc_peer_credentials_to_string:
 * @self: credentials
 *
 * Writes the credentials as text for logs: `pid 123, uid 1000, gid 1000`.
 *
 * Later versions may write more. It is not to be parsed.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
ipc_peer_credentials_to_string (IpcPeerCredentials *self)
{
  GString *text;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  if (self->has_pid)
    g_string_append_printf (text, "pid %" G_GINT64_FORMAT, self->pid);
  else
    g_string_append (text, "pid unknown");
  if (self->has_uid)
    g_string_append_printf (text, ", uid %u", self->uid);
  else if (self->sid != NULL)
    g_string_append_printf (text, ", user %s", self->sid);
  else
    g_string_append (text, ", user unknown");
  if (self->has_gid)
    g_string_append_printf (text, ", gid %u", self->gid);

  return g_string_free (text, FALSE);
}
