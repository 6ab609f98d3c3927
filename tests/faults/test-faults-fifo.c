/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* As test-faults.c, for FIFOs: each system call of a verb fails once, with each errno that matters;
 * after a failure nothing is left behind, in the folder neither, and the verb can be repeated. */

#include "config.h"

#include "../unix/fifo-util.h"

#include "../descriptors.h"
#include "fault.h"
#include "ipc-unix-paths-private.h"

#define DONE (-1)
#define BY_ERRNO (-2)

typedef struct
{
  const char *call;
  int errnum;
  guint skip; /* so many calls of it come first */
  int expected;
} Fault;

typedef gboolean (*Verb) (Place *place, gboolean async, GError **error);

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

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* @peer: what somebody else has opened, or -1. @n_after: how many files there are after a success;
 * after a failure there is still what there was. */
static void
play (Verb verb, const Fault *fault, gboolean async, gboolean created, int peer, guint n_after)
{
  g_autoptr (GError) error = NULL;
  guint n_before, fds_before;
  gboolean success;
  Place place;
  int fd = -1;

  g_test_message ("%s: %s, %s", fault->call, g_strerror (fault->errnum), async ? "async" : "sync");
  place_init (&place);
  if (created)
    g_assert_true (ipc_unix_fifo_create (place.fifo, 0600, NULL));
  if (peer >= 0)
    fd = plain_open (place.path, peer);
  n_before = count_files (place.dir);
  fds_before = count_descriptors ();

  fault_arm (fault->call, fault->errnum, fault->skip);
  success = verb (&place, async, &error);
  g_assert_cmpuint (fault_disarm (), ==, 1);
  assert_outcome (fault, success, error);
  g_clear_error (&error);
  g_assert_cmpuint (count_files (place.dir), ==, success ? n_after : n_before);
  if (created)
    g_assert_cmpuint (count_descriptors (), <=, fds_before);

  if (!success && fault->expected != G_IO_ERROR_TIMED_OUT)
    {
      g_assert_true (verb (&place, async, &error));
      g_assert_no_error (error);
    }
  if (fd >= 0)
    close (fd);
  ipc_unix_fifo_set_remove_on_finalize (place.fifo, TRUE);
  place_clear (&place);
}

static gboolean
verb_create (Place *place, gboolean async G_GNUC_UNUSED, GError **error)
{
  return ipc_unix_fifo_create (place->fifo, 0600, error);
}

static gboolean
verb_remove (Place *place, gboolean async G_GNUC_UNUSED, GError **error)
{
  return ipc_unix_fifo_remove (place->fifo, error);
}

static gboolean
verb_open_reader (Place *place, gboolean async, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) reader = NULL;

  if (!async)
    reader = ipc_unix_fifo_open_reader (place->fifo, NULL, error);
  else
    {
      ipc_unix_fifo_open_reader_async (place->fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                       &result);
      reader = ipc_unix_fifo_open_reader_finish (place->fifo, wait_for (&result), error);
    }
  return reader != NULL;
}

static gboolean
verb_open_writer (Place *place, gboolean async, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GOutputStream) writer = NULL;

  if (!async)
    writer = ipc_unix_fifo_open_writer (place->fifo, NULL, error);
  else
    {
      ipc_unix_fifo_open_writer_async (place->fifo, G_PRIORITY_DEFAULT, NULL, store_result_cb,
                                       &result);
      writer = ipc_unix_fifo_open_writer_finish (place->fifo, wait_for (&result), error);
    }
  return writer != NULL;
}

/* Nobody comes. */
static gboolean
verb_wait_for_writer (Place *place, gboolean async, GError **error)
{
  ipc_unix_fifo_set_timeout (place->fifo, 20);
  return verb_open_reader (place, async, error);
}

