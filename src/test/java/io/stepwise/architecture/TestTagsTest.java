package io.stepwise.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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
    private static final String BROWSER = "browser";

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("io.stepwise");

    @Test
    void tests_thatUseDjl_areTagged() {
        Stream<JavaClass> users = TESTS.stream()
                .filter(test -> test.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .anyMatch(TestTagsTest::needsLibtorch))
                .map(TestTagsTest::outermost)
                .filter(test -> test.getSimpleName().endsWith("Test"));

        assertThat(names(users.filter(test -> tags(test).isEmpty()))).isEmpty();
    }

    private static boolean needsLibtorch(JavaClass used) {
        return used.getPackageName().startsWith("ai.djl") && !used.isAssignableTo(Throwable.class);
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
        assertThat(TESTS.stream().flatMap(test -> tags(test).stream())).containsOnly(LIBTORCH, QUARKUS, BROWSER);
    }

    private static Set<String> names(Stream<JavaClass> tests) {
        return tests.map(JavaClass::getName).collect(Collectors.toSet());
    }

    private static JavaClass outermost(JavaClass test) {
        return test.getEnclosingClass().map(TestTagsTest::outermost).orElse(test);
    }

    private static Set<String> tags(JavaClass test) {
        return Arrays.stream(test.reflect().getAnnotationsByType(Tag.class))
                .map(Tag::value)
                .collect(Collectors.toSet());
    }
}
