package io.stepwise.image;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.NumberTickUnitSource;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * A line plot, for example of losses: axes with round tick values, a legend, optional logarithmic axes and smoothing.
 *
 * @param title above the plot, may be empty
 * @param xLabel below the horizontal axis, may be empty
 * @param yLabel above the vertical axis, may be empty
 * @param logX whether the horizontal axis is logarithmic; values that are not positive are then left out
 * @param logY whether the vertical axis is logarithmic
 * @param smoothing weight of the past in a running mean, 0 (no smoothing) up to, but not including, 1; the raw line is
 *     drawn pale behind the mean
 */
public record Plot(String title, String xLabel, String yLabel, boolean logX, boolean logY, double smoothing) {
    private static final int MIN_SIDE = 160;
    private static final int MAX_SIDE = 8192;
    private static final int LARGE = 13;
    private static final int MAX_MARKED = 24;
    private static final int MOST_TICKS = 8;
    private static final int FEW_TICKS = 5;

    /**
     * A line.
     *
     * @param name name in the legend; an empty name has no legend entry
     * @param x ascending values
     * @param y as many values as {@code x}; NaN interrupts the line
     */
    @SuppressWarnings("ArrayRecordComponent") // only drawn, never compared
    public record Series(String name, double[] x, double[] y) {
        public Series {
            if (x.length != y.length) {
                throw new IllegalArgumentException(
                        "x has " + x.length + " values and y " + y.length + ", must be equal");
            }
        }

        /** The running mean with the bias correction of Adam (Kingma and Ba 2014, section 3). */
        Series smoothed(double smoothing) {
            double[] result = new double[y.length];
            double mean = 0;
            double weight = 0;
            for (int i = 0; i < y.length; i++) {
                if (Double.isFinite(y[i])) {
                    mean = smoothing * mean + (1 - smoothing) * y[i];
                    weight = smoothing * weight + (1 - smoothing);
                }
                result[i] = Double.isFinite(y[i]) ? mean / weight : Double.NaN;
            }
            return new Series(name, x, result);
        }
    }

