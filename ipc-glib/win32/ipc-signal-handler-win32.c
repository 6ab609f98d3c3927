/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <signal.h>

#include "ipc-signal-handler-win32-private.h"
#include "ipc-win32-calls-private.h"

typedef void (__cdecl *RuntimeHandler) (int number);

typedef struct
{
  gboolean installed;
  RuntimeHandler previous;
} Runtime;

/* Taken after that of the watches. */
static GMutex lock;
static Runtime runtimes[IPC_SIGNAL_NUMBERS]; /* under the lock */

/* The signals, as bits, whose previous handler this thread is calling: that one may call ours. */
static GPrivate chaining = G_PRIVATE_INIT (NULL);

/* The C runtime: its handlers are called once, and then have to set themselves again. */

/* Whether raise() of the C runtime knows it. */
static gboolean
is_of_runtime (int number)
{
  return number == SIGINT || number == SIGTERM || number == SIGBREAK;
}

static gboolean
is_function (RuntimeHandler handler)
{
  return handler != SIG_DFL && handler != SIG_IGN && handler != SIG_ERR;
}

static gboolean
is_chaining (int number)
{
  return (GPOINTER_TO_UINT (g_private_get (&chaining)) & (1u << number)) != 0;
}

static void
set_chaining (int number, gboolean on)
{
  guint bits = GPOINTER_TO_UINT (g_private_get (&chaining));

  bits = on ? bits | (1u << number) : bits & ~(1u << number);
  g_private_set (&chaining, GUINT_TO_POINTER (bits));
}

static void __cdecl runtime_handler (int number);

/* The handler of others that is to be called, as the runtime would call it: it is not set any more.
 * NULL when there is none, or when something is in place that does not know of us. */
static RuntimeHandler
take_previous (int number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  Runtime *runtime = &runtimes[number];
  RuntimeHandler previous = runtime->previous;
  RuntimeHandler in_place = runtime->installed ? runtime_handler : previous;
  RuntimeHandler current;

  if (previous == NULL || !is_function (previous))
    return NULL;
  current = signal (number, runtime->installed ? runtime_handler : SIG_DFL);
  if (current == in_place)
    return previous;
  signal (number, current);
  return NULL;
}

/* It may have set itself again. */
static void
keep_previous (int number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  Runtime *runtime = &runtimes[number];
  RuntimeHandler current;

  if (!runtime->installed)
    return;
  current = signal (number, runtime_handler);
  runtime->previous = current != runtime_handler ? current : SIG_DFL;
}

static void
chain (int number)
{
  RuntimeHandler previous = is_of_runtime (number) ? take_previous (number) : NULL;

  if (previous == NULL)
    return;
  set_chaining (number, TRUE);
  previous (number);
  set_chaining (number, FALSE);
  keep_previous (number);
}

/* The runtime has set the default before it called us, unless somebody else calls us. */
static void
stay_in_place (int number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  RuntimeHandler current;

  if (!runtimes[number].installed)
    return;
  current = signal (number, runtime_handler);
  if (is_function (current) && current != runtime_handler)
    signal (number, current);
}

static void __cdecl runtime_handler (int number)
{
  if (is_chaining (number))
    return;
  stay_in_place (number);
  if (_ipc_signal_watches_note (number, IPC_SIGNAL_CODE_RAISED, GetCurrentProcessId (), FALSE))
    chain (number);
  else
    raise (number); /* the last watch has just gone: it is for whom it was before */
}

/* The console */

/* The system ends the process when the handler has returned. */
static gboolean
is_last (DWORD event)
{
  return event == CTRL_CLOSE_EVENT || event == CTRL_SHUTDOWN_EVENT;
}

static BOOL WINAPI
console_handler (DWORD event)
{
  int number = _ipc_signal_to_number (_ipc_signal_from_event (event));

  if (number == 0 || !_ipc_signal_watches_note (number, (int) event, -1, is_last (event)))
    return FALSE;
  if (is_last (event))
    _ipc_signal_watches_await ();
  else
    chain (number);
  return TRUE;
}

/* The runtime has a handler of its own for the console, which it sets with the first signal. It
 * must not be called before ours: it takes every event but Ctrl+C for SIGBREAK. */
static void
have_runtime_first (void)
{
  RuntimeHandler previous = signal (SIGBREAK, runtime_handler);

  signal (SIGBREAK, previous);
}

gboolean
_ipc_signal_handler_begin (GError **error)
{
  DWORD code;

  _ipc_win32_stay_loaded ();
  have_runtime_first ();
  /* It fails when ours is not there: the first time, and after a change of the console. */
  _ipc_win32_calls.set_console_ctrl_handler (console_handler, FALSE);
  if (_ipc_win32_calls.set_console_ctrl_handler (console_handler, TRUE))
    return TRUE;
  code = GetLastError ();
  _ipc_win32_set_error (error, code, "Can’t take the events of the console");
  return FALSE;
}

void
_ipc_signal_handler_install (int number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  Runtime *runtime = &runtimes[number];

  g_assert (!runtime->installed);
  if (is_of_runtime (number))
    runtime->previous = signal (number, runtime_handler);
  runtime->installed = TRUE;
}

void
_ipc_signal_handler_uninstall (int number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  Runtime *runtime = &runtimes[number];
  RuntimeHandler current;

  g_assert (runtime->installed);
  runtime->installed = FALSE;
  if (!is_of_runtime (number))
    return;
  current = signal (number, runtime->previous);
  if (current != runtime_handler)
    signal (number, current);
}
