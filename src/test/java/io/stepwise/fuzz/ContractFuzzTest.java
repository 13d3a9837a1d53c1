package io.stepwise.fuzz;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.stepwise.contract.AnswerCheck;
import io.stepwise.contract.AnswerTap;
import io.stepwise.contract.ContractDocument;
import io.stepwise.contract.ContractDocument.Operation;
import io.stepwise.data.store.TestDatasets;
import io.stepwise.fuzz.Cases.Case;
import io.stepwise.fuzz.Cases.Kind;
import io.stepwise.fuzz.RawHttp.Answer;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.versions.ServingModels;
import io.stepwise.upload.Uploads;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Requests of all kinds for every operation of {@code openapi.yaml}, valid and not: every answer has a status, a media type
 * and a body that the contract tells of, and comes in time. {@code docs/fuzzing.md} says more; {@code -Dfuzz.cases} and
 * {@code -Dfuzz.seed} choose how many and which.
 */
@Tag("quarkus")
@QuarkusTest
@TestProfile(ContractFuzzTest.Quiet.class)
class ContractFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final int SHOWN = 25;
    private static final AnswerCheck CHECK = AnswerCheck.ofRepository();

    /** What a server may answer to what is no HTTP, before anybody knows which operation it is for; 0 is nothing. */
    private static final Set<Integer> NO_HTTP = Set.of(0, 400, 408, 411, 413, 414, 417, 431, 501, 505);

    private static final Set<Integer> ELSEWHERE = Set.of(400, 404, 405);

    /** Two tiny models, a generator that paints at once, and jobs that wait for ever. */
    public static final class Quiet implements QuarkusTestProfile {
        private static final String FOLDER = "fuzz.models";

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "stepwise.models", folder(),
                    "stepwise.runs", folder() + "-runs",
                    "stepwise.model", "plain",
                    "stepwise.engine.max-batch", "2",
                    "stepwise.train.launcher", "none");
        }

        private static synchronized String folder() {
            if (System.getProperty(FOLDER) == null) {
                try {
                    Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "fuzz");
                    ModelRepository models = ServingModels.publish(folder.toAbsolutePath());
                    assertThat(models.models()).isNotEmpty();
                    System.setProperty(FOLDER, folder.toAbsolutePath().toString());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return System.getProperty(FOLDER);
        }
    }

    @Inject
    TestDatasets datasets;

    @Inject
    FakeGenerator generator;

    private final int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    private final Map<String, Map<Integer, Integer>> counts = new TreeMap<>();
    private final Map<Kind, Integer> kinds = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private Duration slowest = Duration.ZERO;

    @BeforeEach
    void prepare() throws IOException {
        datasets.reset();
        generator.reset();
        given().contentType("application/zip")
                .body(Uploads.zip("a/a.png", Uploads.picture(1), "b/b.png", Uploads.picture(2)))
                .post("/datasets/pets");
    }

    /** Most requests are for no operation; what comes of them is judged here. */
    @AfterEach
    void forget() {
        AnswerTap.takeFaults();
    }

    private static Map<String, List<String>> known() {
        String job = given().contentType("application/json")
                .body("{\"model\": \"fuzzed\", \"steps\": 10, \"unet\": \"tiny\", \"warmup_steps\": 0}")
                .post("/train")
                .jsonPath()
                .getString("id");
        assertThat(job).isNotEmpty();
        Map<String, List<String>> known = new HashMap<>();
        known.put("id", List.of(job));
        known.put("name", List.of("plain", "labelled", "import-plain", "pets", "faces"));
        known.put("model", List.of("faces", "digits", "plain"));
        known.put("version", List.of("1"));
        known.put("step", List.of("1"));
        return known;
    }

    @Test
    void everyAnswer_toWhateverRequest_isAsTheContractSays() throws IOException {
        ContractDocument contract = ContractDocument.read(Path.of("openapi.yaml"));
        int cases = Integer.getInteger("fuzz.cases", Boolean.getBoolean("soak") ? 10_000 : 800);
        long seed = Long.getLong("fuzz.seed", 1);
        List<Operation> operations = contract.operations();
        Map<String, List<String>> known = known();
        for (int i = 0; i < cases; i++) {
            Random random = new Random(seed * 1_000_003 + i);
            random.nextInt();
            Case each = new Cases(contract, known, random).next(operations.get(i % operations.size()));
            judge(contract, i, each);
        }
        String report = FuzzReport.of(seed, cases, counts, kinds, slowest);
        Files.writeString(Path.of("target/fuzz-report.md"), report);
        System.out.println(report);

        Files.write(Path.of("target/fuzz-faults.txt"), faults);

        assertThat(faults.stream().limit(SHOWN).toList())
                .as("%d of %d cases, all in target/fuzz-faults.txt", faults.size(), cases)
                .isEmpty();
    }

    private void judge(ContractDocument contract, int number, Case each) {
        String fault;
        int status = -1;
        try {
            Answer answer = RawHttp.send(port, each.request(), each.halfClose(), LIMIT);
            status = answer.status();
            slowest = slowest.compareTo(answer.took()) < 0 ? answer.took() : slowest;
            fault = fault(contract, each, answer);
        } catch (IOException | RuntimeException e) {
            fault = "no answer: " + e;
        }
        counts.computeIfAbsent(each.operation().toString(), operation -> new TreeMap<>())
                .merge(status, 1, Integer::sum);
        kinds.merge(each.kind(), 1, Integer::sum);
        if (fault != null) {
            faults.add("case " + number + ": " + fault + "\n    " + each);
        }
    }

    /** What is wrong with an answer; null when nothing is. */
    private static String fault(ContractDocument contract, Case each, Answer answer) {
        int status = answer.status();
        if (answer.took().compareTo(BOUND) > 0) {
            return "it took " + answer.took();
        }
        if (status >= 500 && status != 501 && status != 505) {
            return "status " + status + ": " + answer.text();
        }
        Operation operation = each.operation();
        boolean other = !each.method().equals(operation.method());
        if (other) {
            return ofAnotherMethod(contract, each, answer);
        }
        if (each.kind().breaksHttp() && NO_HTTP.contains(status) || status == 414 && each.isLong()) {
            return null;
        }
        if (each.kind() == Kind.PATH && ELSEWHERE.contains(status)) {
            return null; // it may be the path of nothing, or of something else
        }
        if (each.kind() == Kind.PATH && each.goesUp()) {
            return null; // so it is another path
        }
        List<String> faults = CHECK.faults(
                operation,
                new AnswerCheck.Answer(operation.method(), operation.path(), status, answer.headers(), answer.body()));
        return faults.isEmpty() ? null : String.join("\n", faults);
    }

    private static String ofAnotherMethod(ContractDocument contract, Case each, Answer answer) {
        List<String> methods = contract.methods(each.operation().path());
        boolean allowed = methods.contains(each.method())
                || each.method().equals("HEAD") && methods.contains("GET")
                || each.method().equals("OPTIONS");
        if (allowed) {
            return null; // the operation of that method gets its own cases
        }
        if (each.method().equals("BREW") && Set.of(400, 405, 501).contains(answer.status())) {
            return null; // no method of HTTP
        }
        if (answer.status() != 405 || answer.header("allow") == null) {
            return "status " + answer.status() + " and Allow " + answer.header("allow")
                    + " for a method that there isn't";
        }
        return null;
    }
}
