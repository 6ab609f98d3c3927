/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <ipc-glib-win32.h>

#include <gio/gio.h>
#include <windows.h>

#include "../util.h"
#include "ipc-handle-win32-private.h"
#include "ipc-local-connection-private.h"
#include "ipc-win32-security-descriptor-private.h"
#include "ipc-win32-token-private.h"

static void
assert_sddl (IpcWin32SecurityDescriptor *descriptor, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sddl = ipc_win32_security_descriptor_to_sddl (descriptor);
  g_autoptr (IpcWin32SecurityDescriptor) again = NULL;

  g_assert_cmpstr (sddl, ==, expected);
  again = ipc_win32_security_descriptor_new_from_sddl (sddl, &error);
  g_assert_no_error (error);
  g_assert_true (ipc_win32_security_descriptor_equal (descriptor, again));
}

static void
test_sddl (void)
{
  const char *texts[] = {
    "D:P(A;;FA;;;SY)",
    "O:SYG:BAD:(A;;0x12019b;;;BU)",
    "O:S-1-5-21-1-2-3-1001D:P(D;;FA;;;NU)(A;;FA;;;S-1-5-21-1-2-3-1001)(A;;FR;;;AU)",
    "D:(A;;GA;;;WD)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcWin32SecurityDescriptor)
          descriptor = ipc_win32_security_descriptor_new_from_sddl (texts[i], &error);

      g_assert_no_error (error);
      assert_sddl (descriptor, texts[i]);
    }
}

