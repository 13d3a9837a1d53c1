package io.stepwise.data;

/**
 * Deterministic random numbers from a seed. The generator is SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable
 * pseudorandom number generators", 2014) and gives the same numbers on every JVM.
 */
public final class Dice {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    public Dice(long seed) {
        state = seed;
    }

    /** The SplitMix64 output function: a bijection of 64-bit words whose result looks random. */
    static long mix(long word) {
        long z = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Combines two numbers into a seed; their order matters. */
    public static long combine(long first, long second) {
        return mix(mix(first + GOLDEN_GAMMA) + second * GOLDEN_GAMMA);
    }

    long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** A uniform number in [0, 1). */
    public double unit() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** A uniform number in [{@code from}, {@code to}). */
    public double between(double from, double to) {
        return from + (to - from) * unit();
    }

    /** A uniform integer in 0 … {@code bound} − 1. */
    int below(int bound) {
        return (int) (unit() * bound);
    }

    public boolean chance(double probability) {
        return unit() < probability;
    }

    public <T> T pick(T[] choices) {
        return choices[below(choices.length)];
    }

    public int pick(int... choices) {
        return choices[below(choices.length)];
    }
}
