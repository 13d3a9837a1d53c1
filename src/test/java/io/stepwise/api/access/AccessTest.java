package io.stepwise.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTest {
    private static final String SECRET = "0123456789abcdef";
    private static final String OTHER = "fedcba9876543210";
    private static final Access ACCESS = new Access(
            List.of(ApiKey.of("maker", SECRET, Set.of(Role.GENERATE)), ApiKey.of("boss", OTHER, Set.of(Role.ADMIN))),
            0);

    @Test
    void check_withoutKeys_letsEverybodyIn() {
        assertThat(Access.OPEN.check(null, "PUT", "/models/faces/served")).isEmpty();
    }

    @Test
    void isProbe_isTrueOfHealthOnly() {
        assertThat(Access.isProbe("/v2/health/live")).isTrue();
        assertThat(Access.isProbe("v2/health/ready/")).isTrue();
        assertThat(Access.isProbe("/v2")).isFalse();
        assertThat(Access.isProbe("/v2/models/faces/ready")).isFalse();
        assertThat(Access.isProbe("/v2/health/ready/x")).isFalse();
    }

    @Test
    void check_keyWithTheRole_isLetIn() {
        assertThat(ACCESS.check("Bearer " + SECRET, "POST", "/generate"))
                .hasValueSatisfying(key -> assertThat(key.name()).isEqualTo("maker"));
        assertThat(ACCESS.check("bearer " + SECRET, "GET", "/models")).isPresent();
        assertThat(ACCESS.check("Bearer " + OTHER, "POST", "/train")).isPresent();
    }

    @Test
    void check_keyWithoutTheRole_isForbidden() {
        for (String[] request : new String[][] {
            {"POST", "/train"},
            {"GET", "train/x"},
            {"DELETE", "/datasets/x"},
            {"PUT", "/models/faces/served"},
            {"DELETE", "/models/faces/versions/1"}
        }) {
            assertThatThrownBy(() -> ACCESS.check("Bearer " + SECRET, request[0], request[1]))
                    .as(request[1])
                    .isInstanceOfSatisfying(
                            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.FORBIDDEN))
                    .hasMessageStartingWith("key maker has the roles [generate], must have ");
        }
    }

    @Test
    void check_noneOrUnknownKey_isUnauthorizedWithoutRepeatingIt() {
        for (String header : new String[] {null, "", SECRET, "Basic " + SECRET, "Bearer ", "Bearer " + SECRET + "x"}) {
            assertThatThrownBy(() -> ACCESS.check(header, "POST", "/generate"))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.type()).isEqualTo(ProblemType.UNAUTHORIZED);
                        assertThat(e.headers()).containsEntry("WWW-Authenticate", "Bearer");
                        assertThat(e.getMessage()).doesNotContain(SECRET);
                    });
        }
    }

    @Test
    void key_shortSecret_isRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> ApiKey.of("k", "short", Set.of(Role.TRAIN)))
                .hasMessage("secret of key k has 5 characters, must have 16 or more");
        assertThat(ApiKey.of("k", SECRET, Set.of(Role.TRAIN)).toString()).isEqualTo("key k");
    }

    @Test
    void take_moreThanTheBudget_isRefusedUntilItRefills() {
        long[] now = {0};
        RateLimits limits = new RateLimits(2, () -> now[0]);
        assertThat(limits.take("a").remaining()).isEqualTo(1);
        assertThat(limits.take("a").allowed()).isTrue();
        RateLimits.Verdict refused = limits.take("a");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.untilNext().toSeconds()).isEqualTo(30);
        assertThat(limits.take("b").allowed())
                .as("another key's budget is its own")
                .isTrue();
        now[0] += 29_000_000_000L;
        assertThat(limits.take("a").allowed()).isFalse();
        now[0] += 1_100_000_000L;
        assertThat(limits.take("a").allowed()).isTrue();
        now[0] += 3_600_000_000_000L;
        assertThat(limits.take("a").remaining()).isEqualTo(1);
        assertThat(limits.policy()).isEqualTo("\"minute\";q=2;w=60");
    }
}
