/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* As test-faults.c, for unnamed pipes: each system call of a verb fails once, with each errno that
 * matters; after a failure nothing is left behind, and the verb can be repeated. */

#include "config.h"

#include <sys/uio.h>

#include "../unix/pipe-util.h"

#include "fault.h"

#define DONE (-1)
#define BY_ERRNO (-2)

#define TEXT "what is written"

typedef struct
{
  const char *call;
  int errnum;
  int expected;
} Fault;

typedef struct
{
  IpcUnnamedPipe *reader;
  IpcUnnamedPipe *writer; /* the same where they are not adopted */
  gboolean async;
} Scene;

typedef gboolean (*Verb) (Scene *scene, GError **error);

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

static gboolean
nothing (Scene *scene G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
verb_create (Scene *scene, GError **error)
{
  g_clear_object (&scene->reader);
  g_clear_object (&scene->writer);
  scene->reader = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 100000, error);
  if (scene->reader == NULL)
    return FALSE;
  scene->writer = g_object_ref (scene->reader);
  return TRUE;
}

static gboolean
be_adopted (Scene *scene, GError **error)
{
  int fds[2];

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  scene->reader = ipc_unix_unnamed_pipe_new_from_reader_fd (fds[0], IPC_UNNAMED_PIPE_FLAGS_NONE,
                                                            error);
  scene->writer = ipc_unix_unnamed_pipe_new_from_writer_fd (fds[1], error);
  return scene->reader != NULL && scene->writer != NULL;
}

/* Nobody has used them yet. */
static gboolean
be_adopted_with_text (Scene *scene, GError **error)
{
  if (!be_adopted (scene, error))
    return FALSE;
  write_text (ipc_unnamed_pipe_get_writer (scene->writer), TEXT);
  return TRUE;
}

static gboolean
be_used (Scene *scene, GError **error)
{
  if (!verb_create (scene, error))
    return FALSE;
  ipc_unnamed_pipe_get_reader (scene->reader);
  write_text (ipc_unnamed_pipe_get_writer (scene->writer), TEXT);
  return TRUE;
}

static gboolean
verb_read (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!scene->async)
    bytes = ipc_unnamed_pipe_read_bytes (scene->reader, 100, NULL, error);
  else
    {
      ipc_unnamed_pipe_read_bytes_async (scene->reader, 100, G_PRIORITY_DEFAULT, NULL,
                                         store_result_cb, &result);
      bytes = ipc_unnamed_pipe_read_bytes_finish (scene->reader, wait_for (&result), error);
    }
  if (bytes == NULL)
    return FALSE;
  g_assert_cmpuint (g_bytes_get_size (bytes), >=, strlen (TEXT));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), strlen (TEXT), TEXT, strlen (TEXT));
  return TRUE;
}

static gboolean
verb_read_data (Scene *scene, GError **error)
{
  char buffer[100];
  gssize n = ipc_unnamed_pipe_read_data (scene->reader, buffer, sizeof buffer, NULL, error);

  if (n < 0)
    return FALSE;
  g_assert_cmpint (n, >=, strlen (TEXT));
  g_assert_cmpmem (buffer, strlen (TEXT), TEXT, strlen (TEXT));
  return TRUE;
}

static gboolean
verb_write_data (Scene *scene, GError **error)
{
  return ipc_unnamed_pipe_write_data (scene->writer, (const guint8 *) TEXT, strlen (TEXT), NULL,
                                      error);
}

static gboolean
verb_write (Scene *scene, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (TEXT, strlen (TEXT));

  if (!scene->async)
    return ipc_unnamed_pipe_write_bytes (scene->writer, bytes, NULL, error);
  ipc_unnamed_pipe_write_bytes_async (scene->writer, bytes, G_PRIORITY_DEFAULT, NULL,
                                      store_result_cb, &result);
  return ipc_unnamed_pipe_write_bytes_finish (scene->writer, wait_for (&result), error);
}

/* From the pipe of the scene into one of its own */
static gboolean
verb_splice (Scene *scene, GError **error)
{
  g_autoptr (IpcUnnamedPipe) to = ipc_unnamed_pipe_create (IPC_UNNAMED_PIPE_FLAGS_NONE, 0, NULL);
  GOutputStream *target = ipc_unnamed_pipe_get_writer (to);
  GInputStream *source = ipc_unnamed_pipe_get_reader (scene->reader);
  g_autoptr (GAsyncResult) result = NULL;
  gssize n;

  ipc_unnamed_pipe_close_writer (scene->writer);
  if (!scene->async)
    n = g_output_stream_splice (target, source, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error);
  else
    {
      g_output_stream_splice_async (target, source, G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT,
                                    NULL, store_result_cb, &result);
      n = g_output_stream_splice_finish (target, wait_for (&result), error);
    }
  if (n < 0)
    return FALSE;
  g_assert_cmpint (n, ==, strlen (TEXT));
  assert_reads (ipc_unnamed_pipe_get_reader (to), TEXT);
  return TRUE;
}

static void
play (Verb set_up, Verb verb, const Fault *fault, gboolean async)
{
  Scene scene = { .async = async };
  guint n_before = count_descriptors ();
  g_autoptr (GError) error = NULL;
  guint n_set_up;
  gboolean success;

  g_test_message ("%s: %s, %s", fault->call, g_strerror (fault->errnum), async ? "async" : "sync");
  g_assert_true (set_up (&scene, &error));
  g_assert_no_error (error);
  n_set_up = count_descriptors ();

  fault_arm (fault->call, fault->errnum, 0);
  success = verb (&scene, &error);
  g_assert_cmpuint (fault_disarm (), ==, 1);
  assert_outcome (fault, success, error);
  g_clear_error (&error);
  if (verb == verb_splice)
    n_set_up--; /* it has closed the writing end */
  if (verb != verb_create || !success)
    g_assert_cmpuint (count_descriptors (), ==, n_set_up);
  if (!success)
    g_assert_true (verb (&scene, &error));
  g_assert_no_error (error);

  g_clear_object (&scene.reader);
  g_clear_object (&scene.writer);
  g_assert_cmpuint (count_descriptors (), ==, n_before);
}

