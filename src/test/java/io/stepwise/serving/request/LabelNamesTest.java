package io.stepwise.serving.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelNamesTest {
    private static final LabelNames HAIR = new LabelNames(List.of("red bob", "red bun", "blue bob", "blue space buns"));

    @Test
    void meant_aWholeName_isThatClass() {
        assertThat(HAIR.meant("blue bob")).containsExactly(2);
        assertThat(new LabelNames(List.of("cat", "black cat")).meant("cat")).containsExactly(0);
    }

    @Test
    void meant_someWords_isEveryClassWithAllOfThem() {
        assertThat(HAIR.meant("red")).containsExactly(0, 1);
        assertThat(HAIR.meant("bob")).containsExactly(0, 2);
        assertThat(HAIR.meant("bob red")).containsExactly(0);
        assertThat(HAIR.meant("buns_blue")).containsExactly(3);
    }

    @Test
    void meant_otherWords_isNoClass() {
        assertThat(HAIR.meant("green")).isEmpty();
        assertThat(HAIR.meant("red ponytail")).isEmpty();
        assertThat(HAIR.meant("bu")).isEmpty();
        assertThat(HAIR.meant("Red")).isEmpty();
        assertThat(HAIR.meant(" ")).isEmpty();
    }

    @Test
    void meant_aNumber_isThatClassUnlessClassesAreCalledByNumbers() {
        assertThat(HAIR.meant("1")).containsExactly(1);
        assertThat(HAIR.meant("4")).isEmpty();
        LabelNames digits = new LabelNames(List.of("0", "1", "10", "2"));
        assertThat(digits.meant("2")).containsExactly(3);
        assertThat(digits.meant("3")).isEmpty();
    }

    /** A number never means another class than the one called so. */
    @Test
    void meant_aNumberWhereClassesAreCalledByNumbersOfAnotherForm_isNoClass() {
        assertThat(new LabelNames(List.of("01", "02")).meant("1")).isEmpty();
        assertThat(new LabelNames(List.of("1.0", "2.0")).meant("1")).isEmpty();
        assertThat(new LabelNames(List.of("-1", "1")).meant("0")).isEmpty();
        assertThat(new LabelNames(List.of("20240101001", "20240101002")).meant("0"))
                .isEmpty();
    }

    @Test
    void meant_accentsEncodedDifferently_isTheSameClass() {
        LabelNames pets = new LabelNames(List.of("Ka\u0308tzchen", "gro\u00dfe Hu\u0308ndin"));
        assertThat(pets.meant("K\u00e4tzchen")).containsExactly(0);
        assertThat(pets.meant("Ka\u0308tzchen")).containsExactly(0);
        assertThat(pets.meant("H\u00fcndin")).containsExactly(1);
        assertThat(pets.names()).first().isEqualTo("K\u00e4tzchen");
    }

    @Test
    void allowed_namesShortListsAndTheWordsOfCombinations() {
        assertThat(new LabelNames(List.of("black", "red")).allowed())
                .isEqualTo("one of [black, red] or a number 0 … 1");
        LabelNames grid = new LabelNames(List.of("red bob", "red bun", "blue bob", "blue bun", "red mop", "blue mop"));
        assertThat(grid.allowed())
                .isEqualTo(
                        "words of one class, such as \"red bob\", among [red, bob, bun, blue, mop], or a number 0 … 5");
    }
}
