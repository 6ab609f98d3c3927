/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The other end is a program that knows nothing of us: those of coreutils. */

#include "fifo-util.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <sys/wait.h>

#define LARGE (16 * 1024 * 1024)

typedef struct
{
  GPid pid;
  GOutputStream *input; /* (owned) */
  GInputStream *output; /* (owned) */
} Child;

/* Starts @command in a shell, as $1 the path of the FIFO, as $2 a file that is there or will be. */
static Child
start (Place *place, const char *command)
{
  g_autofree char *file = g_build_filename (place->dir, "file", NULL);
  const char *argv[] = { "sh", "-ec", command, "sh", place->path, file, NULL };
  g_autoptr (GError) error = NULL;
  int input, output;
  Child child;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES,
                            NULL, NULL, &child.pid, &input, &output, NULL, &error);
  g_assert_no_error (error);
  child.input = g_unix_output_stream_new (input, TRUE);
  child.output = g_unix_input_stream_new (output, TRUE);
  return child;
}

static int
end (Child *child)
{
  int status;

  g_clear_object (&child->input);
  g_clear_object (&child->output);
  g_assert_cmpint (waitpid (child->pid, &status, 0), ==, child->pid);
  return status;
}

static void
assert_ended_well (Child *child)
{
  g_assert_cmpint (end (child), ==, 0);
}

static void
assert_says (Child *child, const char *text)
{
  assert_reads (child->output, text);
  assert_ends (child->output);
  assert_ended_well (child);
}

static GInputStream *
open_reader (Place *place)
{
  g_autoptr (GError) error = NULL;
  GInputStream *reader = ipc_unix_fifo_open_reader (place->fifo, NULL, &error);

  g_assert_no_error (error);
  return reader;
}

static GOutputStream *
open_writer (Place *place)
{
  g_autoptr (GError) error = NULL;
  GOutputStream *writer = ipc_unix_fifo_open_writer (place->fifo, NULL, &error);

  g_assert_no_error (error);
  return writer;
}

/* Bytes that no error of ours could leave as they are */
static GBytes *
make_large (void)
{
  guint32 *words = g_malloc (LARGE);
  guint32 word = g_test_rand_int ();

  for (gsize i = 0; i < LARGE / sizeof *words; i++)
    words[i] = word = word * 1664525 + 1013904223;
  return g_bytes_new_take (words, LARGE);
}

static void
test_echo (void)
{
  Place place;

  place_init_created (&place);
  for (int i = 0; i < 5; i++)
    {
      Child child = start (&place, "echo hello > \"$1\"");
      g_autoptr (GInputStream) reader = open_reader (&place);

      assert_reads (reader, "hello\n");
      assert_ends (reader);
      assert_ended_well (&child);
    }
  place_clear (&place);
}

static void
test_echo_persistent (void)
{
  g_autoptr (GInputStream) reader = NULL;
  Place place;

  place_init_created (&place);
  ipc_unix_fifo_set_persistent (place.fifo, TRUE);
  reader = open_reader (&place);
  for (int i = 0; i < 5; i++)
    {
      Child child = start (&place, "echo one > \"$1\"; echo two > \"$1\"");

      assert_reads (reader, "one\ntwo\n");
      assert_ended_well (&child);
    }
  place_clear (&place);
}

static void
test_cat (void)
{
  Place place;

  place_init_created (&place);
  for (int i = 0; i < 5; i++)
    {
      Child reading = start (&place, "cat \"$1\"");
      Child writing;
      g_autoptr (GOutputStream) writer = open_writer (&place);
      g_autoptr (GInputStream) reader = NULL;

      assert_writes (writer, "hello");
      g_assert_true (g_output_stream_close (writer, NULL, NULL));
      assert_says (&reading, "hello");

      writing = start (&place, "cat > \"$1\"");
      reader = open_reader (&place); /* which is silent until it is told something */
      assert_writes (writing.input, "hello");
      assert_reads (reader, "hello");
      g_clear_object (&writing.input);
      assert_ends (reader);
      assert_ended_well (&writing);
    }
  place_clear (&place);
}

