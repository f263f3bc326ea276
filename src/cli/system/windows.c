/* SPDX-License-Identifier: MIT */
/* Clock, streams, signals and terminal of Windows. */
#include "cli/system/system.h"

#include <fcntl.h>
#include <io.h>
#include <signal.h>
#include <stdlib.h>
#include <windows.h>

uint64_t clock_ms(void)
{
	return GetTickCount64();
}

void system_sleep(unsigned int ms)
{
	Sleep(ms);
}

static UINT usual_output;

static void usual_output_again(void)
{
	SetConsoleOutputCP(usual_output);
}

/* windows.manifest has all texts in UTF-8; a console shows them so when it is told, and outlives us. */
void system_start(void)
{
	int fd;

	usual_output = GetConsoleOutputCP();
	if (usual_output && SetConsoleOutputCP(CP_UTF8))
		atexit(usual_output_again);
	do
		fd = open("NUL", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

static void (*on_signal)(int number);

/* In a thread of its own. Where the window is closed Windows ends the process when this returns, or after some seconds.
 */
static BOOL WINAPI on_event(DWORD event)
{
	const bool goes_on = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;

	on_signal(goes_on ? SIGINT : SIGTERM);
	if (!goes_on)
		Sleep(INFINITE);
	return TRUE;
}

void system_catch_signals(void (*handler)(int number))
{
	on_signal = handler;
	SetConsoleCtrlHandler(on_event, TRUE);
}

static HANDLE handle_of(FILE *stream)
{
	return (HANDLE)_get_osfhandle(fileno(stream));
}

/* isatty() says so of NUL too. */
bool system_is_terminal(FILE *stream)
{
	DWORD mode;

	return GetConsoleMode(handle_of(stream), &mode);
}

/* Nothing else goes wrong with a pipe of Windows; the C library has several errors for it. */
bool system_reader_is_gone(FILE *stream)
{
	return GetFileType(handle_of(stream)) == FILE_TYPE_PIPE;
}

/* A console of Windows 10 and later paints when it is asked to. */
bool system_paints(FILE *stream)
{
	const HANDLE h = handle_of(stream);
	DWORD mode;

	return GetConsoleMode(h, &mode) && SetConsoleMode(h, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

bool system_utf8(void)
{
	return GetConsoleOutputCP() == CP_UTF8;
}

unsigned int system_columns(FILE *stream)
{
	CONSOLE_SCREEN_BUFFER_INFO info;

	if (!GetConsoleScreenBufferInfo(handle_of(stream), &info))
		return 0;
	return (unsigned int)(info.srWindow.Right - info.srWindow.Left + 1);
}

unsigned int system_rows(FILE *stream)
{
	CONSOLE_SCREEN_BUFFER_INFO info;

	if (!GetConsoleScreenBufferInfo(handle_of(stream), &info))
		return 0;
	return (unsigned int)(info.srWindow.Bottom - info.srWindow.Top + 1);
}
