/*
 * Lets one system call of a program fail, or kills the program before it.
 *
 *   inject list  CLASS N LOG PROGRAM ARGUMENT...   writes each call between the marks to LOG: class, name, file
 *   inject kill  CLASS N LOG PROGRAM ARGUMENT...   ends the program with SIGKILL before call number N of the class
 *   inject ERRNO CLASS N LOG PROGRAM ARGUMENT...   call number N of the class is not made and fails with this number
 *
 * The program's first write to standard error is the mark from which calls are counted, its second one that up to
 * which they are. Calls of all threads are counted together, which is why this is not done with strace: it counts each
 * thread's. The class "any" is all classes. LOG gets the call that was hit and whether a file had been renamed before,
 * and the exit code is that of the program, 137 when it was killed, 125 when the program cannot be traced.
 *
 * Linux alone, on x86-64 and AArch64.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/ptrace.h>

#define CANNOT_TRACE 125

/* Which argument names the file. */
enum place { FD, PATH0, PATH1 };

struct call {
	long number;
	const char *class;
	const char *name;
	enum place place;
};

#define CALL(class, name, place) { SYS_##name, class, #name, place }

static const struct call calls[] = {
	CALL("write", write, FD), CALL("write", pwrite64, FD), CALL("write", writev, FD),
	CALL("write", pwritev, FD), CALL("write", pwritev2, FD), CALL("write", sendfile, FD),
	CALL("write", copy_file_range, FD), CALL("read", read, FD), CALL("read", pread64, FD),
	CALL("read", readv, FD), CALL("read", preadv, FD), CALL("sync", fsync, FD),
	CALL("sync", fdatasync, FD), CALL("sync", sync_file_range, FD), CALL("truncate", ftruncate, FD),
	CALL("truncate", truncate, PATH0), CALL("truncate", fallocate, FD), CALL("open", openat, PATH1),
	CALL("close", close, FD), CALL("rename", renameat, PATH1), CALL("rename", renameat2, PATH1),
	CALL("rename", linkat, PATH1), CALL("unlink", unlinkat, PATH1), CALL("mkdir", mkdirat, PATH1),
	CALL("mode", fchmod, FD), CALL("mode", fchmodat, PATH1), CALL("mode", fchown, FD),
	CALL("stat", fstat, FD), CALL("stat", newfstatat, PATH1), CALL("stat", statx, PATH1),
	CALL("stat", statfs, PATH0), CALL("stat", fstatfs, FD), CALL("stat", faccessat, PATH1),
	CALL("seek", lseek, FD), CALL("lock", flock, FD), CALL("lock", fcntl, FD),
	CALL("list", getdents64, FD),
#ifdef SYS_open
	CALL("open", open, PATH0), CALL("open", creat, PATH0), CALL("rename", rename, PATH0),
	CALL("rename", link, PATH0), CALL("unlink", unlink, PATH0), CALL("unlink", rmdir, PATH0),
	CALL("mkdir", mkdir, PATH0), CALL("mode", chmod, PATH0), CALL("stat", stat, PATH0),
	CALL("stat", lstat, PATH0), CALL("stat", access, PATH0),
#endif
};

static const struct call *find(long number)
{
	for (size_t at = 0; at < sizeof calls / sizeof *calls; at++)
		if (calls[at].number == number)
			return &calls[at];
	return NULL;
}

/* The file that a call is about. */
static void file_of(pid_t thread, const struct call *call, const unsigned long long *args, char *out, size_t size)
{
	ssize_t len = -1;
	if (call->place == FD) {
		char link[64];
		snprintf(link, sizeof link, "/proc/%d/fd/%d", thread, (int)args[0]);
		len = readlink(link, out, size - 1);
	} else {
		/* Page by page, because what follows the path may not be mapped. */
		unsigned long at = args[call->place == PATH0 ? 0 : 1];
		size_t done = 0;
		while (done < size - 1) {
			size_t part = 4096 - (at + done) % 4096;
			if (part > size - 1 - done)
				part = size - 1 - done;
			struct iovec to = { out + done, part }, from = { (void *)(at + done), part };
			if (process_vm_readv(thread, &to, 1, &from, 1, 0) != (ssize_t)part)
				break;
			if (memchr(out + done, 0, part))
				len = (ssize_t)strlen(out);
			done += part;
			if (len >= 0)
				break;
		}
	}
	out[len < 0 ? 0 : len] = 0;
	for (char *c = out; *c; c++)
		if (*c == '\n')
			*c = ' ';
}

