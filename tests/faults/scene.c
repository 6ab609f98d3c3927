/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "scene.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ipc-handle-private.h"
#include "ipc-local-name-private.h"

guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  return *result;
}

/* Verbs, each in both forms */

gboolean
verb_listen (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return ipc_local_listener_listen (scene->listener, NULL, error);
  ipc_local_listener_listen_async (scene->listener, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                   &result);
  return ipc_local_listener_listen_finish (scene->listener, wait_for (&result), error);
}

gboolean
verb_connect (Scene *scene, GError **error)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GAsyncResult) result = NULL;

  ipc_local_client_set_timeout (client, 5000);
  if (!scene->async)
    scene->a = ipc_local_client_connect_to (client, scene->name, NULL, error);
  else
    {
      ipc_local_client_connect_to_async (client, scene->name, G_PRIORITY_DEFAULT, NULL,
                                         store_result_cb, &result);
      scene->a = ipc_local_client_connect_to_finish (client, wait_for (&result), error);
    }
  return scene->a != NULL;
}

gboolean
verb_accept (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    scene->b = ipc_local_listener_accept (scene->listener, NULL, error);
  else
    {
      ipc_local_listener_accept_async (scene->listener, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                       &result);
      scene->b = ipc_local_listener_accept_finish (scene->listener, wait_for (&result), error);
    }
  return scene->b != NULL;
}

static GBytes *
receive (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return ipc_local_connection_receive_bytes (scene->b, LARGE, NULL, error);
  ipc_local_connection_receive_bytes_async (scene->b, LARGE, G_PRIORITY_DEFAULT, NULL,
                                            store_result_cb, &result);
  return ipc_local_connection_receive_bytes_finish (scene->b, wait_for (&result), error);
}

/* All of the text arrives, and nothing else. */
gboolean
verb_receive (Scene *scene, GError **error)
{
  gsize length = strlen (scene->text);
  g_autoptr (GByteArray) all = g_byte_array_new ();

  while (all->len < length)
    {
      g_autoptr (GBytes) bytes = receive (scene, error);

      if (bytes == NULL)
        return FALSE;
      g_byte_array_append (all, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  g_assert_cmpmem (all->data, all->len, scene->text, length);
  return TRUE;
}

/* Nobody sends: the timeout ends it, unless something else does. */
gboolean
verb_receive_nothing (Scene *scene, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  ipc_local_connection_set_read_timeout (scene->b, 30);
  bytes = receive (scene, error);
  g_assert_null (bytes);
  g_assert_true (error == NULL || *error != NULL);
  ipc_local_connection_set_read_timeout (scene->b, -1);
  return FALSE;
}

gboolean
verb_send (Scene *scene, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (scene->text, strlen (scene->text));
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return ipc_local_connection_send_bytes (scene->a, bytes, NULL, error);
  ipc_local_connection_send_bytes_async (scene->a, bytes, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                         &result);
  return ipc_local_connection_send_bytes_finish (scene->a, wait_for (&result), error);
}

/* In two parts, which only sendmsg(2) takes */
gboolean
verb_send_parts (Scene *scene, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (scene->a));
  gsize length = strlen (scene->text);
  GOutputVector parts[] = { { scene->text, length / 2 },
                            { scene->text + length / 2, length - length / 2 } };

  return g_output_stream_writev_all (output, parts, 2, NULL, NULL, error);
}

gboolean
verb_create_pair (Scene *scene, GError **error)
{
  return ipc_local_connection_create_pair (scene->type, &scene->a, &scene->b, error);
}

gboolean
verb_shutdown (Scene *scene, GError **error)
{
  return ipc_local_connection_shutdown (scene->a, IPC_SHUTDOWN_SEND, error);
}

gboolean
verb_check_error (Scene *scene, GError **error)
{
  return ipc_local_connection_check_error (scene->a, error);
}

gboolean
verb_credentials (Scene *scene, GError **error)
{
  g_autoptr (IpcPeerCredentials)
      credentials = ipc_local_connection_get_peer_credentials (scene->a, error);

  return credentials != NULL;
}

gboolean
verb_close (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!scene->async)
    return g_io_stream_close (G_IO_STREAM (scene->a), NULL, error);
  g_io_stream_close_async (G_IO_STREAM (scene->a), G_PRIORITY_DEFAULT, NULL, store_result_cb,
                           &result);
  return g_io_stream_close_finish (G_IO_STREAM (scene->a), wait_for (&result), error);
}

gboolean
verb_close_listener (Scene *scene, GError **error G_GNUC_UNUSED)
{
  ipc_local_listener_close (scene->listener);
  return TRUE;
}

/* Scenes */

static void
make_listener (Scene *scene, const char *folder, const char *file)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);

  scene->name = ipc_local_name_new_path (path, NULL);
  g_assert_nonnull (scene->name);
  scene->listener = ipc_local_listener_new (scene->name);
}

gboolean
be_idle (Scene *scene, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random ();

  make_listener (scene, g_get_tmp_dir (), uuid);
  return TRUE;
}

/* In a folder that nobody else can open */
gboolean
be_private (Scene *scene, GError **error)
{
  scene->folder = g_dir_make_tmp ("ipc-faults-XXXXXX", error);
  make_listener (scene, scene->folder, "socket");
  return TRUE;
}

gboolean
be_private_listening (Scene *scene, GError **error)
{
  return be_private (scene, error) && ipc_local_listener_listen (scene->listener, NULL, error);
}

