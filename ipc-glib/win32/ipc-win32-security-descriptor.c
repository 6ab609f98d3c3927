/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-win32-security-descriptor-private.h"

#include <aclapi.h>
#include <sddl.h>

#include "ipc-win32-calls-private.h"
#include "ipc-win32-token-private.h"

/**
 * IpcWin32SecurityDescriptor:
 *
 * Who owns a pipe, and who may do what with it.
 *
 * Make one from text in the security descriptor definition language (SDDL), or take one of those
 * that are made for pipes: [ctor@IpcWin32.SecurityDescriptor.new_for_access] and
 * [ctor@IpcWin32.SecurityDescriptor.new_for_administrators].
 *
 * Two things are easily got wrong in a text of one's own:
 *
 * - Who may create instances of a pipe (`0x4`, which is `FILE_APPEND_DATA` for files and part of
 *   `FW`, `GW`, `FA` and `GA`) can take clients away from the server. Give clients `0x12019b`: to
 *   read, to write and to wait.
 * - Without `D:` the system takes the default of the process, which lets more people in than it
 *   seems to.
 *
 * A descriptor can't be changed, and may be used by several threads at once.
 *
 * See [Security Descriptor String
 * Format](https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format) and
 * [Named Pipe Security and Access
 * Rights](https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights).
 *
 * Since: 1.0
 */

/* Unlike with a file, who opens the client's end never needs FILE_APPEND_DATA, although
 * GENERIC_WRITE asks for it. */
#define CLIENT_RIGHTS "0x12019b"

struct _IpcWin32SecurityDescriptor
{
  gatomicrefcount ref_count;
  PSECURITY_DESCRIPTOR data; /* (owned): self-relative, LocalFree () */
  char *sddl;                /* (owned): as the system writes it */
};

G_DEFINE_BOXED_TYPE (IpcWin32SecurityDescriptor,
                     ipc_win32_security_descriptor,
                     ipc_win32_security_descriptor_ref,
                     ipc_win32_security_descriptor_unref)

static char *
write_sddl (PSECURITY_DESCRIPTOR data, GError **error)
{
  const SECURITY_INFORMATION all = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                   DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION |
                                   LABEL_SECURITY_INFORMATION;
  WCHAR *text16;
  char *text;

  if (!ConvertSecurityDescriptorToStringSecurityDescriptorW (data, SDDL_REVISION_1, all, &text16,
                                                             NULL))
    {
      DWORD code = GetLastError ();

      _ipc_win32_set_error (error, code, "Can't write a security descriptor as text");
      return NULL;
    }
  text = g_utf16_to_utf8 (text16, -1, NULL, NULL, error);
  LocalFree (text16);
  return text;
}

