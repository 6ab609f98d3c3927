/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "util.h"

/* GDBus over a connection. */

static void
dbus_ready_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(GDBusConnection **) user_data = g_dbus_connection_new_finish (result, &error);
  g_assert_no_error (error);
}

static void
call_ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(GVariant **) user_data = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result,
                                                            &error);
  g_assert_no_error (error);
}

static void
test_gdbus (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GDBusConnection) server = NULL;
  g_autoptr (GDBusConnection) client = NULL;
  g_autoptr (GVariant) reply = NULL;

  g_dbus_connection_new (G_IO_STREAM (pair->a), guid,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_ALLOW_ANONYMOUS,
                         NULL, NULL, dbus_ready_cb, &server);
  g_dbus_connection_new (G_IO_STREAM (pair->b), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                         NULL, NULL, dbus_ready_cb, &client);
  wait_for (&server);
  wait_for (&client);
  g_dbus_connection_call (client, NULL, "/", "org.freedesktop.DBus.Peer", "Ping", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, call_ready_cb, &reply);
  wait_for (&reply);
  g_assert_cmpstr (g_variant_get_type_string (reply), ==, "()");
  g_dbus_connection_close_sync (client, NULL, NULL);
  g_dbus_connection_close_sync (server, NULL, NULL);
}

static void
pair_drop (Pair *pair, gconstpointer data G_GNUC_UNUSED)
{
  /* GDBus lets go of its stream in a thread of its own. */
  g_object_unref (pair->a);
  g_object_unref (pair->b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Last: the threads of GDBus close their descriptors when they like. */
  g_test_add ("/local-connection-gdbus/ping", Pair, NULL, pair_set_up, test_gdbus, pair_drop);

  return run_tests_uncounted ();
}
