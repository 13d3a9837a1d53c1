package io.stepwise.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers, however they are written: in JSON Schema, and so in the contract, {@code 7}, {@code 7.0} and {@code 7e0}
 * are one integer.
 */
public final class Integers {
    private static final int MAX_DIGITS = 40;
    private static final String NUMBER = "[0-9]{1,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?";

    private Integers() {}

    /**
     * Turns each whole number in a tree into an integer, and all others into doubles. What is beyond all doubles becomes the
     * last of them: validators fail at infinity. It changes the tree.
     *
     * @return the tree, or what takes its place if it is a number itself
     */
    public static JsonNode in(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(in(field.getValue())));
        } else if (tree instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, in(array.get(i)));
            }
        } else if (tree.isBigDecimal() || tree.isDouble() && Double.isFinite(tree.doubleValue())) {
            BigInteger whole = whole(tree.decimalValue());
            return whole == null ? DoubleNode.valueOf(finite(tree.doubleValue())) : node(whole);
        }
        return tree;
    }

    private static double finite(double value) {
        return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
    }

    private static JsonNode node(BigInteger whole) {
        if (whole.bitLength() < Integer.SIZE) {
            return IntNode.valueOf(whole.intValue());
        }
        return whole.bitLength() < Long.SIZE ? LongNode.valueOf(whole.longValue()) : BigIntegerNode.valueOf(whole);
    }

    /** The number if it is whole and of modest length: 1e999999999 must not be written out. */
    private static @Nullable BigInteger whole(BigDecimal number) {
        if (number.signum() == 0) {
            return BigInteger.ZERO;
        }
        BigDecimal shortest = number.stripTrailingZeros();
        boolean modest = (long) shortest.precision() - shortest.scale() <= MAX_DIGITS;
        return modest && shortest.scale() <= 0 ? shortest.toBigIntegerExact() : null;
    }

    /** The integer that a text of at least 0 stands for; null if there is none, or if it is larger than an int. */
    public static @Nullable Integer parse(String text) {
        BigInteger whole = text.matches(NUMBER) ? whole(new BigDecimal(text)) : null;
        return whole == null || whole.bitLength() >= Integer.SIZE ? null : Integer.valueOf(whole.intValue());
    }
}
