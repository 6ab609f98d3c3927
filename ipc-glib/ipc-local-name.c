/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ipc-local-name-private.h"

#include <string.h>

#include <gio/gio.h>

/**
 * IpcLocalName:
 *
 * The name of a local socket.
 *
 * A name is of one of three kinds:
 *
 * - [enum@Ipc.LocalNameKind.USER], written `user:NAME`: private to the user that runs the program.
 *   Take this one unless there is a reason not to.
 * - [enum@Ipc.LocalNameKind.NAMESPACED], written `@NAME`: in a namespace of the system that has no
 *   files, or what comes nearest to one. Any user may take such a name first.
 * - [enum@Ipc.LocalNameKind.PATH], any other text: a file, whose directory decides who can take it.
 *
 * A name is immutable and says nothing about whether somebody listens on it. What the system is
 * given for it is fixed when it is made: a relative path becomes absolute at once, and the
 * directory of a user's name is looked up at once. That mapping is stable: it won't change in later
 * versions of the library, and nothing is ever added to the bytes. A name that does not fit is an
 * error; none is ever truncated.
 *
 * Two names are equal when they have the same kind and lead to the same place by the same bytes. A
 * user's name does not equal the path of its file, since the two are written differently; compare
 * [method@Ipc.LocalName.get_native] where only the place counts. Where the system takes capital and
 * small letters for the same, as Windows does, names that differ in them lead to one place without
 * being equal: which letters go together is known to the system alone.
 *
 * Names may be used by several threads at once.
 *
 * Errors of the constructors, all of them of `G_IO_ERROR`:
 *
 * - `INVALID_ARGUMENT`: the name is empty, has a NUL byte where the system takes none, a `%` that
 *   no two hexadecimal digits follow, or an application ID that is none; on Windows, the path is
 *   not that of a pipe
 * - `INVALID_FILENAME`: the path names a directory; or a user's name has a `/` or `\` or is not
 *   UTF-8, and on Windows any name
 * - `FILENAME_TOO_LONG`: the message tells both lengths, see [func@Ipc.LocalName.get_max_length]
 * - `NOT_FOUND`, `NOT_DIRECTORY`, `PERMISSION_DENIED`: there is no directory for users' names, or
 *   none that only this user can write
 * - `NOT_SUPPORTED`: the system has no such names
 *
 * Platform notes: on Linux, a namespaced name is an abstract one, of exactly these bytes; on other
 * Unix systems, it is a file in a directory of the user. A user's name is the file
 * `$XDG_RUNTIME_DIR/NAME.sock`, in a Flatpak `$XDG_RUNTIME_DIR/app/ID/NAME.sock`. A Linux path may
 * be longer than the 107 bytes that a socket address holds: it is then reached through
 * `/proc/self/fd`. See unix(7) and the page on names.
 *
 * On Windows, a namespaced name is the named pipe `\\.\pipe\NAME`, and a user's name is
 * `\\.\pipe\NAME-SID` with the SID of the user that the process runs as. A path is one of a pipe:
 * `\\.\pipe\NAME`, or `\\HOST\pipe\NAME` to connect to another machine; `/` may be written for `\`.
 * No name there ends in a dot or a space, which Windows would remove. See
 * [Pipe Names](https://learn.microsoft.com/windows/win32/ipc/pipe-names).
 *
 * Since: 1.0
 */

struct _IpcLocalName
{
  gatomicrefcount ref_count;
  IpcLocalNameKind kind;
  GBytes *native; /* (owned) */
  char *path;     /* (owned) (nullable) */
  char *text;     /* (owned) */
};

G_DEFINE_BOXED_TYPE (IpcLocalName, ipc_local_name, ipc_local_name_ref, ipc_local_name_unref)

/* Takes @native and @text; @text NULL is the path itself. */
static IpcLocalName *
take_native (IpcLocalNameKind kind, GBytes *native, char *text)
{
  IpcLocalName *self = g_new0 (IpcLocalName, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->native = native;
  if (_ipc_local_name_platform_is_file (kind))
    {
      gsize length;
      const char *data = g_bytes_get_data (native, &length);

      self->path = g_strndup (data, length);
    }
  self->text = text != NULL ? text : g_strdup (self->path);

  return self;
}

static gboolean
check_supported (IpcLocalNameKind kind, GError **error)
{
  if (_ipc_local_name_platform_supports (kind))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "This system has no local socket names of this kind");
  return FALSE;
}