/* Has the call that the thread is about to make not be made. */
static int skip_call(pid_t thread)
{
#if defined __x86_64__
	return (int)ptrace(PTRACE_POKEUSER, thread, offsetof(struct user_regs_struct, orig_rax), -1L);
#elif defined __aarch64__
	int none = -1;
	struct iovec number = { &none, sizeof none };
	return (int)ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &number);
#else
	return -1;
#endif
}

/* Sets what the call that the thread returns from has as its result. */
static int set_result(pid_t thread, long result)
{
#if defined __x86_64__
	return (int)ptrace(PTRACE_POKEUSER, thread, offsetof(struct user_regs_struct, rax), result);
#elif defined __aarch64__
	struct user_regs_struct registers;
	struct iovec all = { &registers, sizeof registers };
	if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all))
		return -1;
	registers.regs[0] = (unsigned long long)result;
	return (int)ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all);
#else
	return -1;
#endif
}

static void check(int failed, const char *what)
{
	if (failed) {
		perror(what);
		exit(CANNOT_TRACE);
	}
}

/* What is told on the command line, and what has happened so far. */
static const char *mode, *class;
static long wanted, counted, marks;
static FILE *log_file;
static pid_t program, failing;
static int renamed;

static void enters(pid_t thread, long number, const unsigned long long *args)
{
	const struct call *call = find(number);
	char file[4097];
	if (number == SYS_write && args[0] == 2) {
		marks++;
		return;
	}
	if (!call || marks != 1 || (call->place == FD && args[0] <= 2))
		return;
	if (!strcmp(mode, "list")) {
		file_of(thread, call, args, file, sizeof file);
		fprintf(log_file, "%s %s %s\n", call->class, call->name, file);
		return;
	}
	if ((strcmp(class, "any") && strcmp(class, call->class)) || ++counted != wanted)
		return;
	file_of(thread, call, args, file, sizeof file);
	fprintf(log_file, "%d %s %s\n", renamed, call->name, file);
	if (!strcmp(mode, "kill")) {
		check(kill(program, SIGKILL), "kill");
		return;
	}
	check(skip_call(thread), "skip a call");
	failing = thread;
}

static void returns(pid_t thread, long number, long long result)
{
	if (thread == failing) {
		failing = 0;
		check(set_result(thread, -atol(mode)), "set a result");
	} else if (number == SYS_renameat || number == SYS_renameat2) {
		renamed |= marks == 1 && result == 0;
#ifdef SYS_rename
	} else if (number == SYS_rename) {
		renamed |= marks == 1 && result == 0;
#endif
	}
}

int main(int argc, char **argv)
{
	if (argc < 6) {
		fputs("inject list|kill|ERRNO CLASS N LOG PROGRAM ARGUMENT...\n", stderr);
		return 2;
	}
	mode = argv[1];
	class = argv[2];
	wanted = atol(argv[3]);
	log_file = fopen(argv[4], "w");
	check(!log_file, argv[4]);
	program = fork();
	check(program < 0, "fork");
	if (!program) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP))
			_exit(CANNOT_TRACE);
		execv(argv[5], argv + 5);
		_exit(CANNOT_TRACE);
	}
	int status;
	check(waitpid(program, &status, 0) < 0, "wait");
	if (!WIFSTOPPED(status))
		return CANNOT_TRACE;
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		       PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	check(ptrace(PTRACE_SETOPTIONS, program, 0, options) != 0, "trace");
	check(ptrace(PTRACE_SYSCALL, program, 0, 0) != 0, "trace");

	/* The number of the call that a thread is in is known only when it enters it. */
	static struct { pid_t thread; long number; } inside[1024];
	for (;;) {
		pid_t thread = waitpid(-1, &status, __WALL);
		if (thread < 0) {
			if (errno == EINTR)
				continue;
			return CANNOT_TRACE;
		}
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (thread != program)
				continue;
			fclose(log_file);
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		int signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80)) {
			struct ptrace_syscall_info info;
			signal = 0;
			/* A thread that was killed meanwhile cannot be asked. */
			if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0) {
				size_t slot = (size_t)thread % (sizeof inside / sizeof *inside);
				if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
					inside[slot].thread = thread;
					inside[slot].number = (long)info.entry.nr;
					enters(thread, (long)info.entry.nr, (const unsigned long long *)info.entry.args);
				} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
					long number = inside[slot].thread == thread ? inside[slot].number : -1;
					returns(thread, number, info.exit.rval);
				}
			}
		} else if (signal == SIGTRAP || signal == SIGSTOP) {
			/* A new thread or program. */
			signal = 0;
		}
		ptrace(PTRACE_SYSCALL, thread, 0, signal);
	}
}
