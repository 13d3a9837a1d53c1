package io.stepwise.contract;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("quarkus")
@QuarkusTest
class AnswerTapTest {
    @Test
    void everyAnswer_isCompared() {
        int before = AnswerTap.checked();

        given().get("/v2/health/live");
        given().get("/v2/health/live");
        given().get("/nowhere");

        assertThat(AnswerTap.checked() - before).isGreaterThanOrEqualTo(3);
        assertThat(AnswerTap.takeFaults()).isEmpty();
    }
}
