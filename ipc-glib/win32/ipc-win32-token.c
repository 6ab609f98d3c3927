/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-win32-token-private.h"

#include <sddl.h>

#include "ipc-win32-calls-private.h"

char *
_ipc_win32_sid_to_string (PSID sid, GError **error)
{
  WCHAR *text16;
  char *text;

  if (!ConvertSidToStringSidW (sid, &text16))
    {
      DWORD code = GetLastError ();

      _ipc_win32_set_error (error, code, "Can't write a SID as text");
      return NULL;
    }
  text = g_utf16_to_utf8 (text16, -1, NULL, NULL, error);
  LocalFree (text16);
  return text;
}

char *
_ipc_win32_token_dup_sid (HANDLE token, GError **error)
{
  /* The longest SID is part of the structure. */
  union
  {
    TOKEN_USER user;
    BYTE bytes[sizeof (TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  } buffer;
  DWORD size;

  if (!_ipc_win32_calls.get_token_information (token, TokenUser, &buffer, sizeof buffer, &size))
    {
      DWORD code = GetLastError ();

      _ipc_win32_set_error (error, code, "Can't read the user of a token");
      return NULL;
    }
  return _ipc_win32_sid_to_string (buffer.user.User.Sid, error);
}

static char *
read_own_sid (GError **error)
{
  HANDLE token;
  char *sid;

  if (!_ipc_win32_calls.open_process_token (GetCurrentProcess (), TOKEN_QUERY, &token))
    {
      DWORD code = GetLastError ();

      _ipc_win32_set_error (error, code, "Can't open the token of this process");
      return NULL;
    }
  sid = _ipc_win32_token_dup_sid (token, error);
  CloseHandle (token);
  return sid;
}

/* A process is of one user as long as it runs. It is kept once it could be read: while a thread
 * impersonates, it may not be allowed to. */
const char *
_ipc_win32_get_own_sid (GError **error)
{
  static char *own_sid; /* (owned): atomic, kept for ever */
  char *sid;

  if (g_atomic_pointer_get (&own_sid) == NULL)
    {
      sid = read_own_sid (error);
      if (sid != NULL && !g_atomic_pointer_compare_and_exchange (&own_sid, NULL, sid))
        g_free (sid);
    }
  return g_atomic_pointer_get (&own_sid);
}

char *
_ipc_win32_process_dup_sid (DWORD pid)
{
  HANDLE process = OpenProcess (PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
  HANDLE token;
  char *sid = NULL;

  if (process == NULL)
    return NULL;
  if (_ipc_win32_calls.open_process_token (process, TOKEN_QUERY, &token))
    {
      sid = _ipc_win32_token_dup_sid (token, NULL);
      CloseHandle (token);
    }
  CloseHandle (process);
  return sid;
}

static char *
look_up (PSID sid)
{
  WCHAR name[256], domain[256];
  DWORD name_size = G_N_ELEMENTS (name), domain_size = G_N_ELEMENTS (domain);
  SID_NAME_USE use;
  g_autofree char *name8 = NULL;
  g_autofree char *domain8 = NULL;

  if (!LookupAccountSidW (NULL, sid, name, &name_size, domain, &domain_size, &use))
    return NULL;
  name8 = g_utf16_to_utf8 (name, -1, NULL, NULL, NULL);
  domain8 = g_utf16_to_utf8 (domain, -1, NULL, NULL, NULL);
  if (name8 == NULL || domain8 == NULL)
    return NULL;
  return domain8[0] != '\0' ? g_strconcat (domain8, "\\", name8, NULL) : g_steal_pointer (&name8);
}

char *
_ipc_win32_sid_look_up (const char *sid)
{
  g_autofree gunichar2 *sid16 = g_utf8_to_utf16 (sid, -1, NULL, NULL, NULL);
  PSID binary;
  char *name;

  if (sid16 == NULL || !ConvertStringSidToSidW ((WCHAR *) sid16, &binary))
    return NULL;
  name = look_up (binary);
  LocalFree (binary);
  return name;
}
