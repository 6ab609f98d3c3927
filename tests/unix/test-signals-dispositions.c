/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was there before a source: it comes back, it is called meanwhile, and what others install
 * beside or after us goes on as well as it can. */

#include "signal-util.h"

static int n_handled; /* atomic */
static int last_value;

static void
count_handler (int number G_GNUC_UNUSED)
{
  g_atomic_int_inc (&n_handled);
}

static void
value_handler (int number G_GNUC_UNUSED, siginfo_t *info, void *context)
{
  g_assert_nonnull (context);
  g_atomic_int_set (&last_value, info->si_value.sival_int);
  g_atomic_int_inc (&n_handled);
}

static void
assert_function (int number, void (*handler) (int))
{
  struct sigaction action;

  get_action (number, &action);
  g_assert_true (action.sa_handler == handler);
}

static void
test_default (void)
{
  Taker *taker;

  assert_function (SIGUSR1, SIG_DFL);
  taker = taker_new (IPC_SIGNAL_USR1, 0);
  raise (SIGUSR1); /* which would end us */
  taker_expect (taker, 1);
  taker_free (taker);
  assert_function (SIGUSR1, SIG_DFL);
}

static void
test_ignored (void)
{
  Taker *taker;

  set_action (SIGUSR1, SIG_IGN, 0);
  taker = taker_new (IPC_SIGNAL_USR1, 0);
  raise (SIGUSR1);
  taker_expect (taker, 1);
  taker_free (taker);
  assert_function (SIGUSR1, SIG_IGN);
  raise (SIGUSR1);
  set_action (SIGUSR1, SIG_DFL, 0);
}

/* With its flags and its mask; it is called meanwhile, and with what it wants to know. */
static void
test_handler (void)
{
  struct sigaction action = { .sa_sigaction = value_handler,
                              .sa_flags = SA_SIGINFO | SA_NODEFER | SA_NOCLDSTOP };
  struct sigaction after;
  Taker *taker, *second;

  sigemptyset (&action.sa_mask);
  sigaddset (&action.sa_mask, SIGUSR2);
  g_assert_no_errno (sigaction (SIGUSR1, &action, NULL));
  g_atomic_int_set (&n_handled, 0);

  taker = taker_new (IPC_SIGNAL_USR1, 0);
  second = taker_new (IPC_SIGNAL_USR1, 0);
  sigqueue (getpid (), SIGUSR1, (union sigval){ .sival_int = 31 });
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&last_value), ==, 31);
  taker_expect (taker, 1);

  taker_free (taker);
  get_action (SIGUSR1, &after);
  g_assert_true (after.sa_sigaction != value_handler);
  taker_free (second);
  get_action (SIGUSR1, &after);
  g_assert_true (after.sa_sigaction == value_handler);
  g_assert_cmpint (after.sa_flags & ~SA_RESTART & 0x7fffff, ==,
                   action.sa_flags & ~SA_RESTART & 0x7fffff);
  g_assert_cmpint (sigismember (&after.sa_mask, SIGUSR2), ==, 1);
  g_assert_cmpint (sigismember (&after.sa_mask, SIGTERM), ==, 0);
  raise (SIGUSR1);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 2);
  set_action (SIGUSR1, SIG_DFL, 0);
}

/* One that is to be called once is called once, and then the default comes back. */
static void
test_handler_once (void)
{
  Taker *taker;

  set_action (SIGUSR1, count_handler, SA_RESETHAND);
  g_atomic_int_set (&n_handled, 0);
  taker = taker_new (IPC_SIGNAL_USR1, 0);
  for (int i = 0; i < 3; i++)
    raise (SIGUSR1);
  taker_expect (taker, 3);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 1);
  taker_free (taker);
  assert_function (SIGUSR1, SIG_DFL);
}