static void
play_all (Verb set_up, Verb verb, const Fault *faults, gsize n_faults)
{
  for (gsize i = 0; i < n_faults; i++)
    {
      play (set_up, verb, &faults[i], FALSE);
      /* A main context reads what wakes it, too. */
      if (strcmp (faults[i].call, "read") != 0 && verb != verb_read_data && verb != verb_write_data)
        play (set_up, verb, &faults[i], TRUE);
    }
}

#define PLAY_ALL(set_up, verb, faults) play_all (set_up, verb, faults, G_N_ELEMENTS (faults))

static void
test_create (void)
{
  static const Fault faults[] = {
    { "pipe2", EMFILE, G_IO_ERROR_TOO_MANY_OPEN_FILES },
    { "pipe2", ENFILE, BY_ERRNO },
    { "pipe2", ENOMEM, BY_ERRNO },
    { "fcntl", EPERM, DONE }, /* the buffer stays as it is */
    { "fcntl", EBUSY, DONE },
    { "fcntl", ENOMEM, DONE },
  };

  PLAY_ALL (nothing, verb_create, faults);
}

/* Where the kernel can be asked not to wait, it is */
static gboolean
kernel_has_nowait (void)
{
  char byte;
  struct iovec vector = { &byte, 1 };
  int fds[2];
  gboolean result;

  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  result = preadv2 (fds[0], &vector, 1, -1, 8 /* RWF_NOWAIT */) < 0 && errno == EAGAIN;
  close (fds[0]);
  close (fds[1]);
  return result && g_getenv ("IPC_TEST_NO_NEW_KERNEL") == NULL;
}

static void
test_read (void)
{
  static const Fault asked[] = {
    { "preadv2", EINTR, DONE },      { "preadv2", EAGAIN, DONE }, /* it was only told too early */
    { "preadv2", EIO, BY_ERRNO },    { "preadv2", ENOMEM, BY_ERRNO },
    { "preadv2", EOPNOTSUPP, DONE }, /* it looks first */
  };
  static const Fault own[] = {
    { "read", EINTR, DONE },
    { "read", EAGAIN, DONE },
    { "read", EIO, BY_ERRNO },
    { "read", ENOMEM, BY_ERRNO },
  };

  const Verb verbs[] = { verb_read, verb_read_data };

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (kernel_has_nowait ())
        PLAY_ALL (be_used, verbs[i], asked);
      else
        PLAY_ALL (be_used, verbs[i], own);
      PLAY_ALL (be_adopted_with_text, verbs[i], own);
    }
}

static void
test_write (void)
{
  static const Fault asked[] = {
    { "pwritev2", EINTR, DONE },
    { "pwritev2", EAGAIN, DONE },
    { "pwritev2", EPIPE, G_IO_ERROR_BROKEN_PIPE },
    { "pwritev2", EIO, BY_ERRNO },
    { "pwritev2", EOPNOTSUPP, DONE }, /* the signal is blocked instead, from now on */
    { "pwritev2", EINTR, DONE },
    { "pwritev2", EPIPE, G_IO_ERROR_BROKEN_PIPE },
  };
  static const Fault own[] = {
    { "writev", EINTR, DONE },
    { "writev", EAGAIN, DONE },
    { "writev", EPIPE, G_IO_ERROR_BROKEN_PIPE },
    { "writev", EIO, BY_ERRNO },
  };

  if (kernel_has_nowait ())
    {
      play_all (be_used, verb_write_data, asked, 4);
      PLAY_ALL (be_used, verb_write, asked);
    }
  else
    PLAY_ALL (be_used, verb_write, own);
  /* The signal is known to be blocked by now. */
  PLAY_ALL (be_adopted, verb_write, own);
  PLAY_ALL (be_adopted, verb_write_data, own);
}

/* What can't be opened once more is used as it is. */
static void
test_open_again (void)
{
  static const Fault faults[] = {
    { "open", EMFILE, DONE }, { "open", ENOENT, DONE }, { "open", EACCES, DONE },
    { "open", ENXIO, DONE },  { "dup3", EMFILE, DONE }, { "dup3", EBUSY, DONE },
  };

  PLAY_ALL (be_adopted, verb_write, faults);
  PLAY_ALL (be_adopted_with_text, verb_read, faults);
}

/* Whatever is wrong with it, reading and writing go on from there. */
static void
test_splice (void)
{
  static const Fault faults[] = {
    { "splice", EINTR, DONE }, { "splice", EAGAIN, DONE }, { "splice", EINVAL, DONE },
    { "splice", EIO, DONE },   { "splice", ENOMEM, DONE }, { "splice", EPIPE, DONE },
  };

  PLAY_ALL (be_used, verb_splice, faults);
  PLAY_ALL (be_adopted_with_text, verb_splice, faults);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up_descriptors ();

  g_test_add_func ("/faults-pipe/create", test_create);
  g_test_add_func ("/faults-pipe/read", test_read);
  g_test_add_func ("/faults-pipe/write", test_write);
  g_test_add_func ("/faults-pipe/open-again", test_open_again);
  g_test_add_func ("/faults-pipe/splice", test_splice);

  return g_test_run ();
}
