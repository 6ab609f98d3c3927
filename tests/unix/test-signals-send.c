/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sending signals, and what they do when nobody takes them. */

#include <setjmp.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <linux/sched.h>

#include "signal-util.h"

static pid_t
make_sleeper (void)
{
  pid_t child = fork ();

  g_assert_no_errno (child);
  if (child > 0)
    return child;
  alarm (CHILD_SECONDS);
  for (;;)
    pause ();
}

static void
assert_killed_by (pid_t child, int number)
{
  int status = end_child (child);

  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, number);
}

static void
assert_fails (gboolean success, GError **error, GQuark domain, int code)
{
  g_assert_false (success);
  g_assert_error (*error, domain, code);
  g_clear_error (error);
}

static void
test_send (void)
{
  g_autoptr (GError) error = NULL;
  pid_t child = make_sleeper ();

  g_assert_true (ipc_unix_process_check (child, &error));
  g_assert_true (ipc_unix_signal_send (child, IPC_SIGNAL_TERM, &error));
  g_assert_no_error (error);
  assert_killed_by (child, SIGTERM);

  /* Nobody has the number yet. */
  assert_fails (ipc_unix_process_check (child, &error), &error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_fails (ipc_unix_signal_send (child, IPC_SIGNAL_TERM, &error), &error, G_IO_ERROR,
                G_IO_ERROR_NOT_FOUND);
  assert_fails (ipc_unix_signal_queue (child, IPC_SIGNAL_RT_0, 1, &error), &error, G_IO_ERROR,
                G_IO_ERROR_NOT_FOUND);
  assert_fails (ipc_unix_signal_send_to_group (child, IPC_SIGNAL_TERM, &error), &error, G_IO_ERROR,
                G_IO_ERROR_NOT_FOUND);
}

/* What would be a group or everybody */
static void
test_bad_numbers (void)
{
  static const gint64 pids[] = { 0, -1, -2, G_MININT64, G_MAXINT64, (gint64) 1 << 32 };
  static const gint64 groups[] = { 1, -1, -2, G_MAXINT64 };
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_USR1, 0);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      assert_fails (ipc_unix_signal_send (pids[i], IPC_SIGNAL_USR1, &error), &error, G_IO_ERROR,
                    G_IO_ERROR_INVALID_ARGUMENT);
      assert_fails (ipc_unix_signal_queue (pids[i], IPC_SIGNAL_USR1, 1, &error), &error, G_IO_ERROR,
                    G_IO_ERROR_INVALID_ARGUMENT);
      assert_fails (ipc_unix_process_check (pids[i], &error), &error, G_IO_ERROR,
                    G_IO_ERROR_INVALID_ARGUMENT);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    assert_fails (ipc_unix_signal_send_to_group (groups[i], IPC_SIGNAL_USR1, &error), &error,
                  G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  assert_fails (ipc_unix_signal_send (getpid (), IPC_SIGNAL_UNKNOWN, &error), &error, IPC_ERROR,
                IPC_ERROR_NO_SUCH_SIGNAL);
  turn ();
  g_assert_cmpuint (taker->count, ==, 0);
}

static void
test_group (void)
{
  g_autoptr (GError) error = NULL;
  pid_t leader = make_sleeper ();
  pid_t member = make_sleeper ();

  g_assert_no_errno (setpgid (leader, leader));
  g_assert_no_errno (setpgid (member, leader));
  g_assert_true (ipc_unix_signal_send_to_group (leader, IPC_SIGNAL_RT_2, &error));
  g_assert_no_error (error);
  assert_killed_by (leader, SIGRTMIN + 2);
  assert_killed_by (member, SIGRTMIN + 2);
}

static void
send_to_own_group (gpointer data G_GNUC_UNUSED)
{
  g_assert_no_errno (setpgid (0, 0));
  g_assert_true (ipc_unix_signal_send_to_group (0, IPC_SIGNAL_TERM, NULL));
}

static void
test_own_group (void)
{
  assert_killed_by (begin_child (send_to_own_group, NULL), SIGTERM);
}

static void
test_queue (void)
{
  g_autoptr (Taker) taker = taker_new (IPC_SIGNAL_RT_0, 0);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_assert_true (ipc_unix_signal_queue (getpid (), IPC_SIGNAL_RT_0, G_MININT + i, &error));
      g_assert_no_error (error);
    }
  taker_expect (taker, 3);
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (ipc_signal_info_get_value (taker->infos->pdata[i]), ==, G_MININT + i);
}

