/*
 * A wall clock that a test can set under a running process; loaded before the C library (LD_PRELOAD).
 *
 * Seconds to add lie as eight bytes in the file that JUMPED names, so they hold for every process at
 * once, and from the next look at the clock on. The clock that only goes forward is left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile int64_t *jumped;
static int (*real_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("JUMPED");
    int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    void *found = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *jumped, PROT_READ, MAP_SHARED, file, 0);

    if (found != MAP_FAILED)
        jumped = found;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (!real_gettime)
        real_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real_gettime(clock, now);
    if (!failed && jumped && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *jumped;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec fine;
    int failed = clock_gettime(CLOCK_REALTIME, &fine);

    (void)zone;
    if (!failed) {
        now->tv_sec = fine.tv_sec;
        now->tv_usec = fine.tv_nsec / 1000;
    }
    return failed;
}

time_t time(time_t *where)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (where)
        *where = now.tv_sec;
    return now.tv_sec;
}