static void
test_create (void)
{
  static const Fault faults[] = {
    { "lstat", EACCES, 0, G_IO_ERROR_PERMISSION_DENIED },
    { "lstat", ELOOP, 0, BY_ERRNO },
    { "lstat", ENOMEM, 0, BY_ERRNO },
    { "lstat", ENOTDIR, 0, G_IO_ERROR_NOT_DIRECTORY },
    { "lstat", ENOENT, 0, DONE },
    { "mkfifo", EEXIST, 0, DONE }, /* somebody has had the same private name */
    { "mkfifo", EACCES, 0, G_IO_ERROR_PERMISSION_DENIED },
    { "mkfifo", EDQUOT, 0, BY_ERRNO },
    { "mkfifo", ENOENT, 0, G_IO_ERROR_NOT_FOUND },
    { "mkfifo", ENOSPC, 0, G_IO_ERROR_NO_SPACE },
    { "mkfifo", EPERM, 0, BY_ERRNO },
    { "mkfifo", EROFS, 0, G_IO_ERROR_READ_ONLY },
    { "open", EINTR, 0, DONE },
    { "open", EMFILE, 0, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "open", ENFILE, 0, BY_ERRNO },
    { "open", ENOMEM, 0, BY_ERRNO },
    { "fchmodat", EPERM, 0, BY_ERRNO },
    { "fchmodat", EIO, 0, BY_ERRNO },
    { "fchmodat", EOPNOTSUPP, 0, G_IO_ERROR_NOT_SUPPORTED },
    { "fstat", EIO, 0, BY_ERRNO },
    { "renameat2", EEXIST, 0, DONE }, /* what was there has gone */
    { "renameat2", EINVAL, 0, DONE }, /* the file system can't */
    { "renameat2", ENOSYS, 0, DONE },
    { "renameat2", EACCES, 0, G_IO_ERROR_PERMISSION_DENIED },
    { "renameat2", EDQUOT, 0, BY_ERRNO },
    { "renameat2", ENOENT, 0, G_IO_ERROR_NOT_FOUND },
    { "renameat2", ENOSPC, 0, G_IO_ERROR_NO_SPACE },
    { "renameat2", EROFS, 0, G_IO_ERROR_READ_ONLY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    play (verb_create, &faults[i], FALSE, FALSE, -1, 1);
}

static void
test_remove (void)
{
  static const Fault faults[] = {
    { "lstat", EACCES, 0, G_IO_ERROR_PERMISSION_DENIED },
    { "lstat", ENOMEM, 0, BY_ERRNO },
    { "lstat", EIO, 1, BY_ERRNO },
    { "renameat2", EINVAL, 0, DONE },
    { "renameat2", ENOSPC, 0, DONE }, /* it is removed where it is */
    { "renameat2", EDQUOT, 0, DONE },
    { "unlink", EACCES, 0, G_IO_ERROR_PERMISSION_DENIED },
    { "unlink", EBUSY, 0, G_IO_ERROR_BUSY },
    { "unlink", EIO, 0, BY_ERRNO },
    { "unlink", EROFS, 0, G_IO_ERROR_READ_ONLY },
    { "close", EINTR, 0, DONE },
    { "close", EIO, 0, DONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    play (verb_remove, &faults[i], FALSE, TRUE, -1, 0);
}

/* First the file is looked at, then it is opened. */
static const Fault open_faults[] = {
  { "open", EINTR, 0, DONE },
  { "open", EACCES, 0, G_IO_ERROR_PERMISSION_DENIED },
  { "open", ELOOP, 0, BY_ERRNO },
  { "open", EMFILE, 0, G_IO_ERROR_TOO_MANY_OPEN_FILES },
  { "open", ENFILE, 0, BY_ERRNO },
  { "open", ENOENT, 0, G_IO_ERROR_NOT_FOUND },
  { "open", ENOMEM, 0, BY_ERRNO },
  { "open", ENOTDIR, 0, G_IO_ERROR_NOT_DIRECTORY },
  { "open", EINTR, 1, DONE },
  { "open", EACCES, 1, G_IO_ERROR_PERMISSION_DENIED },
  { "open", EMFILE, 1, G_IO_ERROR_TOO_MANY_OPEN_FILES },
  { "open", ENOMEM, 1, BY_ERRNO },
  { "open", EROFS, 1, G_IO_ERROR_READ_ONLY },
  { "open", ENOENT, 1, DONE }, /* there is no /proc */
  { "open", ENXIO, 1, DONE },  /* nobody at the other end yet */
  { "fstat", EIO, 0, BY_ERRNO },
  { "close", EINTR, 0, DONE },
  { "close", EIO, 0, DONE },
};

static void
play_both (Verb verb, const Fault *faults, gsize n_faults, int peer)
{
  for (gsize i = 0; i < n_faults; i++)
    {
      play (verb, &faults[i], FALSE, TRUE, peer, 1);
      play (verb, &faults[i], TRUE, TRUE, peer, 1);
    }
}

static void
test_open_writer (void)
{
  play_both (verb_open_writer, open_faults, G_N_ELEMENTS (open_faults), O_RDONLY | O_NONBLOCK);
}

static void
test_open_reader (void)
{
  static const Fault faults[] = {
    { "pipe2", EMFILE, 0, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "pipe2", ENFILE, 0, BY_ERRNO },
    { "tee", EINTR, 0, DONE },
    { "tee", ENOMEM, 0, BY_ERRNO },
  };

  play_both (verb_open_reader, open_faults, G_N_ELEMENTS (open_faults), O_RDWR);
  play_both (verb_open_reader, faults, G_N_ELEMENTS (faults), O_RDWR);
}

static void
test_wait_for_writer (void)
{
  static const Fault faults[] = {
    { "poll", EINTR, 0, G_IO_ERROR_TIMED_OUT },
    { "lstat", EIO, 0, G_IO_ERROR_TIMED_OUT }, /* opened again */
    { "fstat", EIO, 1, G_IO_ERROR_TIMED_OUT },
    { "tee", EINTR, 0, G_IO_ERROR_TIMED_OUT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    play (verb_wait_for_writer, &faults[i], FALSE, TRUE, -1, 1);
}

/* By name, all is as by descriptor. */
static void
test_without_proc (void)
{
  const char *proc = _ipc_unix_paths.proc_self_fd;
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (IpcUnixFifo) folder = NULL;
  g_autoptr (GError) error = NULL;
  Place place;

  _ipc_unix_paths.proc_self_fd = "/nowhere/at/all";
  place_init_created (&place);
  g_assert_null (ipc_unix_fifo_try_open_writer (place.fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  open_both (&place, &reader, &writer);
  assert_writes (writer, "hello");
  assert_reads (reader, "hello");

  folder = ipc_unix_fifo_new (place.dir);
  g_assert_null (ipc_unix_fifo_try_open_reader (folder, &error));
  g_assert_error (error, IPC_ERROR, IPC_ERROR_NOT_A_FIFO);
  _ipc_unix_paths.proc_self_fd = proc;
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  g_test_add_func ("/faults-fifo/create", test_create);
  g_test_add_func ("/faults-fifo/remove", test_remove);
  g_test_add_func ("/faults-fifo/open-reader", test_open_reader);
  g_test_add_func ("/faults-fifo/open-writer", test_open_writer);
  g_test_add_func ("/faults-fifo/wait-for-writer", test_wait_for_writer);
  g_test_add_func ("/faults-fifo/without-proc", test_without_proc);
  return g_test_run ();
}
