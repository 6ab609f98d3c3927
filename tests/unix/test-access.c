/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who may connect, asked by a child that runs as somebody else. Only root can make one; an ordinary
 * user runs what needs none. */

#include "listener-util.h"
#include "../util.h"

#define SOME_GROUP 54321

typedef struct
{
  struct sockaddr_un address;
  socklen_t length;
  int expected_errno; /* of connect (); 0: it connects */
  gboolean served;    /* it gets an answer, rather than the end */
  gid_t group;        /* a supplementary group, 0 none */
} Visit;

/* Sends a byte that nobody may see unless the visit is welcome. */
static int
visit (gpointer data)
{
  const Visit *self = data;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char byte = 0;
  ssize_t size;

  if (connect (fd, (const struct sockaddr *) &self->address, self->length) < 0)
    return errno == self->expected_errno ? 0 : 1;
  if (self->expected_errno != 0)
    return 2;
  send (fd, "!", 1, MSG_NOSIGNAL);
  size = recv (fd, &byte, 1, 0);
  if (self->served)
    return size == 1 && byte == '+' ? 0 : 3;
  return size == 0 || (size < 0 && errno == ECONNRESET) ? 0 : 4;
}

static int
visit_as_other (gpointer data)
{
  const Visit *self = data;

  if (setgroups (self->group != 0, &self->group) < 0 || setgid (SOME_GID) < 0 ||
      setuid (SOME_UID) < 0)
    return 101;
  return visit (data);
}

static IpcLocalListener *
make_abstract (Visit *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("ipc-access-%d-%u", (int) getpid (), g_random_int ());
  g_autoptr (IpcLocalName) name = ipc_local_name_new_namespaced (text, &error);

  g_assert_no_error (error);
  memset (&self->address, 0, sizeof self->address);
  self->address.sun_family = AF_UNIX;
  memcpy (self->address.sun_path + 1, text, strlen (text));
  self->length = offsetof (struct sockaddr_un, sun_path) + 1 + strlen (text);
  return ipc_local_listener_new (name);
}

