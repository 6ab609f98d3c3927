/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many signals, from another process. */

#include <semaphore.h>
#include <sys/mman.h>

#include "signal-util.h"

#define N_VALUES 20000
#define N_PLACES 32768
#define N_BEYOND 1000
#define N_RESTARTS 10000
#define N_FLOOD 200000

/* ThreadSanitizer has one place for a signal that comes while a thread computes, and so loses
 * values itself; not while the thread blocks. */
#ifdef __SANITIZE_THREAD__
#define SANITIZER_LOSES TRUE
#else
#define SANITIZER_LOSES FALSE
#endif

typedef struct
{
  int number;
  int n_values;
  int n_taken; /* atomic, shared with the child */
  int stop;    /* atomic, shared with the child */
  int n_sent;  /* written by the child */
  int ended;   /* atomic, by the child too */
} Storm;

static Storm *
storm_new (int number, int n_values)
{
  Storm *self = mmap (NULL, sizeof *self, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                      0);

  g_assert_true (self != MAP_FAILED);
  *self = (Storm){ .number = number, .n_values = n_values };
  return self;
}

static void
storm_free (Storm *self)
{
  munmap (self, sizeof *self);
}

/* The system keeps so many signals of a user. */
static void
send_value (int number, int value)
{
  g_autoptr (GError) error = NULL;

  while (!ipc_unix_signal_queue (getppid (), ipc_unix_signal_from_number (number), value, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        _exit (1);
      g_clear_error (&error);
      sched_yield ();
    }
}

static gboolean
is_asleep (pid_t pid, const char *task)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%s/stat", (int) pid, task);
  g_autofree char *text = NULL;

  return !g_file_get_contents (path, &text, NULL, NULL) || strstr (text, ") S ") != NULL;
}

/* Until all threads of a process block, or only the first one */
static void
wait_until_asleep (pid_t pid, gboolean all)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", (int) pid);
  g_autofree char *first = g_strdup_printf ("%d", (int) pid);

  for (int n_asleep = 0; n_asleep < 10; n_asleep++)
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *task;

      if (!is_asleep (pid, first))
        n_asleep = 0;
      while (all && (task = g_dir_read_name (dir)) != NULL)
        if (!is_asleep (pid, task))
          n_asleep = 0;
      sched_yield ();
    }
}

/* All values */
static void
send_all (gpointer data)
{
  Storm *storm = data;

  wait_until_asleep (getppid (), TRUE);
  for (int i = 0; i < storm->n_values; i++)
    send_value (storm->number, i);
}

/* As long as it is wanted, and never more than half of what fits beyond what was taken. */
static void
send_until_stopped (gpointer data)
{
  Storm *storm = data;

  while (!g_atomic_int_get (&storm->stop))
    {
      if (storm->n_sent - g_atomic_int_get (&storm->n_taken) < N_PLACES / 2)
        send_value (storm->number, storm->n_sent++);
      else
        sched_yield ();
    }
  g_atomic_int_set (&storm->ended, TRUE);
}

static sem_t storm_ended;

static gpointer
tell_end (gpointer data)
{
  wait_for_end (GPOINTER_TO_INT (data));
  return NULL;
}

static gpointer
block (gpointer data G_GNUC_UNUSED)
{
  while (sem_wait (&storm_ended) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  return NULL;
}

/* Blocks in so many threads, this one among them, until the other ends of the pipe are closed. They
 * wait where ThreadSanitizer hands out signals at once. */
static void
block_until_end (int fd, guint n_threads)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  GThread *teller;
  sigset_t all, before;

  g_assert_no_errno (sem_init (&storm_ended, 0, 0));
  for (guint i = 1; i < n_threads; i++)
    g_ptr_array_add (threads, g_thread_new ("blocked", block, NULL));
  sigfillset (&all);
  g_assert_cmpint (pthread_sigmask (SIG_BLOCK, &all, &before), ==, 0);
  teller = g_thread_new ("teller", tell_end, GINT_TO_POINTER (fd));
  g_assert_cmpint (pthread_sigmask (SIG_SETMASK, &before, NULL), ==, 0);

  g_thread_join (teller);
  for (guint i = 0; i < threads->len; i++)
    sem_post (&storm_ended);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));
  sem_destroy (&storm_ended);
}

