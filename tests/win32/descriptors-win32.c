/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../descriptors.h"

#include <windows.h>
#include <winternl.h>

#define STANDS_STILL 3 /* counts that agree */

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

/* There is no call that lists them, but their values are small, and multiples of four. */
static guint
count_now (void)
{
  DWORD n_left = 0;
  guint count = 0;

  g_assert_true (GetProcessHandleCount (GetCurrentProcess (), &n_left));
  for (gsize value = 4; n_left > 0 && value < 1 << 20; value += 4)
    {
      HANDLE handle = (HANDLE) value;
      DWORD flags;

      if (!GetHandleInformation (handle, &flags))
        continue;
      n_left--;
      count += is_thread (handle) ? 0 : 1;
    }
  return count;
}

guint
count_descriptors (void)
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