static void
serve (IpcLocalConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = g_bytes_new_static ("+", 1);
  g_autoptr (GBytes) question = NULL;

  question = ipc_local_connection_receive_bytes (connection, 10, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (question), ==, 1);
  ipc_local_connection_send_bytes (connection, answer, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_uid (IpcLocalConnection *connection, guint uid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcPeerCredentials)
      credentials = ipc_local_connection_get_peer_credentials (connection, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ipc_peer_credentials_get_uid (credentials), ==, uid);
}

/* A stranger comes first, then one of us; only the second is seen. */
static void
assert_stranger_refused (IpcLocalListener *listener, Visit *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  Visit ours = *self;
  pid_t stranger, friend;

  ours.served = TRUE;
  ours.expected_errno = 0;
  stranger = run_child (visit_as_other, self, 0);
  friend = run_child (visit, &ours, 0);
  connection = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  assert_uid (connection, 0);
  serve (connection);
  wait_for_child (friend);

  /* However late it comes: it gets its end from the next try. */
  while (child_lives (stranger))
    {
      g_assert_null (ipc_local_listener_try_accept (listener, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      g_clear_error (&error);
      g_thread_yield ();
    }
  wait_for_child (stranger);
}

static void
assert_stranger_served (IpcLocalListener *listener, Visit *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalConnection) connection = NULL;
  pid_t stranger;

  self->served = TRUE;
  stranger = run_child (visit_as_other, self, 0);
  connection = ipc_local_listener_accept (listener, NULL, &error);
  g_assert_no_error (error);
  assert_uid (connection, SOME_UID);
  serve (connection);
  wait_for_child (stranger);
}

static void
listen_for (IpcLocalListener *listener, IpcAccess access)
{
  g_autoptr (GError) error = NULL;

  ipc_local_listener_set_access (listener, access);
  ipc_local_listener_listen (listener, NULL, &error);
  g_assert_no_error (error);
}

static void
test_path (void)
{
  for (int access = IPC_ACCESS_USER; access <= IPC_ACCESS_EVERYONE; access++)
    {
      Place place;
      Visit self = { 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcLocalListener) listener = NULL;

      place_init (&place, 0755);
      self.length = fill_address (&self.address, place.path);
      listener = ipc_local_listener_new (place.name);
      listen_for (listener, access);
      if (access == IPC_ACCESS_EVERYONE)
        assert_stranger_served (listener, &self);
      else
        {
          self.expected_errno = EACCES;
          wait_for_child (run_child (visit_as_other, &self, 0));
          g_assert_null (ipc_local_listener_try_accept (listener, &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
        }
      ipc_local_listener_close (listener);
      place_clear (&place);
    }
}

static int
connect_with_client (gpointer data)
{
  g_autoptr (IpcLocalClient) client = ipc_local_client_new ();
  g_autoptr (GError) error = NULL;

  if (ipc_local_client_connect_to (client, data, NULL, &error) != NULL)
    return 1;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ? 0 : 2;
}

static void
test_path_client (void)
{
  Place place;
  g_autoptr (IpcLocalListener) listener = NULL;

  place_init (&place, 0755);
  listener = place_listen (&place);
  wait_for_child (run_child (connect_with_client, place.name, SOME_UID));
  ipc_local_listener_close (listener);
  place_clear (&place);
}

/* The mode is there before anyone can connect: someone who tries all the time never gets in. */
static int
hammer (gpointer data)
{
  const Visit *self = data;
  const char *dir = self->address.sun_path;
  g_autofree char *marker = g_path_get_dirname (dir);
  g_autofree char *stop = g_build_filename (marker, "stop", NULL);

  while (access (stop, F_OK) < 0)
    {
      int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

      if (connect (fd, (const struct sockaddr *) &self->address, self->length) == 0)
        return 1;
      close (fd);
    }
  return 0;
}

static void
test_from_birth (void)
{
  Place place;
  Visit self = { 0 };
  g_autofree char *stop = NULL;
  mode_t old = umask (0);
  pid_t pid;

  place_init (&place, 0755);
  stop = g_build_filename (place.dir, "stop", NULL);
  self.length = fill_address (&self.address, place.path);
  pid = run_child (hammer, &self, SOME_UID);
  for (int i = 0; i < 2000; i++)
    {
      g_autoptr (IpcLocalListener) listener = place_listen (&place);

      ipc_local_listener_close (listener);
    }
  umask (old);
  g_assert_true (g_file_set_contents (stop, "", 0, NULL));
  wait_for_child (pid);
  g_assert_no_errno (unlink (stop));
  place_clear (&place);
}

static void
test_abstract (void)
{
  Visit self = { 0 };
  g_autoptr (IpcLocalListener) mine = make_abstract (&self);
  g_autoptr (IpcLocalListener) open_to_all = NULL;

  listen_for (mine, IPC_ACCESS_USER);
  assert_stranger_refused (mine, &self);
  open_to_all = make_abstract (&self);
  listen_for (open_to_all, IPC_ACCESS_EVERYONE);
  assert_stranger_served (open_to_all, &self);
}

static void
seen_cb (IpcLocalListener *listener G_GNUC_UNUSED, IpcLocalConnection *connection, gpointer data)
{
  assert_uid (connection, 0);
  serve (connection);
  ++*(int *) data;
}

static gboolean
tick_cb (gpointer data G_GNUC_UNUSED)
{
  return G_SOURCE_CONTINUE;
}

static void
test_abstract_incoming (void)
{
  Visit self = { 0 }, ours;
  g_autoptr (IpcLocalListener) listener = make_abstract (&self);
  pid_t stranger, friend;
  guint source = g_timeout_add (5, tick_cb, NULL);
  int n_seen = 0;

  listen_for (listener, IPC_ACCESS_USER);
  g_signal_connect (listener, "incoming", G_CALLBACK (seen_cb), &n_seen);
  ipc_local_listener_start (listener, NULL);
  stranger = run_child (visit_as_other, &self, 0);
  while (child_lives (stranger))
    g_main_context_iteration (NULL, TRUE);
  wait_for_child (stranger);
  g_assert_cmpint (n_seen, ==, 0);

  ours = self;
  ours.served = TRUE;
  friend = run_child (visit, &ours, 0);
  while (n_seen == 0)
    g_main_context_iteration (NULL, TRUE);
  wait_for_child (friend);
  g_source_remove (source);
  ipc_local_listener_close (listener);
}

static void
test_adopted (void)
{
  Place place;
  Visit self = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalListener) listener = NULL;
  int fd;

  place_init (&place, 0755);
  self.length = fill_address (&self.address, place.path);
  fd = plain_listen (place.path);
  g_assert_no_errno (chmod (place.path, 0666));
  listener = ipc_unix_local_listener_new_from_fd (dup (fd), &error);
  g_assert_no_error (error);
  assert_stranger_refused (listener, &self);
  ipc_local_listener_close (listener);

  g_object_unref (g_steal_pointer (&listener));
  listener = ipc_unix_local_listener_new_from_fd (fd, &error);
  g_assert_no_error (error);
  ipc_local_listener_set_access (listener, IPC_ACCESS_EVERYONE);
  assert_stranger_served (listener, &self);
  ipc_local_listener_close (listener);
  g_assert_no_errno (unlink (place.path));
  place_clear (&place);
}

/* In a child whose group is SOME_GROUP, so that it is not the stranger's. */
static int
group_server (gpointer data)
{
  gboolean on_path = GPOINTER_TO_INT (data);
  Place place;
  Visit self = { 0 };
  g_autoptr (IpcLocalListener) listener = NULL;
  struct stat st;

  place_init (&place, 0755);
  /* A directory that gives its files another group. */
  g_assert_no_errno (chown (place.dir, -1, 12345));
  g_assert_no_errno (chmod (place.dir, 02755));
  g_assert_no_errno (setegid (SOME_GROUP));
  if (on_path)
    {
      listener = ipc_local_listener_new (place.name);
      self.length = fill_address (&self.address, place.path);
    }
  else
    listener = make_abstract (&self);
  listen_for (listener, IPC_ACCESS_GROUP);
  if (on_path)
    {
      g_assert_no_errno (stat (place.path, &st));
      g_assert_cmpuint (st.st_gid, ==, SOME_GROUP);
      self.expected_errno = EACCES;
      wait_for_child (run_child (visit_as_other, &self, 0));
      self.expected_errno = 0;
    }
  else
    assert_stranger_refused (listener, &self);

  self.group = SOME_GROUP;
  assert_stranger_served (listener, &self);
  ipc_local_listener_close (listener);
  place_clear (&place);
  return 0;
}

static void
test_group (gconstpointer data)
{
  wait_for_child (run_child (group_server, (gpointer) data, 0));
}

/* What an ordinary user can see: its own are welcome, and credentials are there. */
static void
test_own (void)
{
  Visit self = { .served = TRUE };

  for (int access = IPC_ACCESS_USER; access <= IPC_ACCESS_EVERYONE; access++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IpcLocalListener) listener = make_abstract (&self);
      g_autoptr (IpcLocalConnection) connection = NULL;
      pid_t pid;

      listen_for (listener, access);
      pid = run_child (visit, &self, 0);
      connection = ipc_local_listener_accept (listener, NULL, &error);
      g_assert_no_error (error);
      assert_uid (connection, geteuid ());
      serve (connection);
      wait_for_child (pid);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/own", test_own);
  if (geteuid () == 0)
    {
      g_test_add_func ("/access/path", test_path);
      g_test_add_func ("/access/path-client", test_path_client);
      g_test_add_func ("/access/from-birth", test_from_birth);
      g_test_add_func ("/access/abstract", test_abstract);
      g_test_add_func ("/access/abstract-incoming", test_abstract_incoming);
      g_test_add_func ("/access/adopted", test_adopted);
      g_test_add_data_func ("/access/group/path", GINT_TO_POINTER (TRUE), test_group);
      g_test_add_data_func ("/access/group/abstract", GINT_TO_POINTER (FALSE), test_group);
    }
  return run_tests ();
}