/* Sends while nobody iterates. */
static void
send_while_blocked (Storm *storm, guint n_threads)
{
  int fds[2];
  pid_t child;

  g_assert_no_errno (pipe (fds));
  child = begin_child (send_all, storm);
  close (fds[1]);
  block_until_end (fds[0], n_threads);
  g_assert_cmpint (end_child (child), ==, 0);
}

static void
assert_in_order (Taker *taker, int n_values)
{
  g_assert_cmpuint (taker->infos->len, ==, n_values);
  for (int i = 0; i < n_values; i++)
    g_assert_cmpint (ipc_signal_info_get_value (taker->infos->pdata[i]), ==, i);
}

static void
test_one_thread (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_RT_0, 0);
  Storm *storm = storm_new (SIGRTMIN, N_VALUES);

  send_while_blocked (storm, 1);
  g_assert_cmpuint (taker->count, ==, 0);
  taker_expect (taker, N_VALUES);
  assert_in_order (taker, N_VALUES);
  g_assert_cmpuint (taker->dropped, ==, 0);
  turn ();
  g_assert_cmpuint (taker->count, ==, N_VALUES);
  storm_free (storm);
}

static void
assert_complete (Taker *taker, int n_values)
{
  g_autofree gboolean *seen = g_new0 (gboolean, n_values);

  g_assert_cmpuint (taker->infos->len, ==, n_values);
  for (int i = 0; i < n_values; i++)
    {
      int value = ipc_signal_info_get_value (taker->infos->pdata[i]);

      g_assert_cmpint (value, >=, 0);
      g_assert_cmpint (value, <, n_values);
      g_assert_false (seen[value]);
      seen[value] = TRUE;
    }
}

static void
test_four_threads (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_RT_0, 0);
  Storm *storm = storm_new (SIGRTMIN, N_VALUES);

  send_while_blocked (storm, 4);
  taker_expect (taker, N_VALUES);
  assert_complete (taker, N_VALUES);
  g_assert_cmpuint (taker->dropped, ==, 0);
  storm_free (storm);
}

/* The sender gets to its end although nobody takes anything. */
static void
test_overflow (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_RT_5, 0);
  g_autoptr (Taker) other = taker_new (IPC_SIGNAL_RT_6, 0);
  Storm *storm = storm_new (SIGRTMIN + 5, N_PLACES + N_BEYOND);

  send_while_blocked (storm, 1);
  /* Nothing but its loss can be told of this one. */
  raise (SIGRTMIN + 6);
  taker_expect (taker, N_PLACES);
  assert_in_order (taker, N_PLACES);
  g_assert_cmpuint (taker->dropped, ==, N_BEYOND);
  g_assert_cmpuint (ipc_signal_info_get_dropped (taker_last (taker)), ==, N_BEYOND);
  while (other->dropped == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (other->dropped, ==, 1);
  g_assert_cmpuint (other->count, ==, 0);
  g_assert_cmpuint (other->infos->len, ==, 1);
  g_assert_cmpint (ipc_signal_info_get_pid (taker_last (other)), ==, -1);

  /* It goes on. */
  raise (SIGRTMIN + 5);
  taker_expect (taker, N_PLACES + 1);
  g_assert_cmpuint (taker->dropped, ==, N_BEYOND);
  storm_free (storm);
}

