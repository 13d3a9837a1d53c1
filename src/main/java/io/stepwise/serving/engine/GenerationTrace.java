package io.stepwise.serving.engine;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Outcome;
import io.stepwise.serving.request.Timings;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a traced request leaves in its trace: a span {@code queue} from its arrival to its first step and a span {@code steps}
 * from there to its last, however many steps that are; the files of its images get spans {@code encode}. The span {@code steps}
 * says how many rows shared its steps on average, and links to the first few requests that did.
 *
 * <p>INVARIANT: a request that isn't traced has none of these, and costs a look at a null per row and step.
 *
 * <p>Thread-safe: rows of one request may be in the batches of several engines.
 */
public final class GenerationTrace {
    /** Links of a span; neighbours come and go with every step, and one look at a few of them tells what they are. */
    public static final int MOST_LINKS = 8;

    private static final AttributeKey<Long> IMAGES = AttributeKey.longKey("stepwise.images");
    private static final AttributeKey<Long> STEPS = AttributeKey.longKey("stepwise.steps");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("stepwise.model");
    private static final AttributeKey<String> SAMPLER = AttributeKey.stringKey("stepwise.sampler");
    private static final AttributeKey<Double> MEAN_BATCH = AttributeKey.doubleKey("stepwise.batch.mean");

    private static final ContextKey<Tracer> TRACER = ContextKey.named("stepwise-tracer");

    private final Tracer tracer;
    private final Context parent;
    private final long arrived = now();
    private final Set<SpanContext> neighbours = new LinkedHashSet<>();
    private @Nullable Long begun;
    private long firstStepEnd;
    private boolean over;

    private GenerationTrace(Tracer tracer, Context parent) {
        this.tracer = tracer;
        this.parent = parent;
    }

    /** One for the request that the calling thread deals with; null where that isn't traced. */
    public static @Nullable GenerationTrace begin(Tracer tracer) {
        Context current = Context.current();
        return Span.fromContext(current).getSpanContext().isSampled() ? new GenerationTrace(tracer, current) : null;
    }

    /** Does what is done for a request on another thread than it came on, in its trace. */
    public static void within(@Nullable GenerationTrace trace, Runnable work) {
        if (trace == null) {
            work.run();
            return;
        }
        try (Scope scope = trace.parent.with(TRACER, trace.tracer).makeCurrent()) {
            work.run();
        }
    }

    /** Does {@code work} in a span of its own if the calling thread is {@link #within} a trace. */
    public static <T> T spanned(String name, Supplier<T> work) {
        Tracer tracer = Context.current().get(TRACER);
        if (tracer == null) {
            return work.get();
        }
        Span span = tracer.spanBuilder(name).startSpan();
        try {
            return work.get();
        } finally {
            span.end();
        }
    }

    /** The request's own span, for others to link to. */
    public SpanContext request() {
        return Span.fromContext(parent).getSpanContext();
    }

    /**
     * A row of the request has taken a step.
     *
     * @param nanos that it took
     */
    public synchronized void stepped(Batch batch, long nanos) {
        if (begun == null) {
            firstStepEnd = now();
            begun = firstStepEnd - nanos;
            span("queue", arrived).startSpan().end(begun, TimeUnit.NANOSECONDS);
        }
        if (neighbours.size() < MOST_LINKS) {
            for (Batch.Member member : batch.members()) {
                GenerationTrace other = member.job().trace();
                if (other != null && other != this && neighbours.size() < MOST_LINKS) {
                    neighbours.add(other.request());
                }
            }
        }
    }

    /** The request has taken its last step. */
    public synchronized void completed(Job job, Timings timings) {
        if (over || begun == null) {
            return;
        }
        over = true;
        GenerationRequest request = job.request();
        Span span = stepsSpan(begun)
                .setAllAttributes(Attributes.of(
                        IMAGES,
                        (long) request.n(),
                        STEPS,
                        (long) request.stepsOrUsual(),
                        SAMPLER,
                        request.sampler() == null ? "none" : request.sampler().wireName(),
                        MODEL,
                        job.model().toString(),
                        MEAN_BATCH,
                        timings.meanBatch()))
                .startSpan();
        span.addEvent("first step", firstStepEnd, TimeUnit.NANOSECONDS);
        span.addEvent("last step");
        span.end();
    }

    /** The request is over without images. */
    public synchronized void failed(Outcome outcome) {
        if (!over) {
            over = true;
            Span span = begun == null
                    ? span("queue", arrived).startSpan()
                    : stepsSpan(begun).startSpan();
            span.setStatus(StatusCode.ERROR, outcome.tag());
            span.end();
        }
    }

    private SpanBuilder stepsSpan(long start) {
        SpanBuilder builder = span("steps", start);
        neighbours.forEach(builder::addLink);
        return builder;
    }

    private SpanBuilder span(String name, long start) {
        return tracer.spanBuilder(name).setParent(parent).setStartTimestamp(start, TimeUnit.NANOSECONDS);
    }

    /** Nanoseconds since 1970. */
    private static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
