package io.stepwise.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code openapi.yaml} at the top of the repository is what the service serves. After a change of the contract write it
 * anew: {@code ./mvnw test -Dtest=OpenApiTest -Dopenapi.write=true}.
 */
@Tag("quarkus")
@QuarkusTest
class OpenApiTest {
    private static final Path PUBLISHED = Path.of("openapi.yaml");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void openapi_inTheRepository_isWhatIsServed() throws IOException {
        String served = given().accept("application/yaml").get("/q/openapi").asString();
        if (Boolean.getBoolean("openapi.write")) {
            Files.writeString(PUBLISHED, served);
        }

        assertThat(YAML.readTree(Files.readString(PUBLISHED))).isEqualTo(YAML.readTree(served));
    }
}