/* A context that does not run loses its values; others don't. */
static void
test_slow_context (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_RT_1, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Storm *storm = storm_new (SIGRTMIN + 1, N_VALUES);
  Taker *slow;

  g_main_context_push_thread_default (context);
  slow = taker_new (IPC_SIGNAL_RT_1, 0);
  g_main_context_pop_thread_default (context);

  for (guint i = 1; i <= 2; i++)
    {
      send_while_blocked (storm, 1);
      taker_expect (taker, i * N_VALUES);
    }
  g_assert_cmpuint (taker->dropped, ==, 0);
  while (slow->infos->len < N_PLACES)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (slow->dropped, ==, 2 * N_VALUES - N_PLACES);
  g_assert_cmpuint (slow->count, ==, N_PLACES);
  taker_free (slow);
  storm_free (storm);
}

/* However many standard signals come, they are told, as one. */
static void
test_standard (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_USR1, 0);
  Storm *storm = storm_new (SIGUSR1, N_VALUES);

  send_while_blocked (storm, 4);
  while (taker->count == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (taker->infos->len, ==, 1);
  g_assert_cmpuint (taker->count, <=, N_VALUES);
  g_assert_cmpint (ipc_signal_info_get_code (taker_last (taker)), ==, SI_QUEUE);
  storm_free (storm);
}

static void
take_some (Taker *taker, Storm *storm)
{
  g_main_context_iteration (NULL, FALSE);
  g_atomic_int_set (&storm->n_taken, (int) taker->count);
}

/* Signals meet every place of start() and stop(). */
static void
test_restart_beside (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_RT_2, 0);
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_RT_2, 0);
  Storm *storm = storm_new (SIGRTMIN + 2, 0);
  int n_restarts = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? N_RESTARTS / 10 : N_RESTARTS;
  pid_t child = begin_child (send_until_stopped, storm);

  while (taker->count == 0)
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; i < n_restarts; i++)
    {
      g_assert_true (ipc_signal_source_start (source, NULL));
      ipc_signal_source_stop (source);
      take_some (taker, storm);
    }
  g_atomic_int_set (&storm->stop, TRUE);
  g_assert_cmpint (end_child (child), ==, 0);
  if (!SANITIZER_LOSES)
    {
      taker_expect (taker, storm->n_sent);
      assert_in_order (taker, storm->n_sent);
    }
  g_assert_cmpint (storm->n_sent, >, 100);
  g_assert_cmpuint (taker->dropped, ==, 0);
  storm_free (storm);
}

typedef struct
{
  GThread *thread;
  Storm *storm;
  int n_restarts;
} Restarter;

static gpointer
restart_in_thread (gpointer data)
{
  Restarter *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_RT_3, 0);

  g_main_context_push_thread_default (context);
  for (int i = 0; i < self->n_restarts; i++)
    {
      g_assert_true (ipc_signal_source_start (source, NULL));
      g_main_context_iteration (context, FALSE);
      ipc_signal_source_stop (source);
    }
  g_main_context_pop_thread_default (context);
  g_atomic_int_set (&self->storm->stop, TRUE);
  return NULL;
}

static void
send_to_blocked (gpointer data)
{
  wait_until_asleep (getppid (), FALSE);
  send_until_stopped (data);
}

/* Whether all have come; of those that the sanitizer has lost, after a second without any. The one
 * that blocks computes for a moment, too, between two signals. */
static gboolean
has_ended (Storm *storm, Taker *taker, gint64 last_news)
{
  if (!g_atomic_int_get (&storm->ended))
    return FALSE;
  if ((int) taker->count >= storm->n_sent)
    return TRUE;
  return SANITIZER_LOSES && g_get_monotonic_time () - last_news > G_USEC_PER_SEC;
}

/* The same with a thread for each: one blocks and gets the signals, one starts and stops, one takes
 * the values. */
