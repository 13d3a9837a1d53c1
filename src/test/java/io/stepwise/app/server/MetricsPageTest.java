package io.stepwise.app.server;

import static io.restassured.RestAssured.given;
import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.stepwise.torchscript.Gpus;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/metrics.md against what the service serves. */
@Tag("quarkus")
@QuarkusTest
@TestProfile(OperatedService.class)
class MetricsPageTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `(stepwise_\\w+)` \\| (\\w+) \\|([^|]*)\\|([^|]*)\\|.*\\|$", Pattern.MULTILINE);
    private static final Pattern TYPE = Pattern.compile("^# TYPE (stepwise_\\w+) (\\w+)$", Pattern.MULTILINE);
    private static final Pattern SERIES = Pattern.compile("^(stepwise_\\w+)(?:\\{(.*)})? ", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    /** A type and the names of the labels. */
    private record Metric(String type, Set<String> labels) {}

    private static String served() {
        return given().accept("text/plain").get("/q/metrics").asString(); // or it would be OpenMetrics
    }

    /** A job that another service looks after. */
    private static void train() throws IOException {
        RunFolder run = RunFolder.enqueue(
                OperatedService.folder().resolve("runs"), TrainingSpec.defaults(), Instant.now(), new Random(1));
        run.append(Instant.now(), RunEvent.Type.STARTED, 0, Map.of());
        run.append(new MetricsRow(20, .25, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, Map.of()));
    }

    @Test
    void page_afterAGeneration_listsWhatIsServedAndNothingElse() throws Exception {
        train();
        await("the service is ready", () -> given().get("/q/health/ready").statusCode() == 200);
        for (String type : new String[] {"image/png", "image/jpeg"}) {
            assertThat(given().contentType("application/json")
                            .accept(type)
                            .body("{\"steps\": 2}")
                            .post("/generate")
                            .statusCode())
                    .isEqualTo(200);
        }
        await("the job is told of", () -> served().contains("stepwise_train_step{"));

        assertThat(parse(served())).containsExactlyInAnyOrderEntriesOf(documented());
    }

    /** What is there with GPUs only is left out where there are none. */
    private static Map<String, Metric> documented() throws IOException {
        Map<String, Metric> metrics = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/metrics.md")));
        while (row.find()) {
            if (!row.group(4).contains("With GPUs only") || Gpus.count() > 0) {
                Set<String> labels = Pattern.compile("`(\\w+)`")
                        .matcher(row.group(3))
                        .results()
                        .map(label -> label.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
                metrics.put(row.group(1), new Metric(row.group(2), labels));
            }
        }
        return metrics;
    }

    private static Map<String, Metric> parse(String text) {
        Map<String, Metric> metrics = new TreeMap<>();
        Matcher type = TYPE.matcher(text);
        while (type.find()) {
            metrics.put(type.group(1), new Metric(type.group(2), new TreeSet<>()));
        }
        Matcher series = SERIES.matcher(text);
        while (series.find()) {
            String name = series.group(1);
            Metric metric = metrics.containsKey(name)
                    ? metrics.get(name)
                    : metrics.get(name.replaceAll("_(bucket|count|sum)$", ""));
            assertThat(metric).as(name).isNotNull();
            if (series.group(2) != null) {
                LABEL.matcher(series.group(2)).results().forEach(label -> metric.labels.add(label.group(1)));
            }
        }
        metrics.values().forEach(metric -> metric.labels.remove("le"));
        metrics.keySet().removeIf(name -> name.endsWith("_max") && isTimed(metrics, name));
        return metrics;
    }

    /** The page says once that every histogram and summary has its maximum beside it. */
    private static boolean isTimed(Map<String, Metric> metrics, String maximum) {
        Metric of = metrics.get(maximum.substring(0, maximum.length() - "_max".length()));
        return of != null && Set.of("histogram", "summary").contains(of.type);
    }
}
