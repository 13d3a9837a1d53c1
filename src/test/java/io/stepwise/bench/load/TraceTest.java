package io.stepwise.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
    private static final TraceMix MIX = new TraceMix(TraceMix.CLASSES, List.of("a", "b"), true);
    private static final Duration WINDOW = Duration.ofSeconds(100);

    @TempDir
    Path folder;

    @Test
    void draw_sameSeed_givesTheSameRequests() {
        Trace trace = Trace.draw(MIX, 7, 1e5, WINDOW);

        assertThat(Trace.draw(MIX, 7, 1e5, WINDOW)).isEqualTo(trace);
        assertThat(Trace.draw(MIX, 8, 1e5, WINDOW)).isNotEqualTo(trace);
    }

    @Test
    void draw_work_isAsMuchAsAskedFor() {
        assertThat((double) Trace.draw(MIX, 1, 1e6, WINDOW).rowSteps()).isCloseTo(1e6, within(8e3));
    }

    @Test
    void draw_classes_makeAboutTheSameWork() {
        var work = Trace.draw(MIX, 2, 2e7, WINDOW).arrivals().stream()
                .collect(Collectors.groupingBy(Arrival::steps, Collectors.summingLong(Arrival::rowSteps)));

        assertThat(work.keySet()).containsExactlyInAnyOrderElementsOf(TraceMix.CLASSES);
        assertThat(work.values()).allSatisfy(share -> assertThat((double) share).isCloseTo(2e7 / 7, within(1e6)));
    }

    @Test
    void draw_arrivals_areEvenOverTheWindow() {
        List<Trace> parts = Trace.draw(MIX, 3, 2e7, WINDOW).cut(4);

        assertThat(parts).allSatisfy(part -> assertThat((double) part.arrivals().size())
                .isCloseTo(parts.get(0).arrivals().size(), within(5000.0)));
    }

    @Test
    void draw_modelWithoutClasses_asksForNoLabelAndNoGuidance() {
        Trace trace = Trace.draw(new TraceMix(List.of(10), List.of(), false), 1, 1e4, WINDOW);

        assertThat(trace.arrivals())
                .isNotEmpty()
                .allSatisfy(arrival -> assertThat(arrival.label()).isNull())
                .noneMatch(Arrival::guided);
    }

    @Test
    void cut_parts_holdEveryArrivalOnce() {
        Trace trace = Trace.draw(MIX, 4, 1e5, WINDOW);

        List<Trace> parts = trace.cut(3);

        assertThat(parts.stream().mapToInt(part -> part.arrivals().size()).sum())
                .isEqualTo(trace.arrivals().size());
        assertThat(parts.stream().map(Trace::window).reduce(Duration.ZERO, Duration::plus))
                .isEqualTo(WINDOW);
        Arrival last = parts.get(2).arrivals().get(parts.get(2).arrivals().size() - 1);
        assertThat(last.at().plus(parts.get(0).window()).plus(parts.get(1).window()))
                .isEqualTo(trace.arrivals().get(trace.arrivals().size() - 1).at());
    }

    @Test
    void write_andRead_giveTheSameLevels() throws IOException {
        List<LoadLevel> levels = List.of(
                new LoadLevel(0.3, Trace.draw(MIX, 1, 1e4, Duration.ofMillis(12_345))),
                new LoadLevel(1.1, new Trace(WINDOW, List.of())),
                new LoadLevel(2, Trace.draw(new TraceMix(List.of(5), List.of(), false), 2, 1e3, WINDOW)));
        Path file = folder.resolve("trace.jsonl");

        TraceFile.write(file, levels);

        assertThat(TraceFile.read(file)).isEqualTo(levels);
    }

    @Test
    void read_lineThatIsNoArrival_saysWhich() throws IOException {
        Path file = Files.writeString(folder.resolve("trace.jsonl"), "{\"load\":1,\"window_s\":1}\n{\"n\":1}\n");

        assertThatThrownBy(() -> TraceFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void trace_arrivalsOutOfOrderOrWindow_areRefused() {
        Arrival late = Arrival.plain(Duration.ofSeconds(2), 10, 0, null);

        assertThatThrownBy(() -> new Trace(Duration.ofSeconds(2), List.of(late)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("before");
        assertThatThrownBy(() -> new Trace(WINDOW, List.of(late, late.at(Duration.ZERO))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ascending");
    }
}
