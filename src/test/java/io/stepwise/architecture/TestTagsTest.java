package io.stepwise.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The tags that keep {@code ./mvnw test} fast. Direct use of DJL is found here; a test that loads libtorch through the
 * product's classes and has no tag fails in {@code ./mvnw test}, where the pom hides libtorch.
 */
class TestTagsTest {
    private static final String LIBTORCH = "libtorch";
    private static final String QUARKUS = "quarkus";

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("io.stepwise");

    private static final ArchCondition<JavaClass> TAGGED_LIBTORCH = new ArchCondition<>("have the tag " + LIBTORCH) {
        @Override
        public void check(JavaClass test, ConditionEvents events) {
            events.add(new SimpleConditionEvent(test, tags(test).contains(LIBTORCH), test.getName()));
        }
    };

    @Test
    void tests_thatUseDjl_areTagged() {
        classes()
                .that(areTests())
                .and(DescribedPredicate.describe(
                        "use DJL",
                        test -> test.getDirectDependenciesFromSelf().stream()
                                .anyMatch(use -> resideInAPackage("ai.djl..").test(use.getTargetClass()))))
                .should(TAGGED_LIBTORCH)
                .check(TESTS);
    }

    @Test
    void tests_withATagForQuarkus_areThoseThatStartIt() {
        Set<String> tagged = names(TESTS.stream().filter(test -> tags(test).contains(QUARKUS)));

        assertThat(tagged)
                .isNotEmpty()
                .isEqualTo(names(TESTS.stream().filter(test -> test.isAnnotatedWith(QuarkusTest.class))));
    }

    @Test
    void tags_ofAllTests_areKnown() {
        assertThat(TESTS.stream().flatMap(test -> tags(test).stream())).containsOnly(LIBTORCH, QUARKUS);
    }

    private static Set<String> names(Stream<JavaClass> tests) {
        return tests.map(JavaClass::getName).collect(Collectors.toSet());
    }

    private static DescribedPredicate<JavaClass> areTests() {
        return DescribedPredicate.describe("are tests", test -> test.getSimpleName().endsWith("Test"));
    }

    /** The tags of a class; a nested class has those of the class around it as well. */
    private static Set<String> tags(JavaClass test) {
        Class<?> type = test.reflect();
        Set<String> own = Arrays.stream(type.getAnnotationsByType(Tag.class))
                .map(Tag::value)
                .collect(Collectors.toSet());
        test.getEnclosingClass().ifPresent(around -> own.addAll(tags(around)));
        return own;
    }
}
