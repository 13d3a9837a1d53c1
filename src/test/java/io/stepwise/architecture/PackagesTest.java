package io.stepwise.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may import whom. The table is the one every {@code package-info.java} repeats in words. */
class PackagesTest {
    private static final String ROOT = "io.stepwise.";

    /** Package: the packages of ours it may import. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            entry("diffusion", Set.of()),
            entry("image", Set.of()),
            entry("torchscript", Set.of()),
            entry("model", Set.of("torchscript")),
            entry("sampling", Set.of("diffusion", "torchscript")),
            entry("data", Set.of("image", "repository")),
            entry("repository", Set.of("diffusion", "model")),
            entry("training", Set.of("data", "diffusion", "model", "sampling", "image", "repository")),
            entry("jobs", Set.of("training")),
            entry("serving", Set.of("diffusion", "model", "sampling", "repository", "image", "torchscript")),
            entry("bench", Set.of("diffusion", "image", "model", "repository", "sampling", "serving", "torchscript")),
            entry("api", Set.of("serving", "jobs", "repository", "training", "image", "data")),
            entry(
                    "app",
                    Set.of(
                            "diffusion",
                            "image",
                            "torchscript",
                            "model",
                            "sampling",
                            "data",
                            "repository",
                            "training",
                            "jobs",
                            "serving",
                            "bench",
                            "api")));

    private static final Set<String> MEANINGLESS =
            Set.of("util", "utils", "common", "manager", "helper", "impl", "misc");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.stepwise");

    @TestFactory
    Stream<DynamicTest> packages_ofOurs_importOnlyWhatTheTableAllows() {
        return MAY_IMPORT.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> holds(row.getKey(), row.getValue())));
    }

    private static void holds(String name, Set<String> allowed) {
        String[] others = Stream.concat(Stream.of(name), allowed.stream())
                .map(other -> ROOT + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.stepwise..").and(not(resideInAnyPackage(others))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void packages_inTheSources_areAllInTheTable() {
        Set<String> found = packageNames()
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length()).replaceAll("\\..*", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(MAY_IMPORT.keySet()).containsAll(found);
    }

    @Test
    void packages_inTheSources_sayWhatTheyAreFor() {
        assertThat(packageNames())
                .allSatisfy(name -> assertThat(Path.of("src/main/java", name.replace('.', '/'), "package-info.java"))
                        .matches(Files::exists, "exists"));
    }

    @Test
    void packages_inTheSources_haveTellingNames() {
        assertThat(packageNames().flatMap(name -> Stream.of(name.split("\\."))))
                .doesNotContainAnyElementsOf(MEANINGLESS);
    }

    @Test
    void packages_ofOurs_haveNoCycles() {
        slices().matching("io.stepwise.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void diffusion_usesTheJdkOnly() {
        usesOnly("diffusion", "java..", "org.jspecify..");
    }

    @Test
    void image_usesTheJdkPlugInsOfImageIoAndThePlotLibraryOnly() {
        usesOnly(
                "image",
                "java..",
                "javax..",
                "org.w3c.dom..",
                "org.jspecify..",
                "com.twelvemonkeys.imageio..",
                "org.jfree..",
                "org.apache.batik..");
    }

    private static void usesOnly(String name, String... libraries) {
        classes()
                .that()
                .resideInAPackage(ROOT + name + "..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage(ROOT + name + "..").or(resideInAnyPackage(libraries)))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void api_neverTouchesTensors() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    @Test
    void http_isKnownToApiAndAppOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "api..", ROOT + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.ws.rs..", "io.vertx..", "org.eclipse.microprofile.openapi..")
                .check(CLASSES);
    }

    @Test
    void quarkusAndPicocli_areKnownToAppOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.stepwise..")
                .and()
                .resideOutsideOfPackage(ROOT + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus.runtime..", "picocli..")
                .check(CLASSES);
    }

    private static Stream<String> packageNames() {
        return CLASSES.stream()
                .map(type -> type.getPackage())
                .map(JavaPackage::getName)
                .distinct();
    }
}
