/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a source tells: each signal there is, who sent it, how many came. */

#include <time.h>

#include "../descriptors.h"
#include "signal-util.h"

static void
test_numbers (void)
{
  GEnumClass *klass = g_type_class_ref (IPC_TYPE_SIGNAL);
  guint n_realtime = ipc_unix_signal_get_n_realtime ();

  for (guint i = 0; i < klass->n_values; i++)
    {
      IpcSignal signal = klass->values[i].value;
      int number = ipc_unix_signal_to_number (signal);

      if (signal == IPC_SIGNAL_UNKNOWN || signal >= IPC_SIGNAL_RT_0 + n_realtime)
        g_assert_cmpint (number, ==, -1);
      else
        {
          g_assert_cmpint (number, >, 0);
          g_assert_cmpint (ipc_unix_signal_from_number (number), ==, signal);
        }
    }
  g_assert_cmpint (ipc_unix_signal_to_number (IPC_SIGNAL_TERM), ==, SIGTERM);
  g_assert_cmpint (ipc_unix_signal_to_number (IPC_SIGNAL_USR2), ==, SIGUSR2);
  g_assert_cmpint (ipc_unix_signal_to_number (IPC_SIGNAL_POLL), ==, SIGPOLL);
  g_assert_cmpint (ipc_unix_signal_to_number (12345), ==, -1);
  g_assert_cmpint (ipc_unix_signal_from_number (0), ==, IPC_SIGNAL_UNKNOWN);
  g_assert_cmpint (ipc_unix_signal_from_number (-1), ==, IPC_SIGNAL_UNKNOWN);
  g_assert_cmpint (ipc_unix_signal_from_number (SIGRTMIN - 1), ==, IPC_SIGNAL_UNKNOWN);
  g_assert_cmpint (ipc_unix_signal_from_number (100000), ==, IPC_SIGNAL_UNKNOWN);
  g_type_class_unref (klass);
}

static void
test_realtime (void)
{
  guint n = ipc_unix_signal_get_n_realtime ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (n, ==, MIN (31, SIGRTMAX - SIGRTMIN + 1));
  for (guint i = 0; i < n; i++)
    {
      IpcSignal signal = ipc_unix_signal_realtime (i, &error);

      g_assert_no_error (error);
      g_assert_cmpint (ipc_unix_signal_to_number (signal), ==, SIGRTMIN + (int) i);
    }
  g_assert_cmpint (ipc_unix_signal_realtime (n, &error), ==, IPC_SIGNAL_UNKNOWN);
  g_assert_error (error, IPC_ERROR, IPC_ERROR_NO_SUCH_SIGNAL);
}

/* Every signal that can be taken, sent by kill() */
static void
test_all (void)
{
  GEnumClass *klass = g_type_class_ref (IPC_TYPE_SIGNAL);
  guint n_taken = 0;

  for (guint i = 0; i < klass->n_values; i++)
    {
      IpcSignal signal = klass->values[i].value;
      g_autoptr (Taker) taker = NULL;
      IpcSignalInfo *info;

      if (!ipc_signal_is_catchable (signal) || ipc_signal_is_unsafe (signal) ||
          ipc_unix_signal_to_number (signal) < 0)
        continue;
      taker = taker_new (signal, IPC_SIGNAL_FLAGS_NONE);
      g_assert_no_errno (kill (getpid (), ipc_unix_signal_to_number (signal)));
      taker_expect (taker, 1);
      info = taker_last (taker);
      g_assert_cmpint (ipc_signal_info_get_signal (info), ==, signal);
      g_assert_cmpint (ipc_signal_info_get_number (info), ==, ipc_unix_signal_to_number (signal));
      g_assert_cmpint (ipc_signal_info_get_pid (info), ==, getpid ());
      n_taken++;
    }
  /* 28 without KILL, STOP and the four unsafe ones */
  g_assert_cmpuint (n_taken, ==, 22 + ipc_unix_signal_get_n_realtime ());
  g_type_class_unref (klass);
}

