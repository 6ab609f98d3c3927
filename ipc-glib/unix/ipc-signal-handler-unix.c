/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "ipc-handle-unix-private.h"
#include "ipc-signal-handler-private.h"
#include "ipc-thread-wake-private.h"

/* A disposition that was there before ours. A handler may read it at any time, so none is ever
 * changed or freed; each is kept once, and there are few different ones in a process. */
typedef struct _Previous Previous;
struct _Previous
{
  struct sigaction action;
  Previous *next;
};

/* All of it is atomic, as handlers run in any thread at any time. */
typedef struct
{
  int active;   /* somebody watches the signal */
  int one_shot; /* the first signal brings back what was there before */
  int fired;    /* and it has come */
  Previous *previous;
  int previous_spent; /* it was to be called only once, and was */
  guint dropped;
  /* What came last of a standard signal. The version is odd while a handler writes. */
  guint version;
  int code;
  int pid;
  guint uid;
  int value;
  guint count;
} Entry;

static Entry entries[IPC_SIGNAL_NUMBERS];
static Previous *known_previous[IPC_SIGNAL_NUMBERS]; /* (owned) */
static IpcSignalRing *ring;                          /* atomic */
static int owner_pid;                                /* atomic */
static int wake_fds[2] = { -1, -1 };                 /* written while nothing is installed */
static int awake;                                    /* atomic */

/* The signals whose previous handler this thread is calling: one that was installed over ours and
 * calls ours may be the previous one of the next time. A handler must not allocate, and so not its
 * thread's variables either. */
#define ALLOCATED_AT_START __attribute__ ((tls_model ("initial-exec")))
static __thread guint64 chaining[IPC_SIGNAL_NUMBERS / 64] ALLOCATED_AT_START;

/* The real-time signals that the handler has blocked in this thread, where it may. */
static __thread volatile guint64 held[IPC_SIGNAL_NUMBERS / 64] ALLOCATED_AT_START;
static __thread volatile gboolean holds ALLOCATED_AT_START;
static __thread volatile guint tends_since ALLOCATED_AT_START;
static guint tending = 1; /* atomic: changes when nobody tends any more */
static int n_holding;     /* atomic: threads */

/* So many records are too many, and so many few enough again. */
#define HOLD_AT (IPC_SIGNAL_RING_PLACES / 2)
#define RELEASE_AT (IPC_SIGNAL_RING_PLACES / 8)

/* One that comes when another is handled is taken without the way out of the handler and in. */
#define MAX_IN_HANDLER 32

/* In the handler */

static gboolean
is_realtime (int number)
{
#ifdef SIGRTMIN
  return number >= SIGRTMIN && number <= SIGRTMAX;
#else
  return FALSE;
#endif
}

static gboolean
is_about_child (int number, const siginfo_t *info)
{
  return number == SIGCHLD && info->si_code > 0;
}

static gboolean
is_from_process (int number, const siginfo_t *info)
{
  switch (info->si_code)
    {
    case SI_USER:
    case SI_QUEUE:
#ifdef SI_TKILL
    case SI_TKILL:
#endif
#ifdef SI_MESGQ
    case SI_MESGQ:
#endif
      return TRUE;
    default:
      return is_about_child (number, info);
    }
}

static int
get_value (int number, const siginfo_t *info)
{
  switch (info->si_code)
    {
    case SI_QUEUE:
    case SI_TIMER:
#ifdef SI_MESGQ
    case SI_MESGQ:
#endif
      return info->si_value.sival_int;
    default:
      return is_about_child (number, info) ? info->si_status : 0;
    }
}

static void
note_standard (Entry *entry, const IpcSignalRecord *record)
{
  guint version = g_atomic_int_get (&entry->version);

  /* Of two handlers that run at the same time, one is the last sender, and both are counted. */
  if ((version & 1) == 0 &&
      g_atomic_int_compare_and_exchange (&entry->version, version, version + 1))
    {
      g_atomic_int_set (&entry->code, record->code);
      g_atomic_int_set (&entry->pid, record->pid);
      g_atomic_int_set (&entry->uid, record->uid);
      g_atomic_int_set (&entry->value, record->value);
      g_atomic_int_set (&entry->version, version + 2);
    }
  g_atomic_int_inc (&entry->count);
}

