/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ipc-glib.h"

#include "fault.h"

G_BEGIN_DECLS

#define TEXT "what is sent"
#define LARGE 300000

/* What a verb answers, if not the code of an error */
enum
{
  DONE = -1,
  BY_ERRNO = -2, /* the GIOErrorEnum code of the errno */
};

typedef struct
{
  const char *call;
  int errnum;
  int expected;
} Fault;

typedef struct
{
  gboolean async;
  IpcSocketType type;
  const char *text;
  char *folder; /* (owned) (nullable) */
  IpcLocalName *name;
  IpcLocalListener *listener;
  IpcLocalConnection *a;
  IpcLocalConnection *b;
} Scene;

/* Does it, and leaves in @scene what it made. */
typedef gboolean (*Verb) (Scene *scene, GError **error);

typedef struct
{
  Verb set_up; /* (nullable) */
  Verb verb;
  Verb go_on;  /* (nullable): what must work after a failure */
  Verb finish; /* (nullable): what must hold after a success */
  IpcSocketType type;
  guint n_kept; /* descriptors that the thread may keep until it ends */
} Play;

/* Verbs, each in the form that the scene asks for */
gboolean verb_listen (Scene *scene, GError **error);
gboolean verb_connect (Scene *scene, GError **error);
gboolean verb_accept (Scene *scene, GError **error);
gboolean verb_receive (Scene *scene, GError **error);
gboolean verb_receive_nothing (Scene *scene, GError **error);
gboolean verb_send (Scene *scene, GError **error);
gboolean verb_send_parts (Scene *scene, GError **error);
gboolean verb_create_pair (Scene *scene, GError **error);
gboolean verb_shutdown (Scene *scene, GError **error);
gboolean verb_check_error (Scene *scene, GError **error);
gboolean verb_credentials (Scene *scene, GError **error);
gboolean verb_close (Scene *scene, GError **error);
gboolean verb_close_listener (Scene *scene, GError **error);

/* Scenes that are set, and what must hold in them. be_sent_to_quietly () leaves the main context as
 * it is. */
gboolean be_idle (Scene *scene, GError **error);
gboolean be_listening (Scene *scene, GError **error);
gboolean be_called (Scene *scene, GError **error);
gboolean be_private (Scene *scene, GError **error);
gboolean be_private_listening (Scene *scene, GError **error);
gboolean be_private_stale (Scene *scene, GError **error);
gboolean be_deep (Scene *scene, GError **error);
gboolean be_deep_listening (Scene *scene, GError **error);
gboolean has_ended (Scene *scene, GError **error);
gboolean has_file (Scene *scene, GError **error);
gboolean has_no_file (Scene *scene, GError **error);
gboolean be_sent_to (Scene *scene, GError **error);
gboolean be_sent_to_quietly (Scene *scene, GError **error);
gboolean exchange (Scene *scene, GError **error);
gboolean no_file (Scene *scene, GError **error);
gboolean nothing (Scene *scene, GError **error);

guint count_fds (void);
void scene_clear (Scene *scene);

/* Opens what GLib and the thread keep open, so that it does not count as lost. */
void warm_up (void);

/* Plays with one fault; play_all () with each of them, in both forms. */
void play_one (const Play *play, const Fault *fault, gboolean async);
void play_all (const Play *play, const Fault *faults, gsize n_faults);

G_END_DECLS
