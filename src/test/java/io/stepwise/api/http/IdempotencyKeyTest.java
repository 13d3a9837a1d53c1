package io.stepwise.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {
    @Test
    void hash_anotherClientKeyOrOperation_isAnother() {
        String hash = new IdempotencyKey("anna", "order-1").hash("/train");

        assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(new IdempotencyKey("anna", "order-1").hash("/train"));
        assertThat(new IdempotencyKey("bob", "order-1").hash("/train")).isNotEqualTo(hash);
        assertThat(new IdempotencyKey("", "order-1").hash("/train")).isNotEqualTo(hash);
        assertThat(new IdempotencyKey("anna", "order-2").hash("/train")).isNotEqualTo(hash);
        assertThat(new IdempotencyKey("anna", "order-1").hash("/generate")).isNotEqualTo(hash);
    }

    @Test
    void accept_thatNamesErrorsOnly_isTold() {
        assertThat(AcceptFilter.namesErrorsOnly(List.of("application/problem+json")))
                .isTrue();
        assertThat(AcceptFilter.namesErrorsOnly(List.of("Application/Problem+JSON; q=0.5")))
                .isTrue();
        for (String other : new String[] {"", "*/*", "application/json", "application/problem+json, image/png"}) {
            assertThat(AcceptFilter.namesErrorsOnly(List.of(other))).as(other).isFalse();
        }
    }
}