static void
note (int number, const siginfo_t *info)
{
  Entry *entry = &entries[number];
  gboolean from_process = is_from_process (number, info);
  IpcSignalRecord record = {
    .number = number,
    .code = info->si_code,
    .pid = from_process ? info->si_pid : -1,
    .uid = from_process ? info->si_uid : G_MAXUINT,
    .value = get_value (number, info),
    .count = 1,
  };

  if (!is_realtime (number))
    note_standard (entry, &record);
  else if (!_ipc_signal_ring_push (g_atomic_pointer_get (&ring), &record))
    g_atomic_int_inc (&entry->dropped);
  _ipc_signal_handler_wake ();
}

static gboolean
is_function (const struct sigaction *action)
{
  return (action->sa_flags & SA_SIGINFO) != 0 ||
         (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

static void
chain (int number, siginfo_t *info, void *context)
{
  Previous *previous = g_atomic_pointer_get (&entries[number].previous);
  guint64 *word = &chaining[number / 64];
  guint64 bit = G_GUINT64_CONSTANT (1) << (number % 64);

  if (previous == NULL || !is_function (&previous->action))
    return;
  if ((previous->action.sa_flags & SA_RESETHAND) != 0 &&
      !g_atomic_int_compare_and_exchange (&entries[number].previous_spent, FALSE, TRUE))
    return;

  *word |= bit;
  if ((previous->action.sa_flags & SA_SIGINFO) != 0)
    previous->action.sa_sigaction (number, info, context);
  else
    previous->action.sa_handler (number);
  *word &= ~bit;
}

/* The mask of @context is the thread's again when the handler returns. */
static void
hold (int number, ucontext_t *context)
{
  if (tends_since != (guint) g_atomic_int_get (&tending) ||
      _ipc_signal_ring_count (g_atomic_pointer_get (&ring)) < HOLD_AT)
    return;
  sigaddset (&context->uc_sigmask, number);
  held[number / 64] |= G_GUINT64_CONSTANT (1) << (number % 64);
  if (!holds)
    g_atomic_int_inc (&n_holding);
  holds = TRUE;
}

/* No handler but ours knows of it, and nobody holds them. */
static void
note_more (int number)
{
  static const struct timespec no_time;
  siginfo_t info;
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, number);
  for (int i = 0; i < MAX_IN_HANDLER && sigtimedwait (&set, &info, &no_time) == number; i++)
    note (number, &info);
}

static void
note_realtime (int number, const siginfo_t *info, ucontext_t *context)
{
  Entry *entry = &entries[number];
  Previous *previous = g_atomic_pointer_get (&entry->previous);

  note (number, info);
  if (!g_atomic_int_get (&entry->one_shot) &&
      (previous == NULL || !is_function (&previous->action)))
    note_more (number);
  hold (number, context);
}

static void handler (int number, siginfo_t *info, void *context);

static gboolean
is_ours (const struct sigaction *action)
{
  return (action->sa_flags & SA_SIGINFO) != 0 && action->sa_sigaction == handler;
}

/* FALSE when ours is not in place any more. */
static gboolean
bring_back_previous (int number)
{
  struct sigaction action = { 0 };
  Previous *previous = g_atomic_pointer_get (&entries[number].previous);

  if (sigaction (number, NULL, &action) < 0 || !is_ours (&action))
    return FALSE;
  action = previous->action;
  if (g_atomic_int_get (&entries[number].previous_spent))
    {
      action.sa_handler = SIG_DFL;
      action.sa_flags &= ~SA_SIGINFO;
    }
  sigaction (number, &action, NULL);
  return TRUE;
}

static void
handler (int number, siginfo_t *info, void *context)
{
  int saved_errno = errno;
  Entry *entry = &entries[number];

  if ((chaining[number / 64] & (G_GUINT64_CONSTANT (1) << (number % 64))) != 0)
    return;

  /* A child that was forked, or shares our memory until it executes something, takes no signals
   * for us. It gets this one again when the handler has returned. */
  if (g_atomic_int_get (&owner_pid) != getpid ())
    {
      if (bring_back_previous (number))
        raise (number);
      else
        chain (number, info, context);
    }
  else
    {
      gboolean wanted = g_atomic_int_get (&entry->active);

      if (wanted && g_atomic_int_get (&entry->one_shot))
        {
          wanted = g_atomic_int_compare_and_exchange (&entry->fired, FALSE, TRUE);
          if (wanted)
            bring_back_previous (number);
        }
      if (wanted && is_realtime (number))
        note_realtime (number, info, context);
      else if (wanted)
        note (number, info);
      chain (number, info, context);
    }
  errno = saved_errno;
}

void
_ipc_signal_handler_wake (void)
{
  guint64 one = 1;

  if (!g_atomic_int_compare_and_exchange (&awake, FALSE, TRUE))
    return;
  /* It fails only when it is full, and then it is awake. */
  while (write (wake_fds[1], &one, sizeof one) < 0 && errno == EINTR)
    ;
}

/* Outside of the handler */

gboolean
_ipc_signal_handler_is_own (void)
{
  return g_atomic_int_get (&owner_pid) == getpid ();
}

int
_ipc_signal_handler_get_fd (void)
{
  return wake_fds[0];
}

static void
reset_after_fork (void)
{
  for (int number = 1; number < IPC_SIGNAL_NUMBERS; number++)
    {
      if (entries[number].previous != NULL)
        bring_back_previous (number);
      entries[number] = (Entry){ .previous = entries[number].previous };
    }
  if (ring != NULL)
    _ipc_signal_ring_reset (ring);
  if (wake_fds[0] >= 0)
    close (wake_fds[0]);
  if (wake_fds[1] >= 0 && wake_fds[1] != wake_fds[0])
    close (wake_fds[1]);
  wake_fds[0] = wake_fds[1] = -1;
  g_atomic_int_set (&awake, FALSE);
}

gboolean
_ipc_signal_handler_begin (GError **error)
{
  if (_ipc_signal_handler_is_own ())
    return TRUE;

  /* Until the pid is ours, a signal that comes now goes to whom it went before. */
  reset_after_fork ();
  if (!_ipc_thread_wake_open (wake_fds))
    {
      _ipc_set_error_from_errno (error, errno, "Can’t make a descriptor to tell signals by");
      wake_fds[0] = wake_fds[1] = -1;
      return FALSE;
    }
  g_atomic_int_set (&owner_pid, getpid ());
  return TRUE;
}

/* Not byte by byte: what lies behind the signals of a mask may be anything. */
static gboolean
is_same_action (const struct sigaction *a, const struct sigaction *b)
{
  if (a->sa_flags != b->sa_flags || a->sa_handler != b->sa_handler)
    return FALSE;
  for (int number = 1; number < IPC_SIGNAL_NUMBERS; number++)
    if (sigismember (&a->sa_mask, number) != sigismember (&b->sa_mask, number))
      return FALSE;
  return TRUE;
}

static void
set_previous (int number, const struct sigaction *action)
{
  Previous *previous;

  for (previous = known_previous[number]; previous != NULL; previous = previous->next)
    if (is_same_action (&previous->action, action))
      break;
  if (previous == NULL)
    {
      previous = g_new (Previous, 1);
      *previous = (Previous){ *action, known_previous[number] };
      known_previous[number] = previous;
    }
  g_atomic_pointer_set (&entries[number].previous, previous);
}

/* What the handler that we chain counts on goes on as it was: interrupted calls, children that
 * nobody waits for. */
static int
flags_beside (int number, const struct sigaction *previous, IpcSignalFlags flags)
{
  int result = SA_SIGINFO | SA_ONSTACK;

  if ((flags & IPC_SIGNAL_FLAGS_NO_RESTART) == 0 &&
      (!is_function (previous) || (previous->sa_flags & SA_RESTART) != 0))
    result |= SA_RESTART;
  if ((flags & IPC_SIGNAL_FLAGS_NO_CHILD_STOP) != 0)
    result |= SA_NOCLDSTOP;
  if (number == SIGCHLD)
    {
      result |= previous->sa_flags & SA_NOCLDWAIT;
      if (!is_function (previous) && previous->sa_handler == SIG_IGN)
        result |= SA_NOCLDWAIT;
    }
  return result;
}

static void
empty_entry (int number, IpcSignalFlags flags)
{
  IpcSignalRecord record;
  Entry *entry = &entries[number];

  _ipc_signal_handler_take_standard (number, &record);
  _ipc_signal_handler_take_dropped (number);
  g_atomic_int_set (&entry->fired, FALSE);
  g_atomic_int_set (&entry->previous_spent, FALSE);
  g_atomic_int_set (&entry->one_shot, (flags & IPC_SIGNAL_FLAGS_ONE_SHOT) != 0);
}

/* Over @before */
static gboolean
put_in_place (int number, const struct sigaction *before, IpcSignalFlags flags)
{
  struct sigaction action = { .sa_sigaction = handler };

  sigfillset (&action.sa_mask);
  action.sa_flags = flags_beside (number, before, flags);
  return sigaction (number, &action, NULL) == 0;
}

gboolean
_ipc_signal_handler_install (int number, IpcSignalFlags flags, GError **error)
{
  struct sigaction before = { 0 };

  if (is_realtime (number) && ring == NULL)
    g_atomic_pointer_set (&ring, _ipc_signal_ring_new ());
  if (sigaction (number, NULL, &before) < 0)
    {
      _ipc_set_error_from_errno (error, errno, "Can’t ask for the handler of signal %d", number);
      return FALSE;
    }
  if (is_ours (&before))
    before = ((Previous *) entries[number].previous)->action;
  else
    set_previous (number, &before);

  empty_entry (number, flags);
  g_atomic_int_set (&entries[number].active, TRUE);
  if (put_in_place (number, &before, flags))
    return TRUE;
  _ipc_set_error_from_errno (error, errno, "Can’t handle signal %d", number);
  g_atomic_int_set (&entries[number].active, FALSE);
  return FALSE;
}

gboolean
_ipc_signal_handler_is_in_place (int number)
{
  struct sigaction action = { 0 };

  return sigaction (number, NULL, &action) < 0 || is_ours (&action);
}

void
_ipc_signal_handler_reinstall (int number, IpcSignalFlags flags)
{
  struct sigaction before = { 0 };

  if (!g_atomic_int_get (&entries[number].active) || g_atomic_int_get (&entries[number].fired) ||
      sigaction (number, NULL, &before) < 0 || is_ours (&before))
    return;
  set_previous (number, &before);
  g_atomic_int_set (&entries[number].previous_spent, FALSE);
  put_in_place (number, &before, flags);
}

void
_ipc_signal_handler_uninstall (int number)
{
  bring_back_previous (number);
  g_atomic_int_set (&entries[number].active, FALSE);
}

gboolean
_ipc_signal_handler_is_awake (void)
{
  return g_atomic_int_get (&awake);
}

void
_ipc_signal_handler_clear (void)
{
  guint64 count;

  while (read (wake_fds[0], &count, sizeof count) < 0 && errno == EINTR)
    ;
  g_atomic_int_set (&awake, FALSE);
}

void
_ipc_signal_handler_tend (void)
{
  tends_since = g_atomic_int_get (&tending);
}

void
_ipc_signal_handler_stop_tending (void)
{
  g_atomic_int_inc (&tending);
}

gboolean
_ipc_signal_handler_holds (void)
{
  return holds;
}

gboolean
_ipc_signal_handler_is_held (void)
{
  return g_atomic_int_get (&n_holding) > 0;
}

static void
unblock_held (void)
{
  sigset_t all, mask;

  /* No handler may hold another one meanwhile. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &mask);
  for (int number = 1; number < IPC_SIGNAL_NUMBERS; number++)
    if ((held[number / 64] & (G_GUINT64_CONSTANT (1) << (number % 64))) != 0)
      sigdelset (&mask, number);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = 0;
  holds = FALSE;
  pthread_sigmask (SIG_SETMASK, &mask, NULL);
}

gboolean
_ipc_signal_handler_release (gboolean at_once)
{
  if (holds && !at_once && _ipc_signal_ring_count (ring) > RELEASE_AT)
    return FALSE;
  if (holds)
    {
      g_atomic_int_add (&n_holding, -1);
      unblock_held ();
    }
  return TRUE;
}

void
_ipc_signal_handler_forked (void)
{
  g_atomic_int_set (&n_holding, 0);
  if (holds)
    unblock_held ();
}

gboolean
_ipc_signal_handler_take_standard (int number, IpcSignalRecord *record)
{
  Entry *entry = &entries[number];
  guint version;

  if (g_atomic_int_get (&entry->count) == 0)
    return FALSE;
  *record = (IpcSignalRecord){ .number = number, .count = g_atomic_int_and (&entry->count, 0) };
  do
    {
      /* It is odd while a handler of another thread is between two of its instructions. */
      while (((version = g_atomic_int_get (&entry->version)) & 1) != 0)
        g_thread_yield ();
      record->code = g_atomic_int_get (&entry->code);
      record->pid = g_atomic_int_get (&entry->pid);
      record->uid = g_atomic_int_get (&entry->uid);
      record->value = g_atomic_int_get (&entry->value);
    }
  while (version != (guint) g_atomic_int_get (&entry->version));
  return TRUE;
}

gboolean
_ipc_signal_handler_take_realtime (IpcSignalRecord *record)
{
  return ring != NULL && _ipc_signal_ring_pop (ring, record);
}

guint
_ipc_signal_handler_take_dropped (int number)
{
  if (g_atomic_int_get (&entries[number].dropped) == 0)
    return 0;
  return g_atomic_int_and (&entries[number].dropped, 0);
}
