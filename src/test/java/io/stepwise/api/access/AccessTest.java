package io.stepwise.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.security.Authenticated;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccessTest {
    private static final String SECRET = "0123456789abcdef";
    private static final String OTHER = "fedcba9876543210";
    private static final Access ACCESS = new Access(
            List.of(ApiKey.of("maker", SECRET, Set.of(Role.GENERATE)), ApiKey.of("boss", OTHER, Set.of(Role.ADMIN))),
            0,
            new TrustedHosts(List.of()));

    @Test
    void find_secret_isTheKeyThatHasIt() {
        assertThat(ACCESS.find(SECRET))
                .hasValueSatisfying(key -> assertThat(key.name()).isEqualTo("maker"));
        assertThat(ACCESS.find(OTHER))
                .hasValueSatisfying(key -> assertThat(key.name()).isEqualTo("boss"));
        assertThat(ACCESS.find("")).isEmpty();
        assertThat(ACCESS.find(SECRET + "x")).isEmpty();
    }

    @Test
    void allowed_ofAnAdministrator_isEveryRole() {
        assertThat(ACCESS.find(SECRET).orElseThrow().allowed()).containsExactly(Role.GENERATE);
        assertThat(ACCESS.find(OTHER).orElseThrow().allowed()).containsExactlyInAnyOrder(Role.values());
    }

    @Test
    void isProbe_isTrueOfHealthOnly() {
        assertThat(AccessFilter.isProbe("/v2/health/live")).isTrue();
        assertThat(AccessFilter.isProbe("v2/health/ready/")).isTrue();
        assertThat(AccessFilter.isProbe("/v2")).isFalse();
        assertThat(AccessFilter.isProbe("/v2/models/faces/ready")).isFalse();
        assertThat(AccessFilter.isProbe("/v2/health/ready/x")).isFalse();
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
        assertThat(take(limits, "a").remaining()).isEqualTo(1);
        assertThat(take(limits, "a").allowed()).isTrue();
        RateLimits.Verdict refused = take(limits, "a");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.untilNext().toSeconds()).isEqualTo(30);
        assertThat(take(limits, "b").allowed())
                .as("another key's budget is its own")
                .isTrue();
        now[0] += 29_000_000_000L;
        assertThat(take(limits, "a").allowed()).isFalse();
        now[0] += 1_100_000_000L;
        assertThat(take(limits, "a").allowed()).isTrue();
        now[0] += 3_600_000_000_000L;
        assertThat(take(limits, "a").remaining()).isEqualTo(1);
        assertThat(limits.policy()).isEqualTo("\"minute\";q=2;w=60");
    }

    @Test
    void take_withoutALimit_countsNothing() {
        assertThat(new RateLimits(0, () -> 0).take("a")).isEmpty();
    }

    @Test
    void take_ofManyClients_forgetsThoseThatHaveUsedNothingLately() {
        long[] now = {0};
        RateLimits limits = new RateLimits(1, () -> now[0]);
        for (int i = 0; i < 9_999; i++) {
            take(limits, "old " + i);
        }
        now[0] += 61_000_000_000L;
        assertThat(take(limits, "mine").allowed()).isTrue();
        assertThat(take(limits, "other").allowed()).isTrue();
        assertThat(take(limits, "mine").allowed()).as("mine is remembered").isFalse();
    }

    @Test
    void refusal_ofManyWrongKeys_slowsTheirAddressDownAndNoOther() {
        long[] now = {0};
        WrongKeys keys = new WrongKeys(() -> now[0]);
        Exception unknown = new IllegalArgumentException();
        for (int i = 0; i < 30; i++) {
            assertThat(keys.refusal("10.0.0.1", unknown)).isSameAs(unknown);
        }
        assertThat(keys.refusal("10.0.0.1", unknown)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.type()).isEqualTo(ProblemType.RATE_LIMITED);
            assertThat(refused.headers()).containsEntry("Retry-After", "2");
        });
        assertThat(keys.refusal("10.0.0.2", unknown)).isSameAs(unknown);
        now[0] += 2_000_000_001L;
        assertThat(keys.refusal("10.0.0.1", unknown)).isSameAs(unknown);
    }

    private static RateLimits.Verdict take(RateLimits limits, String client) {
        return limits.take(client).orElseThrow();
    }

    @Test
    void resourceMethods_all_sayWhoMayCallThem() {
        List<JavaMethod> methods = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.stepwise").stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isMetaAnnotatedWith(HttpMethod.class))
                        .toList();

        assertThat(methods).hasSizeGreaterThan(30).allSatisfy(method -> assertThat(saysWhoMayCall(method))
                .as(method.getFullName())
                .isTrue());
        List<String> roles = Arrays.stream(Role.values()).map(Role::wireName).toList();
        assertThat(methods)
                .flatExtracting(method -> Stream.of(method, method.getOwner())
                        .flatMap(place -> place.tryGetAnnotationOfType(RolesAllowed.class).stream())
                        .flatMap(allowed -> Arrays.stream(allowed.value()))
                        .toList())
                .hasSameElementsAs(roles);
    }

    private static boolean saysWhoMayCall(JavaMethod method) {
        JavaClass resource = method.getOwner();
        return Stream.of(RolesAllowed.class, Authenticated.class, PermitAll.class)
                .anyMatch(annotation -> method.isAnnotatedWith(annotation) || resource.isAnnotatedWith(annotation));
    }
}
