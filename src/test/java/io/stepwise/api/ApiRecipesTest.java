package io.stepwise.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.versions.Workshop;
import io.stepwise.upload.Uploads;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipes of {@code docs/api.md}, run as they stand there. {@code .ci/clients} checks the types of those for TypeScript. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(ApiRecipesTest.Small.class)
class ApiRecipesTest {
    private static final Path PAGE = Path.of("docs/api.md");

    /** A tiny model "faces", a generator that paints at once, and jobs that wait for ever. */
    public static final class Small implements QuarkusTestProfile {
        private static final String FOLDER = "recipes.models";

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "stepwise.models",
                    folder(),
                    "stepwise.runs",
                    folder() + "-runs",
                    "stepwise.engine.max-batch",
                    "2",
                    "stepwise.train.launcher",
                    "none");
        }

        private static synchronized String folder() {
            if (System.getProperty(FOLDER) == null) {
                try {
                    Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "recipes")
                            .toAbsolutePath();
                    Path tiny = Path.of(System.getProperty("golden.dir")).resolve("unet-tiny");
                    new Workshop(new ModelRepository(folder), "faces", tiny, VersionMetadata.NONE).publish(0);
                    System.setProperty(FOLDER, folder.toString());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return System.getProperty(FOLDER);
        }
    }

    @Inject
    FakeGenerator generator;

    @Inject
    TestDatasets datasets;

    @BeforeEach
    void reset() throws IOException {
        generator.reset();
        datasets.reset();
        Files.createDirectories(ClientRun.FOLDER);
        Files.write(
                ClientRun.FOLDER.resolve("pets.zip"),
                Uploads.zip("cats/a.png", Uploads.picture(1), "dogs/b.png", Uploads.picture(2)));
    }

    static List<String> sh() throws IOException {
        return recipes("sh");
    }

    static List<String> java() throws IOException {
        return recipes("java");
    }

    static List<String> ts() throws IOException {
        return recipes("ts");
    }

    static List<String> python() throws IOException {
        return recipes("python");
    }

    @ParameterizedTest
    @MethodSource("sh")
    void recipe_forTheShell_works(String recipe) throws IOException, InterruptedException {
        assumeTrue(ClientRun.isThere("bash") && ClientRun.isThere("curl"), "bash and curl are not installed");

        ClientRun.run(Map.of(), "bash", "-euo", "pipefail", "-c", here(recipe));
    }

    @ParameterizedTest
    @MethodSource("java")
    void recipe_forJava_works(String recipe) throws IOException, InterruptedException {
        Files.writeString(ClientRun.FOLDER.resolve("Recipe.java"), here(recipe));

        ClientRun.run(
                Map.of(), Path.of(System.getProperty("java.home"), "bin/java").toString(), "Recipe.java");
    }

    @ParameterizedTest
    @MethodSource("ts")
    void recipe_forTypeScript_works(String recipe) throws IOException, InterruptedException {
        assumeTrue(ClientRun.isThere("node"), "node is not installed");
        Files.writeString(ClientRun.FOLDER.resolve("recipe.mjs"), here(recipe));

        ClientRun.run(Map.of(), "node", "recipe.mjs");
    }

    @ParameterizedTest
    @MethodSource("python")
    void recipe_forPython_works(String recipe) throws IOException, InterruptedException {
        assumeTrue(ClientRun.isThere("python3"), "python3 is not installed");

        ClientRun.run(Map.of(), "python3", "-c", here(recipe));
    }

    @Test
    void page_hasARecipePerTaskAndLanguage() throws IOException {
        assertThat(List.of(java().size(), ts().size(), python().size())).containsOnly(8);
        assertThat(sh()).hasSizeGreaterThan(5);
    }

    private static String here(String recipe) {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
        return recipe.replace("localhost:8080", "localhost:" + port);
    }

    private static List<String> recipes(String language) throws IOException {
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
                .matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
