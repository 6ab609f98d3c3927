/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the library costs beside what it stands on and what it replaces: all in one run,
 * interleaved, medians of the rounds; the time is that of the processor, and the ratio is the
 * median of the ratios within each round. Nothing is asserted: machines differ. */

#include "bench.h"

#include <stdio.h>
#include <string.h>

static guint
limit_idle (guint wanted)
{
  g_autofree char *text = NULL;

  /* Each end is a descriptor of its own process. */
  bench_raise_descriptor_limit ();
  if (g_file_get_contents ("/proc/self/limits", &text, NULL, NULL))
    {
      const char *line = g_strstr_len (text, -1, "Max open files");

      if (line != NULL)
        return MIN (wanted, g_ascii_strtoull (line + strlen ("Max open files"), NULL, 10) - 100);
    }
  return wanted;
}

int
main (int argc, char **argv)
{
  BenchScale scale = { .rounds = 5, .trips = 50000, .busy = 100, .idle = 10000 };
  gboolean quick = FALSE, cancellable = FALSE;
  int reads = -1;
  const GOptionEntry entries[] = {
    { "quick", 0, 0, G_OPTION_ARG_NONE, &quick, "Only see that it runs", NULL },
    { "reads", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &reads, NULL, NULL },
    { "cancellable", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &cancellable, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("— measures ipc-glib");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (reads >= 0)
    {
      bench_reads (reads, cancellable);
      return 0;
    }

  if (quick)
    scale = (BenchScale){ .rounds = 1, .trips = 500, .busy = 10, .idle = 100 };
  scale.idle = limit_idle (scale.idle);
  setvbuf (stdout, NULL, _IOLBF, 0);
  bench_pin_to_one_core ();

  bench_system_calls (argv[0], 200);
  bench_ping_pong (&scale);
  bench_echo (&scale);
  bench_idle (&scale);
  return 0;
}
