/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool.h"

/* See RFC 8259. */

struct _ToolJson
{
  GString *text;
  GString *brackets; /* what is open, to be closed */
  gboolean follows;  /* something stands before in the innermost bracket */
};

ToolJson *
tool_json_new (void)
{
  ToolJson *self = g_new0 (ToolJson, 1);

  self->text = g_string_new (NULL);
  self->brackets = g_string_new (NULL);
  tool_json_open (self, NULL, '{');
  return self;
}

static void
append_string (GString *text, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_c (text, '"');
  for (const char *p = valid; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (text, "\\%c", *p);
    else if ((guchar) *p < 0x20)
      g_string_append_printf (text, "\\u%04x", (guint) *p);
    else
      g_string_append_c (text, *p);
  g_string_append_c (text, '"');
}

static void
begin (ToolJson *self, const char *member)
{
  if (self->follows)
    g_string_append (self->text, ", ");
  if (member != NULL)
    {
      append_string (self->text, member);
      g_string_append (self->text, ": ");
    }
  self->follows = TRUE;
}

void
tool_json_open (ToolJson *self, const char *member, char bracket)
{
  begin (self, member);
  g_string_append_c (self->text, bracket);
  g_string_append_c (self->brackets, bracket == '{' ? '}' : ']');
  self->follows = FALSE;
}

void
tool_json_close (ToolJson *self)
{
  gsize last = self->brackets->len - 1;

  g_string_append_c (self->text, self->brackets->str[last]);
  g_string_truncate (self->brackets, last);
  self->follows = TRUE;
}

void
tool_json_add_string (ToolJson *self, const char *member, const char *value)
{
  if (value == NULL)
    {
      tool_json_add_null (self, member);
      return;
    }
  begin (self, member);
  append_string (self->text, value);
}

void
tool_json_add_int (ToolJson *self, const char *member, gint64 value)
{
  begin (self, member);
  g_string_append_printf (self->text, "%" G_GINT64_FORMAT, value);
}

void
tool_json_add_boolean (ToolJson *self, const char *member, gboolean value)
{
  begin (self, member);
  g_string_append (self->text, value ? "true" : "false");
}

void
tool_json_add_null (ToolJson *self, const char *member)
{
  begin (self, member);
  g_string_append (self->text, "null");
}

void
tool_json_add_known (ToolJson *self, const char *member, gboolean known, gint64 value)
{
  if (known)
    tool_json_add_int (self, member, value);
  else
    tool_json_add_null (self, member);
}

void
tool_json_print (ToolJson *self)
{
  tool_json_close (self);
  g_print ("%s\n", self->text->str);
  g_string_free (self->text, TRUE);
  g_string_free (self->brackets, TRUE);
  g_free (self);
}
