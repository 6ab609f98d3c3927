/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-reactor-unix-private.h"

/* The sources of pollable streams: waits that only set a flag. */

typedef struct
{
  GSource base;
  IpcWait wait;
  IpcHandle *handle; /* (owned) */
  GIOCondition condition;
} HandleSource;

static gboolean
handle_source_is_ready (HandleSource *self)
{
  return g_atomic_int_get (&self->wait.ready) || _ipc_handle_is_closed (self->handle) ||
         ((self->condition & G_IO_IN) != 0 && _ipc_handle_has_input (self->handle));
}

/* Only here is the context known; and after a fork it is another reactor's. */
static gboolean
handle_source_prepare (GSource *source, int *timeout)
{
  HandleSource *self = (HandleSource *) source;

  *timeout = -1;
  if (self->wait.started && !_ipc_reactor_is_own (self->wait.reactor))
    _ipc_wait_stop (&self->wait);
  if (!self->wait.started)
    _ipc_wait_start (&self->wait, self->handle, self->condition, FALSE,
                     g_source_get_context (source), g_source_get_priority (source), -1, NULL, NULL);
  return handle_source_is_ready (self);
}

static gboolean
handle_source_check (GSource *source)
{
  HandleSource *self = (HandleSource *) source;

  /* Attached by another thread while the context polled: it was never prepared. */
  if (!self->wait.started)
    return FALSE;
  _ipc_reactor_harvest (self->wait.reactor);
  return handle_source_is_ready (self);
}

static gboolean
handle_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  HandleSource *self = (HandleSource *) source;

  /* What is still there is reported again: the registration is level-triggered. */
  g_atomic_int_set (&self->wait.ready, FALSE);
  return callback != NULL ? callback (user_data) : G_SOURCE_CONTINUE;
}

static void
handle_source_finalize (GSource *source)
{
  HandleSource *self = (HandleSource *) source;

  _ipc_wait_stop (&self->wait);
  _ipc_handle_unref (self->handle);
}

/* g_pollable_source_new_full () sets a dummy closure, which asks for this. */
static gboolean
handle_source_closure_cb (gpointer data)
{
  g_auto (GValue) result = G_VALUE_INIT;

  g_value_init (&result, G_TYPE_BOOLEAN);
  g_closure_invoke (data, &result, 0, NULL, NULL);
  return g_value_get_boolean (&result);
}

static GSourceFuncs handle_source_funcs = {
  .prepare = handle_source_prepare,
  .check = handle_source_check,
  .dispatch = handle_source_dispatch,
  .finalize = handle_source_finalize,
  .closure_callback = handle_source_closure_cb,
};

GSource *
_ipc_handle_create_source (IpcHandle *self, GIOCondition condition)
{
  GSource *source = g_source_new (&handle_source_funcs, sizeof (HandleSource));
  HandleSource *made = (HandleSource *) source;

  g_source_set_static_name (source, "[ipc-glib] handle");
  made->handle = _ipc_handle_ref (self);
  made->condition = condition;
  return source;
}
