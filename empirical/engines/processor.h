/* What the kernels share: names for each vector width, the widest that the processor has, and its tiny numbers. */

#ifndef PROCESSOR_H
#define PROCESSOR_H

#define JOIN(a, b) a##b
#define WITH_SUFFIX(a, b) JOIN(a, b)
#define NAME(x) WITH_SUFFIX(x##_, LANES)

/* Floats in the widest vector that this processor has. */
static int widest_lanes(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return __builtin_cpu_supports("avx512f") ? 16 : 8;
#endif
    return 4;
}

/* Numbers too small for float's full precision cost a hundred times as much as others, and mean nothing here:
   take them for zero, and return the former state of this thread. */
static unsigned long flush_to_zero(void)
{
#if defined(__SSE__)
    unsigned before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before | 0x8040);
    return before;
#elif defined(__aarch64__)
    unsigned long before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | 1ul << 24) : "memory");
    return before;
#else
    return 0;
#endif
}

static void restore(unsigned long before)
{
#if defined(__SSE__)
    __builtin_ia32_ldmxcsr((unsigned)before);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(before) : "memory");
#else
    (void)before;
#endif
}

static long up_to_whole(long number, long part)
{
    return (number + part - 1) / part * part;
}

static long least(long a, long b)
{
    return a < b ? a : b;
}

#endif
