package io.stepwise.image;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis: a range of values, straight or logarithmic, and where its ticks stand.
 *
 * @param from value at the start; positive when logarithmic
 * @param to value at the end, above {@code from}
 */
record PlotAxis(double from, double to, boolean logarithmic) {
    /** A tick and what is written beside it. */
    record Tick(double value, String label) {}

    /** The axis that shows all finite values (of a logarithmic one: all positive), widened by the share {@code padding}. */
    static PlotAxis around(double[] values, boolean logarithmic, double padding) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            if (Double.isFinite(value) && (!logarithmic || value > 0)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        if (min > max) {
            return new PlotAxis(logarithmic ? 0.1 : 0, 1, logarithmic);
        }
        if (logarithmic) {
            double margin = max > min ? StrictMath.pow(max / min, padding) : StrictMath.sqrt(10);
            return new PlotAxis(min / margin, max * margin, true);
        }
        double margin = max > min ? (max - min) * padding : Math.max(Math.abs(max) * 0.1, 1e-9);
        return new PlotAxis(min - margin, max + margin, false);
    }

    /** Where a value lies, 0 at the start and 1 at the end; NaN when it cannot be shown. */
    double position(double value) {
        return logarithmic ? StrictMath.log(value / from) / StrictMath.log(to / from) : (value - from) / (to - from);
    }

    /** Ticks at round values, about {@code wanted} of them. */
    List<Tick> ticks(int wanted) {
        return logarithmic && to / from >= 8 ? decades(wanted) : steps(wanted);
    }

    private List<Tick> steps(int wanted) {
        double rough = (to - from) / wanted;
        double power = StrictMath.pow(10, Math.floor(StrictMath.log10(rough)));
        double step = power * 10;
        for (int factor : new int[] {5, 2, 1}) {
            if (power * factor >= rough * 0.7) {
                step = power * factor;
            }
        }
        List<Tick> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
            ticks.add(new Tick(i * step, label(i * step, step)));
        }
        return ticks;
    }

    private List<Tick> decades(int wanted) {
        int first = (int) Math.ceil(StrictMath.log10(from) - 1e-9);
        int last = (int) Math.floor(StrictMath.log10(to) + 1e-9);
        int stride = Math.max(1, (last - first + wanted) / wanted);
        boolean few = last - first < 2;
        List<Tick> ticks = new ArrayList<>();
        for (int exponent = first - 1; exponent <= last; exponent++) {
            for (int factor : few ? new int[] {1, 2, 5} : new int[] {1}) {
                double value = factor * StrictMath.pow(10, exponent);
                boolean shown = few || Math.floorMod(exponent, stride) == 0;
                if (shown && value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) {
                    ticks.add(new Tick(value, label(value, value)));
                }
            }
        }
        return ticks;
    }

    /** The value, written as exactly as the {@code step} between ticks asks for. */
    private static String label(double value, double step) {
        if (value == 0) {
            return "0";
        }
        if (step >= 1e6) {
            return plain(value / 1e6, step / 1e6) + "M";
        }
        if (step >= 1e3) {
            return plain(value / 1e3, step / 1e3) + "k";
        }
        if (step < 1e-4) {
            double exponent = Math.floor(StrictMath.log10(Math.abs(value)) + 1e-9);
            double mantissa = value / StrictMath.pow(10, exponent);
            return plain(mantissa, step / StrictMath.pow(10, exponent)) + "e" + (long) exponent;
        }
        return plain(value, step);
    }

    private static String plain(double value, double step) {
        int decimals = (int) Math.max(0, Math.ceil(-StrictMath.log10(step) - 1e-9));
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN);
        return rounded.stripTrailingZeros().scale() > 0
                ? rounded.toPlainString()
                : rounded.setScale(0, RoundingMode.HALF_EVEN).toPlainString();
    }
}
