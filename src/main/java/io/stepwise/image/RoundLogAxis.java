package io.stepwise.image;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.NumberTickUnitSource;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;

/**
 * A logarithmic axis that also has ticks if it is shorter than a decade. JFreeChart's own axis marks powers of ten
 * only.
 */
final class RoundLogAxis extends LogAxis {
    private static final int TICKS = 5;

    private final NumberFormat format;

    RoundLogAxis(NumberFormat format) {
        this.format = format;
        setDefaultAutoRange(new Range(.1, 1));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List refreshTicks(Graphics2D g2, AxisState state, Rectangle2D dataArea, RectangleEdge edge) {
        TextAnchor anchor = RectangleEdge.isLeftOrRight(edge) ? TextAnchor.CENTER_RIGHT : TextAnchor.TOP_CENTER;
        List<NumberTick> ticks = new ArrayList<>();
        for (double value : values(getRange())) {
            ticks.add(new NumberTick(value, format.format(value), anchor, TextAnchor.CENTER, 0));
        }
        return ticks;
    }

    /**
     * Tick values: equal steps within one decade; 1, 2 and 5 times the powers of ten within two; powers of ten beyond.
     */
    static List<Double> values(Range range) {
        double decades = Math.log10(range.getUpperBound() / range.getLowerBound());
        List<Double> values = new ArrayList<>();
        if (decades < 1) {
            double step = ((NumberTickUnit) new NumberTickUnitSource().getCeilingTickUnit(range.getLength() / TICKS))
                    .getSize();
            for (long i = (long) Math.ceil(range.getLowerBound() / step); i * step <= range.getUpperBound(); i++) {
                values.add(i * step);
            }
            return values;
        }
        int stride = (int) Math.ceil(decades / (2 * TICKS));
        for (int exponent = (int) Math.floor(Math.log10(range.getLowerBound()));
                exponent <= Math.log10(range.getUpperBound());
                exponent++) {
            for (int factor : decades < 2 ? new int[] {1, 2, 5} : new int[] {1}) {
                double value = factor * Math.pow(10, exponent);
                if (range.contains(value) && exponent % stride == 0) {
                    values.add(value);
                }
            }
        }
        return values;
    }
}
