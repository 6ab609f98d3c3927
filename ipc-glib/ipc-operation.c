/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-operation-private.h"
#include "ipc-thread-private.h"

#include <string.h>

/* What ends it too soon; few have it. */
typedef struct
{
  GCancellable *cancellable; /* (owned) (nullable) */
  gint64 deadline;
} Bounds;

struct _IpcOperation
{
  GObject parent_instance;
  IpcWait wait;    /* makes the attempt each time it is woken */
  GObject *source; /* (owned) */
  GAsyncReadyCallback callback;
  gpointer user_data;
  gpointer tag;
  IpcHandle *handle; /* (owned) (nullable) */
  union
  {
    IpcAttemptFunc func; /* while it goes on */
    GError *error;       /* (owned) (nullable): once it has failed */
  };
  GDestroyNotify clear;
  Bounds *bounds; /* (owned) (nullable) */
  int priority;
  guint condition : 8; /* GIOCondition */
  guint outcome : 2;   /* IpcAttempt */
  guint retrying : 1;  /* the wait is for a timer or a wake, not for the condition */
  guint next_turn : 1;
  guint is_outside : 1; /* the data is larger, and data[0] (owned) is where it is */
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

/* Spare ones: to make and to end a GObject costs more than the system call that it is for. Those
 * that have ended, and that nobody else holds, wait for the next call in their thread. */

#define MAX_SPARES 64

typedef struct
{
  guint n;
  IpcOperation *operations[MAX_SPARES]; /* (owned) */
} Spares;

static void
spares_free (gpointer data)
{
  Spares *self = data;

  for (guint i = 0; i < self->n; i++)
    g_object_unref (self->operations[i]);
  g_free (self);
}

/* Of each thread, Spares (owned) (nullable). A variable of the compiler's would be quicker, but
 * MinGW makes it anew for who looks at it while the thread ends. */
static GPrivate all_spares = G_PRIVATE_INIT (spares_free);

/* Of a process that has no other thread; what it has left when it gets one is left alone. */
static Spares spares_alone;

static inline Spares *
peek_spares (void)
{
  return _ipc_thread_is_alone () ? &spares_alone : g_private_get (&all_spares);
}

static IpcOperation *
take_spare (void)
{
  Spares *spares = peek_spares ();

  return spares != NULL && spares->n > 0 ? spares->operations[--spares->n] : NULL;
}

/* Whether nobody else holds it, or has attached anything to it: a weak reference, or a wrapper of
 * another language. The pointer's low bits are flags. */
static gboolean
is_ours_alone (IpcOperation *self)
{
  GObject *object = &self->parent_instance;

  return g_atomic_int_get ((int *) &object->ref_count) == 1 &&
         ((gsize) object->qdata & ~(gsize) 7) == 0;
}

static gboolean
keep_as_spare (IpcOperation *self)
{
  Spares *spares = peek_spares ();

  if (spares == NULL)
    {
      spares = g_new (Spares, 1);
      spares->n = 0;
      g_private_set (&all_spares, spares);
    }
  if (spares->n == MAX_SPARES)
    return FALSE;
  spares->operations[spares->n++] = self;
  return TRUE;
}

static gpointer
get_data (IpcOperation *self)
{
  return self->is_outside ? self->data[0] : self->data;
}

static void
clear_data (IpcOperation *self)
{
  if (self->clear != NULL)
    self->clear (get_data (self));
  self->clear = NULL;
  if (self->is_outside)
    g_free (self->data[0]);
  self->is_outside = FALSE;
}

static void
bounds_free (Bounds *self)
{
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* A spare one has nothing left. */
static void
clear_all (IpcOperation *self)
{
  clear_data (self);
  if (self->outcome == IPC_ATTEMPT_FAILED && self->error != NULL)
    g_error_free (self->error);
  self->error = NULL;
  if (self->handle != NULL)
    _ipc_handle_unref (self->handle);
  self->handle = NULL;
  if (self->bounds != NULL)
    bounds_free (self->bounds);
  self->bounds = NULL;
  if (self->source != NULL)
    g_object_unref (self->source);
  self->source = NULL;
}

/* Drops our reference. */
static void
operation_end (IpcOperation *self)
{
  if (!is_ours_alone (self))
    {
      g_object_unref (self);
      return;
    }
  clear_all (self);
  if (!keep_as_spare (self))
    g_object_unref (self);
}

static void
_ipc_operation_finalize (GObject *object)
{
  clear_all (IPC_OPERATION (object));
  G_OBJECT_CLASS (_ipc_operation_parent_class)->finalize (object);
}

static void
_ipc_operation_class_init (IpcOperationClass *class)
{
  G_OBJECT_CLASS (class)->finalize = _ipc_operation_finalize;
}

static void
_ipc_operation_init (IpcOperation *self G_GNUC_UNUSED)
{
}

static Bounds *
get_bounds (IpcOperation *self)
{
  if (self->bounds == NULL)
    {
      self->bounds = g_new (Bounds, 1);
      *self->bounds = (Bounds){ NULL, -1 };
    }
  return self->bounds;
}

static GCancellable *
get_cancellable (IpcOperation *self)
{
  return self->bounds != NULL ? self->bounds->cancellable : NULL;
}

static gint64
get_deadline (IpcOperation *self)
{
  return self->bounds != NULL ? self->bounds->deadline : -1;
}

IpcOperation *
_ipc_operation_new (gpointer source,
                    int priority,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data,
                    gpointer tag)
{
  IpcOperation *self = take_spare ();

  if (self == NULL)
    self = g_object_new (IPC_TYPE_OPERATION, NULL);
  self->outcome = IPC_ATTEMPT_AGAIN;
  self->retrying = FALSE;
  self->next_turn = FALSE;
  self->source = g_object_ref (source);
  if (cancellable != NULL)
    get_bounds (self)->cancellable = g_object_ref (cancellable);
  self->callback = callback;
  self->user_data = user_data;
  self->priority = priority;
  self->tag = tag;
  return self;
}

gpointer
_ipc_operation_init_data (IpcOperation *self, gsize size, GDestroyNotify clear)
{
  if (size > sizeof self->data)
    _ipc_operation_take_data (self, g_malloc0 (size), clear);
  else
    {
      self->clear = clear;
      memset (self->data, 0, sizeof self->data);
    }
  return get_data (self);
}

void
_ipc_operation_take_data (IpcOperation *self, gpointer data, GDestroyNotify clear)
{
  self->clear = clear;
  self->data[0] = data;
  self->is_outside = TRUE;
}

void
_ipc_operation_tell_next_turn (IpcOperation *self)
{
  self->next_turn = TRUE;
}

/* Running */

static void
complete (IpcOperation *self)
{
  _ipc_wait_stop (&self->wait);
  if (self->callback != NULL)
    self->callback (self->source, (GAsyncResult *) self, self->user_data);
  operation_end (self);
}

static void
fail (IpcOperation *self, GError *error)
{
  self->outcome = IPC_ATTEMPT_FAILED;
  self->error = error;
}

static void wait_cb (IpcWait *wait, IpcWaitReason reason);

/* What is done already is only told: it needs nothing of the handle. */
static void
wait_to_tell (IpcOperation *self)
{
  _ipc_wait_start_to_tell (&self->wait, g_main_context_get_thread_default (), self->priority,
                           self->next_turn, wait_cb);
}

static void
wait_to_retry (IpcOperation *self, int retry_ms, guint n_wakes)
{
  gint64 deadline = get_deadline (self);

  self->retrying = retry_ms != 0;
  if (retry_ms == IPC_ATTEMPT_UNTIL_WOKEN)
    {
      _ipc_wait_start_for_wake (&self->wait, self->handle, n_wakes,
                                g_main_context_get_thread_default (), self->priority, deadline,
                                get_cancellable (self), wait_cb);
      return;
    }
  if (self->retrying)
    deadline = _ipc_attempt_deadline_of_retry (retry_ms, deadline);

  _ipc_wait_start (&self->wait, self->handle, self->retrying ? 0 : self->condition,
                   IPC_WAIT_FOR_CONDITION, g_main_context_get_thread_default (), self->priority,
                   deadline, get_cancellable (self), wait_cb);
}

static int
try_now (IpcOperation *self)
{
  GError *error = NULL;
  int retry_ms = 0;

  self->outcome = self->func (get_data (self), &retry_ms, &error);
  if (self->outcome == IPC_ATTEMPT_FAILED)
    fail (self, error);
  return retry_ms;
}

static void
attempt (IpcOperation *self)
{
  guint n_wakes = _ipc_attempt_count_wakes (self->handle);
  int retry_ms = try_now (self);

  if (self->outcome != IPC_ATTEMPT_AGAIN)
    complete (self);
  else if (self->retrying || retry_ms != 0)
    {
      _ipc_wait_stop (&self->wait);
      wait_to_retry (self, retry_ms, n_wakes);
    }
}

/* The context in which this runs is the one that the operation was started in. */
static void
wait_cb (IpcWait *wait, IpcWaitReason reason)
{
  GError *error = NULL;
  IpcOperation *self = _ipc_link_owner (wait, IpcOperation, wait);

  if (reason == IPC_WAIT_ABANDONED)
    {
      _ipc_wait_stop (wait);
      operation_end (self);
    }
  else if (self->outcome != IPC_ATTEMPT_AGAIN)
    complete (self);
  else if (reason == IPC_WAIT_CANCELLED)
    {
      _ipc_attempt_set_cancelled (&error);
      fail (self, error);
      complete (self);
    }
  else if (reason == IPC_WAIT_TIMED_OUT &&
           (!self->retrying || _ipc_attempt_deadline_is_over (get_deadline (self))))
    {
      _ipc_attempt_set_timed_out (&error);
      fail (self, error);
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

  if (_ipc_operation_fail_if_cancelled (self))
    return;

  self->handle = handle != NULL ? _ipc_handle_ref (handle) : NULL;
  self->condition = condition;
  if (timeout_ms >= 0)
    get_bounds (self)->deadline = _ipc_attempt_deadline_from_timeout (timeout_ms);
  self->func = func;
  if (at_once)
    retry_ms = try_now (self);

  if (self->outcome == IPC_ATTEMPT_AGAIN)
    wait_to_retry (self, retry_ms, n_wakes);
  else
    wait_to_tell (self);
}

void
_ipc_operation_fail (IpcOperation *self, GError *error)
{
  fail (self, error);
  wait_to_tell (self);
}

void
_ipc_operation_succeed (IpcOperation *self)
{
  self->outcome = IPC_ATTEMPT_DONE;
  wait_to_tell (self);
}

gboolean
_ipc_operation_fail_if_cancelled (IpcOperation *self)
{
  GError *error = NULL;

  if (self->bounds == NULL ||
      !g_cancellable_set_error_if_cancelled (self->bounds->cancellable, &error))
    return FALSE;
  _ipc_operation_fail (self, error);
  return TRUE;
}

/* The result */

gboolean
_ipc_operation_is_valid (GAsyncResult *result, gpointer source, gpointer tag)
{
  IpcOperation *self = (IpcOperation *) result;

  return IPC_IS_OPERATION (result) && self->source == source && self->tag == tag;
}

gpointer
_ipc_operation_finish (GAsyncResult *result, GError **error)
{
  IpcOperation *self = IPC_OPERATION (result);

  if (self->outcome == IPC_ATTEMPT_DONE)
    return get_data (self);
  g_propagate_error (error, g_steal_pointer (&self->error));
  return NULL;
}