/* What somebody has installed over ours stays, and is chained the next time. */
static void
test_foreign (void)
{
  Taker *taker = taker_new (IPC_SIGNAL_USR1, 0);

  set_action (SIGUSR1, count_handler, 0);
  g_atomic_int_set (&n_handled, 0);
  raise (SIGUSR1);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 1);
  turn ();
  g_assert_cmpuint (taker->count, ==, 0);
  taker_free (taker);
  assert_function (SIGUSR1, count_handler);

  taker = taker_new (IPC_SIGNAL_USR1, 0);
  raise (SIGUSR1);
  taker_expect (taker, 1);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 2);
  taker_free (taker);
  assert_function (SIGUSR1, count_handler);
  set_action (SIGUSR1, SIG_DFL, 0);
}

static struct sigaction beneath;

/* As a well-behaved one does */
static void
chaining_handler (int number, siginfo_t *info, void *context)
{
  g_atomic_int_inc (&n_handled);
  beneath.sa_sigaction (number, info, context);
}

/* One that calls ours, which then calls it */
static void
test_foreign_chaining (void)
{
  struct sigaction action = { .sa_sigaction = chaining_handler, .sa_flags = SA_SIGINFO };
  Taker *taker = taker_new (IPC_SIGNAL_USR2, 0);

  sigemptyset (&action.sa_mask);
  g_assert_no_errno (sigaction (SIGUSR2, &action, &beneath));
  g_atomic_int_set (&n_handled, 0);
  raise (SIGUSR2);
  taker_expect (taker, 1);
  taker_free (taker);

  /* Ours is still called, and has nothing to do. */
  raise (SIGUSR2);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 2);

  /* Each has the other before it. */
  taker = taker_new (IPC_SIGNAL_USR2, 0);
  raise (SIGUSR2);
  taker_expect (taker, 1);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 3);
  taker_free (taker);
  set_action (SIGUSR2, SIG_DFL, 0);
}

/* GLib's own */

static gboolean
count_cb (gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_CONTINUE;
}

static void
test_glib_before (void)
{
  guint n_told = 0;
  guint id = g_unix_signal_add (SIGUSR1, count_cb, &n_told);
  Taker *taker = taker_new (IPC_SIGNAL_USR1, 0);

  raise (SIGUSR1);
  taker_expect (taker, 1);
  while (n_told == 0)
    g_main_context_iteration (NULL, TRUE);
  taker_free (taker);
  raise (SIGUSR1);
  while (n_told == 1)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  assert_function (SIGUSR1, SIG_DFL);
}

/* It takes the signal away from us, as the manual tells, and gives it to nobody. */
static void
test_glib_after (void)
{
  Taker *taker = taker_new (IPC_SIGNAL_USR1, 0);
  guint n_told = 0;
  guint id = g_unix_signal_add (SIGUSR1, count_cb, &n_told);

  raise (SIGUSR1);
  while (n_told == 0)
    g_main_context_iteration (NULL, TRUE);
  turn ();
  g_assert_cmpuint (taker->count, ==, 0);
  g_source_remove (id);
  assert_function (SIGUSR1, SIG_DFL);
  taker_free (taker);
  assert_function (SIGUSR1, SIG_DFL);
}

static G_NORETURN void
exit_with (gpointer data)
{
  _exit (GPOINTER_TO_INT (data));
}

static void
child_cb (GPid pid G_GNUC_UNUSED, int status, gpointer user_data)
{
  *(int *) user_data = WEXITSTATUS (status);
}

/* Children: we and GLib are told, whoever came first. */
static void
test_child_watch (void)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (Taker) taker = NULL;
      int status = -1;
      GPid child = fork ();

      g_assert_no_errno (child);
      if (child == 0)
        for (;;)
          pause ();
      if (i == 0)
        g_child_watch_add (child, child_cb, &status);
      taker = taker_new (IPC_SIGNAL_CHLD, 0);
      if (i == 1)
        g_child_watch_add (child, child_cb, &status);
      turn ();
      g_assert_no_errno (kill (child, SIGKILL));
      taker_expect (taker, 1);
      g_assert_cmpint (ipc_signal_info_get_pid (taker_last (taker)), ==, child);
      while (status < 0)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
expect_child (Taker *taker, guint count)
{
  pid_t child;

  turn ();
  child = begin_child (exit_with, NULL);
  taker_expect (taker, count);
  g_assert_cmpint (ipc_signal_info_get_pid (taker_last (taker)), ==, child);
  end_child (child);
}

