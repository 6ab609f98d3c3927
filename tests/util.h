/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* What the tests share: counting what they leave open, results of asynchronous calls, and two
 * connections that are connected to each other. */

#include <string.h>

#include "descriptors.h"

G_BEGIN_DECLS

/* Runs the tests that were added, and sees that they run on the reactor that was asked for and
 * leave no descriptor open. In the place of g_test_run (). */
int run_tests (void);

/* The same for what makes GLib start threads that keep descriptors, so that they can't be
 * counted. */
int run_tests_uncounted (void);

/* A GAsyncReadyCallback: leaves its result (owned) in the place that @user_data points to. */
void store_result_cb (GObject *object, GAsyncResult *result, gpointer user_data);

/* Runs the thread-default main context until there is something in the place. */
void wait_for (gpointer place_of_pointer);

/* All sources that are ready, and those that this makes ready */
void run_what_is_ready (void);

typedef struct
{
  IpcLocalConnection *a;
  IpcLocalConnection *b;
  GInputStream *a_in, *b_in;
  GOutputStream *a_out, *b_out;
  guint n_descriptors;
} Pair;

/* For g_test_add (); @socket_type is an IpcSocketType in a pointer. What is still there at the end
 * is to have no other owner, and every descriptor must be closed then. */
void pair_set_up (Pair *pair, gconstpointer socket_type);
void pair_tear_down (Pair *pair, gconstpointer socket_type);

void send_text (IpcLocalConnection *connection, const char *text);
void assert_receives (IpcLocalConnection *connection, const char *text);
void assert_text (GBytes *bytes, const char *text);

/* Each connects, or listens, without waiting for anybody. */
IpcLocalConnection *connect_to (IpcLocalName *name, IpcSocketType socket_type);
IpcLocalListener *listen_on (IpcLocalName *name, IpcSocketType socket_type);

/* A listener on a name of its own, and whether it listens */
IpcLocalListener *make_listener (void);
void listen_now (IpcLocalListener *listener);
IpcLocalListener *make_listening (void);

IpcLocalConnection *connect_client (IpcLocalListener *listener);
IpcLocalConnection *accept_client (IpcLocalListener *listener);
void close_connection (IpcLocalConnection *connection);

/* Ends what it sends: the peer comes upon the end. Where there is no half-close, it closes. */
void end_sending (IpcLocalConnection *connection);

/* FALSE, after it has skipped the test, where the system has no half-close for it. */
gboolean shut_sending_or_skip (IpcLocalConnection *connection);

/* What not every system has */
typedef enum
{
  SYSTEM_TELLS_RESETS,    /* who closes over unread input resets the connection */
  SYSTEM_CHANGES_BUFFERS, /* of a connection that there is */
} SystemTrait;

/* FALSE, after it has skipped the test, where the system lacks it. */
gboolean system_has_or_skip (SystemTrait trait);

/* An IpcLocalConnectionSourceFunc, which sends a block, and adds what was sent to the gsize that
 * @user_data points to; and that it is called until there is no room, and again when @peer has made
 * some. */
gboolean fill_cb (IpcLocalConnection *connection, gpointer user_data);
void assert_told_of_room (IpcLocalConnection *peer, const gsize *sent);

/* What one end sends the other receives. */
void assert_talk (IpcLocalConnection *from, IpcLocalConnection *to);

/* Until all that was sent before has come where the main context will find it: what is sent last
 * comes last, to another context. */
void wait_for_arrival (void);

/* Which of @clients is at the other end; they talk. Who connects first need not be accepted first:
 * Wine tells of them by the threads that wait for them. */
IpcLocalConnection *find_client (GPtrArray *clients, IpcLocalConnection *server);

G_END_DECLS
