/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-enum-types.h"
#include "ipc-error.h"
#include "ipc-signal-source-private.h"

/**
 * IpcSignalSource:
 *
 * Takes one signal of the system and tells of it in a main context.
 *
 * A source is made for a signal and tells of it in one of two ways: with
 * [signal@SignalSource::received] between [method@SignalSource.start] and
 * [method@SignalSource.stop]; or one by one with [method@SignalSource.wait_async], which starts it
 * by itself.
 *
 * ```c
 * g_autoptr (IpcSignalSource) source = ipc_signal_source_new (IPC_SIGNAL_HUP, 0);
 *
 * g_signal_connect (source, "received", G_CALLBACK (reload_cb), NULL);
 * if (!ipc_signal_source_start (source, &error))
 *   return FALSE;
 * ```
 *
 * Your code runs in the main context, never inside the system's signal handler, and so may do
 * anything, and is never interrupted by itself. A standard signal is never lost, but told once for
 * all that came meanwhile, see [method@SignalInfo.get_count]. Of real-time signals each is told,
 * with its value; 32768 of them may wait for a main context that does not run, and those beyond are
 * counted in [method@SignalInfo.get_dropped].
 *
 * ## Several sources
 *
 * A signal may have any number of sources, in any contexts and threads; each is told of each
 * signal. All of them must have the same [property@SignalSource:flags].
 *
 * ## What was there before
 *
 * While at least one source runs, the signal does not do what it did before: it does not end the
 * process. A handler that somebody else had installed before goes on being called. When the last
 * source stops, what was there before comes back, unless somebody has installed something else
 * meanwhile: that stays.
 *
 * ## Order
 *
 * Real-time signals are told in the order in which the system delivered them. When several threads
 * may take a signal the system itself delivers it in any order. To keep the order, block it in all
 * threads but one (pthread_sigmask(3)), before they are started.
 *
 * ## Threads
 *
 * All functions may be called in any thread. `notify` is emitted in the thread that made the
 * change.
 *
 * ## Forked children
 *
 * In a child process that was forked and executes nothing, sources that the parent had started do
 * not run, and a signal finds what was there before. It may start them for itself.
 *
 * ## Platform notes
 *
 * On Windows these are the events of the console, and what raise() of the C runtime raises:
 *
 * | Event | Signal | Number |
 * |---|---|---|
 * | `CTRL_C_EVENT` | %IPC_SIGNAL_INT | `SIGINT`, 2 |
 * | `CTRL_BREAK_EVENT` | %IPC_SIGNAL_QUIT | `SIGBREAK`, 21 |
 * | `CTRL_CLOSE_EVENT` | %IPC_SIGNAL_HUP | 1 |
 * | `CTRL_SHUTDOWN_EVENT` | %IPC_SIGNAL_TERM | `SIGTERM`, 15 |
 *
 * No program can send %IPC_SIGNAL_TERM to another one there, and the system sends it to services
 * alone: programs with windows are asked by WM_QUERYENDSESSION, others end without a word. After
 * `CTRL_CLOSE_EVENT` and `CTRL_SHUTDOWN_EVENT` the system ends the process: as soon as each source
 * of the signal has returned from [signal@SignalSource::received], or was stopped, and in any case
 * after some seconds. So what is to be done before the end is done there.
 *
 * The handlers of signal() that were there before are called, those of SetConsoleCtrlHandler() are
 * not while a source takes the event. A handler of either kind that is set later comes before the
 * source. AllocConsole(), AttachConsole() and FreeConsole() remove all that are there: stop the
 * sources before, and start them afterwards. Once a source was started our handler stays, and
 * passes everything on when none runs: removing it would wait for handlers that are running.
 *
 * %IPC_SIGNAL_ABRT is refused as unsafe; %IPC_SIGNAL_FLAGS_NO_CHILD_STOP and
 * %IPC_SIGNAL_FLAGS_NO_RESTART mean nothing. See HandlerRoutine in the Win32 reference.
 *
 * On Unix this is sigaction(2), with a handler that notes the signal and returns at once; no
 * signal is blocked, so that child processes start with a clean mask. Only real-time signals that
 * come faster than the main context tells them are blocked in its thread, from 16384 untold ones
 * until most are told, when all sources are of one main context: their sender waits, and none is
 * lost. See signal(7).
 *
 * Since: 1.0
 */