/* As many as the user may have */
static void
fill_queue (gpointer data G_GNUC_UNUSED)
{
  struct rlimit limit = { 0, 0 };
  g_autoptr (GError) error = NULL;
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGRTMIN);
  g_assert_no_errno (sigprocmask (SIG_BLOCK, &set, NULL));
  g_assert_no_errno (setrlimit (RLIMIT_SIGPENDING, &limit));
  assert_fails (ipc_unix_signal_queue (getpid (), IPC_SIGNAL_RT_0, 1, &error), &error, G_IO_ERROR,
                G_IO_ERROR_WOULD_BLOCK);
}

static void
test_queue_full (void)
{
  have_child (fill_queue, NULL);
}

/* A process that is there, and not ours: the parent when we were root, else init */
static void
send_to_other_user (gpointer data)
{
  pid_t pid = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  int pidfd;

  if (getuid () == 0)
    {
      g_assert_no_errno (setgid (65534));
      g_assert_no_errno (setuid (65534));
    }
  assert_fails (ipc_unix_process_check (pid, &error), &error, G_IO_ERROR,
                G_IO_ERROR_PERMISSION_DENIED);
  assert_fails (ipc_unix_signal_send (pid, IPC_SIGNAL_TERM, &error), &error, G_IO_ERROR,
                G_IO_ERROR_PERMISSION_DENIED);
  assert_fails (ipc_unix_signal_queue (pid, IPC_SIGNAL_RT_0, 1, &error), &error, G_IO_ERROR,
                G_IO_ERROR_PERMISSION_DENIED);
  if (getpgid (pid) > 1)
    assert_fails (ipc_unix_signal_send_to_group (getpgid (pid), IPC_SIGNAL_URG, &error), &error,
                  G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  pidfd = (int) syscall (SYS_pidfd_open, pid, 0);
  g_assert_no_errno (pidfd);
  assert_fails (ipc_unix_signal_send_to_pidfd (pidfd, IPC_SIGNAL_TERM, &error), &error, G_IO_ERROR,
                G_IO_ERROR_PERMISSION_DENIED);
  close (pidfd);
}

static void
test_permission (void)
{
  pid_t whom = 1;

  /* In a group of its own, of which the one that sends is no member */
  if (getuid () == 0)
    {
      whom = make_sleeper ();
      g_assert_no_errno (setpgid (whom, whom));
    }
  have_child (send_to_other_user, GINT_TO_POINTER (whom));
  if (whom != 1)
    {
      g_assert_true (ipc_unix_signal_send (whom, IPC_SIGNAL_KILL, NULL));
      assert_killed_by (whom, SIGKILL);
    }
}

/* Descriptors of processes */

static void
test_pidfd (void)
{
  g_autoptr (GError) error = NULL;
  pid_t child = make_sleeper ();
  int pidfd = (int) syscall (SYS_pidfd_open, child, 0);

  g_assert_no_errno (pidfd);
  g_assert_true (ipc_unix_signal_send_to_pidfd (pidfd, IPC_SIGNAL_USR1, &error));
  g_assert_no_error (error);
  assert_killed_by (child, SIGUSR1);
  assert_fails (ipc_unix_signal_send_to_pidfd (pidfd, IPC_SIGNAL_USR1, &error), &error, G_IO_ERROR,
                G_IO_ERROR_NOT_FOUND);
  close (pidfd);
  assert_fails (ipc_unix_signal_send_to_pidfd (pidfd, IPC_SIGNAL_USR1, &error), &error, G_IO_ERROR,
                G_IO_ERROR_INVALID_ARGUMENT);
  assert_fails (ipc_unix_signal_send_to_pidfd (-1, IPC_SIGNAL_USR1, &error), &error, G_IO_ERROR,
                G_IO_ERROR_INVALID_ARGUMENT);
}

/* A child with a number of our choice, as root may make it */
static pid_t
clone_with_pid (pid_t pid)
{
  struct clone_args args = { .exit_signal = SIGCHLD,
                             .set_tid = (guintptr) &pid,
                             .set_tid_size = 1 };
  pid_t child = (pid_t) syscall (SYS_clone3, &args, sizeof args);

  if (child == 0)
    for (;;)
      pause ();
  return child;
}

/* Another process has the number by now: it gets nothing. */
static void
test_recycled_pid (void)
{
  g_autoptr (GError) error = NULL;
  pid_t child = make_sleeper ();
  int pidfd = (int) syscall (SYS_pidfd_open, child, 0);
  pid_t heir;

  g_assert_no_errno (pidfd);
  g_assert_no_errno (kill (child, SIGKILL));
  end_child (child);
  heir = clone_with_pid (child);
  if (heir < 0 && errno == EPERM)
    {
      close (pidfd);
      g_test_skip ("only root can choose a pid");
      return;
    }
  g_assert_no_errno (heir);
  g_assert_cmpint (heir, ==, child);

  assert_fails (ipc_unix_signal_send_to_pidfd (pidfd, IPC_SIGNAL_KILL, &error), &error, G_IO_ERROR,
                G_IO_ERROR_NOT_FOUND);
  g_assert_true (ipc_unix_signal_send (heir, IPC_SIGNAL_USR2, &error));
  g_assert_no_error (error);
  assert_killed_by (heir, SIGUSR2);
  close (pidfd);
}

/* Dispositions */

static void
set_disposition (IpcSignal signal, IpcUnixSignalDisposition disposition)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ipc_unix_signal_set_disposition (signal, disposition, &error));
  g_assert_no_error (error);
}