static void
test_dd (void)
{
  g_autoptr (GBytes) large = make_large ();
  g_autofree char *file = NULL;
  Place place;
  const char *commands[] = { "dd status=none bs=8192 if=\"$1\" of=\"$2\"",
                             "dd status=none bs=8192 if=\"$2\" of=\"$1\"" };
  gsize length;
  const char *data = g_bytes_get_data (large, &length);

  place_init_created (&place);
  file = g_build_filename (place.dir, "file", NULL);
  {
    Child child = start (&place, commands[0]);
    g_autoptr (GOutputStream) writer = open_writer (&place);
    g_autofree char *copy = NULL;

    g_assert_true (g_output_stream_write_all (writer, data, length, NULL, NULL, NULL));
    g_assert_true (g_output_stream_close (writer, NULL, NULL));
    assert_ended_well (&child);
    g_assert_true (g_file_get_contents (file, &copy, &length, NULL));
    g_assert_cmpmem (copy, length, data, LARGE);
  }
  {
    Child child = start (&place, commands[1]);
    g_autoptr (GInputStream) reader = open_reader (&place);
    g_autofree char *copy = g_malloc (LARGE);

    g_assert_true (g_input_stream_read_all (reader, copy, LARGE, &length, NULL, NULL));
    g_assert_cmpmem (copy, length, data, LARGE);
    assert_ends (reader);
    assert_ended_well (&child);
  }
  g_assert_no_errno (unlink (file));
  place_clear (&place);
}

/* It writes to us and to its output. */
static void
test_tee (void)
{
  Place place;

  place_init_created (&place);
  for (int i = 0; i < 5; i++)
    {
      Child child = start (&place, "tee \"$1\"");
      g_autoptr (GInputStream) reader = open_reader (&place);

      assert_writes (child.input, "hello");
      g_clear_object (&child.input);
      assert_reads (reader, "hello");
      assert_ends (reader);
      assert_says (&child, "hello");
    }
  place_clear (&place);
}

/* What it has made is opened, and is never ours to remove. */
static void
test_mkfifo (void)
{
  Child child;
  Child other;
  g_autoptr (GInputStream) reader = NULL;
  g_autoptr (GError) error = NULL;
  Place place;

  place_init (&place);
  child = start (&place, "umask 077; mkfifo -m 640 \"$1\"");
  assert_ended_well (&child);
  g_assert_false (ipc_unix_fifo_create (place.fifo, 0600, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_cmphex (look_at (place.path).st_mode, ==, S_IFIFO | 0640);
  g_assert_false (ipc_unix_fifo_remove (place.fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);

  other = start (&place, "printf hello > \"$1\"");
  reader = open_reader (&place);
  assert_reads (reader, "hello");
  assert_ends (reader);
  assert_ended_well (&other);
  ipc_unix_fifo_set_remove_on_finalize (place.fifo, TRUE);
  g_clear_object (&place.fifo);
  g_assert_true (S_ISFIFO (look_at (place.path).st_mode));
  g_assert_no_errno (unlink (place.path));
  place.fifo = ipc_unix_fifo_new (place.path);
  place_clear (&place);
}

/* And it finds ours there. */
static void
test_mkfifo_fails (void)
{
  Child child;
  Place place;

  place_init_created (&place);
  child = start (&place, "if LC_ALL=C mkfifo \"$1\" 2>&1; then echo made it; fi | grep -c exists");
  assert_says (&child, "1\n");
  place_clear (&place);
}

/* The reader leaves while we write. */
static void
test_head (void)
{
  Child child;
  g_autoptr (GOutputStream) writer = NULL;
  g_autoptr (GError) error = NULL;
  Place place;

  place_init_created (&place);
  child = start (&place, "head -c 5 \"$1\"");
  writer = open_writer (&place);
  assert_writes (writer, "hello");
  assert_says (&child, "hello");
  g_assert_cmpint (g_output_stream_write (writer, "x", 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unix-fifo-peers/echo", test_echo);
  g_test_add_func ("/unix-fifo-peers/echo-persistent", test_echo_persistent);
  g_test_add_func ("/unix-fifo-peers/cat", test_cat);
  g_test_add_func ("/unix-fifo-peers/dd", test_dd);
  g_test_add_func ("/unix-fifo-peers/tee", test_tee);
  g_test_add_func ("/unix-fifo-peers/mkfifo", test_mkfifo);
  g_test_add_func ("/unix-fifo-peers/mkfifo-fails", test_mkfifo_fails);
  g_test_add_func ("/unix-fifo-peers/head", test_head);
  return g_test_run ();
}
