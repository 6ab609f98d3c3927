/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-reactor-private.h"

/* The sources of pollable streams: waits that only set a flag. A context walks all its sources in
 * each turn, so one has to be cheap while nothing happens. */

typedef struct
{
  GSource base;
  IpcWait wait;
  IpcHandle *handle; /* (owned) (nullable): none is ready, for the callback to be told why */
  GObject *stream;   /* (owned) */
  GIOCondition condition;
} HandleSource;

/* Only here is the context known; and after a fork it is another reactor's. */
static void
start_waiting (HandleSource *self)
{
  _ipc_wait_stop (&self->wait);
  _ipc_wait_start (&self->wait, self->handle, self->condition, IPC_WAIT_FOR_CONDITION,
                   g_source_get_context (&self->base), g_source_get_priority (&self->base), -1,
                   NULL, NULL);
}

static gboolean
handle_source_prepare (GSource *source, int *timeout)
{
  HandleSource *self = (HandleSource *) source;

  *timeout = -1;
  if (self->handle == NULL)
    return TRUE;
  if (!_ipc_wait_is_on (&self->wait) || !_ipc_reactor_is_own (_ipc_wait_get_reactor (&self->wait)))
    start_waiting (self);
  return g_atomic_int_get (&self->wait.ready);
}

static gboolean
handle_source_check (GSource *source)
{
  HandleSource *self = (HandleSource *) source;

  /* Attached by another thread while the context polled: it was never prepared. */
  if (!_ipc_wait_is_on (&self->wait))
    return FALSE;
  _ipc_reactor_harvest (_ipc_wait_get_reactor (&self->wait));
  return g_atomic_int_get (&self->wait.ready);
}

/* A level-triggered registration reports again what is still there; but not what the kernel knows
 * nothing of. */
static gboolean
stays_ready (HandleSource *self)
{
  if (self->handle == NULL || _ipc_handle_is_closed (self->handle))
    return TRUE;
  return (self->condition & G_IO_IN) != 0 && _ipc_handle_has_input (self->handle);
}

static gboolean
is_ready_again (HandleSource *self, guint *n_lingered)
{
  IpcReactor *reactor;

  if (g_source_is_destroyed (&self->base) || !_ipc_wait_is_on (&self->wait))
    return FALSE;
  reactor = _ipc_wait_get_reactor (&self->wait);
  if (!_ipc_reactor_is_own (reactor))
    return FALSE;

  g_mutex_lock (&reactor->lock);
  _ipc_reactor_system_linger (reactor, n_lingered);
  g_mutex_unlock (&reactor->lock);
  return g_atomic_int_get (&self->wait.ready);
}

static gboolean
handle_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  HandleSource *self = (HandleSource *) source;
  GPollableSourceFunc func = (GPollableSourceFunc) (void (*) (void)) callback;
  guint n_lingered = 0;
  gboolean result;

  do
    {
      g_atomic_int_set (&self->wait.ready, FALSE);
      result = func != NULL ? func (self->stream, user_data) : G_SOURCE_CONTINUE;
    }
  while (result == G_SOURCE_CONTINUE && is_ready_again (self, &n_lingered));

  if (stays_ready (self))
    g_atomic_int_set (&self->wait.ready, TRUE);
  return result;
}

static void
handle_source_finalize (GSource *source)
{
  HandleSource *self = (HandleSource *) source;

  _ipc_wait_stop (&self->wait);
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_object_unref (self->stream);
}

static gboolean
handle_source_closure_cb (GObject *stream, gpointer closure)
{
  g_auto (GValue) result = G_VALUE_INIT;
  g_auto (GValue) argument = G_VALUE_INIT;

  g_value_init (&result, G_TYPE_BOOLEAN);
  g_value_init (&argument, G_TYPE_OBJECT);
  g_value_set_object (&argument, stream);
  g_closure_invoke (closure, &result, 1, &argument, NULL);
  return g_value_get_boolean (&result);
}

static GSourceFuncs handle_source_funcs = {
  .prepare = handle_source_prepare,
  .check = handle_source_check,
  .dispatch = handle_source_dispatch,
  .finalize = handle_source_finalize,
  .closure_callback = (GSourceFunc) (void (*) (void)) handle_source_closure_cb,
};

static void
add_cancellable (GSource *source, GCancellable *cancellable)
{
  g_autoptr (GSource) child = g_cancellable_source_new (cancellable);

  g_source_set_dummy_callback (child);
  g_source_add_child_source (source, child);
}

GSource *
_ipc_handle_create_source (IpcHandle *self,
                           GIOCondition condition,
                           gpointer stream,
                           GCancellable *cancellable)
{
  GSource *source = g_source_new (&handle_source_funcs, sizeof (HandleSource));
  HandleSource *made = (HandleSource *) source;

  g_source_set_static_name (source, "[ipc-glib] stream");
  made->handle = self != NULL ? _ipc_handle_ref (self) : NULL;
  made->stream = g_object_ref (stream);
  made->condition = condition;
  if (cancellable != NULL)
    add_cancellable (source, cancellable);
  return source;
}
