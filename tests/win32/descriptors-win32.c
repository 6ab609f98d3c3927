/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../descriptors.h"

#include <windows.h>
#include <winternl.h>

#define STANDS_STILL 3 /* counts that agree */

/* Of NtQuerySystemInformation (), and in no header */
#define EXTENDED_HANDLE_INFORMATION 64
#define LENGTH_MISMATCH ((NTSTATUS) 0xc0000004)

typedef struct
{
  void *object;
  ULONG_PTR pid;
  HANDLE handle;
  ULONG access;
  USHORT unused[2];
  ULONG flags[2];
} HandleEntry;

typedef struct
{
  ULONG_PTR n_entries;
  ULONG_PTR unused;
  HandleEntry entries[];
} HandleList;

static gboolean
is_thread (HANDLE handle)
{
  union
  {
    PUBLIC_OBJECT_TYPE_INFORMATION type;
    char space[1024];
  } answer;
  const UNICODE_STRING *name = &answer.type.TypeName;

  if (NtQueryObject (handle, ObjectTypeInformation, &answer, sizeof answer, NULL) != 0)
    return FALSE;
  return name->Length == sizeof L"Thread" - sizeof L'\0' &&
         memcmp (name->Buffer, L"Thread", name->Length) == 0;
}

/* All of the system: GetProcessHandleCount () tells a 0 under Wine. */
static HandleList *
list_handles (void)
{
  HandleList *list = NULL;
  gsize size = 1 << 16;
  NTSTATUS status;

  do
    {
      size *= 2;
      list = g_realloc (list, size);
      status = NtQuerySystemInformation (EXTENDED_HANDLE_INFORMATION, list, size, NULL);
    }
  while (status == LENGTH_MISMATCH);
  g_assert_cmpint (status, ==, 0);
  return list;
}

static guint
count_now (void)
{
  g_autofree HandleList *list = list_handles ();
  guint count = 0;

  for (gsize i = 0; i < list->n_entries; i++)
    {
      if (list->entries[i].pid == GetCurrentProcessId () && !is_thread (list->entries[i].handle))
        count++;
    }
  g_assert_cmpuint (count, >, 0);
  return count;
}

/* GIO has a thread read all of the registry that is about programs, once, and opens keys by it. */
static void
wait_for_gio (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  g_list_free_full (g_app_info_get_all (), g_object_unref);
  g_once_init_leave (&done, 1);
}

/* Until some counts agree */
static guint
count_at_rest (void)
{
  guint count = count_now ();

  for (guint same = 1; same < STANDS_STILL; same++)
    {
      guint next;

      Sleep (2);
      next = count_now ();
      if (next != count)
        same = 0;
      count = next;
    }
  return count;
}

/* Where there are more than the last time, some may be about to be closed by a thread that has not
 * had its turn: that is waited for, and what does not go away is told. */
guint
count_descriptors (void)
{
  static guint last;
  const gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;
  guint count;

  wait_for_gio ();
  do
    count = count_at_rest ();
  while (last != 0 && count > last && g_get_monotonic_time () < end);
  last = count;
  return count;
}

const char *
find_reactor (void)
{
  return "iocp";
}

/* The job is never closed: its end is that of the process. */
void
keep_children (void)
{
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = { 0 };
  HANDLE job = CreateJobObject (NULL, NULL);

  limit.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  g_assert_true (
      SetInformationJobObject (job, JobObjectExtendedLimitInformation, &limit, sizeof limit));
  g_assert_true (AssignProcessToJobObject (job, GetCurrentProcess ()));
}
