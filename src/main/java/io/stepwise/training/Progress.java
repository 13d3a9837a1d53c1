package io.stepwise.training;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The line that tells a person in front of a terminal how training goes, redrawn in place; where the output is no
 * terminal, one plain line each so often.
 *
 * <pre>step 1200/20000   6%  loss 0.0431  152 images/s  4.75 steps/s  2% waiting for data  4:10 elapsed  1:05:57 left</pre>
 *
 * The loss is a moving average over about fifty steps; the speeds and the share of time that went to waiting for images
 * are those of the last twenty lines. For one thread. Closing ends the line; the stream stays open.
 */
public final class Progress implements AutoCloseable {
    private static final String ERASE_TO_END_OF_LINE = "\u001b[K";
    private static final double SMOOTHING = 0.98;
    private static final int SPEED_WINDOW_LINES = 20;
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final boolean inPlace;
    private final Duration interval;
    private final LongSupplier nanoTime;
    private final int total;
    private final int imagesPerStep;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long startNanos;
    private long drawnNanos;
    private double lossSum;
    private double lossWeight;
    private int step;
    private long skippedNanos;
    private long waitedNanos;

    /**
     * A past moment.
     *
     * @param nanos time spent training until then
     * @param waitedNanos part of it that went to waiting for images
     */
    private record Mark(long nanos, int step, long waitedNanos) {}

    /**
     * @param inPlace redraw one line with control characters
     * @param interval least time between two lines
     * @param nanoTime the clock, as {@link System#nanoTime}
     * @param total steps in all
     * @param imagesPerStep images an optimizer step sees
     */
    public Progress(
            PrintStream out, boolean inPlace, Duration interval, LongSupplier nanoTime, int total, int imagesPerStep) {
        this.out = out;
        this.inPlace = inPlace;
        this.interval = interval;
        this.nanoTime = nanoTime;
        this.total = total;
        this.imagesPerStep = imagesPerStep;
        resumeAt(0);
    }

    /** Starts the clock, with {@code done} steps done before. */
    public void resumeAt(int done) {
        step = done;
        startNanos = nanoTime.getAsLong();
        drawnNanos = startNanos;
        marks.clear();
        marks.add(new Mark(startNanos - skippedNanos, done, waitedNanos));
    }

    /** On standard output: five times a second in place on a terminal, else a line every ten seconds. */
    public static Progress onStandardOutput(int total, int imagesPerStep) {
        boolean terminal = isTerminal();
        Duration interval = terminal ? Duration.ofMillis(200) : Duration.ofSeconds(10);
        return new Progress(System.out, terminal, interval, System::nanoTime, total, imagesPerStep);
    }

    /**
     * Tells that a step is done; draws when it is time to, and after the last step.
     *
     * @param loss of this step; NaN when it is not known
     * @param waited time that all steps of this process have waited for images
     */
    public void step(int done, double loss, Duration waited) {
        step = done;
        waitedNanos = waited.toNanos();
        if (!Double.isNaN(loss)) {
            lossSum = SMOOTHING * lossSum + (1 - SMOOTHING) * loss;
            lossWeight = SMOOTHING * lossWeight + (1 - SMOOTHING);
        }
        long now = nanoTime.getAsLong();
        if (now - drawnNanos >= interval.toNanos() || step == total) {
            draw(now);
        }
    }

    /** Tells that the last {@code nanos} were spent on something else than training: the speeds don't count them. */
    public void skip(long nanos) {
        skippedNanos += nanos;
    }

    /** Prints a line of its own, above the progress line. */
    public void message(String line) {
        if (inPlace) {
            out.print("\r" + line + ERASE_TO_END_OF_LINE + System.lineSeparator());
            draw(nanoTime.getAsLong());
        } else {
            out.println(line);
        }
    }

    /** Ends the line; the stream stays open. */
    @Override
    public void close() {
        if (inPlace) {
            out.println();
        }
        out.flush();
    }

    /** Java 22 has a console even without a terminal, and tells by a method that Java 17 lacks. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private void draw(long now) {
        marks.add(new Mark(now - skippedNanos, step, waitedNanos));
        if (marks.size() > SPEED_WINDOW_LINES + 1) {
            marks.remove();
        }
        drawnNanos = now;
        if (inPlace) {
            out.print("\r" + line(now) + ERASE_TO_END_OF_LINE);
            out.flush();
        } else {
            out.println(line(now));
        }
    }

    private String line(long now) {
        Mark first = marks.getFirst();
        double seconds = (now - skippedNanos - first.nanos()) / NANOS_PER_SECOND;
        double speed = seconds > 0 ? (step - first.step()) / seconds : 0;
        double waiting = seconds > 0 ? (waitedNanos - first.waitedNanos()) / NANOS_PER_SECOND / seconds : 0;
        String loss = lossWeight > 0 ? String.format(Locale.ROOT, "%.4f", lossSum / lossWeight) : "-";
        String left = speed > 0 ? clock((total - step) / speed) : "-";
        return String.format(
                Locale.ROOT,
                "step %d/%d %3d%%  loss %s  %s images/s  %s steps/s  %.0f%% waiting for data  %s elapsed  %s left",
                step,
                total,
                total == 0 ? 100 : 100L * step / total,
                loss,
                rate(speed * imagesPerStep),
                rate(speed),
                100 * waiting,
                clock((now - startNanos) / NANOS_PER_SECOND),
                left);
    }

    /** Three digits that mean something. */
    private static String rate(double perSecond) {
        int decimals = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", perSecond);
    }

    /** {@code 4:10} or {@code 1:05:57}. */
    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
