package io.stepwise.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.stepwise.serving.FakeGenerator;
import jakarta.inject.Inject;
import java.io.IOException;
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

/** The recipes of {@code docs/clients.md} for the shell and for Node, run as they stand there. */
@Tag("quarkus")
@QuarkusTest
class ClientRecipesTest {
    private static final Path PAGE = Path.of("docs/clients.md");

    @Inject
    FakeGenerator generator;

    @BeforeEach
    void reset() {
        generator.reset();
    }

    static List<String> sh() throws IOException {
        return recipes("sh");
    }

    static List<String> js() throws IOException {
        return recipes("js");
    }

    @ParameterizedTest
    @MethodSource("sh")
    void recipe_forTheShell_works(String recipe) throws IOException, InterruptedException {
        assumeTrue(ClientRun.isThere("bash") && ClientRun.isThere("curl"), "bash and curl are not installed");

        ClientRun.run(Map.of(), "bash", "-euo", "pipefail", "-c", here(recipe));
    }

    @ParameterizedTest
    @MethodSource("js")
    void recipe_forNode_works(String recipe) throws IOException, InterruptedException {
        ClientRun.needNode();
        Files.writeString(ClientRun.FOLDER.resolve("recipe.mjs"), here(recipe));

        ClientRun.run(Map.of(), "node", "recipe.mjs");
    }

    @Test
    void recipe_forCurl_leavesAnImage() throws IOException, InterruptedException {
        Path image = ClientRun.FOLDER.resolve("red.png");
        Files.deleteIfExists(image);

        recipe_forTheShell_works(sh().get(0));

        assertThat(Files.readAllBytes(image)).startsWith((byte) 0x89, 'P', 'N', 'G');
        assertThat(generator.last.seed()).isEqualTo(7);
        assertThat(generator.last.label()).isEqualTo("red");
    }

    @Test
    void page_hasRecipesOfEitherKind() throws IOException {
        assertThat(sh()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(js()).hasSize(2);
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