static IpcLocalName *
new_namespaced_from_bytes (const guint8 *bytes, gsize length, GError **error)
{
  g_autofree char *escaped = NULL;
  GBytes *native;

  if (!check_supported (IPC_LOCAL_NAME_KIND_NAMESPACED, error) ||
      !_ipc_local_name_check_length (IPC_LOCAL_NAME_KIND_NAMESPACED, bytes, length, error))
    return NULL;
  native = _ipc_local_name_platform_from_namespaced (bytes, length, error);
  if (native == NULL)
    return NULL;

  escaped = _ipc_local_name_escape (bytes, length, "");
  return take_native (IPC_LOCAL_NAME_KIND_NAMESPACED, native, g_strconcat ("@", escaped, NULL));
}

static IpcLocalName *
new_user (const char *app_id, const char *name, gsize length, GError **error)
{
  g_autofree char *escaped = NULL;
  char *text;
  GBytes *native;

  if (!check_supported (IPC_LOCAL_NAME_KIND_USER, error) ||
      (app_id != NULL && !_ipc_local_name_check_app_id (app_id, error)) ||
      !_ipc_local_name_check_user_name ((const guint8 *) name, length, error))
    return NULL;
  native = _ipc_local_name_platform_from_user (app_id, name, error);
  if (native == NULL)
    return NULL;

  escaped = _ipc_local_name_escape ((const guint8 *) name, length, "");
  if (app_id != NULL)
    text = g_strconcat ("user:", app_id, "/", escaped, NULL);
  else
    text = g_strconcat ("user:", escaped, NULL);

  return take_native (IPC_LOCAL_NAME_KIND_USER, native, text);
}

/* @text is what follows "user:": NAME, or ID/NAME for that of an application. */
static IpcLocalName *
new_user_from_text (const char *text, GError **error)
{
  const char *slash = strchr (text, '/');
  g_autofree char *app_id = slash != NULL ? g_strndup (text, slash - text) : NULL;
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  bytes = _ipc_local_name_unescape (slash != NULL ? slash + 1 : text, error);
  if (bytes == NULL)
    return NULL;
  length = g_bytes_get_size (bytes);
  name = g_malloc0 (length + 1);
  if (length > 0)
    memcpy (name, g_bytes_get_data (bytes, NULL), length);

  return new_user (app_id, name, length, error);
}

