package io.stepwise.image;

import java.awt.Rectangle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;

/**
 * The logical screen of a GIF file (GIF89a, section 18). Its frames may cover a part of it; the rest is transparent, as in
 * browsers.
 *
 * @param width pixels of the screen, at least those that the first frame needs
 * @param height the same
 * @param frame where the first frame lies
 */
record GifScreen(int width, int height, Rectangle frame) {
    private static final int SIZE = 6;

    static GifScreen of(byte[] file, ImageReader reader) throws IOException {
        IIOMetadataNode tree = (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode place =
                (IIOMetadataNode) tree.getElementsByTagName("ImageDescriptor").item(0);
        Rectangle frame = new Rectangle(
                Integer.parseInt(place.getAttribute("imageLeftPosition")),
                Integer.parseInt(place.getAttribute("imageTopPosition")),
                reader.getWidth(0),
                reader.getHeight(0));
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int width = Short.toUnsignedInt(header.getShort(SIZE));
        int height = Short.toUnsignedInt(header.getShort(SIZE + 2));
        return new GifScreen(Math.max(width, frame.x + frame.width), Math.max(height, frame.y + frame.height), frame);
    }

    /** The screen, white where the frame doesn't cover it. */
    Pixels with(Pixels picture) {
        if (width == frame.width && height == frame.height) {
            return picture;
        }
        byte[] screen = new byte[width * height * picture.channels()];
        Arrays.fill(screen, (byte) 255);
        int row = frame.width * picture.channels();
        for (int y = 0; y < frame.height; y++) {
            int at = ((frame.y + y) * width + frame.x) * picture.channels();
            System.arraycopy(picture.data(), y * row, screen, at, row);
        }
        return new Pixels(width, height, picture.channels(), screen);
    }
}
