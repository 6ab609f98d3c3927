/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "client-util.h"

IpcLocalName *
name_in (const char *dir, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (dir, file, NULL);
  IpcLocalName *name = ipc_local_name_new_path (path, &error);

  g_assert_no_error (error);
  return name;
}

IpcLocalConnection *
connect_async (Fixture *f, GCancellable *cancellable, GError **error)
{
  GAsyncResult *location = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  ipc_local_client_connect_to_async (f->client, f->path, G_PRIORITY_DEFAULT, cancellable,
                                     store_result_cb, &location);
  while (location == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  result = g_steal_pointer (&location);
  return ipc_local_client_connect_to_finish (f->client, result, error);
}

/* What a thread, a context and GLib need to wait stays with them: it is there before we count. */
static void
warm_up (Fixture *f)
{
  ipc_local_client_set_wait_for_listener (f->client, TRUE);
  ipc_local_client_set_timeout (f->client, 1);
  g_assert_null (ipc_local_client_connect_to (f->client, f->path, NULL, NULL));
  g_assert_null (connect_async (f, NULL, NULL));
  ipc_local_client_set_wait_for_listener (f->client, FALSE);
  ipc_local_client_set_timeout (f->client, -1);
}

void
set_up (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *abstract = g_strdup_printf ("test-client-%08x%08x", g_random_int (),
                                               g_random_int ());

  f->dir = g_dir_make_tmp ("ipc-test-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = name_in (f->dir, "socket");
  f->abstract = ipc_local_name_new_namespaced (abstract, &error);
  g_assert_no_error (error);
  f->client = ipc_local_client_new ();
  warm_up (f);
  f->n_fds = count_descriptors ();
}

void
tear_down (Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *file = g_build_filename (f->dir, "socket", NULL);

  g_assert_cmpint (count_descriptors (), ==, f->n_fds);
  g_unlink (file);
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->dir);
  ipc_local_name_unref (f->path);
  ipc_local_name_unref (f->abstract);
  g_assert_finalize_object (f->client);
}

int
bind_socket (IpcLocalName *name, int type, int backlog)
{
  int fd = socket (AF_UNIX, type | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *text = ipc_local_name_to_string (name);
  socklen_t length = offsetof (struct sockaddr_un, sun_path) + strlen (text);

  g_assert_cmpint (strlen (text), <, sizeof address.sun_path);
  strcpy (address.sun_path, text);
  if (text[0] == '@')
    address.sun_path[0] = '\0';
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, length), ==, 0);
  if (backlog >= 0)
    g_assert_cmpint (listen (fd, backlog), ==, 0);
  return fd;
}

void
assert_fails (Fixture *f, IpcLocalName *name, GQuark domain, int code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ipc_local_client_connect_to (f->client, name, NULL, &error));
  g_assert_true (g_error_matches (error, domain, code) || (g_printerr ("%s\n", error->message), 0));
  if (part != NULL && strstr (error->message, part) == NULL)
    g_error ("“%s” does not have “%s”", error->message, part);
}

void
run_in_child (Fixture *f, ChildFunc func)
{
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    _exit (func (f));
  g_assert_cmpint (pid, >, 0);
  while (waitpid (pid, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == SKIPPED)
    g_test_skip ("needs to be root, and to make namespaces");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}
