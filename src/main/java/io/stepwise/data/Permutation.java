package io.stepwise.data;

import java.util.Objects;

/**
 * A seeded shuffle of 0 … size − 1 that needs no memory. It is a balanced Feistel network over the next even number of
 * bits, applied until the result is inside the range (J. Black, P. Rogaway, "Ciphers with arbitrary finite domains",
 * 2002). On average it needs fewer than four passes through the network.
 */
final class Permutation {
    private static final int ROUNDS = 8;
    static final long MAX_SIZE = 1L << 62;

    private final long size;
    private final int halfBits;
    private final long halfMask;
    private final long[] keys = new long[ROUNDS];

    /** @param size 1 … 2^62 */
    Permutation(long size, long seed) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size " + size + " must be in [1, 2^62]");
        }
        this.size = size;
        int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(size - 1));
        halfBits = (bits + 1) / 2;
        halfMask = (1L << halfBits) - 1;
        Dice dice = new Dice(seed);
        for (int i = 0; i < ROUNDS; i++) {
            keys[i] = dice.nextLong();
        }
    }

    /** The position of {@code index} (0 … size − 1) after the shuffle; different indices have different positions. */
    long at(long index) {
        long value = Objects.checkIndex(index, size);
        do {
            value = network(value);
        } while (value >= size);
        return value;
    }

    private long network(long value) {
        long left = value >>> halfBits;
        long right = value & halfMask;
        for (long key : keys) {
            long next = left ^ (Dice.mix(right + key) & halfMask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
