/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* The reactor of Windows; for ipc-reactor-private.h, which includes this one. A handle tells once
 * what it was watched for, from the thread of the completion port; before its context sleeps, the
 * reactor has those watched again that have told and are still waited for. A context polls nothing
 * of ours: it is woken. */

#include "../ipc-reactor-private.h"

G_BEGIN_DECLS

typedef struct
{
  IpcHandle *handle; /* not owned: it detaches us; NULL: none */
  IpcLink told;      /* in the ring of its reactor */
} IpcEntrySystem;

typedef struct
{
  char unused; /* a structure has a member */
} IpcSourceSystem;

typedef struct
{
  IpcLink told; /* of IpcPollEntry: those that have told since they were last watched */
} IpcReactorSystem;

/* Windows has no forks. */
static inline guint
_ipc_fork_generation_again (void)
{
  return 0;
}

/* The handle of @entry has seen @condition, and is watched for it no more. With the handle's lock,
 * and not the reactor's. */
void _ipc_reactor_fired (IpcPollEntry *entry, GIOCondition condition);

G_END_DECLS
