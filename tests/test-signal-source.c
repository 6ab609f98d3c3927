/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>

#include <ipc-glib.h>

/* IpcSignal, IpcSignalInfo and IpcSignalSource with what every system has: raise(). */

static void
test_names (void)
{
  GEnumClass *klass = g_type_class_ref (IPC_TYPE_SIGNAL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_realtime = 0;

  for (guint i = 0; i < klass->n_values; i++)
    {
      IpcSignal signal = klass->values[i].value;
      const char *name = ipc_signal_get_name (signal);

      if (signal == IPC_SIGNAL_UNKNOWN)
        {
          g_assert_null (name);
          continue;
        }
      g_assert_true (g_str_has_prefix (name, "SIG"));
      g_assert_true (g_hash_table_add (seen, (gpointer) name));
      /* No number of a system */
      g_assert_cmpint (signal, >, 100);
      n_realtime += g_str_has_prefix (name, "SIGRTMIN");
    }
  g_assert_cmpuint (n_realtime, ==, 31);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 28 + 31);

  g_assert_cmpstr (ipc_signal_get_name (IPC_SIGNAL_TERM), ==, "SIGTERM");
  g_assert_cmpstr (ipc_signal_get_name (IPC_SIGNAL_RT_0), ==, "SIGRTMIN");
  g_assert_cmpstr (ipc_signal_get_name (IPC_SIGNAL_RT_30), ==, "SIGRTMIN+30");
  g_assert_null (ipc_signal_get_name (12345));
  g_type_class_unref (klass);
}

static void
test_kinds (void)
{
  GEnumClass *klass = g_type_class_ref (IPC_TYPE_SIGNAL);

  for (guint i = 0; i < klass->n_values; i++)
    {
      IpcSignal signal = klass->values[i].value;

      g_assert_cmpint (ipc_signal_is_catchable (signal), ==,
                       signal != IPC_SIGNAL_UNKNOWN && signal != IPC_SIGNAL_KILL &&
                           signal != IPC_SIGNAL_STOP);
      g_assert_cmpint (ipc_signal_is_unsafe (signal), ==,
                       signal == IPC_SIGNAL_SEGV || signal == IPC_SIGNAL_BUS ||
                           signal == IPC_SIGNAL_ILL || signal == IPC_SIGNAL_FPE);
    }
  g_assert_false (ipc_signal_is_catchable (12345));
  g_type_class_unref (klass);
}

static void
assert_refused (IpcSignal signal, IpcError code)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (signal, IPC_SIGNAL_FLAGS_NONE);
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_signal_source_start (source, &error));
  g_assert_error (error, IPC_ERROR, (int) code);
  g_assert_false (ipc_signal_source_get_running (source));
  ipc_signal_source_stop (source);
}

static void
test_refused (void)
{
  assert_refused (IPC_SIGNAL_SEGV, IPC_ERROR_UNSAFE_SIGNAL);
  assert_refused (IPC_SIGNAL_BUS, IPC_ERROR_UNSAFE_SIGNAL);
  assert_refused (IPC_SIGNAL_ILL, IPC_ERROR_UNSAFE_SIGNAL);
  assert_refused (IPC_SIGNAL_FPE, IPC_ERROR_UNSAFE_SIGNAL);
  assert_refused (IPC_SIGNAL_KILL, IPC_ERROR_UNCATCHABLE_SIGNAL);
  assert_refused (IPC_SIGNAL_STOP, IPC_ERROR_UNCATCHABLE_SIGNAL);
  assert_refused (IPC_SIGNAL_UNKNOWN, IPC_ERROR_NO_SUCH_SIGNAL);
}

