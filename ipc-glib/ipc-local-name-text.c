/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-name-private.h"

#include <string.h>

#include <gio/gio.h>

char *
_ipc_local_name_escape (const guint8 *bytes, gsize length, const char *also)
{
  GString *text = g_string_sized_new (length);
  const char *p = (const char *) bytes;
  const char *end = p + length;

  while (p < end)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);
      gboolean valid = c != (gunichar) -1 && c != (gunichar) -2;
      gsize size = valid ? (gsize) g_unichar_to_utf8 (c, NULL) : 1;

      if (valid && g_unichar_isprint (c) && *p != '%' && (c > 127 || strchr (also, *p) == NULL))
        g_string_append_len (text, p, (gssize) size);
      else
        for (gsize i = 0; i < size; i++)
          g_string_append_printf (text, "%%%02X", (guint8) p[i]);
      p += size;
    }

  return g_string_free (text, FALSE);
}

GBytes *
_ipc_local_name_unescape (const char *text, GError **error)
{
  GByteArray *bytes = g_byte_array_new ();

  for (const char *p = text; *p != '\0'; p++)
    {
      guint8 byte = (guint8) *p;

      if (*p == '%')
        {
          if (!g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2]))
            {
              g_autofree char *display = g_filename_display_name (text);

              g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "The name “%s” has a “%%” that no two hexadecimal digits follow; "
                           "write “%%25” for the character itself",
                           display);
              g_byte_array_unref (bytes);
              return NULL;
            }
          byte = (guint8) (g_ascii_xdigit_value (p[1]) * 16 + g_ascii_xdigit_value (p[2]));
          p += 2;
        }
      g_byte_array_append (bytes, &byte, 1);
    }

  return g_byte_array_free_to_bytes (bytes);
}

gboolean
_ipc_local_name_check_length (IpcLocalNameKind kind,
                              const guint8 *bytes,
                              gsize length,
                              GError **error)
{
  gsize max = _ipc_local_name_platform_max_length (kind);
  gsize measured = length > 0 ? _ipc_local_name_platform_measure (bytes, length) : 0;

  if (length == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "The name of a local socket is empty");
      return FALSE;
    }
  if (measured > max)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
                   "A name of %" G_GSIZE_FORMAT
                   " %s is too long for a local socket, which takes at most %" G_GSIZE_FORMAT,
                   measured, measured == length ? "bytes" : "UTF-16 units", max);
      return FALSE;
    }

  return TRUE;
}

/* A name that is good for users on one system is good on each of them. */
gboolean
_ipc_local_name_check_user_name (const guint8 *bytes, gsize length, GError **error)
{
  g_autofree char *display = NULL;
  const char *problem = NULL;
  int code = G_IO_ERROR_INVALID_FILENAME;

  if (!_ipc_local_name_check_length (IPC_LOCAL_NAME_KIND_USER, bytes, length, error))
    return FALSE;

  if (memchr (bytes, '\0', length) != NULL)
    {
      code = G_IO_ERROR_INVALID_ARGUMENT;
      problem = "has a NUL byte";
    }
  else if (memchr (bytes, '/', length) != NULL)
    problem = "has a “/”";
  else if (memchr (bytes, '\\', length) != NULL)
    problem = "has a “\\”";
  else if (!g_utf8_validate ((const char *) bytes, (gssize) length, NULL))
    problem = "is not UTF-8";
  if (problem == NULL)
    return TRUE;

  display = _ipc_local_name_escape (bytes, length, "");
  g_set_error (error, G_IO_ERROR, code, "“%s” can't be the name of a user's local socket: it %s",
               display, problem);
  return FALSE;
}

gboolean
_ipc_local_name_check_app_id (const char *app_id, GError **error)
{
  g_autofree char *display = NULL;

  if (g_application_id_is_valid (app_id))
    return TRUE;

  display = g_filename_display_name (app_id);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” is not an application ID",
               display);
  return FALSE;
}