/**
 * ipc_local_name_new:
 * @text: (type filename): a name as [method@Ipc.LocalName.to_string] writes it
 * @error: return location for a #GError
 *
 * Makes a name from text that a person or a configuration file gives.
 *
 * - `@NAME` is a namespaced name,
 * - `user:NAME` a user's name, `user:ID/NAME` that of the Flatpak application `ID`,
 * - anything else a path.
 *
 * In the first two, `%` and two hexadecimal digits stand for the byte of that value, and `%25` for
 * the percent sign. Write `./@x` for a file called `@x`.
 *
 * Returns: (transfer full): the name; see [struct@Ipc.LocalName] for the errors
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_new (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (text[0] == '@')
    {
      g_autoptr (GBytes) bytes = _ipc_local_name_unescape (text + 1, error);
      gsize length;
      const guint8 *data;

      if (bytes == NULL)
        return NULL;
      data = g_bytes_get_data (bytes, &length);
      return new_namespaced_from_bytes (data, length, error);
    }
  if (g_str_has_prefix (text, "user:"))
    return new_user_from_text (text + strlen ("user:"), error);

  return ipc_local_name_new_path (text, error);
}

/**
 * ipc_local_name_new_path:
 * @path: (type filename): a path, absolute or from the current directory
 * @error: return location for a #GError
 *
 * Makes the name of a file, whatever characters the path begins with.
 *
 * The current directory is read now; a later chdir() does not change the name. The path is not
 * resolved further: links and `..` stay as they are.
 *
 * Returns: (transfer full): the name; see [struct@Ipc.LocalName] for the errors
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_new_path (const char *path, GError **error)
{
  GBytes *native;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_supported (IPC_LOCAL_NAME_KIND_PATH, error) ||
      !_ipc_local_name_check_length (IPC_LOCAL_NAME_KIND_PATH, (const guint8 *) path, strlen (path),
                                     error))
    return NULL;
  native = _ipc_local_name_platform_from_path (path, error);
  if (native == NULL)
    return NULL;

  return take_native (IPC_LOCAL_NAME_KIND_PATH, native, NULL);
}

/**
 * ipc_local_name_new_namespaced:
 * @name: a name, without `@` in front of it
 * @error: return location for a #GError
 *
 * Makes a name in the system's namespace. Nothing in @name is an escape.
 *
 * Returns: (transfer full): the name; see [struct@Ipc.LocalName] for the errors
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_new_namespaced (const char *name, GError **error)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_namespaced_from_bytes ((const guint8 *) name, strlen (name), error);
}

/**
 * ipc_local_name_new_namespaced_bytes:
 * @bytes: the bytes of a name
 * @error: return location for a #GError
 *
 * Makes a name in the system's namespace from bytes that need not be text.
 *
 * This reaches peers that fill abstract names up with NUL bytes, for one.
 *
 * Returns: (transfer full): the name; see [struct@Ipc.LocalName] for the errors
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_new_namespaced_bytes (GBytes *bytes, GError **error)
{
  gsize length;
  const guint8 *data;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  data = g_bytes_get_data (bytes, &length);
  return new_namespaced_from_bytes (data, length, error);
}

/**
 * ipc_local_name_new_for_user:
 * @name: a name, best one that tells the application: `com.example.Player`
 * @error: return location for a #GError
 *
 * Makes a name that is private to the user.
 *
 * The directory that such names live in is checked now: it must belong to this user, and nobody
 * else may write there. In a Flatpak, the name is that of the application, see
 * [ctor@Ipc.LocalName.new_for_app].
 *
 * Returns: (transfer full): the name; see [struct@Ipc.LocalName] for the errors
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_new_for_user (const char *name, GError **error)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_user (NULL, name, strlen (name), error);
}

/**
 * ipc_local_name_new_for_app:
 * @app_id: the ID of a Flatpak application: `com.example.Player`
 * @name: a name, as the application itself gives it to [ctor@Ipc.LocalName.new_for_user]
 * @error: return location for a #GError
 *
 * Makes the name that an application in a Flatpak uses, for programs outside of its sandbox.
 *
 * Its directory is there once the application has been started.
 *
 * Platform notes: where there is no Flatpak, `G_IO_ERROR_NOT_SUPPORTED`.
 *
 * Returns: (transfer full): the name; see [struct@Ipc.LocalName] for the errors
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_new_for_app (const char *app_id, const char *name, GError **error)
{
  g_return_val_if_fail (app_id != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return new_user (app_id, name, strlen (name), error);
}

/**
 * ipc_local_name_new_unique:
 * @prefix: (nullable): what the name begins with
 * @error: return location for a #GError
 *
 * Makes a user's name that nobody else has: @prefix, `-` and 128 random bits.
 *
 * For a socket whose name is then told to the peer, such as to a child process.
 *
 * Returns: (transfer full): the name; see [struct@Ipc.LocalName] for the errors
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_new_unique (const char *prefix, GError **error)
{
  g_autoptr (GString) name = g_string_new (prefix);
  guint8 random[16];

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!_ipc_local_name_platform_random (random, sizeof random, error))
    return NULL;
  if (name->len > 0)
    g_string_append_c (name, '-');
  for (gsize i = 0; i < sizeof random; i++)
    g_string_append_printf (name, "%02x", random[i]);

  return new_user (NULL, name->str, name->len, error);
}

/**
 * ipc_local_name_ref:
 * @self: a name
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IpcLocalName *
ipc_local_name_ref (IpcLocalName *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ipc_local_name_unref:
 * @self: (transfer full): a name
 *
 * Gives a reference back, and frees the name with the last one.
 *
 * Since: 1.0
 */
void
ipc_local_name_unref (IpcLocalName *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_bytes_unref (self->native);
  g_free (self->path);
  g_free (self->text);
  g_free (self);
}

