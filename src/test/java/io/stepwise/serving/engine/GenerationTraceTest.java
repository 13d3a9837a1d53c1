package io.stepwise.serving.engine;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.image.ImageFormat;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.MeasuredEncoder;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of requests to a real engine on the smallest network. */
@Tag("libtorch")
class GenerationTraceTest {
    @TempDir
    private Path models;

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build();
    private final Tracer tracer = provider.get("test");
    private GenerationService service;

    @BeforeEach
    void start() throws IOException {
        ModelRepository repository = ServingModels.publish(models);
        service = new GenerationService(
                repository,
                "plain",
                new EngineSettings(1, 1, 16, 64, EngineSettings.DEFAULT_STRETCH),
                ServingModels.RELOAD,
                new SimpleMeterRegistry(),
                InstantSource.system(),
                ForkJoinPool.commonPool(),
                tracer);
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.close();
        provider.close();
    }

    private static GenerationRequest request(int steps, Duration deadline) {
        return new GenerationRequest(null, null, 2, 1, steps, SamplerName.DDIM, null, 1, 5, deadline);
    }

    /** As the HTTP layer does it: submits and encodes within the span of the request. */
    private CompletableFuture<byte[]> submit(Span span, GenerationRequest request) {
        try (Scope scope = span.makeCurrent()) {
            return service.submit(request)
                    .thenApply(made -> MeasuredEncoder.image(made.images().get(0), ImageFormat.PNG, "x"))
                    .whenComplete((file, failure) -> span.end());
        }
    }

    private Map<String, SpanData> of(Span request) {
        return spans.getFinishedSpanItems().stream()
                .filter(span ->
                        span.getTraceId().equals(request.getSpanContext().getTraceId()))
                .filter(span -> span.getParentSpanContext().isValid())
                .collect(Collectors.toMap(SpanData::getName, Function.identity()));
    }

    @Test
    void submit_inATrace_leavesThreeSpansHoweverManySteps() throws Exception {
        Span request = tracer.spanBuilder("request").startSpan();

        submit(request, request(50, null)).get(60, TimeUnit.SECONDS);

        Map<String, SpanData> made = of(request);
        assertThat(made.keySet()).containsExactlyInAnyOrder("queue", "steps", "encode");
        assertThat(made.values()).allSatisfy(span -> assertThat(span.getParentSpanId())
                .isEqualTo(request.getSpanContext().getSpanId()));
        SpanData queue = made.get("queue");
        SpanData steps = made.get("steps");
        assertThat(queue.getEndEpochNanos()).isEqualTo(steps.getStartEpochNanos());
        assertThat(steps.getEndEpochNanos())
                .isLessThanOrEqualTo(made.get("encode").getStartEpochNanos());
        assertThat(steps.getAttributes().get(AttributeKey.longKey("stepwise.steps")))
                .isEqualTo(50);
        assertThat(steps.getAttributes().get(AttributeKey.stringKey("stepwise.model")))
                .isEqualTo("plain version 1");
        assertThat(steps.getAttributes().get(AttributeKey.doubleKey("stepwise.batch.mean")))
                .isBetween(1.0, 2.0);
        assertThat(steps.getEvents()).extracting(EventData::getName).containsExactly("first step", "last step");
        assertThat(steps.getEvents().get(0).getEpochNanos())
                .isBetween(steps.getStartEpochNanos(), steps.getEndEpochNanos());
        assertThat(steps.getLinks()).isEmpty();
    }

    @Test
    void submit_besideOthers_linksToAFewOfThem() throws Exception {
        submit(tracer.spanBuilder("warm").startSpan(), request(2, null)).get(60, TimeUnit.SECONDS);
        List<Span> requests = new ArrayList<>();
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            requests.add(tracer.spanBuilder("request").startSpan());
            answers.add(submit(requests.get(i), request(30, null)));
        }
        for (CompletableFuture<byte[]> answer : answers) {
            answer.get(60, TimeUnit.SECONDS);
        }

        Set<String> known =
                requests.stream().map(span -> span.getSpanContext().getSpanId()).collect(Collectors.toSet());
        Set<String> linked = new HashSet<>();
        for (Span request : requests) {
            List<LinkData> links = of(request).get("steps").getLinks();
            assertThat(links)
                    .hasSizeLessThanOrEqualTo(GenerationTrace.MOST_LINKS)
                    .allSatisfy(link -> assertThat(link.getSpanContext().getSpanId())
                            .isIn(known)
                            .isNotEqualTo(request.getSpanContext().getSpanId()));
            links.forEach(link -> linked.add(link.getSpanContext().getSpanId()));
        }
        assertThat(linked).as("requests that others rode with").hasSizeGreaterThan(1);
    }

    @Test
    void submit_thatFails_saysSo() throws Exception {
        submit(tracer.spanBuilder("warm").startSpan(), request(2, null)).get(60, TimeUnit.SECONDS);
        Span request = tracer.spanBuilder("request").startSpan();
        assertThatThrownBy(() ->
                        submit(request, request(1000, Duration.ofMillis(1))).get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(DeadlineExceededException.class);
        await("it ends, after whoever waits was told", () -> !of(request).isEmpty());

        assertThat(of(request)).containsOnlyKeys("queue");
        assertThat(of(request).get("queue").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(of(request).get("queue").getStatus().getDescription()).isEqualTo("late");
    }

    @Test
    void submit_outsideOfATrace_leavesNothing() throws Exception {
        service.submit(request(3, null))
                .thenApply(made -> MeasuredEncoder.image(made.images().get(0), ImageFormat.PNG, "x"))
                .get(60, TimeUnit.SECONDS);

        assertThat(spans.getFinishedSpanItems()).isEmpty();
    }
}