static void
test_bad_sddl (void)
{
  const char *texts[] = { "nonsense", "D:(A;;FA;;;nobody)", "D:(A;;FA", "D:\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcWin32SecurityDescriptor)
          descriptor = ipc_win32_security_descriptor_new_from_sddl (texts[i], &error);

      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_null (descriptor);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_equal (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcWin32SecurityDescriptor)
      one = ipc_win32_security_descriptor_new_from_sddl ("D:(A;;FA;;;SY)(A;;FA;;;BA)", &error);
  g_autoptr (IpcWin32SecurityDescriptor) same = ipc_win32_security_descriptor_new_from_sddl (
      "D:(A;;0x1f01ff;;;S-1-5-18)(A;;FA;;;BA)", &error);
  g_autoptr (IpcWin32SecurityDescriptor)
      other = ipc_win32_security_descriptor_new_from_sddl ("D:(A;;FA;;;SY)(D;;FA;;;BA)", &error);
  g_autoptr (IpcWin32SecurityDescriptor) ref = ipc_win32_security_descriptor_ref (one);

  g_assert_no_error (error);
  g_assert_true (ipc_win32_security_descriptor_equal (one, ref));
  g_assert_true (ipc_win32_security_descriptor_equal (one, same));
  g_assert_false (ipc_win32_security_descriptor_equal (one, other));
}

static char *
make_user_sddl (const char *more)
{
  g_autoptr (GError) error = NULL;
  const char *user = _ipc_win32_get_own_sid (&error);

  g_assert_no_error (error);
  return g_strdup_printf ("O:%sD:P(A;;FA;;;%s)(A;;FA;;;SY)%s", user, user, more);
}

static IpcWin32SecurityDescriptor *
new_for_access (IpcAccess access)
{
  g_autoptr (GError) error = NULL;
  IpcWin32SecurityDescriptor *descriptor = ipc_win32_security_descriptor_new_for_access (access,
                                                                                         &error);

  g_assert_no_error (error);
  return descriptor;
}

static void
test_presets (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcWin32SecurityDescriptor) user = new_for_access (IPC_ACCESS_USER);
  g_autoptr (IpcWin32SecurityDescriptor) everyone = new_for_access (IPC_ACCESS_EVERYONE);
  g_autoptr (IpcWin32SecurityDescriptor)
      administrators = ipc_win32_security_descriptor_new_for_administrators (&error);
  g_autofree char *user_sddl = make_user_sddl ("");
  g_autofree char *everyone_sddl = make_user_sddl ("(A;;0x12019b;;;WD)");

  g_assert_no_error (error);
  assert_sddl (user, user_sddl);
  assert_sddl (everyone, everyone_sddl);
  assert_sddl (administrators, "O:BAD:P(A;;FA;;;BA)(A;;FA;;;SY)");

  g_assert_null (ipc_win32_security_descriptor_new_for_access (IPC_ACCESS_GROUP, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
assert_read_back (HANDLE handle, IpcWin32SecurityDescriptor *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcWin32SecurityDescriptor)
      found = _ipc_win32_security_descriptor_new_for_handle (handle, &error);
  g_autofree char *text = ipc_win32_security_descriptor_to_sddl (expected);

  g_assert_no_error (error);
  assert_sddl (found, text);
}

/* What a pipe is made with is what it has. */
static void
assert_pipe_has (IpcWin32SecurityDescriptor *descriptor)
{
  SECURITY_ATTRIBUTES attributes = {
    .nLength = sizeof attributes,
    .lpSecurityDescriptor = _ipc_win32_security_descriptor_peek (descriptor),
  };
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *path = g_strconcat ("\\\\.\\pipe\\", unique, NULL);
  g_autofree gunichar2 *path16 = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  HANDLE pipe = CreateNamedPipeW ((WCHAR *) path16, PIPE_ACCESS_DUPLEX, 0, 1, 0, 0, 0, &attributes);

  g_assert_true (pipe != INVALID_HANDLE_VALUE);
  assert_read_back (pipe, descriptor);
  CloseHandle (pipe);
}

static void
test_pipe (void)
{
  g_autoptr (IpcWin32SecurityDescriptor) user = new_for_access (IPC_ACCESS_USER);
  g_autoptr (IpcWin32SecurityDescriptor) everyone = new_for_access (IPC_ACCESS_EVERYONE);
  g_autoptr (IpcWin32SecurityDescriptor)
      administrators = ipc_win32_security_descriptor_new_for_administrators (NULL);

  assert_pipe_has (user);
  assert_pipe_has (everyone);
  assert_pipe_has (administrators);
}

/* Both ends of a connection show what the listener's access has made. */
static void
test_listener (gconstpointer data)
{
  IpcAccess access = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcWin32SecurityDescriptor) expected = new_for_access (access);
  g_autoptr (IpcLocalListener) listener = make_listener ();
  g_autoptr (IpcLocalConnection) client = NULL;
  g_autoptr (IpcLocalConnection) server = NULL;

  if (access != IPC_ACCESS_USER)
    ipc_local_listener_set_access (listener, access);
  listen_now (listener);
  client = connect_client (listener);
  server = accept_client (listener);
  assert_read_back (_ipc_handle_peek_system (_ipc_local_connection_get_handle (server)), expected);
  assert_read_back (_ipc_handle_peek_system (_ipc_local_connection_get_handle (client)), expected);
}

static void
test_bad_handle (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (_ipc_win32_security_descriptor_new_for_handle (NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_boxed (void)
{
  g_autoptr (IpcWin32SecurityDescriptor) descriptor = new_for_access (IPC_ACCESS_USER);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, IPC_WIN32_TYPE_SECURITY_DESCRIPTOR);
  g_value_set_boxed (&value, descriptor);
  g_assert_true (g_value_get_boxed (&value) == descriptor);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/win32/security-descriptor/sddl", test_sddl);
  g_test_add_func ("/win32/security-descriptor/bad-sddl", test_bad_sddl);
  g_test_add_func ("/win32/security-descriptor/equal", test_equal);
  g_test_add_func ("/win32/security-descriptor/presets", test_presets);
  g_test_add_func ("/win32/security-descriptor/pipe", test_pipe);
  g_test_add_data_func ("/win32/security-descriptor/listener/user",
                        GINT_TO_POINTER (IPC_ACCESS_USER), test_listener);
  g_test_add_data_func ("/win32/security-descriptor/listener/everyone",
                        GINT_TO_POINTER (IPC_ACCESS_EVERYONE), test_listener);
  g_test_add_func ("/win32/security-descriptor/bad-handle", test_bad_handle);
  g_test_add_func ("/win32/security-descriptor/boxed", test_boxed);

  return run_tests ();
}
