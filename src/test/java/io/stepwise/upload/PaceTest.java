package io.stepwise.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Pace PACE = new Pace(1000, Duration.ofSeconds(10));
    private static final Pace FAST = new Pace(1_000_000, Duration.ofMillis(100));

    @Test
    void check_knowsTheRateAfterTheGrace() {
        assertThatCode(() -> PACE.check(0, Duration.ofSeconds(10))).doesNotThrowAnyException();
        assertThatCode(() -> PACE.check(5000, Duration.ofSeconds(15))).doesNotThrowAnyException();
        assertThatThrownBy(() -> PACE.check(4999, Duration.ofSeconds(15)))
                .isInstanceOf(SlowBodyException.class)
                .hasMessage("the body has brought 4999 bytes in 15 s, must bring 1000 a second after the first 10 s");
        assertThat(new Pace(1, Duration.ZERO).deadline(1L << 40)).isEqualTo(Duration.ofSeconds(1L << 40));
    }

    @Test
    void pace_ofAnImpatientService_hasNoMoreGraceThanItsPatience() {
        assertThat(Pace.of(7, Duration.ofMinutes(1)).grace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(Pace.of(7, Duration.ofSeconds(3)).grace()).isEqualTo(Duration.ofSeconds(3));
        assertThatThrownBy(() -> Pace.of(0, Duration.ZERO)).hasMessage("leastRate 0 must be at least 1");
    }

    /** The disk may be as slow as it likes: only waiting for the client counts. */
    @Test
    void body_ofAClientThatIsFasterThanTheService_isRead() throws Exception {
        try (InputStream body = new UploadBody(pieces(0), 1000, FAST)) {
            for (int i = 0; i < 4; i++) {
                assertThat(body.read()).isEqualTo(1);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Test
    void body_ofAClientThatTrickles_isRefused() throws IOException {
        try (InputStream body = new UploadBody(pieces(30), 1000, FAST)) {
            assertThatThrownBy(() -> body.readNBytes(10)).isInstanceOf(SlowBodyException.class);
        }
    }

    private static InputStream pieces(long millis) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                pause(millis);
                return 1;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                into[offset] = (byte) read();
                return 1;
            }
        };
    }

    private static void pause(long millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void answer_toAClientThatReadsTooSlowly_isBrokenOff() throws IOException {
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                pause(60);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                pause(60);
            }
        };
        PacedOutput out = new PacedOutput(slow, FAST);
        out.write(1);
        assertThatThrownBy(() -> out.write(new byte[10])).isInstanceOf(SlowBodyException.class);
    }

    @Test
    void answer_toAClientThatReads_isWritten() throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        try (PacedOutput out = new PacedOutput(to, FAST)) {
            out.write(7);
            out.write(new byte[] {1, 2, 3}, 1, 2);
        }
        assertThat(to.toByteArray()).containsExactly(7, 2, 3);
    }
}
