package io.stepwise.serving.request;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The names of a model's classes, and which classes a label in a request means.
 *
 * @param names in the order of their numbers, their accents composed (NFC); empty if there are no classes
 */
public record LabelNames(List<String> names) {
    public LabelNames {
        names = names.stream().map(LabelNames::composed).toList();
    }

    /**
     * The classes that {@code asked} means: the one called so; or, where no class is called by a number, the one with
     * that number; or those whose names contain every word of {@code asked}, as "red bob" contains "red". Accents may be
     * encoded as NFC or NFD. Empty if there are none.
     */
    public int[] meant(String asked) {
        String label = composed(asked);
        int named = names.indexOf(label);
        if (named >= 0) {
            return new int[] {named};
        }
        if (label.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(label);
            boolean counts = number < names.size() && names.stream().noneMatch(LabelNames::isNumber);
            return counts ? new int[] {number} : new int[0];
        }
        Set<String> words = words(label);
        return IntStream.range(0, words.isEmpty() ? 0 : names.size())
                .filter(i -> words(names.get(i)).containsAll(words))
                .toArray();
    }

    private static boolean isNumber(String name) {
        return name.matches("[+-]?[0-9]+([.,][0-9]+)?");
    }

    private static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static Set<String> words(String label) {
        return Arrays.stream(label.split("[\\s_-]+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The labels that mean a class, in words for people; there must be classes. */
    public String allowed() {
        String numbers = "or a number 0 … " + (names.size() - 1);
        Set<String> words = new LinkedHashSet<>();
        names.forEach(name -> words.addAll(words(name)));
        return words.size() >= names.size()
                ? "one of " + names + " " + numbers
                : "words of one class, such as \"" + names.get(0) + "\", among " + words + ", " + numbers;
    }
}