/* All of them at the same time */
static void
test_all_at_once (void)
{
  g_autoptr (GPtrArray) takers = g_ptr_array_new_with_free_func ((GDestroyNotify) taker_free);
  GEnumClass *klass = g_type_class_ref (IPC_TYPE_SIGNAL);

  for (guint i = 0; i < klass->n_values; i++)
    {
      IpcSignal signal = klass->values[i].value;

      if (ipc_signal_is_catchable (signal) && !ipc_signal_is_unsafe (signal) &&
          ipc_unix_signal_to_number (signal) > 0)
        g_ptr_array_add (takers, taker_new (signal, IPC_SIGNAL_FLAGS_NONE));
    }
  for (guint i = 0; i < takers->len; i++)
    {
      Taker *taker = g_ptr_array_index (takers, i);
      IpcSignal signal = ipc_signal_source_get_signal (taker->source);

      g_assert_no_errno (raise (ipc_unix_signal_to_number (signal)));
    }
  for (guint i = 0; i < takers->len; i++)
    taker_expect (g_ptr_array_index (takers, i), 1);
  g_type_class_unref (klass);
}

/* Senders */

static void
kill_parent (gpointer data)
{
  kill (getppid (), GPOINTER_TO_INT (data));
}

static void
queue_to_parent (gpointer data)
{
  sigqueue (getppid (), GPOINTER_TO_INT (data), (union sigval){ .sival_int = -123456 });
}

static void
assert_sender (Taker *taker, gint64 pid, int code, int value)
{
  IpcSignalInfo *info = taker_last (taker);

  g_assert_cmpint (ipc_signal_info_get_pid (info), ==, pid);
  g_assert_cmpuint (ipc_signal_info_get_uid (info), ==, pid >= 0 ? getuid () : G_MAXUINT);
  g_assert_cmpint (ipc_signal_info_get_code (info), ==, code);
  g_assert_cmpint (ipc_signal_info_get_value (info), ==, value);
}

static void
test_sender_kill (void)
{
  for (int i = 0; i < 2; i++)
    {
      int number = i == 0 ? SIGUSR1 : SIGRTMIN + 3;
      g_autoptr (Taker) taker = taker_new (ipc_unix_signal_from_number (number), 0);
      pid_t child = begin_child (kill_parent, GINT_TO_POINTER (number));

      taker_expect (taker, 1);
      assert_sender (taker, child, SI_USER, 0);
      g_assert_cmpint (end_child (child), ==, 0);
    }
}

static void
test_sender_queue (void)
{
  for (int i = 0; i < 2; i++)
    {
      int number = i == 0 ? SIGUSR1 : SIGRTMAX;
      g_autoptr (Taker) taker = taker_new (ipc_unix_signal_from_number (number), 0);
      pid_t child = begin_child (queue_to_parent, GINT_TO_POINTER (number));

      taker_expect (taker, 1);
      assert_sender (taker, child, SI_QUEUE, -123456);
      g_assert_cmpint (end_child (child), ==, 0);
    }
}

/* Not by GSubprocess, which forgets the pid as soon as the program has ended. */
static pid_t
run_kill (const char *signal_name, const char *value)
{
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());
  const char *with_value[] = { "/usr/bin/kill", "-q", value, "-s", signal_name, pid, NULL };
  const char *without[] = { "/usr/bin/kill", "-s", signal_name, pid, NULL };
  g_autoptr (GError) error = NULL;
  GPid child;

  g_spawn_async (NULL, (char **) (value != NULL ? with_value : without), NULL,
                 G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, &error);
  g_assert_no_error (error);
  return child;
}

/* The program of the system */
static void
test_sender_program (void)
{
  for (int i = 0; i < 3; i++)
    {
      static const char *const names[] = { "HUP", "USR2", "RTMIN" };
      static const char *const values[] = { NULL, "4711", "4712" };
      static const int numbers[] = { 0, 4711, 4712 };
      IpcSignal signal = i == 0 ? IPC_SIGNAL_HUP : i == 1 ? IPC_SIGNAL_USR2 : IPC_SIGNAL_RT_0;
      g_autoptr (Taker) taker = taker_new (signal, 0);
      pid_t program = run_kill (names[i], values[i]);

      taker_expect (taker, 1);
      assert_sender (taker, program, i == 0 ? SI_USER : SI_QUEUE, numbers[i]);
      g_assert_cmpint (end_child (program), ==, 0);
    }
}

