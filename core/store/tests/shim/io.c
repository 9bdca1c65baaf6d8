/* Stands between the store and the system: makes the nth file operation or allocation fail, or writes down every file operation, so that a
 * loss of power can be played afterwards. Only what happens below SHIM_ROOT between the opening of ".../shim-on" and ".../shim-off" counts.
 *
 *   SHIM_KIND=io|alloc  SHIM_FAIL_AT=n  SHIM_ERRNO=e     fails the nth point; 0 fails none
 *   SHIM_TRACE=FILE     one record for each operation: kind (u8), file (u8), place (u64), length (u64), bytes
 *   SHIM_COUNT=FILE     how many points there were, when it is switched off
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { FILES = 4096 };
static unsigned char tracked[FILES], durable[FILES];
static uint64_t place[FILES];
static int on, trace = -1;
static long points, fail_at;
static int fails_alloc, wrong;
static const char *root;

static void begin(void) {
    const char *kind = getenv("SHIM_KIND"), *at = getenv("SHIM_FAIL_AT"), *with = getenv("SHIM_ERRNO"), *to = getenv("SHIM_TRACE");
    fails_alloc = kind && !strcmp(kind, "alloc");
    fail_at = at ? atol(at) : 0;
    wrong = with ? atoi(with) : EIO;
    if (to) trace = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    points = 0;
    on = 1;
}

static void end(void) {
    const char *to = getenv("SHIM_COUNT");
    char text[32];
    on = 0;
    if (!to) return;
    int fd = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int length = snprintf(text, sizeof text, "%ld", points);
    syscall(SYS_write, fd, text, length);
    syscall(SYS_close, fd);
}

static int fails(int alloc) {
    if (!on || alloc != fails_alloc) return 0;
    if (++points != fail_at) return 0;
    errno = alloc ? ENOMEM : wrong;
    return 1;
}

static void note(char kind, int file, uint64_t at, uint64_t length, const void *bytes) {
    if (!on || trace < 0) return;
    unsigned char head[18] = {(unsigned char)kind, (unsigned char)file};
    memcpy(head + 2, &at, 8);
    memcpy(head + 10, &length, 8);
    syscall(SYS_write, trace, head, sizeof head);
    if (bytes) syscall(SYS_write, trace, bytes, length);
}

/* Which file this is; 0 for none of ours. */
static int name(const char *path) {
    if (!root) root = getenv("SHIM_ROOT");
    if (!root || strncmp(path, root, strlen(root))) return 0;
    const char *last = strrchr(path, '/');
    last = last ? last + 1 : path;
    if (!strcmp(last, "data.mdb")) return 1;
    if (!strcmp(last, "anchor")) return 2;
    if (!strcmp(last, "key")) return 3;
    if (!strcmp(last, "pages")) return 4;
    return 9;
}

static int opened(int at, const char *path, int flags, mode_t mode) {
    int file = name(path);
    const char *last = strrchr(path, '/');
    if (file && last) {
        if (!strcmp(last, "/shim-on")) { begin(); errno = ENOENT; return -1; }
        if (!strcmp(last, "/shim-off")) { end(); errno = ENOENT; return -1; }
        if (!strncmp(last, "/shim-ack-", 10)) { note('A', 0, strtoull(last + 10, 0, 10), 0, 0); errno = ENOENT; return -1; }
    }
    if (file && fails(0)) return -1;
    int fd = syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0 && fd < FILES) {
        tracked[fd] = file;
        durable[fd] = (flags & O_DSYNC) != 0;
        place[fd] = 0;
        if (file && (flags & O_TRUNC)) note('T', file, 0, 0, 0);
    }
    return fd;
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode); }

static int ours(int fd) { return fd >= 0 && fd < FILES && tracked[fd]; }

int close(int fd) {
    if (fd >= 0 && fd < FILES) tracked[fd] = 0;
    return syscall(SYS_close, fd);
}

static ssize_t put(int fd, const void *bytes, size_t length, off_t at) {
    if (ours(fd) && fails(0)) {
        /* A failing disk may have written the first part. */
        if (length > 512) syscall(SYS_pwrite64, fd, bytes, length / 2, at);
        return -1;
    }
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, length, at);
    if (ours(fd) && done > 0) {
        note('W', tracked[fd], at, done, bytes);
        if (durable[fd]) note('S', tracked[fd], 0, 0, 0);
    }
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return put(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) { return put(fd, bytes, length, at); }
ssize_t write(int fd, const void *bytes, size_t length) {
    if (!ours(fd)) return syscall(SYS_write, fd, bytes, length);
    off_t at = syscall(SYS_lseek, fd, 0, SEEK_CUR);
    ssize_t done = put(fd, bytes, length, at);
    if (done > 0) syscall(SYS_lseek, fd, at + done, SEEK_SET);
    return done;
}
static ssize_t put_all(int fd, const struct iovec *parts, int count, off_t at) {
    ssize_t all = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = put(fd, parts[i].iov_base, parts[i].iov_len, at + all);
        if (done < 0) return -1;
        all += done;
    }
    return all;
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return put_all(fd, parts, count, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) { return put_all(fd, parts, count, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (!ours(fd)) return syscall(SYS_writev, fd, parts, count);
    off_t at = syscall(SYS_lseek, fd, 0, SEEK_CUR);
    ssize_t done = put_all(fd, parts, count, at);
    if (done > 0) syscall(SYS_lseek, fd, at + done, SEEK_SET);
    return done;
}

static int synced(int fd, int call) {
    if (ours(fd) && fails(0)) return -1;
    int done = syscall(call, fd);
    if (ours(fd) && !done) note('S', tracked[fd], 0, 0, 0);
    return done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
int msync(void *at, size_t length, int flags) { return fails(0) ? -1 : (int)syscall(SYS_msync, at, length, flags); }

static int cut(int fd, off_t length) {
    if (ours(fd) && fails(0)) return -1;
    int done = syscall(SYS_ftruncate, fd, length);
    if (ours(fd) && !done) note('T', tracked[fd], length, 0, 0);
    return done;
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

int unlink(const char *path) {
    int file = name(path);
    if (file && fails(0)) return -1;
    int done = syscall(SYS_unlink, path);
    if (file && !done) note('U', file, 0, 0, 0);
    return done;
}
int mkdir(const char *path, mode_t mode) { return name(path) && fails(0) ? -1 : (int)syscall(SYS_mkdir, path, mode); }
void *mmap(void *at, size_t length, int prot, int flags, int fd, off_t from) {
    if (ours(fd) && fails(0)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, length, prot, flags, fd, from);
}
void *mmap64(void *at, size_t length, int prot, int flags, int fd, off_t from) { return mmap(at, length, prot, flags, fd, from); }

void *malloc(size_t size) { return fails(1) ? 0 : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails(1) ? 0 : __libc_calloc(count, size); }
void *realloc(void *at, size_t size) { return fails(1) ? 0 : __libc_realloc(at, size); }
int posix_memalign(void **to, size_t align, size_t size) {
    if (fails(1)) return ENOMEM;
    *to = __libc_memalign(align, size);
    return *to ? 0 : ENOMEM;
}
void *aligned_alloc(size_t align, size_t size) { return fails(1) ? 0 : __libc_memalign(align, size); }
