/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The decoder of control messages against any bytes. What it keeps and what it closes are, together
 * and each once, exactly the descriptors that a second reader finds in them: it closes no number
 * that it did not receive, and loses none that it did.
 *
 * Input: how many descriptors are allowed, whether the system told of a truncation, how far off its
 * alignment the buffer is, and the buffer. */

#include "config.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fuzz_close (int fd);

/* The source itself, so that none of its calls reaches the system, or a copy with a planted fault
 */
#ifndef FUZZ_DECODER
#define FUZZ_DECODER "unix/ipc-unix-control-message.c"
#endif
#define close(fd) fuzz_close (fd)
#include FUZZ_DECODER
#undef close

#define HEADER_SIZE 3
#define MAX_SIZE 4096

int LLVMFuzzerTestOneInput (const guint8 *input, size_t size);

typedef struct
{
  int numbers[MAX_SIZE];
  gsize n;
} Numbers;

static Numbers closed;

static void
fuzz_close (int fd)
{
  g_assert_cmpuint (closed.n, <, G_N_ELEMENTS (closed.numbers));
  closed.numbers[closed.n++] = fd;
}

static guint64
read_number (const guint8 *bytes, gsize size)
{
  guint64 number = 0;

  for (gsize i = 0; i < size; i++)
    number |= (guint64) bytes[G_BYTE_ORDER == G_LITTLE_ENDIAN ? i : size - 1 - i] << (8 * i);
  return number;
}

/* Every descriptor that is whole in a whole message, in its order: a second reader of cmsg(3), by
 * positions, which shares nothing with the first. */
static void
find_received (const guint8 *bytes, gsize size, Numbers *rights, Numbers *pidfds)
{
  const gsize word = sizeof (gsize), data_at = word + 8;
  gsize at = 0;

  while (size - at >= data_at)
    {
      guint64 length = read_number (bytes + at, word);
      guint32 level = read_number (bytes + at + word, 4);
      guint32 type = read_number (bytes + at + word + 4, 4);
      Numbers *numbers = type == SCM_RIGHTS ? rights : type == SCM_PIDFD ? pidfds : NULL;

      if (length < data_at || length > size - at)
        return;
      for (gsize i = at + data_at; i + 4 <= at + length; i += 4)
        {
          int fd = (int) read_number (bytes + i, 4);

          if (level == SOL_SOCKET && numbers != NULL && fd >= 0 &&
              (numbers == rights || i == at + data_at))
            numbers->numbers[numbers->n++] = fd;
        }
      length = (length + word - 1) / word * word;
      at += MIN (length, size - at);
    }
}

static int
compare (const void *a, const void *b)
{
  int first = *(const int *) a, second = *(const int *) b;

  return (first > second) - (first < second);
}

static void
assert_same (Numbers *a, Numbers *b)
{
  g_assert_cmpuint (a->n, ==, b->n);
  qsort (a->numbers, a->n, sizeof a->numbers[0], compare);
  qsort (b->numbers, b->n, sizeof b->numbers[0], compare);
  g_assert_cmpmem (a->numbers, a->n * sizeof a->numbers[0], b->numbers,
                   b->n * sizeof b->numbers[0]);
}

static void
check (const struct msghdr *message, guint max_fds)
{
  static Numbers rights, pidfds;
  IpcControlData data;
  guint n_kept;

  rights.n = pidfds.n = closed.n = 0;
  find_received (message->msg_control, message->msg_controllen, &rights, &pidfds);
  _ipc_control_decode (message, max_fds, &data);

  n_kept = MIN (rights.n, MIN (max_fds, IPC_CONTROL_MAX_FDS));
  g_assert_cmpuint (data.n_fds, ==, n_kept);
  g_assert_cmpmem (data.fds, n_kept * sizeof (int), rights.numbers, n_kept * sizeof (int));
  g_assert_cmpint (data.pidfd, ==, pidfds.n > 0 ? pidfds.numbers[0] : -1);
  g_assert_true (data.truncated == ((message->msg_flags & MSG_CTRUNC) != 0 || rights.n > n_kept));
  g_assert_cmpuint (closed.n, ==, rights.n - n_kept + pidfds.n - (pidfds.n > 0));

  /* And with the rest of it, all of them */
  _ipc_control_data_clear (&data);
  memcpy (rights.numbers + rights.n, pidfds.numbers, pidfds.n * sizeof (int));
  rights.n += pidfds.n;
  assert_same (&closed, &rights);
}

int
LLVMFuzzerTestOneInput (const guint8 *input, size_t size)
{
  struct msghdr message = { 0 };
  gsize offset;
  char *buffer;

  if (size < HEADER_SIZE || size > MAX_SIZE)
    return 0;
  offset = input[2] % 16;
  message.msg_flags = input[1] & 1 ? MSG_CTRUNC : 0;
  message.msg_controllen = size - HEADER_SIZE;
  buffer = malloc (offset + message.msg_controllen);
  memcpy (buffer + offset, input + HEADER_SIZE, message.msg_controllen);
  message.msg_control = buffer + offset;
  check (&message, input[0]);
  free (buffer);
  return 0;
}
