package io.stepwise.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.memory.MemoryBudgetException;
import java.awt.Dimension;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads pictures of the formats in {@link PictureFormat} through ImageIO and its TwelveMonkeys plug-ins. If a file has
 * several frames or pages, only the first is read.
 *
 * <p>Samples are used as stored, and converted to sRGB if the file says that they are something else ({@link
 * ColourProfile}). Transparent pictures are drawn on white. Pictures are turned upright according to their Exif
 * orientation. A picture is refused if it is truncated or if the decoder would have to guess part of it.
 */
public final class ImageReading {
    /** The default limit for {@link #read}: 64 megapixels. */
    public static final long MAX_PIXELS = 64L << 20;

    /** Decoder warnings that mean that a part of the picture is missing or invented. */
    private static final Pattern LOSSES = Pattern.compile(
            "Truncated File.*|Corrupt JPEG data(?!.*extraneous bytes).*|Unsupported marker.*|.*WebP alpha.*|Nothing to decode");

    private static volatile MemoryBudget memory = new MemoryBudget(Long.MAX_VALUE);

    private ImageReading() {}

    /**
     * From now on, all pictures that are being decoded in this process take their memory from {@code budget}. A program that
     * serves clients sets it; other programs decode what they are given.
     */
    public static void shareMemory(MemoryBudget budget) {
        memory = budget;
    }

    /**
     * Decodes the image in {@code bytes} to RGB or grey.
     *
     * @param maxPixels largest width · height that is decoded; a larger picture is refused after its header is read
     * @throws UnreadableImageException if the image cannot be read or is too large
     * @throws MemoryBudgetException if decoding needs more memory than is free, see {@link #shareMemory}
     */
    public static Pixels read(byte[] bytes, long maxPixels) {
        return read(bytes, maxPixels, () -> false);
    }

    /**
     * The same, and gives up when nobody needs the picture any more.
     *
     * @param stop asked once per row or so
     * @throws CancellationException if {@code stop} was true
     */
    public static Pixels read(byte[] bytes, long maxPixels, BooleanSupplier stop) {
        return with(bytes, (reader, format) -> {
            FileChecks.beforeDecoding(format, bytes, reader, maxPixels);
            try (MemoryBudget.Lease taken = memory.acquire(FileChecks.memory(format, bytes, reader))) {
                BufferedImage image = decoded(reader, format, stop);
                Pixels stored = PixelSamples.of(image);
                Pixels whole = format == PictureFormat.GIF
                        ? GifScreen.of(bytes, reader).with(stored)
                        : stored;
                Pixels srgb = ColourProfile.toSrgb(format, bytes, whole);
                return Orientation.of(format, bytes).upright(srgb);
            }
        });
    }

    /**
     * Reads the size of the upright image in {@code bytes} from the header only.
     *
     * @param bytes a file or its first bytes
     * @throws UnreadableImageException if there is no such header, or if it is incomplete
     */
    public static Dimension size(byte[] bytes) {
        return size(bytes, Long.MAX_VALUE);
    }

    /**
     * The same, with a limit.
     *
     * @param maxPixels largest width · height
     * @throws UnreadableImageException also if the image is larger
     */
    public static Dimension size(byte[] bytes, long maxPixels) {
        return with(bytes, (reader, format) -> {
            Dimension stored = FileChecks.size(format, bytes, reader);
            FileChecks.requireFew("picture", stored.width, stored.height, maxPixels);
            if (Orientation.isBeyond(format, bytes)) {
                throw new UnreadableImageException("broken image: the file is cut off before its Exif data");
            }
            boolean turned = Orientation.of(format, bytes).swapsSides();
            return turned ? new Dimension(stored.height, stored.width) : stored;
        });
    }

    private interface Reading<T> {
        T from(ImageReader reader, PictureFormat format) throws IOException;
    }

    private static <T> T with(byte[] bytes, Reading<T> reading) {
        PictureFormat format = PictureFormat.of(bytes)
                .orElseThrow(() -> new UnreadableImageException("not a " + PictureFormat.NAMES + " image"));
        ImageReader reader = format.reader();
        byte[] file = format == PictureFormat.JPEG ? FileChecks.withoutAdobe(bytes) : bytes;
        try (ImageInputStream stream = new ByteArrayImageInputStream(file)) {
            reader.setInput(stream, true, true);
            return reading.from(reader, format);
        } catch (UnreadableImageException | MemoryBudgetException | CancellationException e) {
            throw e;
        } catch (EOFException e) {
            throw new UnreadableImageException("broken image: the file is cut off", e);
        } catch (IOException | RuntimeException e) {
            throw new UnreadableImageException("broken image: " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }

    /** Ends the reading when {@code stop} says so. */
    private record StopListener(BooleanSupplier stop) implements IIOReadProgressListener {
        @Override
        public void imageProgress(ImageReader source, float percentageDone) {
            if (stop.getAsBoolean()) {
                source.abort();
            }
        }

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {}

        @Override
        public void imageComplete(ImageReader source) {}

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {}

        @Override
        public void sequenceComplete(ImageReader source) {}

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

        @Override
        public void thumbnailProgress(ImageReader source, float percentageDone) {}

        @Override
        public void thumbnailComplete(ImageReader source) {}

        @Override
        public void readAborted(ImageReader source) {}
    }

    private static BufferedImage decoded(ImageReader reader, PictureFormat format, BooleanSupplier stop)
            throws IOException {
        List<String> losses = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> {
            if (LOSSES.matcher(warning).matches()) {
                losses.add(warning);
            }
        });
        reader.addIIOReadProgressListener(new StopListener(stop));
        BufferedImage image = reader.read(0, asStored(reader, format));
        if (stop.getAsBoolean()) {
            throw new CancellationException("nobody needs the picture any more");
        }
        if (!losses.isEmpty()) {
            throw new UnreadableImageException("broken image: " + losses.get(0));
        }
        return image;
    }

    /**
     * Asks the plug-ins for the stored samples, because they would apply a colour profile otherwise; CMYK becomes RGB.
     */
    private static ImageReadParam asStored(ImageReader reader, PictureFormat format) throws IOException {
        ImageReadParam param = reader.getDefaultReadParam();
        if (format == PictureFormat.JPEG || format == PictureFormat.WEBP) {
            ImageTypeSpecifier stored = reader.getRawImageType(0);
            if (stored.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_RGB) {
                param.setDestinationType(stored);
            }
        }
        return param;
    }
}
