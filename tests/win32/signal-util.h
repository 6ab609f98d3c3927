/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <ipc-glib-win32.h>

#include "win32/ipc-win32-calls-private.h"

G_BEGIN_DECLS

/* What the tests of signals share: a console of our own, whose events the test makes, in a thread
 * as the system does. */

extern PHANDLER_ROUTINE console_handler; /* the one that is in the list */
extern guint n_console_installed;        /* so many times since set_up () */
extern gboolean console_fails;           /* it takes no handler */

typedef struct
{
  IpcWin32Calls calls;
  DWORD n_handles;
} Fixture;

/* For g_test_add (): nothing may be left installed, and no handle open. */
void set_up (Fixture *fixture, gconstpointer data);
void tear_down (Fixture *fixture, gconstpointer data);

/* An event of the console */
typedef struct
{
  DWORD event;
  PHANDLER_ROUTINE handler;
  GThread *thread;
  GAsyncQueue *returned;
} Event;

Event *event_new (DWORD event);

/* Waits until the handler has returned; whether it has taken the event. */
gboolean event_free (Event *self);

/* A handler may take as long as it likes to return, so that a wrong one is not always caught. */
void assert_not_returned (Event *self);

/* A source that was started */
typedef struct
{
  IpcSignalSource *source;
  guint n_received;
  IpcSignalInfo *info; /* the last one */
  Event *event;        /* does not return while we are told */
  gboolean stops;      /* in the emission */
  gboolean restarts;   /* then */
} Watch;

void watch_start (Watch *self, IpcSignal signal, IpcSignalFlags flags);
void watch_clear (Watch *self);
void wait_until_told (Watch *self);

/* All sources of the main context that are ready */
void turn (void);

G_END_DECLS