#define MAX_PER_DISPATCH 64

enum
{
  PROP_SIGNAL = 1,
  PROP_FLAGS,
  PROP_RUNNING,
  N_PROPS
};

enum
{
  SIGNAL_RECEIVED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (IpcSignalSource, ipc_signal_source, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
ipc_signal_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IpcSignalSource *self = IPC_SIGNAL_SOURCE (object);

  switch (id)
    {
    case PROP_SIGNAL:
      g_value_set_enum (value, self->signal);
      break;
    case PROP_FLAGS:
      g_value_set_flags (value, self->flags);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, ipc_signal_source_get_running (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ipc_signal_source_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IpcSignalSource *self = IPC_SIGNAL_SOURCE (object);

  switch (id)
    {
    case PROP_SIGNAL:
      self->signal = g_value_get_enum (value);
      break;
    case PROP_FLAGS:
      self->flags = g_value_get_flags (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ipc_signal_source_dispose (GObject *object)
{
  ipc_signal_source_stop (IPC_SIGNAL_SOURCE (object));
  G_OBJECT_CLASS (ipc_signal_source_parent_class)->dispose (object);
}

static void
ipc_signal_source_finalize (GObject *object)
{
  IpcSignalSource *self = IPC_SIGNAL_SOURCE (object);

  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (ipc_signal_source_parent_class)->finalize (object);
}

static void
ipc_signal_source_class_init (IpcSignalSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ipc_signal_source_get_property;
  object_class->set_property = ipc_signal_source_set_property;
  object_class->dispose = ipc_signal_source_dispose;
  object_class->finalize = ipc_signal_source_finalize;

  /**
   * IpcSignalSource:signal: (getter get_signal)
   *
   * The signal that it takes.
   *
   * Since: 1.0
   */
  props[PROP_SIGNAL] = g_param_spec_enum ("signal", NULL, NULL, IPC_TYPE_SIGNAL, IPC_SIGNAL_UNKNOWN,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                              G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * IpcSignalSource:flags: (getter get_flags)
   *
   * How it takes the signal.
   *
   * Since: 1.0
   */
  props[PROP_FLAGS] = g_param_spec_flags ("flags", NULL, NULL, IPC_TYPE_SIGNAL_FLAGS,
                                          IPC_SIGNAL_FLAGS_NONE,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                              G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * IpcSignalSource:running: (getter get_running)
   *
   * Whether it takes the signal.
   *
   * Since: 1.0
   */
  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                  G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * IpcSignalSource::received:
   * @self: the source
   * @info: what came with the signal
   *
   * The signal has come.
   *
   * Emitted between [method@SignalSource.start] and [method@SignalSource.stop], in the main context
   * that was the thread-default one of start.
   *
   * Since: 1.0
   */
  signals[SIGNAL_RECEIVED] = g_signal_new ("received", IPC_TYPE_SIGNAL_SOURCE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, IPC_TYPE_SIGNAL_INFO);
}

static void
ipc_signal_source_init (IpcSignalSource *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->waits);
}

/**
 * ipc_signal_source_new:
 * @signal: the signal to take
 * @flags: how
 *
 * Makes a source, which does not take the signal yet.
 *
 * Returns: (transfer full): the source
 *
 * Since: 1.0
 */
IpcSignalSource *
ipc_signal_source_new (IpcSignal signal, IpcSignalFlags flags)
{
  return g_object_new (IPC_TYPE_SIGNAL_SOURCE, "signal", signal, "flags", flags, NULL);
}

/**
 * ipc_signal_source_get_signal: (get-property signal)
 * @self: a source
 *
 * Gets the signal that it takes.
 *
 * Returns: the signal
 *
 * Since: 1.0
 */
IpcSignal
ipc_signal_source_get_signal (IpcSignalSource *self)
{
  g_return_val_if_fail (IPC_IS_SIGNAL_SOURCE (self), IPC_SIGNAL_UNKNOWN);

  return self->signal;
}

/**
 * ipc_signal_source_get_flags: (get-property flags)
 * @self: a source
 *
 * Gets how it takes the signal.
 *
 * Returns: the flags
 *
 * Since: 1.0
 */
IpcSignalFlags
ipc_signal_source_get_flags (IpcSignalSource *self)
{
  g_return_val_if_fail (IPC_IS_SIGNAL_SOURCE (self), IPC_SIGNAL_FLAGS_NONE);

  return self->flags;
}

/**
 * ipc_signal_source_get_running: (get-property running)
 * @self: a source
 *
 * Gets whether it takes the signal.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
gboolean
ipc_signal_source_get_running (IpcSignalSource *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (IPC_IS_SIGNAL_SOURCE (self), FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return self->watch != NULL && _ipc_signal_watch_is_own (self->watch);
}

/* Running */

/* Takes the watch out, under the lock. What a forked child has inherited removes itself. */
static GSource *
steal_watch (IpcSignalSource *self)
{
  GSource *watch = g_steal_pointer (&self->watch);

  if (watch == NULL || _ipc_signal_watch_is_own (watch))
    return watch;
  g_source_unref (watch);
  return NULL;
}

static void
end_watch (IpcSignalSource *self, GSource *watch)
{
  if (watch == NULL)
    return;
  _ipc_signal_watch_stop (watch);
  g_source_destroy (watch);
  g_source_unref (watch);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

/* Takes what is next, with the wait that gets it. FALSE: nothing more is to be told now. */
static gboolean
take_next (IpcSignalSource *self,
           GSource *watch,
           IpcSignalInfo **info,
           GTask **task,
           gboolean *emits,
           gboolean *ended)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->watch != watch)
    return FALSE;
  *emits = self->emits;
  if (!self->emits && g_queue_is_empty (&self->waits))
    {
      _ipc_signal_watch_set_wanted (watch, FALSE);
      return FALSE;
    }
  *info = _ipc_signal_watch_take (watch, ended);
  if (*info == NULL)
    return FALSE;
  *task = g_queue_pop_head (&self->waits);
  if (*ended)
    self->watch = NULL;
  return TRUE;
}

/* Returns FALSE after the last one. */
static gboolean
tell_next (IpcSignalSource *self, GSource *watch)
{
  g_autoptr (IpcSignalInfo) info = NULL;
  GTask *task = NULL;
  gboolean emits = FALSE, ended = FALSE;

  if (!take_next (self, watch, &info, &task, &emits, &ended))
    return FALSE;
  if (task != NULL)
    _ipc_signal_source_end_wait (task, info);
  if (emits)
    g_signal_emit (self, signals[SIGNAL_RECEIVED], 0, info);
  if (ended)
    end_watch (self, watch);
  return !ended;
}

static gboolean
watch_cb (gpointer user_data)
{
  IpcSignalSource *self = user_data;
  GSource *watch = g_main_current_source ();

  for (int i = 0; i < MAX_PER_DISPATCH; i++)
    if (!tell_next (self, watch))
      break;
  return G_SOURCE_CONTINUE;
}

static gboolean
check_signal (IpcSignal signal, GError **error)
{
  const char *name = ipc_signal_get_name (signal);

  /* What no system lets a program take is refused in the same way where there is no such signal. */
  if (name == NULL)
    g_set_error_literal (error, IPC_ERROR, IPC_ERROR_NO_SUCH_SIGNAL,
                         "This system has no signal of no name");
  else if (!ipc_signal_is_catchable (signal))
    g_set_error (error, IPC_ERROR, IPC_ERROR_UNCATCHABLE_SIGNAL, "Nobody can catch %s", name);
  else if (ipc_signal_is_unsafe (signal))
    g_set_error (error, IPC_ERROR, IPC_ERROR_UNSAFE_SIGNAL,
                 "%s reports a fault of the program and can’t be told later", name);
  else if (_ipc_signal_to_number (signal) == 0)
    g_set_error (error, IPC_ERROR, IPC_ERROR_NO_SUCH_SIGNAL, "This system has no signal %s", name);
  else
    return TRUE;
  return FALSE;
}

gboolean
_ipc_signal_source_begin (IpcSignalSource *self, gboolean emits, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  if (!check_signal (self->signal, error))
    return FALSE;
  self->watch = _ipc_signal_watch_new (self->signal, self->flags, context, error);
  if (self->watch == NULL)
    return FALSE;

  self->emits = emits;
  g_source_set_callback (self->watch, watch_cb, g_object_ref (self), g_object_unref);
  g_source_attach (self->watch, context);
  return TRUE;
}

gboolean
_ipc_signal_source_is_running (IpcSignalSource *self)
{
  if (self->watch != NULL && !_ipc_signal_watch_is_own (self->watch))
    steal_watch (self);
  return self->watch != NULL;
}

/**
 * ipc_signal_source_start:
 * @self: a source
 * @error: return location for an error
 *
 * Begins to emit [signal@SignalSource::received] for each signal, in the thread-default main
 * context of this call.
 *
 * A started source holds itself alive until it is stopped. Starting it twice does nothing.
 *
 * Errors: %IPC_ERROR_UNCATCHABLE_SIGNAL and %IPC_ERROR_UNSAFE_SIGNAL when the signal is such a one;
 * %IPC_ERROR_NO_SUCH_SIGNAL when this system does not have it; %IPC_ERROR_BUSY when another source
 * takes it with other flags; `G_IO_ERROR_PENDING` when it was begun by
 * [method@SignalSource.wait_async] and not stopped since.
 *
 * Returns: whether it is started
 *
 * Since: 1.0
 */
gboolean
ipc_signal_source_start (IpcSignalSource *self, GError **error)
{
  gboolean success = TRUE, began = FALSE;

  g_return_val_if_fail (IPC_IS_SIGNAL_SOURCE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_mutex_lock (&self->lock);
  if (!_ipc_signal_source_is_running (self))
    success = began = _ipc_signal_source_begin (self, TRUE, error);
  else if (!self->emits)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                           "The source is being waited for; stop it first");
      success = FALSE;
    }
  g_mutex_unlock (&self->lock);

  if (began)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  return success;
}

/**
 * ipc_signal_source_stop:
 * @self: a source
 *
 * Stops taking the signal. When it was the last source for it, what was there before takes over at
 * once.
 *
 * Signals that were not told yet are forgotten, and waits end with `G_IO_ERROR_CLOSED`. In the
 * thread of its context nothing is emitted afterwards; called in another one, an emission may be
 * going on. It may be started again. Stopping it twice is nothing.
 *
 * Since: 1.0
 */
void
ipc_signal_source_stop (IpcSignalSource *self)
{
  GQueue waits = G_QUEUE_INIT;
  GTask *task;
  GSource *watch;

  g_return_if_fail (IPC_IS_SIGNAL_SOURCE (self));

  g_mutex_lock (&self->lock);
  watch = steal_watch (self);
  while ((task = g_queue_pop_head (&self->waits)) != NULL)
    g_queue_push_tail (&waits, task);
  g_mutex_unlock (&self->lock);

  while ((task = g_queue_pop_head (&waits)) != NULL)
    _ipc_signal_source_end_wait (task, NULL);
  g_object_ref (self);
  end_watch (self, watch);
  g_object_unref (self);
}
