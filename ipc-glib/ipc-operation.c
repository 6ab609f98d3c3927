/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-operation-private.h"

struct _IpcOperation
{
  GObject parent_instance;
  IpcWait wait;              /* makes the attempt each time it is woken */
  GObject *source;           /* (owned) */
  GMainContext *context;     /* not owned: it may go, and the operation goes with it */
  GCancellable *cancellable; /* (owned) (nullable) */
  GAsyncReadyCallback callback;
  gpointer user_data;
  gpointer tag;
  IpcHandle *handle; /* (owned) (nullable) */
  IpcAttemptFunc func;
  GDestroyNotify clear;
  GError *error; /* (owned) (nullable) */
  gint64 deadline;
  int priority;
  GIOCondition condition;
  IpcAttempt outcome;
  gboolean retrying; /* the wait is for a timer or a wake, not for the condition */
  gboolean next_turn;
  gpointer data[IPC_OPERATION_SPACE / sizeof (gpointer)];
};

static void result_init (GAsyncResultIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IpcOperation,
                               _ipc_operation,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_ASYNC_RESULT, result_init))

static gpointer
get_user_data (GAsyncResult *result)
{
  return IPC_OPERATION (result)->user_data;
}

static GObject *
get_source_object (GAsyncResult *result)
{
  return g_object_ref (IPC_OPERATION (result)->source);
}

static gboolean
is_tagged (GAsyncResult *result, gpointer source_tag)
{
  return IPC_OPERATION (result)->tag == source_tag;
}

static void
result_init (GAsyncResultIface *iface)
{
  iface->get_user_data = get_user_data;
  iface->get_source_object = get_source_object;
  iface->is_tagged = is_tagged;
}

static void
_ipc_operation_finalize (GObject *object)
{
  IpcOperation *self = IPC_OPERATION (object);

  if (self->clear != NULL)
    self->clear (self->data);
  g_clear_error (&self->error);
  g_clear_pointer (&self->handle, _ipc_handle_unref);
  g_clear_object (&self->cancellable);
  g_object_unref (self->source);
  G_OBJECT_CLASS (_ipc_operation_parent_class)->finalize (object);
}

static void
_ipc_operation_class_init (IpcOperationClass *class)
{
  G_OBJECT_CLASS (class)->finalize = _ipc_operation_finalize;
}

static void
_ipc_operation_init (IpcOperation *self)
{
  self->outcome = IPC_ATTEMPT_AGAIN;
}

static GMainContext *
get_default_context (void)
{
  GMainContext *context = g_main_context_get_thread_default ();

  return context != NULL ? context : g_main_context_default ();
}

IpcOperation *
_ipc_operation_new (gpointer source,
                    int priority,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data,
                    gpointer tag)
{
  IpcOperation *self = g_object_new (IPC_TYPE_OPERATION, NULL);

  self->source = g_object_ref (source);
  self->context = get_default_context ();
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->callback = callback;
  self->user_data = user_data;
  self->priority = priority;
  self->tag = tag;
  return self;
}

gpointer
_ipc_operation_init_data (IpcOperation *self, gsize size, GDestroyNotify clear)
{
  g_assert (size <= sizeof self->data);

  self->clear = clear;
  return self->data;
}

void
_ipc_operation_tell_next_turn (IpcOperation *self)
{
  self->next_turn = TRUE;
}

/* Running */

static void
tell (IpcOperation *self)
{
  gboolean push = self->context != get_default_context ();

  if (self->callback == NULL)
    return;
  /* Whoever runs a context has not always made it the default of its thread. */
  if (push)
    g_main_context_push_thread_default (self->context);
  self->callback (self->source, G_ASYNC_RESULT (self), self->user_data);
  if (push)
    g_main_context_pop_thread_default (self->context);
}

static void
complete (IpcOperation *self)
{
  _ipc_wait_stop (&self->wait);
  tell (self);
  g_object_unref (self);
}

static void wait_cb (IpcWait *wait, IpcWaitReason reason);