static void
test_sender_timer (void)
{
  for (int i = 0; i < 2; i++)
    {
      int number = i == 0 ? SIGALRM : SIGRTMIN;
      g_autoptr (Taker) taker = taker_new (ipc_unix_signal_from_number (number), 0);
      struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = number };
      struct itimerspec when = { .it_value.tv_nsec = 1000000 };
      timer_t timer;

      event.sigev_value.sival_int = 99;
      g_assert_no_errno (timer_create (CLOCK_MONOTONIC, &event, &timer));
      g_assert_no_errno (timer_settime (timer, 0, &when, NULL));
      taker_expect (taker, 1);
      assert_sender (taker, -1, SI_TIMER, 99);
      g_assert_no_errno (timer_delete (timer));
    }
}

static G_NORETURN void
exit_with (gpointer data)
{
  _exit (GPOINTER_TO_INT (data));
}

static void
die (gpointer data)
{
  raise (GPOINTER_TO_INT (data));
}

static void
test_sender_child (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_CHLD, 0);
  pid_t child = begin_child (exit_with, GINT_TO_POINTER (7));

  taker_expect (taker, 1);
  assert_sender (taker, child, CLD_EXITED, 7);
  g_assert_cmpint (WEXITSTATUS (end_child (child)), ==, 7);

  child = begin_child (die, GINT_TO_POINTER (SIGKILL));
  taker_expect (taker, 2);
  assert_sender (taker, child, CLD_KILLED, SIGKILL);
  end_child (child);
}

/* Many that come before anyone looks are told as one, with their number. */
static void
test_coalescing (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_USR1, 0);
  g_autoptr (Taker) other = taker_new (IPC_SIGNAL_USR2, 0);

  for (int i = 0; i < 1000; i++)
    raise (SIGUSR1);
  sigqueue (getpid (), SIGUSR2, (union sigval){ .sival_int = 1 });
  sigqueue (getpid (), SIGUSR2, (union sigval){ .sival_int = 2 });
  taker_expect (taker, 1000);
  taker_expect (other, 2);
  g_assert_cmpuint (taker->infos->len, ==, 1);
  g_assert_cmpuint (other->infos->len, ==, 1);
  /* The last one's */
  g_assert_cmpint (ipc_signal_info_get_value (taker_last (other)), ==, 2);
}

/* Flags */

static void
test_busy (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_USR1, IPC_SIGNAL_FLAGS_NO_RESTART);
  g_autoptr (Taker) same = taker_new (IPC_SIGNAL_USR1, IPC_SIGNAL_FLAGS_NO_RESTART);
  g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_USR1, 0);
  g_autoptr (GError) error = NULL;

  g_assert_false (ipc_signal_source_start (source, &error));
  g_assert_error (error, IPC_ERROR, IPC_ERROR_BUSY);
  g_clear_error (&error);
  raise (SIGUSR1);
  taker_expect (taker, 1);
  taker_expect (same, 1);

  ipc_signal_source_stop (taker->source);
  ipc_signal_source_stop (same->source);
  g_assert_true (ipc_signal_source_start (source, &error));
  g_assert_no_error (error);
  ipc_signal_source_stop (source);
}

static int n_handled; /* atomic */

static void
count_handler (int number G_GNUC_UNUSED)
{
  g_atomic_int_inc (&n_handled);
}

static void
test_one_shot (void)
{
  g_autoptr (Taker) taker = NULL;
  g_autoptr (Taker) other = NULL;
  struct sigaction action;

  set_action (SIGUSR1, count_handler, 0);
  g_atomic_int_set (&n_handled, 0);
  taker = taker_new (IPC_SIGNAL_USR1, IPC_SIGNAL_FLAGS_ONE_SHOT);
  other = taker_new (IPC_SIGNAL_USR1, IPC_SIGNAL_FLAGS_ONE_SHOT);
  /* Before anyone looks, what was there is back. */
  raise (SIGUSR1);
  get_action (SIGUSR1, &action);
  g_assert_true (action.sa_handler == count_handler);
  for (int i = 0; i < 2; i++)
    raise (SIGUSR1);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 3);
  taker_expect (taker, 1);
  taker_expect (other, 1);
  turn ();
  g_assert_cmpuint (taker->count + other->count, ==, 2);
  g_assert_false (ipc_signal_source_get_running (taker->source));
  g_assert_false (ipc_signal_source_get_running (other->source));

  /* And again */
  g_assert_true (ipc_signal_source_start (taker->source, NULL));
  raise (SIGUSR1);
  raise (SIGUSR1);
  taker_expect (taker, 2);
  g_assert_false (ipc_signal_source_get_running (taker->source));
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 5);
  set_action (SIGUSR1, SIG_DFL, 0);
}