static void
test_disposition (void)
{
  struct sigaction action;
  g_autoptr (Taker) taker = NULL;
  g_autoptr (GError) error = NULL;

  set_disposition (IPC_SIGNAL_USR1, IPC_UNIX_SIGNAL_DISPOSITION_IGNORE);
  get_action (SIGUSR1, &action);
  g_assert_true (action.sa_handler == SIG_IGN);
  raise (SIGUSR1);
  set_disposition (IPC_SIGNAL_USR1, IPC_UNIX_SIGNAL_DISPOSITION_DEFAULT);
  get_action (SIGUSR1, &action);
  g_assert_true (action.sa_handler == SIG_DFL);
  set_disposition (IPC_SIGNAL_SEGV, IPC_UNIX_SIGNAL_DISPOSITION_DEFAULT);

  assert_fails (
      ipc_unix_signal_set_disposition (IPC_SIGNAL_KILL, IPC_UNIX_SIGNAL_DISPOSITION_IGNORE, &error),
      &error, IPC_ERROR, IPC_ERROR_UNCATCHABLE_SIGNAL);
  assert_fails (
      ipc_unix_signal_set_disposition (IPC_SIGNAL_SEGV, IPC_UNIX_SIGNAL_DISPOSITION_IGNORE, &error),
      &error, IPC_ERROR, IPC_ERROR_UNSAFE_SIGNAL);
  assert_fails (ipc_unix_signal_set_disposition (IPC_SIGNAL_UNKNOWN,
                                                 IPC_UNIX_SIGNAL_DISPOSITION_IGNORE, &error),
                &error, IPC_ERROR, IPC_ERROR_NO_SUCH_SIGNAL);

  taker = taker_new (IPC_SIGNAL_USR1, 0);
  assert_fails (
      ipc_unix_signal_set_disposition (IPC_SIGNAL_USR1, IPC_UNIX_SIGNAL_DISPOSITION_IGNORE, &error),
      &error, IPC_ERROR, IPC_ERROR_BUSY);
  raise (SIGUSR1);
  taker_expect (taker, 1);
}

static sigjmp_buf jump;

static void
fault_handler (int number, siginfo_t *info, void *context)
{
  if (number == SIGFPE && info->si_signo == SIGFPE && context != NULL)
    siglongjmp (jump, 1);
}

static void
test_unsafe_handler (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Taker) taker = NULL;
  struct sigaction action;

  g_assert_true (ipc_unix_signal_set_unsafe_handler (IPC_SIGNAL_FPE, fault_handler,
                                                     IPC_SIGNAL_FLAGS_ONE_SHOT, &error));
  g_assert_no_error (error);
  if (sigsetjmp (jump, TRUE) == 0)
    {
      raise (SIGFPE);
      g_assert_not_reached ();
    }
  get_action (SIGFPE, &action);
  g_assert_true (action.sa_handler == SIG_DFL);

  assert_fails (ipc_unix_signal_set_unsafe_handler (IPC_SIGNAL_STOP, fault_handler, 0, &error),
                &error, IPC_ERROR, IPC_ERROR_UNCATCHABLE_SIGNAL);
  taker = taker_new (IPC_SIGNAL_USR1, 0);
  assert_fails (ipc_unix_signal_set_unsafe_handler (IPC_SIGNAL_USR1, fault_handler, 0, &error),
                &error, IPC_ERROR, IPC_ERROR_BUSY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signals-send/send", test_send);
  g_test_add_func ("/signals-send/bad-numbers", test_bad_numbers);
  g_test_add_func ("/signals-send/group", test_group);
  g_test_add_func ("/signals-send/own-group", test_own_group);
  g_test_add_func ("/signals-send/queue", test_queue);
  g_test_add_func ("/signals-send/queue-full", test_queue_full);
  g_test_add_func ("/signals-send/permission", test_permission);
  g_test_add_func ("/signals-send/pidfd", test_pidfd);
  g_test_add_func ("/signals-send/recycled-pid", test_recycled_pid);
  g_test_add_func ("/signals-send/disposition", test_disposition);
  g_test_add_func ("/signals-send/unsafe-handler", test_unsafe_handler);
  return g_test_run ();
}
