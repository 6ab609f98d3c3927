/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Our side of test-nng-peers.py: nng-peer answers|asks PIPE COUNT TEXT. It speaks just as much of
 * nng's protocol of requests and replies as it needs to. What is wrong ends it. */

#include <stdlib.h>
#include <string.h>

#include "peer-util.h"

#define REQUESTS 0x30
#define REPLIES 0x31
#define TIMES 10000 /* that the text is repeated */

typedef struct
{
  guint8 id[4];
  char *text;
} Message;

static void
message_clear (Message *self)
{
  g_free (self->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Message, message_clear)

static void
write_all (IpcLocalConnection *connection, const void *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), data, size,
                             NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
read_all (IpcLocalConnection *connection, void *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize n_read = 0;

  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), data, size,
                           &n_read, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, size);
}

/* Each side says what it speaks. */
static void
greet (IpcLocalConnection *connection, guint8 ours, guint8 theirs)
{
  const guint8 greeting[8] = { 0, 'S', 'P', 0, 0, ours, 0, 0 };
  const guint8 expected[8] = { 0, 'S', 'P', 0, 0, theirs, 0, 0 };
  guint8 answer[8];

  write_all (connection, greeting, sizeof greeting);
  read_all (connection, answer, sizeof answer);
  g_assert_cmpmem (answer, sizeof answer, expected, sizeof expected);
}

/* A byte that says that it is a message, how long it is, the number of the request, the text */
static void
send_message (IpcLocalConnection *connection, const Message *message)
{
  gsize size = strlen (message->text);
  guint64 length = GUINT64_TO_BE (sizeof message->id + size);
  guint8 head[9] = { 1 };

  memcpy (head + 1, &length, sizeof length);
  write_all (connection, head, sizeof head);
  write_all (connection, message->id, sizeof message->id);
  write_all (connection, message->text, size);
}

static void
receive_message (IpcLocalConnection *connection, Message *message)
{
  guint64 length;
  guint8 head[9];
  gsize size;

  read_all (connection, head, sizeof head);
  g_assert_cmpuint (head[0], ==, 1);
  memcpy (&length, head + 1, sizeof length);
  size = GUINT64_FROM_BE (length);
  g_assert_cmpuint (size, >=, sizeof message->id);
  g_assert_cmpuint (size, <, 1 << 24);
  size -= sizeof message->id;
  read_all (connection, message->id, sizeof message->id);
  message->text = g_malloc0 (size + 1);
  read_all (connection, message->text, size);
}

static char *
repeat (const char *text)
{
  GString *all = g_string_new (NULL);

  for (int i = 0; i < TIMES; i++)
    g_string_append (all, text);
  return g_string_free (all, FALSE);
}

static const char *answer;

/* Of a serving thread; it takes its connection. */
static gpointer
answer_thread (gpointer data)
{
  g_autoptr (IpcLocalConnection) connection = data;
  g_auto (Message) message = { 0 };
  char end;

  greet (connection, REPLIES, REQUESTS);
  receive_message (connection, &message);
  g_assert_cmpstr (message.text, ==, "question");
  g_free (message.text);
  message.text = repeat (answer);
  send_message (connection, &message);
  /* It is the client who closes. */
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                        &end, 1, NULL, NULL),
                   ==, 0);
  return NULL;
}

static void
ask (IpcLocalName *name)
{
  g_autoptr (IpcLocalConnection) connection = connect_to (name);
  g_auto (Message) question = { { 0x80, 1, 2, 3 }, g_strdup ("question") };
  g_auto (Message) reply = { 0 };

  greet (connection, REQUESTS, REPLIES);
  send_message (connection, &question);
  receive_message (connection, &reply);
  g_assert_cmpmem (reply.id, sizeof reply.id, question.id, sizeof question.id);
  g_assert_cmpstr (reply.text, ==, answer);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcLocalName) name = NULL;

  g_assert_cmpint (argc, ==, 5);
  name = ipc_local_name_new (argv[2], &error);
  g_assert_no_error (error);
  answer = argv[4];
  if (strcmp (argv[1], "answers") == 0)
    serve (name, atoi (argv[3]), answer_thread);
  else
    for (int i = 0; i < atoi (argv[3]); i++)
      ask (name);
  return 0;
}