static void
test_one_shot_realtime (void)
{
  g_autoptr (Taker) taker = NULL;

  set_action (SIGRTMIN, SIG_IGN, 0);
  taker = taker_new (IPC_SIGNAL_RT_0, IPC_SIGNAL_FLAGS_ONE_SHOT);
  for (int i = 1; i < 4; i++)
    sigqueue (getpid (), SIGRTMIN, (union sigval){ .sival_int = i });
  taker_expect (taker, 1);
  g_assert_cmpint (ipc_signal_info_get_value (taker_last (taker)), ==, 1);
  g_assert_false (ipc_signal_source_get_running (taker->source));
  set_action (SIGRTMIN, SIG_DFL, 0);
}

static G_NORETURN void
pause_for_ever (gpointer data G_GNUC_UNUSED)
{
  for (;;)
    pause ();
}

/* With the flag a child that stops tells nothing; the next thing told is its end. */
static void
test_no_child_stop (void)
{
  for (int i = 0; i < 2; i++)
    {
      gboolean quiet = i == 1;
      g_autoptr (Taker)
          taker = taker_new (IPC_SIGNAL_CHLD, quiet ? IPC_SIGNAL_FLAGS_NO_CHILD_STOP : 0);
      pid_t child = begin_child (pause_for_ever, NULL);
      siginfo_t info;

      g_assert_no_errno (kill (child, SIGSTOP));
      /* What is taken is missing in the signal, if that has not been sent yet. */
      g_assert_no_errno (waitid (P_PID, child, &info, WSTOPPED | WNOWAIT));
      g_assert_cmpint (info.si_code, ==, CLD_STOPPED);
      if (!quiet)
        {
          taker_expect (taker, 1);
          assert_sender (taker, child, CLD_STOPPED, SIGSTOP);
        }
      turn ();
      g_assert_cmpuint (taker->count, ==, quiet ? 0 : 1);
      g_assert_no_errno (kill (child, SIGKILL));
      taker_expect (taker, quiet ? 1 : 2);
      assert_sender (taker, child, CLD_KILLED, SIGKILL);
      end_child (child);
    }
}

typedef struct
{
  pthread_t thread;
  pid_t tid;
  int fd; /* to write to at last, or -1 */
} Interrupted;

static gboolean
is_asleep (pid_t tid)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", (int) tid);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return strstr (text, ") S ") != NULL;
}

/* Each signal meets the other thread in its call. */
static gpointer
interrupt_thread (gpointer data)
{
  Interrupted *other = data;

  for (int i = 0; i < (other->fd >= 0 ? 3 : 1); i++)
    {
      for (int n_asleep = 0; n_asleep < 10; n_asleep += is_asleep (other->tid))
        sched_yield ();
      g_atomic_int_set (&n_handled, 0);
      pthread_kill (other->thread, SIGUSR1);
      while (g_atomic_int_get (&n_handled) == 0)
        sched_yield ();
    }
  if (other->fd >= 0)
    g_assert_cmpint (write (other->fd, "x", 1), ==, 1);
  return NULL;
}

static void
interrupt_read (IpcSignalFlags flags, int handler_flags, gboolean fails)
{
  Interrupted self = { pthread_self (), gettid (), -1 };
  Taker *taker;
  GThread *thread;
  int fds[2];
  ssize_t n_read;
  char byte;

  set_action (SIGUSR1, count_handler, handler_flags);
  taker = taker_new (IPC_SIGNAL_USR1, flags);
  g_assert_no_errno (pipe (fds));
  self.fd = fails ? -1 : fds[1];
  thread = g_thread_new ("interrupt", interrupt_thread, &self);
  n_read = read (fds[0], &byte, 1);
  g_assert_cmpint (n_read < 0 ? errno : 0, ==, fails ? EINTR : 0);
  g_assert_cmpint (n_read, ==, fails ? -1 : 1);
  g_thread_join (thread);
  close (fds[0]);
  close (fds[1]);
  taker_free (taker);
  set_action (SIGUSR1, SIG_DFL, 0);
}

/* A system call that a signal meets goes on, or fails with EINTR: when we say so, or when somebody
 * else has said so whose handler is chained. */
