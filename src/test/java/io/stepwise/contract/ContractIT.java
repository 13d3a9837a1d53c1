package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every row of the HTTP contract, over HTTP, against the packaged application with API keys. Rows are added where they belong:
 * each part of the contract has a class of its own, and each row a line there.
 */
@TestMethodOrder(OrderAnnotation.class)
class ContractIT {
    private static final String KEY = UUID.randomUUID() + "-admin";
    private static final String GUEST = UUID.randomUUID() + "-guest";
    private static final Map<String, String> SETTINGS = Map.of(
            "QUARKUS_HTTP_HOST", "127.0.0.1",
            "STEPWISE_QUEUE_CAPACITY", "64",
            "STEPWISE_AUTH_KEYS_ME_SECRET", KEY,
            "STEPWISE_AUTH_KEYS_ME_ROLES", "generate,train,admin",
            "STEPWISE_AUTH_KEYS_GUEST_SECRET", GUEST,
            "STEPWISE_AUTH_KEYS_GUEST_ROLES", "generate");

    @TempDir
    static Path folder;

    private static PackagedService packaged;

    @BeforeAll
    static void start() throws Exception {
        packaged = PackagedService.start(folder, SETTINGS);
    }

    @AfterAll
    static void stop() throws Exception {
        if (packaged != null) { // or it did not start
            packaged.close();
        }
    }

    /** On a machine without a GPU, too, a start has nothing to warn of, and no library talks but Quarkus. */
    @Test
    @Order(1)
    void log_ofAStart_isClean() throws Exception {
        assertThat(packaged.log().lines()).isNotEmpty().allSatisfy(line -> assertThat(line)
                .matches("[-0-9]+ [:,0-9]+ INFO +\\[io\\.(stepwise\\.|quarkus).*"));
    }

    @TestFactory
    @Order(2)
    Stream<DynamicNode> rows() {
        Service service = packaged.as(KEY);
        return Stream.of(
                dynamicContainer("Generate", new GenerateRows(service).all()),
                dynamicContainer("Generate, other forms", new GenerateFormRows(service).all()),
                dynamicContainer("Train", new TrainRows(service).all()),
                dynamicContainer("Models", new ModelRows(service).all()),
                dynamicContainer("Beside it", new BesideRows(service).all()),
                dynamicContainer("Errors", new ErrorRows(service, packaged.as(GUEST)).all()));
    }

    @Test
    @Order(3)
    void idempotencyKey_afterARestart_isRemembered() throws Exception {
        Service.Answer first = train().is(202, Service.JSON);
        assertThat(packaged.log()).doesNotContain(KEY, GUEST);
        packaged.close();
        packaged = PackagedService.start(folder, SETTINGS);

        Service.Answer again = train();

        assertThat(path(again)).isEqualTo(path(first)).startsWith("/train/");
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        packaged.as(KEY).post(path(first) + "/cancel", "").is(200, Service.JSON);
        assertThat(packaged.log()).doesNotContain(KEY, GUEST);
    }

    private static Service.Answer train() throws Exception {
        String job = "{\"model\": \"restart\", \"steps\": 1000000, \"unet\": \"tiny\", \"publish\": \"never\"}";
        return packaged.as(KEY).post("/train", job, "Idempotency-Key", "over-a-restart");
    }

    private static String path(Service.Answer answer) {
        return answer.header("Location").replaceFirst(".*(/train/)", "$1");
    }
}