static void
count_cb (GObject *object G_GNUC_UNUSED, GParamSpec *pspec G_GNUC_UNUSED, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_properties (void)
{
  IpcSignalSource *source = ipc_signal_source_new (IPC_SIGNAL_TERM, IPC_SIGNAL_FLAGS_NO_RESTART);
  g_autoptr (GError) error = NULL;
  IpcSignal signal;
  IpcSignalFlags flags;
  gboolean running;
  guint n_notified = 0;

  g_object_get (source, "signal", &signal, "flags", &flags, "running", &running, NULL);
  g_assert_cmpint (signal, ==, IPC_SIGNAL_TERM);
  g_assert_cmpint (flags, ==, IPC_SIGNAL_FLAGS_NO_RESTART);
  g_assert_false (running);
  g_assert_cmpint (ipc_signal_source_get_signal (source), ==, IPC_SIGNAL_TERM);
  g_assert_cmpint (ipc_signal_source_get_flags (source), ==, IPC_SIGNAL_FLAGS_NO_RESTART);

  g_signal_connect (source, "notify::running", G_CALLBACK (count_cb), &n_notified);
  for (int i = 0; i < 2; i++)
    {
      g_assert_true (ipc_signal_source_start (source, &error));
      g_assert_no_error (error);
      g_assert_true (ipc_signal_source_get_running (source));
      g_assert_cmpuint (n_notified, ==, 1);
    }
  for (int i = 0; i < 2; i++)
    {
      ipc_signal_source_stop (source);
      g_assert_false (ipc_signal_source_get_running (source));
      g_assert_cmpuint (n_notified, ==, 2);
    }
  g_assert_finalize_object (source);
}

static void
received_cb (IpcSignalSource *source, IpcSignalInfo *info, gpointer user_data)
{
  guint *n_received = user_data;

  g_assert_cmpint (ipc_signal_info_get_signal (info), ==, ipc_signal_source_get_signal (source));
  *n_received += ipc_signal_info_get_count (info);
}

static void
turn (void)
{
  for (int i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
}

static IpcSignalSource *
start (IpcSignal signal, guint *n_received)
{
  IpcSignalSource *source = ipc_signal_source_new (signal, IPC_SIGNAL_FLAGS_NONE);
  g_autoptr (GError) error = NULL;

  g_signal_connect (source, "received", G_CALLBACK (received_cb), n_received);
  ipc_signal_source_start (source, &error);
  g_assert_no_error (error);
  return source;
}

static void
test_received (void)
{
  guint n_received = 0;
  IpcSignalSource *source = start (IPC_SIGNAL_TERM, &n_received);

  turn ();
  g_assert_cmpuint (n_received, ==, 0);
  raise (SIGTERM);
  /* Nothing of ours runs in the handler. */
  g_assert_cmpuint (n_received, ==, 0);
  while (n_received == 0)
    g_main_context_iteration (NULL, TRUE);
  raise (SIGTERM);
  while (n_received == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_received, ==, 2);

  /* What was not told is forgotten. */
  raise (SIGTERM);
  ipc_signal_source_stop (source);
  turn ();
  g_assert_cmpuint (n_received, ==, 2);
  g_assert_true (ipc_signal_source_start (source, NULL));
  turn ();
  g_assert_cmpuint (n_received, ==, 2);
  ipc_signal_source_stop (source);
  g_assert_finalize_object (source);
}

/* A started source needs no reference of ours. */
static void
test_alive (void)
{
  guint n_received = 0;
  IpcSignalSource *source = start (IPC_SIGNAL_INT, &n_received);

  g_object_add_weak_pointer (G_OBJECT (source), (gpointer *) &source);
  g_object_unref (source);
  g_assert_nonnull (source);
  raise (SIGINT);
  while (n_received == 0)
    g_main_context_iteration (NULL, TRUE);
  ipc_signal_source_stop (source);
  g_assert_null (source);
}

static void
stop_cb (IpcSignalSource *source, IpcSignalInfo *info G_GNUC_UNUSED, gpointer user_data)
{
  ++*(guint *) user_data;
  ipc_signal_source_stop (source);
}

static void
test_stop_inside (void)
{
  IpcSignalSource *source = ipc_signal_source_new (IPC_SIGNAL_TERM, IPC_SIGNAL_FLAGS_NONE);
  guint n_received = 0;

  g_signal_connect (source, "received", G_CALLBACK (stop_cb), &n_received);
  g_assert_true (ipc_signal_source_start (source, NULL));
  raise (SIGTERM);
  while (n_received == 0)
    g_main_context_iteration (NULL, TRUE);
  turn ();
  g_assert_cmpuint (n_received, ==, 1);
  g_assert_finalize_object (source);
}

/* Waiting */

static void
store_result_cb (GObject *object G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (IpcSignalSource *source, GCancellable *cancellable, GAsyncResult **result)
{
  ipc_signal_source_wait_async (source, G_PRIORITY_DEFAULT, cancellable, store_result_cb, result);
}

static IpcSignalInfo *
finish (IpcSignalSource *source, GAsyncResult **result, GError **error)
{
  IpcSignalInfo *info;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  info = ipc_signal_source_wait_finish (source, *result, error);
  g_clear_object (result);
  return info;
}

static void
assert_told (IpcSignalSource *source, GAsyncResult **result, guint count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IpcSignalInfo) info = finish (source, result, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ipc_signal_info_get_signal (info), ==, IPC_SIGNAL_TERM);
  g_assert_cmpuint (ipc_signal_info_get_count (info), ==, count);
}

static void
test_wait (void)
{
  IpcSignalSource *source = ipc_signal_source_new (IPC_SIGNAL_TERM, IPC_SIGNAL_FLAGS_NONE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  guint n_received = 0;

  g_signal_connect (source, "received", G_CALLBACK (received_cb), &n_received);
  wait_for (source, NULL, &result);
  g_assert_true (ipc_signal_source_get_running (source));
  turn ();
  g_assert_null (result);
  raise (SIGTERM);
  g_assert_null (result);
  assert_told (source, &result, 1);

  /* What comes between two waits is kept. */
  raise (SIGTERM);
  raise (SIGTERM);
  turn ();
  wait_for (source, NULL, &result);
  assert_told (source, &result, 2);

  /* Each ends one. */
  wait_for (source, NULL, &result);
  wait_for (source, NULL, &second);
  raise (SIGTERM);
  assert_told (source, &result, 1);
  turn ();
  g_assert_null (second);
  g_assert_false (ipc_signal_source_start (source, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  ipc_signal_source_stop (source);
  g_assert_null (finish (source, &second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (n_received, ==, 0);
  g_assert_finalize_object (source);
}

static void
test_wait_started (void)
{
  guint n_received = 0;
  IpcSignalSource *source = start (IPC_SIGNAL_TERM, &n_received);
  g_autoptr (GAsyncResult) result = NULL;

  raise (SIGTERM);
  turn ();
  wait_for (source, NULL, &result);
  turn ();
  g_assert_null (result);
  raise (SIGTERM);
  assert_told (source, &result, 1);
  g_assert_cmpuint (n_received, ==, 2);
  ipc_signal_source_stop (source);
  g_assert_finalize_object (source);
}

static void
test_wait_cancelled (void)
{
  IpcSignalSource *source = ipc_signal_source_new (IPC_SIGNAL_TERM, IPC_SIGNAL_FLAGS_NONE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wait_for (source, cancellable, &result);
  turn ();
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  g_assert_null (finish (source, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* Beforehand */
  wait_for (source, cancellable, &result);
  g_assert_null (finish (source, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* The signal was not lost with the wait. */
  raise (SIGTERM);
  turn ();
  wait_for (source, NULL, &result);
  assert_told (source, &result, 1);
  ipc_signal_source_stop (source);
  g_assert_finalize_object (source);
}

static void
test_wait_refused (void)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_KILL, 0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wait_for (source, NULL, &result);
  g_assert_null (finish (source, &result, &error));
  g_assert_error (error, IPC_ERROR, IPC_ERROR_UNCATCHABLE_SIGNAL);
}

static void
info_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer user_data)
{
  *(IpcSignalInfo **) user_data = ipc_signal_info_ref (info);
}

static void
test_info (void)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_TERM, 0);
  g_autoptr (IpcSignalInfo) info = NULL;
  g_autofree char *text = NULL;

  g_signal_connect (source, "received", G_CALLBACK (info_cb), &info);
  g_assert_true (ipc_signal_source_start (source, NULL));
  raise (SIGTERM);
  while (info == NULL)
    g_main_context_iteration (NULL, TRUE);
  ipc_signal_source_stop (source);

  g_assert_cmpint (ipc_signal_info_get_number (info), ==, SIGTERM);
  g_assert_cmpuint (ipc_signal_info_get_count (info), ==, 1);
  g_assert_cmpuint (ipc_signal_info_get_dropped (info), ==, 0);
  g_assert_cmpint (ipc_signal_info_get_value (info), ==, 0);
  text = ipc_signal_info_to_string (info);
  g_assert_true (g_str_has_prefix (text, "SIGTERM from "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signal-source/names", test_names);
  g_test_add_func ("/signal-source/kinds", test_kinds);
  g_test_add_func ("/signal-source/refused", test_refused);
  g_test_add_func ("/signal-source/properties", test_properties);
  g_test_add_func ("/signal-source/received", test_received);
  g_test_add_func ("/signal-source/alive", test_alive);
  g_test_add_func ("/signal-source/stop-inside", test_stop_inside);
  g_test_add_func ("/signal-source/wait", test_wait);
  g_test_add_func ("/signal-source/wait-started", test_wait_started);
  g_test_add_func ("/signal-source/wait-cancelled", test_wait_cancelled);
  g_test_add_func ("/signal-source/wait-refused", test_wait_refused);
  g_test_add_func ("/signal-source/info", test_info);
  return g_test_run ();
}