/* What is done already is only told: it needs nothing of the handle. */
static void
wait_to_tell (IpcOperation *self)
{
  _ipc_wait_start (&self->wait, self->handle, 0,
                   self->next_turn ? IPC_WAIT_NEXT_TURN : IPC_WAIT_AT_ONCE, self->context,
                   self->priority, -1, NULL, wait_cb);
}

static void
wait_to_retry (IpcOperation *self, int retry_ms, guint n_wakes)
{
  gint64 deadline = self->deadline;

  self->retrying = retry_ms != 0;
  if (retry_ms == IPC_ATTEMPT_UNTIL_WOKEN)
    {
      _ipc_wait_start_for_wake (&self->wait, self->handle, n_wakes, self->context, self->priority,
                                deadline, self->cancellable, wait_cb);
      return;
    }
  if (self->retrying)
    deadline = _ipc_attempt_deadline_of_retry (retry_ms, deadline);

  _ipc_wait_start (&self->wait, self->handle, self->retrying ? 0 : self->condition,
                   IPC_WAIT_FOR_CONDITION, self->context, self->priority, deadline,
                   self->cancellable, wait_cb);
}

static void
attempt (IpcOperation *self)
{
  guint n_wakes = _ipc_attempt_count_wakes (self->handle);
  int retry_ms = 0;

  self->outcome = self->func (self->data, &retry_ms, &self->error);
  if (self->outcome != IPC_ATTEMPT_AGAIN)
    complete (self);
  else if (self->retrying || retry_ms != 0)
    {
      _ipc_wait_stop (&self->wait);
      wait_to_retry (self, retry_ms, n_wakes);
    }
}

static void
wait_cb (IpcWait *wait, IpcWaitReason reason)
{
  IpcOperation *self = (gpointer) ((char *) wait - G_STRUCT_OFFSET (IpcOperation, wait));

  if (reason == IPC_WAIT_ABANDONED)
    {
      _ipc_wait_stop (wait);
      g_object_unref (self);
    }
  else if (self->outcome != IPC_ATTEMPT_AGAIN)
    complete (self);
  else if (reason == IPC_WAIT_CANCELLED)
    {
      _ipc_attempt_set_cancelled (&self->error);
      self->outcome = IPC_ATTEMPT_FAILED;
      complete (self);
    }
  else if (reason == IPC_WAIT_TIMED_OUT &&
           (!self->retrying || _ipc_attempt_deadline_is_over (self->deadline)))
    {
      _ipc_attempt_set_timed_out (&self->error);
      self->outcome = IPC_ATTEMPT_FAILED;
      complete (self);
    }
  else
    attempt (self);
}

void
_ipc_operation_run (IpcOperation *self,
                    IpcHandle *handle,
                    GIOCondition condition,
                    int timeout_ms,
                    gboolean at_once,
                    IpcAttemptFunc func)
{
  guint n_wakes = _ipc_attempt_count_wakes (handle);
  int retry_ms = 0;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, &self->error))
    {
      _ipc_operation_fail (self, g_steal_pointer (&self->error));
      return;
    }

  self->handle = handle != NULL ? _ipc_handle_ref (handle) : NULL;
  self->condition = condition;
  self->deadline = _ipc_attempt_deadline_from_timeout (timeout_ms);
  self->func = func;
  if (at_once)
    self->outcome = func (self->data, &retry_ms, &self->error);

  if (self->outcome == IPC_ATTEMPT_AGAIN)
    wait_to_retry (self, retry_ms, n_wakes);
  else
    wait_to_tell (self);
}

void
_ipc_operation_fail (IpcOperation *self, GError *error)
{
  self->error = error;
  self->outcome = IPC_ATTEMPT_FAILED;
  wait_to_tell (self);
}

/* The result */

gboolean
_ipc_operation_is_valid (GAsyncResult *result, gpointer source, gpointer tag)
{
  return IPC_IS_OPERATION (result) && IPC_OPERATION (result)->source == source &&
         IPC_OPERATION (result)->tag == tag;
}

gpointer
_ipc_operation_finish (GAsyncResult *result, GError **error)
{
  IpcOperation *self = IPC_OPERATION (result);

  if (self->outcome == IPC_ATTEMPT_DONE)
    return self->data;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return NULL;
}
