package io.stepwise.image;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Several plots in a grid.
 *
 * @param panels the plots, row by row
 * @param columns plots per row, at least 1
 */
public record PlotSheet(List<Panel> panels, int columns) {
    private static final String SVG = "http://www.w3.org/2000/svg";

    public record Panel(Plot plot, List<Plot.Series> series) {
        public Panel {
            series = List.copyOf(series);
        }
    }

    public PlotSheet {
        panels = List.copyOf(panels);
        if (columns < 1) {
            throw new IllegalArgumentException("columns " + columns + " must be at least 1");
        }
    }

    /**
     * Draws the sheet in RGB on white.
     *
     * @param width pixels of one plot, 160 … 8192
     * @param height pixels of one plot, 160 … 8192
     */
    public Pixels draw(int width, int height) {
        BufferedImage image = new BufferedImage(width * columns, height * rows(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        drawOn(graphics, width, height);
        graphics.dispose();
        return PixelSamples.of(image);
    }

    /**
     * Draws the sheet as an SVG document in UTF-8, light or dark as the viewer prefers; sizes are as in {@link #draw}.
     */
    public byte[] svg(int width, int height) {
        try {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
            SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
            context.setComment(null);
            context.setPrecision(2);
            SVGGraphics2D graphics = new SVGGraphics2D(context, true);
            Dimension size = new Dimension(width * columns, height * rows());
            graphics.setSVGCanvasSize(size);
            drawOn(graphics, width, height);
            Element root = graphics.getRoot();
            root.setAttributeNS(null, "viewBox", "0 0 " + size.width + " " + size.height);
            Element style = document.createElementNS(SVG, "style");
            style.setTextContent(PlotColours.darkStyle());
            root.insertBefore(style, root.getFirstChild());
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            Transformer writer = TransformerFactory.newInstance().newTransformer();
            writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            writer.transform(new DOMSource(root), new StreamResult(text));
            text.write('\n');
            return text.toByteArray();
        } catch (ParserConfigurationException | TransformerException e) {
            throw new IllegalStateException("the JDK can't write XML", e);
        }
    }

    private int rows() {
        return Math.max(1, (panels.size() + columns - 1) / columns);
    }

    private void drawOn(Graphics2D graphics, int width, int height) {
        graphics.setColor(PlotColours.CARD.light());
        graphics.fillRect(0, 0, width * columns, height * rows());
        for (int i = 0; i < panels.size(); i++) {
            int x = width * (i % columns);
            int y = height * (i / columns);
            panels.get(i).plot.drawOn(graphics, panels.get(i).series, new Rectangle2D.Double(x, y, width, height));
        }
    }
}
