/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes one system call of this thread fail. The program defines the functions of the C library
 * that the library calls; each hands on to the real one unless it is its turn to fail. */

/* A fault that is no errno: the call does a part of what it was asked for. */
#define FAULT_SHORT (-1)

/* From now on the call of @name (such as "recv") after the next @skip fails once with @errnum. */
void fault_arm (const char *name, int errnum, guint skip);

/* As fault_arm (), but every call fails, until disarmed. */
void fault_arm_for_ever (const char *name, int errnum);

/* Takes the fault back; returns how often it struck. */
guint fault_disarm (void);

/* From now on this thread calls @func before each system call; NULL: no longer. */
typedef void (*FaultCallFunc) (const char *name, gpointer data);
void fault_watch_calls (FaultCallFunc func, gpointer data);

/* From now on this thread calls @func before each poll () that may block; NULL: no longer. */
typedef void (*FaultPollFunc) (int timeout_ms, gpointer data);
void fault_watch_polls (FaultPollFunc func, gpointer data);

G_END_DECLS
