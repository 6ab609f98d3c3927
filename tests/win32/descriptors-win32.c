/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../descriptors.h"

#include <windows.h>
#include <winternl.h>

#define STANDS_STILL 3 /* counts that agree */

/* Handles are multiples of four, and the lowest that is free is taken. */
#define STEP 4
#define MOST_FREE 512 /* in a row, beyond the highest that was ever seen */

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

static gboolean
is_open (HANDLE handle)
{
  DWORD flags;

  return GetHandleInformation (handle, &flags);
}

/* One by one: GetProcessHandleCount () tells a 0 under Wine, and to ask for the handles of the
 * system ends Wine's server when there is a process that has none, as one that is about to end. */
static guint
count_now (void)
{
  static gsize highest;
  guint count = 0;

  for (gsize i = 1; i <= highest + MOST_FREE; i++)
    {
      HANDLE handle = (HANDLE) (ULONG_PTR) (i * STEP);

      if (!is_open (handle))
        continue;
      highest = MAX (highest, i);
      if (!is_thread (handle))
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
