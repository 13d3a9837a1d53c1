package io.stepwise.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /q/openapi} is {@code openapi.yaml} at the top of the repository. */
@Tag("quarkus")
@QuarkusTest
class OpenApiTest {
    private static final Path FILE = Path.of("openapi.yaml");

    @ParameterizedTest
    @CsvSource({
        "*/*, ''",
        "application/yaml, ''",
        "text/html, ''",
        "application/json, ?format=yaml",
        "application/json, .yaml",
        "*/*, .yml"
    })
    void openapi_asYaml_isTheFileByteForByte(String accept, String rest) throws IOException {
        Response served = given().accept(accept).get("/q/openapi" + rest);

        assertThat(served.contentType()).isEqualTo("application/yaml;charset=UTF-8");
        assertThat(served.asByteArray()).isEqualTo(Files.readAllBytes(FILE));
    }

    @ParameterizedTest
    @CsvSource({"application/json, ''", "*/*, ?format=json", "*/*, ?format=JSON", "*/*, .json"})
    void openapi_asJson_isTheSameDocument(String accept, String rest) throws IOException {
        Response served = given().accept(accept).get("/q/openapi" + rest);

        assertThat(served.contentType()).isEqualTo("application/json;charset=UTF-8");
        assertThat(new ObjectMapper().readTree(served.asByteArray()))
                .isEqualTo(new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile()));
    }

    @Test
    void openapi_headAlone_hasItsLength() throws IOException {
        Response head = given().head("/q/openapi");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(Files.size(FILE)));
        assertThat(head.asByteArray()).isEmpty();
    }
}