static void
test_no_restart (void)
{
  interrupt_read (0, SA_RESTART, FALSE);
  interrupt_read (IPC_SIGNAL_FLAGS_NO_RESTART, SA_RESTART, TRUE);
  interrupt_read (0, 0, TRUE);
}

/* Contexts and threads */

static void
test_several (void)
{
  g_autoptr (Taker) first = taker_new (IPC_SIGNAL_RT_0, 0);
  g_autoptr (Taker) second = taker_new (IPC_SIGNAL_RT_0, 0);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Taker *third;

  g_main_context_push_thread_default (context);
  third = taker_new (IPC_SIGNAL_RT_0, 0);
  g_main_context_pop_thread_default (context);

  for (int i = 0; i < 100; i++)
    sigqueue (getpid (), SIGRTMIN, (union sigval){ .sival_int = i });
  taker_expect (first, 100);
  taker_expect (second, 100);
  g_assert_cmpuint (third->count, ==, 0);
  while (third->count < 100)
    g_main_context_iteration (context, TRUE);
  for (int i = 0; i < 100; i++)
    {
      g_assert_cmpint (ipc_signal_info_get_value (first->infos->pdata[i]), ==, i);
      g_assert_cmpint (ipc_signal_info_get_value (second->infos->pdata[i]), ==, i);
      g_assert_cmpint (ipc_signal_info_get_value (third->infos->pdata[i]), ==, i);
    }
  taker_free (third);
}

#define N_THREADS 4
#define N_SENT 200

static gpointer
take_in_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GAsyncQueue *ready = data;
  Taker *taker;

  g_main_context_push_thread_default (context);
  taker = taker_new (IPC_SIGNAL_RT_0 + 1, 0);
  g_async_queue_push (ready, taker);
  /* The context sleeps until it is woken. */
  taker_expect (taker, N_SENT);
  g_main_context_pop_thread_default (context);
  taker_free (taker);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GAsyncQueue) ready = g_async_queue_new ();
  GThread *threads[N_THREADS];
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGRTMIN + 1);
  for (int i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("taker", take_in_thread, ready);
  for (int i = 0; i < N_THREADS; i++)
    g_async_queue_pop (ready);
  /* The signals reach any of them. */
  g_assert_cmpint (pthread_sigmask (SIG_BLOCK, &set, NULL), ==, 0);
  for (int i = 0; i < N_SENT; i++)
    sigqueue (getpid (), SIGRTMIN + 1, (union sigval){ .sival_int = i });
  for (int i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (pthread_sigmask (SIG_UNBLOCK, &set, NULL), ==, 0);
}

/* One descriptor for the process, whatever is started. */
static void
test_descriptors (void)
{
  guint before;

  warm_up_descriptors ();
  taker_free (taker_new (IPC_SIGNAL_USR1, 0));
  before = count_descriptors ();
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (Taker) first = taker_new (IPC_SIGNAL_USR1, 0);
      g_autoptr (Taker) second = taker_new (IPC_SIGNAL_RT_0 + (i % 10), 0);

      raise (SIGUSR1);
      taker_expect (first, 1);
      g_assert_cmpuint (count_descriptors (), ==, before);
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signals/numbers", test_numbers);
  g_test_add_func ("/signals/realtime", test_realtime);
  g_test_add_func ("/signals/all", test_all);
  g_test_add_func ("/signals/all-at-once", test_all_at_once);
  g_test_add_func ("/signals/sender/kill", test_sender_kill);
  g_test_add_func ("/signals/sender/queue", test_sender_queue);
  g_test_add_func ("/signals/sender/program", test_sender_program);
  g_test_add_func ("/signals/sender/timer", test_sender_timer);
  g_test_add_func ("/signals/sender/child", test_sender_child);
  g_test_add_func ("/signals/coalescing", test_coalescing);
  g_test_add_func ("/signals/flags/busy", test_busy);
  g_test_add_func ("/signals/flags/one-shot", test_one_shot);
  g_test_add_func ("/signals/flags/one-shot-realtime", test_one_shot_realtime);
  g_test_add_func ("/signals/flags/no-child-stop", test_no_child_stop);
  g_test_add_func ("/signals/flags/no-restart", test_no_restart);
  g_test_add_func ("/signals/several", test_several);
  g_test_add_func ("/signals/threads", test_threads);
  g_test_add_func ("/signals/descriptors", test_descriptors);
  return g_test_run ();
}
