/* Preloaded into a process under test: counts what it asks of the disk below one folder, and at a given
   step says that the disk is full or broken, or ends the process as kill -9 does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char under[PATH_MAX], what[PATH_MAX + 32];
static int armed, at, fault, to_kill, steps;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Count from now on; at step at_ fail with fault_, or be killed before it. With at_ 0 only count. */
void fault_arm(const char *under_, int at_, int fault_, int kill_) {
    snprintf(under, sizeof under, "%s", under_);
    at = at_; fault = fault_; to_kill = kill_; steps = 0; what[0] = 0; armed = 1;
}
int fault_disarm(void) { armed = 0; return steps; }
const char *fault_what(void) { return what; }

static int step(const char *name, const char *path) {
    int fails = 0;
    if (!armed || !path || strncmp(path, under, strlen(under))) return 0;
    pthread_mutex_lock(&lock);
    if (++steps == at) {
        snprintf(what, sizeof what, "%s %s", name, path);
        if (to_kill) kill(getpid(), SIGKILL);
        fails = 1;
    }
    pthread_mutex_unlock(&lock);
    if (fails) errno = fault;
    return fails;
}

static int step_at(const char *name, int folder, const char *path) {
    char place[64], found[2 * PATH_MAX];
    ssize_t size;
    if (!armed || path[0] == '/' || folder == AT_FDCWD) return step(name, path);
    snprintf(place, sizeof place, "/proc/self/fd/%d", folder);
    if ((size = readlink(place, found, PATH_MAX - 1)) < 0) return 0;
    snprintf(found + size, sizeof found - size, "/%s", path);
    return step(name, found);
}

static int step_fd(const char *name, int file) {
    char place[64], found[PATH_MAX];
    ssize_t size;
    if (!armed) return 0;
    snprintf(place, sizeof place, "/proc/self/fd/%d", file);
    if ((size = readlink(place, found, sizeof found - 1)) < 0) return 0;
    found[size] = 0;
    return step(name, found);
}

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)
#define OPENS(flags) ((flags) & (O_CREAT | O_TRUNC))
#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); }

int open(const char *path, int flags, ...) {
    REAL(int, "open", const char *, int, ...); MODE
    return OPENS(flags) && step("open", path) ? -1 : real(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    REAL(int, "open64", const char *, int, ...); MODE
    return OPENS(flags) && step("open", path) ? -1 : real(path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    REAL(int, "openat", int, const char *, int, ...); MODE
    return OPENS(flags) && step_at("open", folder, path) ? -1 : real(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    REAL(int, "openat64", int, const char *, int, ...); MODE
    return OPENS(flags) && step_at("open", folder, path) ? -1 : real(folder, path, flags, mode);
}
FILE *fopen(const char *path, const char *mode) {
    REAL(FILE *, "fopen", const char *, const char *);
    return mode[0] != 'r' && step("open", path) ? NULL : real(path, mode);
}
FILE *fopen64(const char *path, const char *mode) {
    REAL(FILE *, "fopen64", const char *, const char *);
    return mode[0] != 'r' && step("open", path) ? NULL : real(path, mode);
}
ssize_t write(int file, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return step_fd("write", file) ? -1 : real(file, data, size);
}
ssize_t writev(int file, const struct iovec *data, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    return step_fd("write", file) ? -1 : real(file, data, count);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t place) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return step_fd("write", file) ? -1 : real(file, data, size, place);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return step_fd("write", file) ? -1 : real(file, data, size, place);
}
int fsync(int file) {
    REAL(int, "fsync", int);
    return step_fd("fsync", file) ? -1 : real(file);
}
int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    return step_fd("fsync", file) ? -1 : real(file);
}
int ftruncate(int file, off_t size) {
    REAL(int, "ftruncate", int, off_t);
    return step_fd("write", file) ? -1 : real(file, size);
}
int ftruncate64(int file, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    return step_fd("write", file) ? -1 : real(file, size);
}
int fallocate(int file, int mode, off_t place, off_t size) {
    REAL(int, "fallocate", int, int, off_t, off_t);
    return step_fd("write", file) ? -1 : real(file, mode, place, size);
}
int rename(const char *old, const char *path) {
    REAL(int, "rename", const char *, const char *);
    return step("rename", path) ? -1 : real(old, path);
}
int renameat(int from, const char *old, int folder, const char *path) {
    REAL(int, "renameat", int, const char *, int, const char *);
    return step_at("rename", folder, path) ? -1 : real(from, old, folder, path);
}
int link(const char *old, const char *path) {
    REAL(int, "link", const char *, const char *);
    return step("link", path) ? -1 : real(old, path);
}
int linkat(int from, const char *old, int folder, const char *path, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    return step_at("link", folder, path) ? -1 : real(from, old, folder, path, flags);
}
int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    return step("mkdir", path) ? -1 : real(path, mode);
}
int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(int, "mkdirat", int, const char *, mode_t);
    return step_at("mkdir", folder, path) ? -1 : real(folder, path, mode);
}
int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    return step("unlink", path) ? -1 : real(path);
}
int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    return step_at("unlink", folder, path) ? -1 : real(folder, path, flags);
}
int rmdir(const char *path) {
    REAL(int, "rmdir", const char *);
    return step("unlink", path) ? -1 : real(path);
}
int chmod(const char *path, mode_t mode) {
    REAL(int, "chmod", const char *, mode_t);
    return step("chmod", path) ? -1 : real(path, mode);
}