static gpointer
take_in_thread (gpointer data)
{
  Storm *storm = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  gint64 last_news = 0;
  Taker *taker;

  g_main_context_push_thread_default (context);
  taker = taker_new (IPC_SIGNAL_RT_3, 0);
  g_atomic_int_set (&storm->n_values, 1); /* ready */
  while (!has_ended (storm, taker, last_news))
    {
      guint before = taker->count;

      g_main_context_iteration (context, FALSE);
      g_atomic_int_set (&storm->n_taken, (int) taker->count);
      if (taker->count > before || !g_atomic_int_get (&storm->ended))
        last_news = g_get_monotonic_time ();
    }
  if (!SANITIZER_LOSES)
    assert_in_order (taker, storm->n_sent);
  g_assert_cmpuint (taker->dropped, ==, 0);
  taker_free (taker);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_restart_threads (void)
{
  Storm *storm = storm_new (SIGRTMIN + 3, 0);
  int n_restarts = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? N_RESTARTS / 10 : N_RESTARTS;
  Restarter restarter = { NULL, storm, n_restarts };
  GThread *taker;
  sigset_t set;
  int fds[2];
  pid_t child;

  sigemptyset (&set);
  sigaddset (&set, SIGRTMIN + 3);
  g_assert_cmpint (pthread_sigmask (SIG_BLOCK, &set, NULL), ==, 0);
  taker = g_thread_new ("taker", take_in_thread, storm);
  while (!g_atomic_int_get (&storm->n_values))
    sched_yield ();
  g_assert_no_errno (pipe (fds));
  child = begin_child (send_to_blocked, storm);
  restarter.thread = g_thread_new ("restarter", restart_in_thread, &restarter);
  close (fds[1]);
  g_assert_cmpint (pthread_sigmask (SIG_UNBLOCK, &set, NULL), ==, 0);
  block_until_end (fds[0], 1);
  g_assert_cmpint (end_child (child), ==, 0);
  g_thread_join (restarter.thread);
  g_thread_join (taker);
  storm_free (storm);
}

/* The last one stops: what was there before is back before stop() returns, whatever comes. */
static void
test_last_stop (void)
{
  Storm *storm = storm_new (SIGRTMIN + 4, 0);
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_RT_4, 0);
  int n_restarts = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? N_RESTARTS / 10 : N_RESTARTS;
  struct sigaction action;
  pid_t child;

  set_action (SIGRTMIN + 4, SIG_IGN, 0);
  child = begin_child (send_until_stopped, storm);
  for (int i = 0; i < n_restarts; i++)
    {
      g_assert_true (ipc_signal_source_start (source, NULL));
      get_action (SIGRTMIN + 4, &action);
      g_assert_true (action.sa_handler != SIG_IGN);
      ipc_signal_source_stop (source);
      get_action (SIGRTMIN + 4, &action);
      g_assert_true (action.sa_handler == SIG_IGN);
      g_main_context_iteration (NULL, FALSE);
      g_atomic_int_set (&storm->n_taken, storm->n_sent);
    }
  g_atomic_int_set (&storm->stop, TRUE);
  g_assert_cmpint (end_child (child), ==, 0);
  g_assert_cmpint (storm->n_sent, >, 100);
  g_assert_finalize_object (g_steal_pointer (&source));
  set_action (SIGRTMIN + 4, SIG_DFL, 0);
  storm_free (storm);
}

/* Far more than there are places, as fast as the system takes them, for a loop that is slow. */

static void
send_flood (gpointer data)
{
  Storm *storm = data;

  for (int i = 0; i < storm->n_values; i++)
    send_value (storm->number, i);
}

typedef struct
{
  int n_taken;
  guint dropped;
} Flood;

static void
flooded_cb (IpcSignalSource *source G_GNUC_UNUSED, IpcSignalInfo *info, gpointer user_data)
{
  Flood *flood = user_data;

  g_assert_cmpint (ipc_signal_info_get_value (info), ==, flood->n_taken);
  flood->n_taken++;
  flood->dropped += ipc_signal_info_get_dropped (info);
  if (flood->n_taken % 100 == 0)
    sched_yield ();
}

