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

/** The packages of ours that each package may import. The table is the one that every {@code package-info.java} repeats in words. */
class PackagesTest {
    private static final String ROOT = "io.stepwise.";

    private static final String EVERYTHING = ".";

    /** The layers below {@code serving} and {@code training}. */
    private static final Set<String> FOUNDATIONS = Set.of(
            "diffusion",
            "diffusion.sampler",
            "image",
            "torchscript",
            "model",
            "model.training",
            "model.latent",
            "sampling",
            "repository",
            "repository.files",
            "repository.safetensors",
            "schema");

    /** What every resource may import. */
    private static final Set<String> RESOURCES = Set.of("api.http", "api.problem", "api.access", "memory", "schema");

    /** Package: the packages of ours it may import. A package does not include those below it. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            entry("memory", Set.of()),
            entry("schema", Set.of()),
            entry("diffusion", Set.of()),
            entry("diffusion.sampler", Set.of("diffusion")),
            entry("image", Set.of("memory")),
            entry("torchscript", Set.of()),
            entry("model", Set.of("torchscript")),
            entry("model.training", Set.of("model", "torchscript")),
            entry("model.latent", Set.of("model", "model.training", "torchscript")),
            entry("sampling", Set.of("diffusion", "torchscript")),
            entry("repository.files", Set.of()),
            entry("repository.safetensors", Set.of("repository.files", "model")),
            entry(
                    "repository",
                    Set.of(
                            "repository.files",
                            "repository.safetensors",
                            "diffusion",
                            "diffusion.sampler",
                            "model",
                            "model.latent",
                            "schema")),
            entry("upload", Set.of("memory", "repository.files")),
            entry("data", Set.of("image", "upload", "schema")),
            entry("data.faces", Set.of("data", "image")),
            entry(
                    "data.store",
                    Set.of(
                            "data",
                            "data.faces",
                            "memory",
                            "upload",
                            "image",
                            "repository",
                            "repository.files",
                            "schema")),
            entry("evaluation", Set.of("image")),
            entry("schedule", Set.of("diffusion", "image")),
            entry("training.spec", Set.of("diffusion", "model", "model.training", "model.latent", "schema")),
            entry("training.run", Set.of("training.spec", "repository", "repository.files", "schema")),
            entry("training.base", and(FOUNDATIONS, "training.spec")),
            entry("training.average", and(FOUNDATIONS, "training.checkpoint", "training.run")),
            entry("training.mlflow", Set.of("training.run", "training.spec")),
            entry("training.checkpoint", and(FOUNDATIONS, "training.run", "training.spec")),
            entry(
                    "training.objective",
                    Set.of("diffusion", "model", "model.training", "training.spec", "training.checkpoint")),
            entry(
                    "training.kind",
                    and(
                            FOUNDATIONS,
                            "training.spec",
                            "training.run",
                            "training.checkpoint",
                            "training.objective",
                            "data")),
            entry(
                    "training",
                    and(
                            FOUNDATIONS,
                            "memory",
                            "training.spec",
                            "training.run",
                            "training.checkpoint",
                            "training.base",
                            "training.average",
                            "training.objective",
                            "training.kind",
                            "data",
                            "data.store",
                            "evaluation")),
            entry(
                    "report",
                    and(
                            FOUNDATIONS,
                            "schedule",
                            "evaluation",
                            "training",
                            "training.checkpoint",
                            "training.objective",
                            "training.kind",
                            "training.spec",
                            "training.run",
                            "data",
                            "data.store",
                            "data.faces")),
            entry("jobs", Set.of("training.spec", "training.run", "repository.files", "schema")),
            entry("jobs.kubernetes", Set.of("jobs", "training.spec", "training.run")),
            entry("serving.request", Set.of("diffusion.sampler", "image", "schema")),
            entry("serving.engine", and(FOUNDATIONS, "memory", "serving.request")),
            entry("serving.versions", and(FOUNDATIONS, "memory", "evaluation", "serving.request", "serving.engine")),
            entry("serving", and(FOUNDATIONS, "serving.request", "serving.engine", "serving.versions")),
            entry("bench", Set.of("model", "model.training", "torchscript")),
            entry(
                    "api.problem",
                    Set.of(
                            "serving",
                            "serving.request",
                            "jobs",
                            "memory",
                            "repository",
                            "repository.files",
                            "training.spec",
                            "training.run",
                            "data",
                            "data.store",
                            "upload",
                            "schema")),
            entry("api.access", Set.of("api.problem")),
            entry(
                    "api.http",
                    Set.of("api.problem", "api.access", "memory", "upload", "serving.request", "image", "schema")),
            entry("api.generate", and(RESOURCES, "serving", "serving.request", "diffusion.sampler", "image")),
            entry(
                    "api.models",
                    and(
                            RESOURCES,
                            "serving",
                            "serving.request",
                            "repository",
                            "repository.files",
                            "data",
                            "data.store",
                            "training.spec",
                            "upload")),
            entry("api.train", and(RESOURCES, "jobs", "repository", "training.spec", "training.run", "image")),
            entry("api.engines", and(RESOURCES, "serving.request")),
            entry("api.schedules", and(RESOURCES, "api.generate", "schedule", "diffusion", "image", "training.spec")),
            entry("api.datasets", and(RESOURCES, "data", "data.store", "upload")),
            entry(
                    "api.openai",
                    and(
                            RESOURCES,
                            "api.generate",
                            "serving",
                            "serving.request",
                            "diffusion.sampler",
                            "image",
                            "repository.files")),
            entry(
                    "api.inference",
                    and(RESOURCES, "api.generate", "serving", "serving.request", "diffusion.sampler", "image")),
            entry(
                    "api",
                    and(
                            RESOURCES,
                            "api.generate",
                            "api.models",
                            "api.train",
                            "api.schedules",
                            "api.datasets",
                            "api.engines",
                            "api.openai",
                            "api.inference",
                            "serving.request")),
            entry(
                    "app.config",
                    Set.of(
                            "api.access",
                            "api.generate",
                            "data.store",
                            "image",
                            "jobs.kubernetes",
                            "memory",
                            "serving.engine",
                            "serving.versions",
                            "training",
                            "training.mlflow",
                            "upload")),
            entry(
                    "app.server",
                    Set.of(
                            "api",
                            "api.problem",
                            "app.config",
                            "jobs",
                            "memory",
                            "serving",
                            "serving.engine",
                            "serving.request")),
            entry(
                    "app.command",
                    and(
                            FOUNDATIONS,
                            "app.config",
                            "app.server",
                            "api.generate",
                            "bench",
                            "data",
                            "data.store",
                            "jobs",
                            "report",
                            "serving",
                            "serving.engine",
                            "serving.request",
                            "training",
                            "training.base",
                            "training.mlflow",
                            "training.run",
                            "training.spec",
                            "upload")),
            entry("app", Set.of(EVERYTHING)));

    private static final Set<String> MEANINGLESS =
            Set.of("util", "utils", "common", "manager", "helper", "impl", "misc");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.stepwise");

    private static Set<String> and(Set<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toSet());
    }

    @TestFactory
    Stream<DynamicTest> packages_ofOurs_importOnlyWhatTheTableAllows() {
        return MAY_IMPORT.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> holds(row.getKey(), row.getValue())));
    }

    private static void holds(String name, Set<String> allowed) {
        String[] others = Stream.concat(Stream.of(name), allowed.stream())
                .map(other -> other.equals(EVERYTHING) ? ROOT + "." : ROOT + other)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(resideInAPackage("io.stepwise..").and(not(resideInAnyPackage(others))))
                .check(CLASSES);
    }

    @Test
    void packages_inTheSources_areAllInTheTable() {
        Set<String> found = packageNames()
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length()))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(MAY_IMPORT.keySet()).containsExactlyInAnyOrderElementsOf(found);
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
        slices().matching("io.stepwise.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void diffusion_usesTheJdkOnly() {
        usesOnly("diffusion", "java..", "org.jspecify..");
    }

    @Test
    void image_usesTheJdkPlugInsOfImageIoAndThePlotLibraryOnly() {
        usesOnly(
                "image",
                "io.stepwise.memory..",
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
                .resideInAnyPackage("jakarta.ws.rs..", "io.vertx..")
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