/* Somebody has left a socket behind there. */
gboolean
be_private_stale (Scene *scene, GError **error)
{
  g_autoptr (IpcLocalListener) gone = NULL;

  be_private (scene, error);
  gone = ipc_local_listener_new (scene->name);
  ipc_local_listener_set_unlink_on_close (gone, FALSE);
  return ipc_local_listener_listen (gone, NULL, error);
}

/* The path is too long for an address. */
gboolean
be_deep (Scene *scene, GError **error)
{
  g_autofree char *template = g_strdup_printf ("ipc-%0150d-XXXXXX", 0);

  scene->folder = g_dir_make_tmp (template, error);
  make_listener (scene, scene->folder, "socket");
  return TRUE;
}

gboolean
be_deep_listening (Scene *scene, GError **error)
{
  return be_deep (scene, error) && ipc_local_listener_listen (scene->listener, NULL, error);
}

gboolean
has_ended (Scene *scene, GError **error)
{
  g_autoptr (GBytes) bytes = ipc_local_connection_receive_bytes (scene->b, 1, NULL, error);

  return bytes == NULL;
}

gboolean
has_no_file (Scene *scene, GError **error G_GNUC_UNUSED)
{
  return access (_ipc_local_name_peek_path (scene->name), F_OK) < 0;
}

/* It stays, and the next one takes it. */
gboolean
has_file (Scene *scene, GError **error)
{
  g_autoptr (IpcLocalListener) next = ipc_local_listener_new (scene->name);

  return !has_no_file (scene, NULL) && ipc_local_listener_listen (next, NULL, error);
}

gboolean
be_listening (Scene *scene, GError **error)
{
  return be_idle (scene, error) && ipc_local_listener_listen (scene->listener, NULL, error);
}

gboolean
be_called (Scene *scene, GError **error)
{
  return be_listening (scene, error) && verb_connect (scene, error);
}

gboolean
be_sent_to (Scene *scene, GError **error)
{
  return verb_create_pair (scene, error) && verb_send (scene, error);
}

/* Leaves the main context as it is. */
gboolean
be_sent_to_quietly (Scene *scene, GError **error)
{
  gboolean async = scene->async;
  gboolean success;

  scene->async = FALSE;
  success = be_sent_to (scene, error);
  scene->async = async;
  return success;
}

gboolean
exchange (Scene *scene, GError **error)
{
  return verb_send (scene, error) && verb_receive (scene, error);
}

gboolean
no_file (Scene *scene, GError **error)
{
  g_assert_cmpint (access (_ipc_local_name_peek_path (scene->name), F_OK), ==, -1);
  return verb_listen (scene, error);
}

gboolean
nothing (Scene *scene G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

void
scene_clear (Scene *scene)
{
  if (scene->listener != NULL)
    g_assert_finalize_object (scene->listener);
  if (scene->a != NULL)
    g_assert_finalize_object (scene->a);
  if (scene->b != NULL)
    g_assert_finalize_object (scene->b);
  g_clear_pointer (&scene->name, ipc_local_name_unref);
  if (scene->folder != NULL)
    g_assert_no_errno (rmdir (scene->folder));
  g_clear_pointer (&scene->folder, g_free);
}

static void
assert_outcome (const Fault *fault, gboolean success, const GError *error)
{
  int expected = fault->expected == BY_ERRNO ? (int) g_io_error_from_errno (fault->errnum)
                                             : fault->expected;

  if (expected == DONE)
    {
      g_assert_no_error (error);
      g_assert_true (success);
      return;
    }
  g_assert_false (success);
  g_assert_error (error, G_IO_ERROR, expected);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

void
play_one (const Play *play, const Fault *fault, gboolean async)
{
  Scene scene = { .async = async, .type = play->type, .text = TEXT };
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (GError) error = NULL;
  guint before = count_fds ();
  gboolean success;
  guint hits;

  g_test_message ("%s: %s, %s", fault->call, g_strerror (fault->errnum), async ? "async" : "sync");
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  if (play->set_up != NULL)
    g_assert_true (play->set_up (&scene, NULL));

  fault_arm (fault->call, fault->errnum, 0);
  success = play->verb (&scene, &error);
  hits = fault_disarm ();
  g_assert_cmpuint (hits, ==, 1);
  assert_outcome (fault, success, error);

  g_clear_error (&error);
  if (!success && play->go_on != NULL)
    g_assert_true (play->go_on (&scene, &error));
  if (success && play->finish != NULL)
    g_assert_true (play->finish (&scene, &error));
  g_assert_no_error (error);

  scene_clear (&scene);
  g_main_context_pop_thread_default (context);
  g_clear_pointer (&context, g_main_context_unref);
  g_assert_cmpuint (count_fds (), >=, before);
  g_assert_cmpuint (count_fds (), <=, before + play->n_kept);
}

void
play_all (const Play *play, const Fault *faults, gsize n_faults)
{
  for (gsize i = 0; i < n_faults; i++)
    {
      play_one (play, &faults[i], FALSE);
      play_one (play, &faults[i], TRUE);
    }
}

/* What GLib and a thread's first wait open, and keep, would count as lost. */
void
warm_up (void)
{
  g_type_ensure (G_TYPE_TASK);
  _ipc_handle_wait (NULL, 0, g_get_monotonic_time () + 1, NULL, NULL);
}