    public Plot {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("smoothing " + smoothing + " must be in [0, 1)");
        }
    }

    /** A plot with linear axes and without smoothing. */
    public Plot(String title, String xLabel, String yLabel) {
        this(title, xLabel, yLabel, false, false, 0);
    }

    /**
     * Draws the plot in RGB on white.
     *
     * @param width pixels, 160 … 8192
     * @param height pixels, 160 … 8192
     */
    public Pixels draw(List<Series> series, int width, int height) {
        return new PlotSheet(List.of(new PlotSheet.Panel(this, series)), 1).draw(width, height);
    }

    /** Draws the plot into {@code area}, whose size has the limits of {@link #draw}. */
    void drawOn(Graphics2D graphics, List<Series> series, Rectangle2D area) {
        double smaller = Math.min(area.getWidth(), area.getHeight());
        if (smaller < MIN_SIDE || Math.max(area.getWidth(), area.getHeight()) > MAX_SIDE) {
            throw new IllegalArgumentException("size " + (int) area.getWidth() + "x" + (int) area.getHeight()
                    + " must be in [" + MIN_SIDE + ", " + MAX_SIDE + "] both ways");
        }
        chart(series, (float) Math.max(9, Math.min(LARGE, smaller / 34))).draw(graphics, area);
    }

    private JFreeChart chart(List<Series> series, float size) {
        Font letters = Typeface.REGULAR.deriveFont(size);
        XYPlot plot = new XYPlot(null, axis(xLabel, logX, .01, letters), axis("", logY, .05, letters), null);
        lines(plot, series);
        spaceTicks(plot.getDomainAxis(), MOST_TICKS);
        spaceTicks(plot.getRangeAxis(), size < LARGE ? FEW_TICKS : MOST_TICKS);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        plot.setDomainGridlinePaint(PlotColours.GRID.light());
        plot.setRangeGridlinePaint(PlotColours.GRID.light());
        plot.setDomainGridlineStroke(new BasicStroke(1));
        plot.setRangeGridlineStroke(new BasicStroke(1));
        JFreeChart chart = new JFreeChart(null, letters, plot, false);
        chart.setBackgroundPaint(PlotColours.CARD.light());
        chart.setPadding(new RectangleInsets(size, size * 1.2, size, size * 2));
        chart.setTextAntiAlias(true);
        chart.getRenderingHints().put(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        chart.getRenderingHints().put(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        heading(chart, title, Typeface.BOLD.deriveFont(size * 1.2f), PlotColours.INK);
        heading(chart, yLabel, letters, PlotColours.SOFT_INK);
        if (series.stream().anyMatch(one -> !one.name().isEmpty())) {
            chart.addSubtitle(legend(plot, letters));
        }
        return chart;
    }

    private static void heading(JFreeChart chart, String text, Font font, PlotColours colour) {
        if (!text.isEmpty()) {
            TextTitle heading = new TextTitle(text, font);
            heading.setPaint(colour.light());
            heading.setHorizontalAlignment(HorizontalAlignment.LEFT);
            heading.setTextAlignment(HorizontalAlignment.LEFT);
            heading.setPadding(0, 0, font.getSize2D() * .5, 0);
            chart.addSubtitle(heading);
        }
    }

    private static LegendTitle legend(XYPlot plot, Font font) {
        LegendTitle legend = new LegendTitle(plot);
        legend.setItemFont(font);
        legend.setItemPaint(PlotColours.INK.light());
        legend.setPosition(RectangleEdge.BOTTOM);
        legend.setHorizontalAlignment(HorizontalAlignment.LEFT);
        legend.setBackgroundPaint(null);
        legend.setItemLabelPadding(new RectangleInsets(2, 4, 2, font.getSize2D()));
        return legend;
    }

    private static ValueAxis axis(String label, boolean logarithmic, double margin, Font font) {
        ValueAxis axis = logarithmic ? new RoundLogAxis(new Labels()) : straightAxis();
        axis.setLabel(label.isEmpty() ? null : label);
        axis.setLabelFont(font);
        axis.setLabelPaint(PlotColours.SOFT_INK.light());
        axis.setTickLabelFont(font);
        axis.setTickLabelPaint(PlotColours.SOFT_INK.light());
        axis.setTickMarksVisible(false);
        axis.setAxisLinePaint(PlotColours.GRID.light());
        axis.setLowerMargin(margin);
        axis.setUpperMargin(margin);
        return axis;
    }

    private static NumberAxis straightAxis() {
        NumberAxis axis = new NumberAxis();
        axis.setAutoRangeIncludesZero(false);
        axis.setNumberFormatOverride(new Labels());
        return axis;
    }

    /** Widens the axis if all values are equal; limits the number of ticks to {@code most}. */
    private static void spaceTicks(ValueAxis axis, int most) {
        double centre = axis.getRange().getCentralValue();
        double least = axis instanceof NumberAxis ? 1e-6 : .02;
        if (axis.getRange().getLength() < Math.abs(centre) * least) {
            axis.setRange(centre - Math.abs(centre) * .5, centre + Math.abs(centre) * .5);
        }
        if (axis instanceof NumberAxis straight) {
            double step = axis.getRange().getLength() / most;
            straight.setTickUnit((NumberTickUnit) new NumberTickUnitSource().getCeilingTickUnit(step), false, true);
        }
    }

    /** Adds the lines, and behind smoothed lines the pale raw lines. */
    private void lines(XYPlot plot, List<Series> series) {
        XYSeriesCollection front = new XYSeriesCollection();
        XYSeriesCollection behind = new XYSeriesCollection();
        Lines frontLines = new Lines(2);
        Lines paleLines = new Lines(1.2f);
        for (int i = 0; i < series.size(); i++) {
            front.addSeries(values(i, series.get(i).smoothed(smoothing)));
            frontLines.setSeriesPaint(i, PlotColours.ofLine(i).light());
            frontLines.setSeriesVisibleInLegend(i, !series.get(i).name().isEmpty());
            if (smoothing > 0) {
                behind.addSeries(values(i, series.get(i)));
                paleLines.setSeriesPaint(i, PlotColours.ofLine(i).pale());
                paleLines.setSeriesVisibleInLegend(i, false);
            }
        }
        frontLines.setLegendItemLabelGenerator((dataset, i) -> series.get(i).name());
        plot.setDataset(0, front);
        plot.setRenderer(0, frontLines);
        plot.setDataset(1, behind);
        plot.setRenderer(1, paleLines);
    }

    private XYSeries values(int key, Series series) {
        XYSeries values = new XYSeries(key, false);
        for (int i = 0; i < series.x().length; i++) {
            double x = series.x()[i];
            double y = series.y()[i];
            boolean isShown = Double.isFinite(x + y) && !(logX && x <= 0) && !(logY && y <= 0);
            values.add(x, isShown ? y : Double.NaN, false);
        }
        return values;
    }

    /** Lines with dots, if the points are few or a point has no neighbour to draw a line to. */
    private static final class Lines extends XYLineAndShapeRenderer {
        Lines(float thickness) {
            setDefaultStroke(new BasicStroke(thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            setAutoPopulateSeriesStroke(false);
            setAutoPopulateSeriesShape(false);
            setDefaultShape(new Ellipse2D.Double(-1.5 * thickness, -1.5 * thickness, 3 * thickness, 3 * thickness));
            setLegendLine(new Line2D.Double(-9, 0, 9, 0));
            setDrawSeriesLineAsPath(true);
        }

        @Override
        public boolean getItemShapeVisible(int series, int item) {
            int count = getPlot().getDataset(getPlot().getIndexOf(this)).getItemCount(series);
            return count <= MAX_MARKED || isGap(series, item - 1, count) && isGap(series, item + 1, count);
        }

        private boolean isGap(int series, int item, int count) {
            return item < 0
                    || item >= count
                    || Double.isNaN(
                            getPlot().getDataset(getPlot().getIndexOf(this)).getYValue(series, item));
        }
    }

    /** Formats tick values independently of the locale: 20,000, 0.05, 2e-5. */
    private static final class Labels extends DecimalFormat {
        private static final double SMALLEST_PLAIN = 1e-4;

        Labels() {
            super("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT));
        }

        @Override
        public StringBuffer format(double value, StringBuffer into, FieldPosition at) {
            if (value == 0 || Math.abs(value) >= SMALLEST_PLAIN) {
                return super.format(value, into, at);
            }
            NumberFormat scientific = new DecimalFormat("0.##E0", DecimalFormatSymbols.getInstance(Locale.ROOT));
            return into.append(scientific.format(value).replace('E', 'e'));
        }
    }
}