/**
 * ipc_local_name_get_kind:
 * @self: a name
 *
 * Tells the kind of the name.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
IpcLocalNameKind
ipc_local_name_get_kind (IpcLocalName *self)
{
  g_return_val_if_fail (self != NULL, IPC_LOCAL_NAME_KIND_PATH);

  return self->kind;
}

/**
 * ipc_local_name_get_native:
 * @self: a name
 *
 * Tells what the system is given for the name.
 *
 * That is an absolute path, without a NUL byte at its end; or for a namespaced name its bytes,
 * without anything in front of them.
 *
 * Platform notes: on Unix, `/` as the first byte of a user's name or a path; on Linux, a namespaced
 * name is given after the NUL byte that marks abstract names. On Windows all is UTF-8, of which the
 * system is given the UTF-16; a namespaced name is given after `\\.\pipe\`.
 *
 * Returns: (transfer none): the bytes
 *
 * Since: 1.0
 */
GBytes *
ipc_local_name_get_native (IpcLocalName *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->native;
}

/**
 * ipc_local_name_to_string:
 * @self: a name
 *
 * Writes the name as text, from which [ctor@Ipc.LocalName.new] makes an equal name.
 *
 * That of a path is the absolute path as it is, in the encoding of file names. All other text is
 * UTF-8, with what can't be printed as `%XX`.
 *
 * Returns: (transfer full) (type filename): the text
 *
 * Since: 1.0
 */
char *
ipc_local_name_to_string (IpcLocalName *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strdup (self->text);
}

/**
 * ipc_local_name_equal:
 * @self: a name
 * @other: another one
 *
 * Tells whether both names have the same kind and lead to the same place.
 *
 * Returns: %TRUE when they are equal
 *
 * Since: 1.0
 */
gboolean
ipc_local_name_equal (IpcLocalName *self, IpcLocalName *other)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (other != NULL, FALSE);

  return self == other ||
         (self->kind == other->kind && g_bytes_equal (self->native, other->native));
}

/**
 * ipc_local_name_hash:
 * @self: a name
 *
 * Makes a number of the name for hash tables; it is the same for equal names.
 *
 * The number may differ in other versions of the library.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
ipc_local_name_hash (IpcLocalName *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_bytes_hash (self->native) * 3 + (guint) self->kind;
}

gboolean
_ipc_local_name_has_path (IpcLocalName *self)
{
  return self->path != NULL;
}

const char *
_ipc_local_name_peek_path (IpcLocalName *self)
{
  return self->path;
}

char *
_ipc_local_name_display (IpcLocalName *self)
{
  return g_filename_display_name (self->text);
}

/**
 * ipc_local_name_kind_is_supported:
 * @kind: a kind of names
 *
 * Tells whether this system, as it runs now, has such names.
 *
 * Returns: %TRUE when it has
 *
 * Since: 1.0
 */
gboolean
ipc_local_name_kind_is_supported (IpcLocalNameKind kind)
{
  return _ipc_local_name_platform_supports (kind);
}

/**
 * ipc_local_name_kind_is_always_supported:
 * @kind: a kind of names
 *
 * Tells whether every system that this build of the library runs on has such names, without
 * falling back on anything else.
 *
 * Returns: %TRUE when they have
 *
 * Since: 1.0
 */
gboolean
ipc_local_name_kind_is_always_supported (IpcLocalNameKind kind)
{
  return _ipc_local_name_platform_always_supports (kind);
}

/**
 * ipc_local_name_get_max_length:
 * @kind: a kind of names
 *
 * Tells the longest name of a kind: of a path after it was made absolute, of a namespaced name
 * without `@`, of a user's name without `user:`; in bytes, without escapes and without a NUL.
 *
 * Platform notes: on Linux, the 4095 bytes of any path, of which the file's own name takes at most
 * 82 when the whole is longer than 107; 107 and 77. On other Unix systems, what `sun_path` holds,
 * less a NUL byte and what stands around a name. On Windows, the units are those of UTF-16: 256,
 * 247 and 182.
 *
 * Returns: the length
 *
 * Since: 1.0
 */
gsize
ipc_local_name_get_max_length (IpcLocalNameKind kind)
{
  return _ipc_local_name_platform_max_length (kind);
}