/* As GLib's watches do where there are no descriptors of processes: a handler, then the default */
static void
test_child_replaced (void)
{
  Taker *taker = taker_new (IPC_SIGNAL_CHLD, 0);

  g_atomic_int_set (&n_handled, 0);
  set_action (SIGCHLD, count_handler, 0);
  expect_child (taker, 1);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 1);
  set_action (SIGCHLD, SIG_DFL, 0);
  expect_child (taker, 2);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 1);
  taker_free (taker);
  assert_function (SIGCHLD, SIG_DFL);
}

/* Children that nobody waits for go on vanishing. */
static void
test_child_ignored (void)
{
  pid_t child;
  Taker *taker;

  set_action (SIGCHLD, SIG_IGN, 0);
  taker = taker_new (IPC_SIGNAL_CHLD, 0);
  child = begin_child (exit_with, NULL);
  taker_expect (taker, 1);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
  taker_free (taker);
  assert_function (SIGCHLD, SIG_IGN);
  set_action (SIGCHLD, SIG_DFL, 0);
}

/* Forked children */

static void
fork_default (gpointer data G_GNUC_UNUSED)
{
  raise (SIGUSR1);
}

/* Uses what it has inherited. */
static void
fork_own (gpointer data)
{
  Taker *taker = data;
  g_autoptr (Taker) own = NULL;

  g_assert_false (ipc_signal_source_get_running (taker->source));
  turn ();
  own = taker_new (IPC_SIGNAL_USR1, IPC_SIGNAL_FLAGS_NO_RESTART);
  raise (SIGUSR1);
  taker_expect (own, 1);
  g_assert_cmpuint (taker->count, ==, 0);

  /* The inherited object too, and a real-time one of our own */
  ipc_signal_source_stop (own->source);
  g_assert_true (ipc_signal_source_start (taker->source, NULL));
  raise (SIGUSR1);
  taker_expect (taker, 1);
  ipc_signal_source_stop (taker->source);
  assert_function (SIGUSR1, SIG_DFL);
  assert_function (SIGUSR2, SIG_DFL);
}

static void
fork_stop (gpointer data)
{
  Taker *taker = data;

  ipc_signal_source_stop (taker->source);
  turn ();
}

static void
fork_ignored (gpointer data G_GNUC_UNUSED)
{
  raise (SIGUSR2);
  assert_function (SIGUSR2, SIG_IGN);
}

static void
test_fork (void)
{
  Taker *taker = taker_new (IPC_SIGNAL_USR1, 0);
  Taker *other = taker_new (IPC_SIGNAL_USR2, 0);
  Taker *realtime = taker_new (IPC_SIGNAL_RT_0, 0);
  int status = end_child (begin_child (fork_default, NULL));

  /* The default: it ends. The parent is not woken. */
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGUSR1);
  turn ();
  g_assert_cmpuint (taker->count, ==, 0);

  have_child (fork_own, taker);
  have_child (fork_stop, taker);
  turn ();
  g_assert_cmpuint (taker->count + other->count + realtime->count, ==, 0);

  /* The parent is as it was. */
  raise (SIGUSR1);
  raise (SIGUSR2);
  raise (SIGRTMIN);
  taker_expect (taker, 1);
  taker_expect (other, 1);
  taker_expect (realtime, 1);
  taker_free (taker);
  taker_free (other);
  taker_free (realtime);

  set_action (SIGUSR2, SIG_IGN, 0);
  other = taker_new (IPC_SIGNAL_USR2, 0);
  have_child (fork_ignored, NULL);
  turn ();
  g_assert_cmpuint (other->count, ==, 0);
  taker_free (other);
  set_action (SIGUSR2, SIG_DFL, 0);
}

static void
fork_storm (gpointer data G_GNUC_UNUSED)
{
  for (int i = 0; i < 1000; i++)
    raise (SIGUSR2);
}

/* What a child was told before it forked is not its child's; and a chained handler of a child runs
 * there. */
