package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cost of generation over HTTP compared with a plain endpoint of the same server. The requests alternate on one
 * connection. With a model that computes nothing, the difference is the overhead of the service.
 *
 * @param requests requests to each endpoint
 * @param generateP50Us microseconds
 * @param generateP99Us microseconds
 * @param plainP50Us microseconds
 * @param plainP99Us microseconds
 */
record HttpOverhead(int requests, double generateP50Us, double generateP99Us, double plainP50Us, double plainP99Us)
        implements Finding {
    private static final String BODY = "{\"steps\":1}";
    private static final int WARM_UP = 5000;
    private static final int REQUESTS = 20_000;

    /**
     * Measures the overhead.
     *
     * @param server address of the server; {@code /generate} and {@code /bench/plain} get requests
     */
    static HttpOverhead measure(URI server) throws IOException {
        return measure(server, WARM_UP, REQUESTS);
    }

    static HttpOverhead measure(URI server, int warmUp, int requests) throws IOException {
        byte[] generate = HttpProbe.post(server, "/generate", BODY);
        byte[] plain = HttpProbe.post(server, "/bench/plain", BODY);
        double[] generated = new double[requests];
        double[] answered = new double[requests];
        try (HttpProbe probe = new HttpProbe(server)) {
            for (int i = 0; i < warmUp; i++) {
                probe.exchange(generate);
                probe.exchange(plain);
            }
            for (int i = 0; i < requests; i++) {
                generated[i] = probe.exchange(generate) / 1e3;
                answered[i] = probe.exchange(plain) / 1e3;
            }
        }
        Distribution ours = Distribution.of(generated);
        Distribution bare = Distribution.of(answered);
        return new HttpOverhead(
                requests, ours.percentile(50), ours.percentile(99), bare.percentile(50), bare.percentile(99));
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        Map<String, @Nullable Double> headlines = new LinkedHashMap<>();
        headlines.put("overhead_p50_us", generateP50Us - plainP50Us);
        headlines.put("overhead_p99_us", generateP99Us - plainP99Us);
        return headlines;
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "HTTP overhead, %d requests each, in turn%n            p50 µs    p99 µs%n"
                        + "  generate %8.1f  %8.1f%n  plain    %8.1f  %8.1f%n  more     %8.1f  %8.1f%n",
                requests,
                generateP50Us,
                generateP99Us,
                plainP50Us,
                plainP99Us,
                generateP50Us - plainP50Us,
                generateP99Us - plainP99Us);
    }
}
