/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* The control messages of sendmsg(2) and recvmsg(2), see cmsg(3) and unix(7): pure functions over
 * the buffer of a struct msghdr. */

/* The most descriptors that Linux takes in one call (SCM_MAX_FD) */
#define IPC_CONTROL_MAX_FDS 253

/* What a security module adds where somebody has asked for it; it is passed over. */
#define IPC_CONTROL_LABEL_MAX 256

typedef struct
{
  gint64 pid;
  guint uid;
  guint gid;
} IpcControlCredentials;

/* Room for all that may come with one call */
typedef union
{
  struct cmsghdr align;
  char bytes[CMSG_SPACE (sizeof (int) * IPC_CONTROL_MAX_FDS) +
             CMSG_SPACE (sizeof (IpcControlCredentials)) + CMSG_SPACE (sizeof (int)) +
             CMSG_SPACE (IPC_CONTROL_LABEL_MAX)];
} IpcControlBuffer;

/* What came with one call; it owns its descriptors. */
typedef struct
{
  guint n_fds;
  int pidfd; /* -1 none */
  gboolean has_credentials;
  gboolean truncated; /* there was more than there was room for; it is gone */
  IpcControlCredentials credentials;
  int fds[IPC_CONTROL_MAX_FDS];
} IpcControlData;

/* The flags that recvmsg needs so that descriptors are close-on-exec from birth. */
int _ipc_control_get_receive_flags (void);

/* Gives @message room for @max_fds descriptors, at most IPC_CONTROL_MAX_FDS, and, with
 * @credentials, for these. Descriptors that find no room do not enter the process. With both, the
 * room is such that descriptors beyond the limit can't crowd out the pidfd: they may enter. */
void _ipc_control_prepare (struct msghdr *message,
                           IpcControlBuffer *buffer,
                           guint max_fds,
                           gboolean credentials);

/* Reads what recvmsg has put into @message. Of the descriptors in there, those beyond @max_fds are
 * closed, and any pidfd but the first; no other number ever is. Sets all of @data but the unused
 * part of its array. */
void _ipc_control_decode (const struct msghdr *message, guint max_fds, IpcControlData *data);

/* Closes what is in @data, or only its pidfd. */
void _ipc_control_data_clear (IpcControlData *data);
void _ipc_control_data_clear_pidfd (IpcControlData *data);

/* Puts descriptors (not taken) and @credentials (nullable) into @message. FALSE with
 * INVALID_ARGUMENT when there are more than the system takes at once, NOT_SUPPORTED when it can't
 * send credentials. */
gboolean _ipc_control_encode (struct msghdr *message,
                              IpcControlBuffer *buffer,
                              const int *fds,
                              guint n_fds,
                              const IpcControlCredentials *credentials,
                              GError **error);

/* Makes the kernel add the credentials of each sender to what it sent, and with @pidfd a descriptor
 * of its process where the kernel can. FALSE with errno. */
gboolean _ipc_control_ask (int fd, gboolean credentials, gboolean pidfd);

/* Whether credentials are asked for. */
gboolean _ipc_control_is_asked (int fd);

G_END_DECLS
