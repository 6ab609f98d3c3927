/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names from any text and bytes: what a name is written as reads as the same name, and says the
 * bytes that the system is given, by the rules of the manual.
 *
 * Input: which constructor, and what it is given. */

#include <ipc-glib.h>
#include <string.h>

#define MAX_SIZE 4096

int LLVMFuzzerTestOneInput (const guint8 *input, size_t size);

/* Each character stands for itself, %XX for a byte: a reader of its own. */
static GByteArray *
read_escaped (const char *text)
{
  GByteArray *bytes = g_byte_array_new ();

  while (*text != '\0')
    {
      guint8 byte = (guint8) *text++;

      if (byte == '%')
        {
          char digits[3] = { text[0], text[0] != '\0' ? text[1] : '\0', '\0' };
          char *end;

          byte = (guint8) g_ascii_strtoull (digits, &end, 16);
          g_assert_true (end == digits + 2);
          text += 2;
        }
      g_byte_array_append (bytes, &byte, 1);
    }
  return bytes;
}

static void
check_text (IpcLocalName *name, const char *text)
{
  GBytes *native = ipc_local_name_get_native (name);
  IpcLocalNameKind kind = ipc_local_name_get_kind (name);
  gsize length = g_bytes_get_size (native);

  if (kind == IPC_LOCAL_NAME_KIND_PATH)
    g_assert_cmpmem (text, strlen (text), g_bytes_get_data (native, NULL), length);
  else
    g_assert_true (g_utf8_validate (text, -1, NULL));

  if (kind == IPC_LOCAL_NAME_KIND_NAMESPACED)
    {
      g_autoptr (GByteArray) bytes = read_escaped (text + 1);

      g_assert_cmpint (text[0], ==, '@');
      g_assert_cmpmem (bytes->data, bytes->len, g_bytes_get_data (native, NULL), length);
    }
}

static void
check_round_trip (IpcLocalName *name)
{
  g_autofree char *text = ipc_local_name_to_string (name);
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) other = NULL;

  g_assert_cmpuint (ipc_local_name_get_kind (name), <=, IPC_LOCAL_NAME_KIND_USER);
  check_text (name, text);
  other = ipc_local_name_new (text, &error);
  g_assert_no_error (error);
  again = ipc_local_name_to_string (other);
  g_assert_cmpstr (text, ==, again);
  g_assert_true (ipc_local_name_equal (name, other));
  g_assert_cmpuint (ipc_local_name_hash (name), ==, ipc_local_name_hash (other));
}

/* The codes that the manual has */
static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == G_IO_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (error->code == G_IO_ERROR_INVALID_ARGUMENT ||
                 error->code == G_IO_ERROR_INVALID_FILENAME ||
                 error->code == G_IO_ERROR_FILENAME_TOO_LONG ||
                 error->code == G_IO_ERROR_NOT_FOUND || error->code == G_IO_ERROR_NOT_SUPPORTED);
}

static IpcLocalName *
make_name (int constructor, GBytes *bytes, const char *text, GError **error)
{
  switch (constructor)
    {
    case 0:
      return ipc_local_name_new_path (text, error);
    case 1:
      return ipc_local_name_new_namespaced (text, error);
    case 2:
      return ipc_local_name_new_namespaced_bytes (bytes, error);
    case 3:
      return ipc_local_name_new_for_user (text, error);
    case 4:
      return ipc_local_name_new_for_app ("org.example.App", text, error);
    default:
      return ipc_local_name_new (text, error);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *input, size_t size)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;

  if (size < 1 || size > MAX_SIZE)
    return 0;
  bytes = g_bytes_new (input + 1, size - 1);
  text = g_strndup ((const char *) input + 1, size - 1);
  name = make_name (input[0] % 8, bytes, text, &error);
  if (name != NULL)
    {
      g_assert_no_error (error);
      check_round_trip (name);
    }
  else
    check_error (error);
  return 0;
}
