package io.stepwise.data;

import io.stepwise.image.PictureFormat;
import io.stepwise.upload.FileNames;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What a file of a data set is. The same rule holds for uploads and for folders and archives that are made by hand. */
public enum FileKind {
    /** Hidden or an operating system's; it is passed over. */
    HIDDEN,
    /** It says the classes of the pictures. */
    LABELS,
    /** A picture, or one that can't be read. */
    PICTURE,
    /** It is left out. */
    OTHER;

    /** Pictures by their names; those of the formats that aren't read must not get lost without a word. */
    private static final Set<String> PICTURES = Set.of(
            "png", "apng", "jpg", "jpeg", "jpe", "jfif", "jif", "webp", "gif", "bmp", "dib", "tif", "tiff", "heic",
            "heif", "avif", "jp2", "jxl", "svg", "psd", "ico");

    /**
     * @param source of the file, for messages
     * @param beginsLikePicture whether its first bytes are those of a {@link PictureFormat}; asked only if its name
     *     doesn't tell
     * @throws InvalidDatasetException if it most likely holds labels that can't be read
     */
    public static FileKind of(String source, String name, BooleanSupplier beginsLikePicture) {
        if (FileNames.isHidden(name)) {
            return HIDDEN;
        }
        if (LabelsCsv.isOne(name)) {
            return LABELS;
        }
        if (PICTURES.contains(PictureIndex.extension(name)) || beginsLikePicture.getAsBoolean()) {
            return PICTURE;
        }
        if (ForeignLabels.isUnread(name)) {
            throw new InvalidDatasetException(source + " has " + FileNames.shown(name)
                    + ", whose labels would get lost: this form is not read. Name the classes by folders or in a "
                    + LabelsCsv.NAME + ", and leave this file out");
        }
        return OTHER;
    }
}
