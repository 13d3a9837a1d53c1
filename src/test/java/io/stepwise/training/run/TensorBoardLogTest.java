package io.stepwise.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads event files by the format's description: TFRecord with CRC-32C by polynomial, protocol buffers by wire type. */
class TensorBoardLogTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");
    private static final byte[] PNG = Png.encode(new Pixels(5, 3, 3, new byte[45]));

    @TempDir
    private Path runs;

    private RunFolder run;
    private Instant now = NOW;

    @BeforeEach
    void createRun() throws IOException {
        run = RunFolder.create(runs, TrainingSpec.defaults(), NOW, new Random(1));
    }

    @Test
    void rowsAndSamples_written_areScalarsAndImages() throws Exception {
        RunRecorder recorder = begin(0);
        recorder.metrics(row(20));
        recorder.sample(20, PNG);

        List<Event> events = events();
        assertThat(events).hasSize(4);
        assertThat(events.get(0)).isEqualTo(new Event(seconds(0), 0, "brain.Event:2", 0, Map.of()));
        assertThat(events.get(1)).as("start").isEqualTo(new Event(seconds(0), 0, "", 1, Map.of()));
        assertThat(events.get(2).seconds()).isEqualTo(seconds(33));
        assertThat(events.get(2).step()).isEqualTo(20);
        assertThat(events.get(2).values())
                .containsExactly(
                        Map.entry("training/loss", .5f),
                        Map.entry("training/loss_q1", .1f),
                        Map.entry("training/loss_q3", .3f),
                        Map.entry("training/loss_q4", .4f),
                        Map.entry("training/learning_rate", 2e-4f),
                        Map.entry("training/gradient_norm", 1.5f),
                        Map.entry("training/ema_decay", .99f),
                        Map.entry("speed/images_per_s", 120f),
                        Map.entry("speed/wall_s", 33f),
                        Map.entry("speed/data_wait_s", .25f),
                        Map.entry("validation/loss", .75f),
                        Map.entry("samples/recall", .625f));
        assertThat(events.get(3).seconds()).isEqualTo(seconds(33));
        assertThat(events.get(3).values())
                .containsExactly(Map.entry(
                        "samples/grid", List.of(3L, 5L, 3L, HexFormat.of().formatHex(PNG))));
    }

    /** The bytes that TensorBoard's own RecordWriter writes for this event. */
    @Test
    void record_ofAScalar_asTensorBoardWritesIt() {
        assertThat(HexFormat.of().formatHex(TensorBoardRecord.scalars(2, 300, Map.of("a", .5))))
                .isEqualTo("1800000000000000a37f4b2209000000000000004010ac022a0a0a080a0161150000003fd150deb2");
    }

    @Test
    void begin_afterAKill_holdsEveryStepOnceAndNothingTorn() throws Exception {
        RunRecorder killed = begin(0);
        killed.event(RunEvent.Type.STARTED, 0, Map.of());
        killed.metrics(row(20));
        killed.sample(30, PNG);
        killed.metrics(row(40));
        killed.metrics(row(60));
        killed.sample(60, PNG);
        Path file = file();
        Files.write(file, new byte[] {17, 0, 0}, StandardOpenOption.APPEND);

        now = NOW.plusSeconds(3600);
        RunRecorder resumed = begin(40);
        assertThat(file()).isNotEqualTo(file);
        assertThat(file().getFileName().toString())
                .as("TensorBoard reads it after the other")
                .isGreaterThan(file.getFileName().toString());
        resumed.metrics(row(60));

        List<Event> events = events();
        assertThat(events).extracting(Event::step).containsExactly(0L, 0L, 20L, 30L, 40L, 60L);
        assertThat(events.get(1).session()).isEqualTo(1);
        assertThat(events.get(0).seconds()).as("of the first process").isEqualTo(seconds(0));
        begin(60);
        assertThat(events()).isEqualTo(events);
    }

    @Test
    void begin_clockSetBack_stillTheLastName() throws Exception {
        begin(0);
        String first = file().getFileName().toString();
        now = NOW.minusSeconds(1000);
        begin(0);
        assertThat(file().getFileName().toString()).isGreaterThan(first);
        assertThat(run.tensorBoardFolder().toFile().list()).hasSize(1);
    }

    private RunRecorder begin(int step) throws IOException {
        RunRecorder recorder = new RunRecorder(run, () -> now, line -> {});
        recorder.rewindTo(step);
        return recorder;
    }

    private static MetricsRow row(int step) {
        return new MetricsRow(
                step,
                .5,
                .1,
                Double.NaN,
                .3,
                .4,
                2e-4,
                1.5,
                .99,
                120,
                33,
                .25,
                Map.of(Metric.VALIDATION_LOSS, .75, Metric.RECALL, .625));
    }

    private static double seconds(int trained) {
        return NOW.getEpochSecond() + trained;
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(run.tensorBoardFolder())) {
            return files.reduce((one, other) -> {
                        throw new AssertionError(one + " and " + other);
                    })
                    .orElseThrow();
        }
    }

    /** @param session the status in its SessionLog; 0 if it has none */
    private record Event(double seconds, long step, String version, long session, Map<String, Object> values) {}

    private List<Event> events() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertThat(bytes.getInt()).as("checksum of the length").isEqualTo(masked(length));
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            bytes.get(data);
            assertThat(bytes.getInt()).as("checksum of the data").isEqualTo(masked(data));
            events.add(event(data));
        }
        return events;
    }

    private static Event event(byte[] data) {
        double seconds = 0;
        long step = 0;
        String version = "";
        long session = 0;
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : fields(data)) {
            switch (field.number()) {
                case 1 -> seconds = Double.longBitsToDouble(field.value());
                case 2 -> step = field.value();
                case 3 -> version = field.text();
                case 5 -> fields(field.bytes()).forEach(value -> put(values, fields(value.bytes())));
                case 7 -> session = fields(field.bytes()).get(0).value();
                default -> throw new AssertionError("field " + field.number());
            }
        }
        return new Event(seconds, step, version, session, values);
    }

    private static void put(Map<String, Object> values, List<Field> value) {
        Field content = value.get(1);
        assertThat(value.get(0).number()).isEqualTo(1);
        if (content.number() == 2) {
            values.put(value.get(0).text(), Float.intBitsToFloat((int) content.value()));
        } else {
            assertThat(content.number()).isEqualTo(4);
            List<Field> image = fields(content.bytes());
            assertThat(image).extracting(Field::number).containsExactly(1, 2, 3, 4);
            values.put(
                    value.get(0).text(),
                    List.of(
                            image.get(0).value(),
                            image.get(1).value(),
                            image.get(2).value(),
                            HexFormat.of().formatHex(image.get(3).bytes())));
        }
    }

    /** A field of a protocol buffer: a number, or bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Field(int number, long value, byte[] bytes) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static List<Field> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            byte[] none = new byte[0];
            fields.add(
                    switch (key & 7) {
                        case 0 -> new Field(key >>> 3, varint(in), none);
                        case 1 -> new Field(key >>> 3, in.getLong(), none);
                        case 2 -> {
                            byte[] bytes = new byte[(int) varint(in)];
                            in.get(bytes);
                            yield new Field(key >>> 3, 0, bytes);
                        }
                        case 5 -> new Field(key >>> 3, in.getInt(), none);
                        default -> throw new AssertionError("wire type " + (key & 7));
                    });
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 127) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), rotated and shifted as TFRecord wants it. */
    private static int masked(byte[] data) {
        int crc = -1;
        for (byte each : data) {
            crc ^= each & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }
}