static void
assert_unblocked (int number)
{
  sigset_t mask;

  g_assert_cmpint (pthread_sigmask (SIG_SETMASK, NULL, &mask), ==, 0);
  g_assert_cmpint (sigismember (&mask, number), ==, 0);
}

static void
test_flood (void)
{
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_RT_7, 0);
  int n_values = g_getenv ("IPC_TEST_SLOW_RUN") != NULL ? N_FLOOD / 2 : N_FLOOD;
  Storm *storm = storm_new (SIGRTMIN + 7, n_values);
  Flood flood = { 0, 0 };
  pid_t child;

  if (SANITIZER_LOSES)
    {
      g_test_skip ("ThreadSanitizer loses signals");
      storm_free (storm);
      return;
    }
  g_signal_connect (source, "received", G_CALLBACK (flooded_cb), &flood);
  g_assert_true (ipc_signal_source_start (source, NULL));
  child = begin_child (send_flood, storm);
  while (flood.n_taken + (int) flood.dropped < n_values)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (end_child (child), ==, 0);
  g_assert_cmpuint (flood.dropped, ==, 0);
  turn ();
  g_assert_cmpint (flood.n_taken, ==, n_values);
  assert_unblocked (SIGRTMIN + 7);
  ipc_signal_source_stop (source);
  storm_free (storm);
}

/* Signals that are held back, as its own process sends them */

static gboolean
is_held (int number)
{
  sigset_t mask;

  pthread_sigmask (SIG_SETMASK, NULL, &mask);
  return sigismember (&mask, number) == 1;
}

static gboolean
queue_until_held (IpcSignal signal, int number)
{
  for (int i = 0; i < N_PLACES && !is_held (number); i++)
    g_assert_true (ipc_unix_signal_queue (getpid (), signal, i, NULL));
  return is_held (number);
}

static G_NORETURN void
check_free_in_child (gpointer number)
{
  _exit (is_held (GPOINTER_TO_INT (number)) ? 1 : 0);
}

static gpointer
stop_thread (gpointer source)
{
  ipc_signal_source_stop (source);
  return NULL;
}

static void
test_held_stop (gconstpointer elsewhere)
{
  const int number = SIGRTMIN + 8;
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_RT_8, 0);

  if (SANITIZER_LOSES)
    {
      g_test_skip ("ThreadSanitizer stands between");
      return;
    }
  set_action (number, SIG_IGN, 0);
  g_assert_true (ipc_signal_source_start (source, NULL));
  turn ();
  g_assert_true (queue_until_held (IPC_SIGNAL_RT_8, number));
  have_child (check_free_in_child, GINT_TO_POINTER (number));
  g_assert_true (is_held (number));

  if (elsewhere != NULL)
    g_thread_join (g_thread_new ("stop", stop_thread, source));
  else
    ipc_signal_source_stop (source);
  turn ();
  assert_unblocked (number);
  g_assert_finalize_object (g_steal_pointer (&source));
  set_action (number, SIG_DFL, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signals-storm/one-thread", test_one_thread);
  g_test_add_func ("/signals-storm/four-threads", test_four_threads);
  g_test_add_func ("/signals-storm/overflow", test_overflow);
  g_test_add_func ("/signals-storm/slow-context", test_slow_context);
  g_test_add_func ("/signals-storm/standard", test_standard);
  g_test_add_func ("/signals-storm/restart-beside", test_restart_beside);
  g_test_add_func ("/signals-storm/restart-threads", test_restart_threads);
  g_test_add_func ("/signals-storm/last-stop", test_last_stop);
  g_test_add_func ("/signals-storm/flood", test_flood);
  g_test_add_data_func ("/signals-storm/held/stop", NULL, test_held_stop);
  g_test_add_data_func ("/signals-storm/held/stop-elsewhere", "elsewhere", test_held_stop);
  return g_test_run ();
}