static void
test_fork_handler (void)
{
  Taker *taker;
  int status;

  set_action (SIGUSR2, count_handler, 0);
  g_atomic_int_set (&n_handled, 0);
  taker = taker_new (IPC_SIGNAL_USR2, 0);
  raise (SIGUSR2);
  status = end_child (begin_child (fork_storm, NULL));
  g_assert_cmpint (status, ==, 0);
  taker_expect (taker, 1);
  turn ();
  g_assert_cmpuint (taker->count, ==, 1);
  g_assert_cmpint (g_atomic_int_get (&n_handled), ==, 1);
  taker_free (taker);
  set_action (SIGUSR2, SIG_DFL, 0);
}

/* Executed children */

static guint64
mask_of (const char *text, const char *name)
{
  const char *line = strstr (text, name);

  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (name), NULL, 16);
}

static G_NORETURN void
exec_status (gpointer data)
{
  dup2 (GPOINTER_TO_INT (data), STDOUT_FILENO);
  execl ("/bin/cat", "cat", "/proc/self/status", NULL);
  _exit (127);
}

static char *
read_text (int fd)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  close (fd);
  return g_string_free (text, FALSE);
}

/* A clean mask and nothing but defaults, by fork and exec as by GSubprocess */
static void
test_exec (void)
{
  g_autoptr (GPtrArray) takers = g_ptr_array_new_with_free_func ((GDestroyNotify) taker_free);
  g_autoptr (GSubprocess) program = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *forked = NULL;
  g_autofree char *spawned = NULL;
  guint64 taken = 0;
  int fds[2];
  pid_t child;
  sigset_t mask;

  for (int number = 1; number <= SIGRTMAX; number++)
    {
      IpcSignal signal = ipc_unix_signal_from_number (number);

      if (!ipc_signal_is_catchable (signal) || ipc_signal_is_unsafe (signal))
        continue;
      g_ptr_array_add (takers, taker_new (signal, 0));
      taken |= G_GUINT64_CONSTANT (1) << (number - 1);
    }
  /* Nor is anything blocked here. */
  g_assert_cmpint (pthread_sigmask (SIG_SETMASK, NULL, &mask), ==, 0);
  for (int number = 1; number <= SIGRTMAX; number++)
    g_assert_cmpint (sigismember (&mask, number), <=, 0);

  g_assert_no_errno (pipe (fds));
  child = begin_child (exec_status, GINT_TO_POINTER (fds[1]));
  close (fds[1]);
  forked = read_text (fds[0]);
  g_assert_cmpint (end_child (child), ==, 0);
  program = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "cat", "/proc/self/status",
                              NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (program, NULL, NULL, &spawned, NULL, &error));
  g_assert_no_error (error);

  for (int i = 0; i < 2; i++)
    {
      const char *text = i == 0 ? forked : spawned;

      g_assert_cmphex (mask_of (text, "SigBlk:"), ==, 0);
      g_assert_cmphex (mask_of (text, "SigCgt:") & taken, ==, 0);
      g_assert_cmphex (mask_of (text, "SigIgn:") & taken, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signals-dispositions/default", test_default);
  g_test_add_func ("/signals-dispositions/ignored", test_ignored);
  g_test_add_func ("/signals-dispositions/handler", test_handler);
  g_test_add_func ("/signals-dispositions/handler-once", test_handler_once);
  g_test_add_func ("/signals-dispositions/foreign", test_foreign);
  g_test_add_func ("/signals-dispositions/foreign-chaining", test_foreign_chaining);
  g_test_add_func ("/signals-dispositions/glib-before", test_glib_before);
  g_test_add_func ("/signals-dispositions/glib-after", test_glib_after);
  g_test_add_func ("/signals-dispositions/child-watch", test_child_watch);
  g_test_add_func ("/signals-dispositions/child-replaced", test_child_replaced);
  g_test_add_func ("/signals-dispositions/child-ignored", test_child_ignored);
  g_test_add_func ("/signals-dispositions/fork", test_fork);
  g_test_add_func ("/signals-dispositions/fork-handler", test_fork_handler);
  g_test_add_func ("/signals-dispositions/exec", test_exec);
  return g_test_run ();
}
