/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-local-name-private.h"
#include "ipc-unix-address-private.h"
#include "ipc-unix-binding-private.h"

#define MAX_CONFLICTS 8

static const guint access_modes[] = {
  [IPC_ACCESS_USER] = 0600,
  [IPC_ACCESS_GROUP] = 0660,
  [IPC_ACCESS_EVERYONE] = 0666,
};

guint
_ipc_unix_binding_get_mode (const IpcListenOptions *options)
{
  if (options->mode != IPC_LISTEN_MODE_BY_ACCESS)
    return options->mode;
  return access_modes[options->access];
}

void
_ipc_unix_binding_init (IpcUnixBinding *self, const IpcListenOptions *options, const char *text)
{
  *self = (IpcUnixBinding){
    .options = options,
    .text = text,
    .lock = IPC_UNIX_LOCK_INIT,
  };
}

static gboolean
create_parents (IpcUnixBinding *self, GError **error)
{
  g_autofree char *parent = NULL;

  if (!self->options->create_parents || !_ipc_local_name_has_path (self->options->name))
    return TRUE;

  parent = g_path_get_dirname (_ipc_local_name_peek_path (self->options->name));
  if (g_mkdir_with_parents (parent, 0700) < 0)
    {
      int errsv = errno;

      _ipc_set_error_from_errno (error, errsv, "Can't create the directory %s", parent);
      return FALSE;
    }
  return TRUE;
}

/* The group of the file may be that of its directory until it is changed. */
static guint
birth_mode (const IpcListenOptions *options)
{
  guint mode = _ipc_unix_binding_get_mode (options);

  return options->access == IPC_ACCESS_GROUP ? mode & ~0070U : mode;
}

gboolean
_ipc_unix_binding_prepare (IpcUnixBinding *self, int fd, GError **error)
{
  if (!create_parents (self, error))
    return FALSE;

  /* The file will have this mode, less what the umask takes. Not every system does so. */
  if (fchmod (fd, birth_mode (self->options)) < 0)
    g_debug ("bind: the mode is set by name");
  return TRUE;
}

/* 0, or the errno, or -1 with the error. */
static int
bind_name (IpcUnixBinding *self, int fd, GError **error)
{
  g_auto (IpcUnixAddress) address = IPC_UNIX_ADDRESS_INIT;

  if (!_ipc_unix_address_init (&address, self->options->name, error))
    return -1;
  if (bind (fd, (struct sockaddr *) &address.addr, address.length) < 0)
    return errno;
  return 0;
}

static IpcAttempt
fail_errno (IpcUnixBinding *self, int errnum, GError **error)
{
  _ipc_set_error_from_errno (error, errnum, "Can't bind to %s", self->text);
  return IPC_ATTEMPT_FAILED;
}

static int
get_type (int fd)
{
  int type = 0;
  socklen_t length = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 ? type : 0;
}

static IpcAttempt
take_name (IpcUnixBinding *self, int fd, int *retry_ms, GError **error)
{
  for (int i = 0; i < MAX_CONFLICTS; i++)
    {
      int errnum = bind_name (self, fd, error);
      IpcAttempt outcome;

      if (errnum == 0)
        {
          self->is_bound = TRUE;
          return IPC_ATTEMPT_DONE;
        }
      if (errnum < 0)
        return IPC_ATTEMPT_FAILED;
      if (errnum != EADDRINUSE)
        return fail_errno (self, errnum, error);

      outcome = _ipc_unix_reclaim (&self->lock, self->options->name, get_type (fd),
                                   self->options->name_conflict, retry_ms, error);
      if (outcome != IPC_ATTEMPT_DONE)
        return outcome;
    }

  return fail_errno (self, EADDRINUSE, error);
}

static IpcAttempt
set_permissions (IpcUnixBinding *self, GError **error)
{
  const char *path = _ipc_local_name_peek_path (self->options->name);
  guint mode = _ipc_unix_binding_get_mode (self->options);
  int result = 0;

  if (path == NULL)
    return IPC_ATTEMPT_DONE;
  if (lstat (path, &self->file) < 0)
    return fail_errno (self, errno, error);
  if (!S_ISSOCK (self->file.st_mode) || self->file.st_uid != geteuid ())
    return fail_errno (self, ESTALE, error);
  self->has_file = TRUE;

  /* A set-group-id directory gives its own group. */
  if ((mode & 0070) != 0 && self->options->access == IPC_ACCESS_GROUP &&
      self->file.st_gid != getegid ())
    result = lchown (path, (uid_t) -1, getegid ());
  if (result == 0 && (self->file.st_mode & 07777) != mode)
    result = fchmodat (AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
  return result < 0 ? fail_errno (self, errno, error) : IPC_ATTEMPT_DONE;
}

IpcAttempt
_ipc_unix_binding_take (IpcUnixBinding *self, int fd, int *retry_ms, GError **error)
{
  IpcAttempt outcome = take_name (self, fd, retry_ms, error);

  if (outcome == IPC_ATTEMPT_AGAIN)
    return outcome;
  if (outcome == IPC_ATTEMPT_DONE)
    outcome = set_permissions (self, error);
  _ipc_unix_lock_release (&self->lock);
  return outcome;
}

void
_ipc_unix_binding_abandon (IpcUnixBinding *self)
{
  _ipc_unix_lock_release (&self->lock);
}

void
_ipc_unix_binding_remove (IpcUnixBinding *self, IpcHandle *handle)
{
  if (self->has_file && self->options->unlink_on_close && _ipc_handle_is_own (handle))
    _ipc_unix_remove_own (self->options->name, &self->file);
  self->has_file = FALSE;
}
