/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>
#include <windows.h>

#include <winternl.h>

G_BEGIN_DECLS

/* The system calls that Wine answers otherwise than Windows does, or that a test has to see made
 * or fail. All code of ours makes them through this table, whose entries have the names and the
 * contracts of the Win32 reference, or that of drivers; a test of the inside changes an entry and
 * puts it back. */
typedef struct
{
  HANDLE (WINAPI *create_named_pipe)
  (LPCWSTR, DWORD, DWORD, DWORD, DWORD, DWORD, DWORD, LPSECURITY_ATTRIBUTES);
  HANDLE (WINAPI *create_file) (LPCWSTR, DWORD, DWORD, LPSECURITY_ATTRIBUTES, DWORD, DWORD, HANDLE);
  BOOL (WINAPI *read_file) (HANDLE, LPVOID, DWORD, LPDWORD, LPOVERLAPPED);
  BOOL (WINAPI *write_file) (HANDLE, LPCVOID, DWORD, LPDWORD, LPOVERLAPPED);
  NTSTATUS (NTAPI *nt_fs_control_file)
  (HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, ULONG, PVOID, ULONG, PVOID, ULONG);
  BOOL (WINAPI *connect_named_pipe) (HANDLE, LPOVERLAPPED);
  BOOL (WINAPI *disconnect_named_pipe) (HANDLE);
  BOOL (WINAPI *flush_file_buffers) (HANDLE);
  BOOL (WINAPI *impersonate_named_pipe_client) (HANDLE);
  BOOL (WINAPI *revert_to_self) (void);
  BOOL (WINAPI *set_thread_token) (PHANDLE, HANDLE);
  BOOL (WINAPI *open_thread_token) (HANDLE, DWORD, BOOL, PHANDLE);
  BOOL (WINAPI *open_process_token) (HANDLE, DWORD, PHANDLE);
  BOOL (WINAPI *get_token_information) (HANDLE, TOKEN_INFORMATION_CLASS, LPVOID, DWORD, PDWORD);
  BOOL (WINAPI *get_named_pipe_client_process_id) (HANDLE, PULONG);
  BOOL (WINAPI *get_named_pipe_server_process_id) (HANDLE, PULONG);
  BOOL (WINAPI *get_named_pipe_client_session_id) (HANDLE, PULONG);
  BOOL (WINAPI *get_named_pipe_server_session_id) (HANDLE, PULONG);
  BOOL (WINAPI *get_named_pipe_client_computer_name) (HANDLE, LPWSTR, ULONG);
  BOOL (WINAPI *get_file_information_by_handle_ex)
  (HANDLE, FILE_INFO_BY_HANDLE_CLASS, LPVOID, DWORD);
  BOOL (WINAPI *set_console_ctrl_handler) (PHANDLER_ROUTINE, BOOL);
  BOOL (WINAPI *generate_console_ctrl_event) (DWORD, DWORD);
} IpcWin32Calls;

extern IpcWin32Calls _ipc_win32_calls;

/* The library has given the system functions of its own to call, or a thread: it stays where it is
 * until the process ends. */
void _ipc_win32_stay_loaded (void);

/* Sets @error from @code, a GetLastError (): "MESSAGE: the system's text", with the GIOErrorEnum
 * code of it. */
void _ipc_win32_set_error (GError **error, DWORD code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