/* Takes @data. */
static IpcWin32SecurityDescriptor *
take_data (PSECURITY_DESCRIPTOR data, GError **error)
{
  char *sddl = write_sddl (data, error);
  IpcWin32SecurityDescriptor *self;

  if (sddl == NULL)
    {
      LocalFree (data);
      return NULL;
    }
  self = g_new0 (IpcWin32SecurityDescriptor, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->data = data;
  self->sddl = sddl;
  return self;
}

PSECURITY_DESCRIPTOR
_ipc_win32_security_descriptor_peek (IpcWin32SecurityDescriptor *self)
{
  return self->data;
}

IpcWin32SecurityDescriptor *
_ipc_win32_security_descriptor_new_for_handle (HANDLE handle, GError **error)
{
  PSECURITY_DESCRIPTOR data;
  DWORD code = GetSecurityInfo (handle, SE_KERNEL_OBJECT,
                                OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, NULL, NULL,
                                NULL, NULL, &data);

  if (code == ERROR_SUCCESS)
    return take_data (data, error);

  _ipc_win32_set_error (error, code, "Can't read the security descriptor of a handle");
  return NULL;
}

/**
 * ipc_win32_security_descriptor_new_from_sddl:
 * @sddl: a security descriptor as text, such as `D:P(A;;FA;;;SY)(A;;0x12019b;;;BU)`
 * @error: return location for an error
 *
 * Makes a security descriptor from text.
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when the system can't read the text, or knows no account of
 * a name in it.
 *
 * Returns: (transfer full): the security descriptor
 *
 * Since: 1.0
 */
IpcWin32SecurityDescriptor *
ipc_win32_security_descriptor_new_from_sddl (const char *sddl, GError **error)
{
  g_autofree gunichar2 *sddl16 = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *reason = NULL;
  PSECURITY_DESCRIPTOR data;
  DWORD code;

  g_return_val_if_fail (sddl != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  sddl16 = g_utf8_to_utf16 (sddl, -1, NULL, NULL, NULL);
  if (sddl16 == NULL)
    code = ERROR_NO_UNICODE_TRANSLATION;
  else if (ConvertStringSecurityDescriptorToSecurityDescriptorW ((WCHAR *) sddl16, SDDL_REVISION_1,
                                                                 &data, NULL))
    return take_data (data, error);
  else
    code = GetLastError ();

  shown = g_utf8_make_valid (sddl, -1);
  reason = g_win32_error_message ((int) code);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "“%s” is not a security descriptor: %s", shown, reason);
  return NULL;
}

/* The owner is named: for a process of an administrator it would be all administrators. */
static IpcWin32SecurityDescriptor *
new_for_user (const char *more, GError **error)
{
  const char *user = _ipc_win32_get_own_sid (error);
  g_autofree char *sddl = NULL;

  if (user == NULL)
    return NULL;
  if (g_str_equal (user, IPC_WIN32_SID_SYSTEM))
    sddl = g_strconcat ("O:SYD:P(A;;FA;;;SY)", more, NULL);
  else
    sddl = g_strdup_printf ("O:%sD:P(A;;FA;;;%s)(A;;FA;;;SY)%s", user, user, more);
  return ipc_win32_security_descriptor_new_from_sddl (sddl, error);
}

/**
 * ipc_win32_security_descriptor_new_for_access:
 * @access: who may connect
 * @error: return location for an error
 *
 * Makes the security descriptor of a listener with that `access`; that for %IPC_ACCESS_USER is what
 * every pipe of this library has unless another one is given.
 *
 * - %IPC_ACCESS_USER: the user that this process runs as, and the system (`SYSTEM`). Both may do
 *   all with the pipe.
 * - %IPC_ACCESS_EVERYONE: all other users may connect, too, but neither create instances nor change
 *   the descriptor. Not among them are who has not logged on (`ANONYMOUS LOGON`) and processes in a
 *   sandbox: those of an AppContainer, and those of a low integrity level, which can only read.
 *   They need a text of their own.
 *
 * The owner is the user, also when this process runs with the powers of an administrator; by it
 * clients know whose server it is. Such a process gets in when it is of the same user, and so do
 * others of that user which have no such powers: see
 * [ctor@IpcWin32.SecurityDescriptor.new_for_administrators].
 *
 * Whether the peer is on this machine is not told here: a user that has logged on through the
 * network may well run local programs. Pipes refuse clients of other machines themselves unless
 * that was asked for.
 *
 * Errors: %G_IO_ERROR_NOT_SUPPORTED for %IPC_ACCESS_GROUP; and what the system tells when it
 * doesn't let the process read its own token.
 *
 * Returns: (transfer full): the security descriptor
 *
 * Since: 1.0
 */
IpcWin32SecurityDescriptor *
ipc_win32_security_descriptor_new_for_access (IpcAccess access, GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  switch (access)
    {
    case IPC_ACCESS_USER:
      return new_for_user ("", error);
    case IPC_ACCESS_EVERYONE:
      return new_for_user ("(A;;" CLIENT_RIGHTS ";;;WD)", error);
    case IPC_ACCESS_GROUP:
    default:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "Windows has no group of a process that access could be given to");
      return NULL;
    }
}

/**
 * ipc_win32_security_descriptor_new_for_administrators:
 * @error: return location for an error
 *
 * Makes a security descriptor for servers that act with the powers of an administrator, and shall
 * not act for others: administrators may connect, and the system (`SYSTEM`).
 *
 * Programs of an administrator that were started without these powers, as most are, don't get in,
 * not even those of the same user; which is why the owner are the administrators, too. A process
 * without the powers can't make a pipe with it: that fails with `ERROR_INVALID_OWNER`.
 *
 * Errors: only what the system tells when it has no memory.
 *
 * Returns: (transfer full): the security descriptor
 *
 * Since: 1.0
 */
IpcWin32SecurityDescriptor *
ipc_win32_security_descriptor_new_for_administrators (GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return ipc_win32_security_descriptor_new_from_sddl ("O:BAD:P(A;;FA;;;BA)(A;;FA;;;SY)", error);
}

/**
 * ipc_win32_security_descriptor_ref:
 * @self: a security descriptor
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IpcWin32SecurityDescriptor *
ipc_win32_security_descriptor_ref (IpcWin32SecurityDescriptor *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ipc_win32_security_descriptor_unref:
 * @self: (transfer full): a security descriptor
 *
 * Gives a reference back, and frees the descriptor with the last one.
 *
 * Since: 1.0
 */
void
ipc_win32_security_descriptor_unref (IpcWin32SecurityDescriptor *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  LocalFree (self->data);
  g_free (self->sddl);
  g_free (self);
}

/**
 * ipc_win32_security_descriptor_to_sddl:
 * @self: a security descriptor
 *
 * Writes the descriptor as text, as the system does; it may abbreviate what it was made from.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
ipc_win32_security_descriptor_to_sddl (IpcWin32SecurityDescriptor *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strdup (self->sddl);
}

/**
 * ipc_win32_security_descriptor_equal:
 * @self: a security descriptor
 * @other: another one
 *
 * Tells whether both say the same, in the same order.
 *
 * Returns: %TRUE when they do
 *
 * Since: 1.0
 */
gboolean
ipc_win32_security_descriptor_equal (IpcWin32SecurityDescriptor *self,
                                     IpcWin32SecurityDescriptor *other)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (other != NULL, FALSE);

  return self == other || g_str_equal (self->sddl, other->sddl);
}
