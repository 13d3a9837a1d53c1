package io.stepwise.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.stepwise.upload.FileNames;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Classes from a file {@code labels.csv}. The file is in UTF-8. Its first line is {@code file,label}; then each picture
 * has one line. Paths are relative to the folder of the file. Accents may be encoded as NFC or NFD.
 */
public final class LabelsCsv {
    public static final String NAME = "labels.csv";

    /** The largest file that is read, in bytes. */
    public static final int MAX_BYTES = 64 << 20;

    private static final List<String> HEADER = List.of("file", "label");

    /** The header of Hugging Face's {@code metadata.csv}. */
    static final List<String> IMAGEFOLDER_HEADER = List.of("file_name", "label");

    private static final int MAX_LABEL = 100;

    /** Parses RFC 4180. {@link LabelsCsv} checks the number of fields itself, so that the message can give the line. */
    private static final CsvReader.CsvReaderBuilder READER =
            CsvReader.builder().allowExtraFields(true).allowMissingFields(true).allowUnclosedQuote(false);

    private static final CsvWriter.CsvWriterBuilder WRITER =
            CsvWriter.builder().lineDelimiter(LineDelimiter.LF).bufferSize(0);

    private final String source;
    private final Map<String, String> labels;

    private LabelsCsv(String source, Map<String, String> labels) {
        this.source = source;
        this.labels = labels;
    }

    /** Whether a file with this name is a labels file, or a {@linkplain ForeignLabels foreign} one that can be read. */
    public static boolean isOne(String name) {
        return isOwn(name) || ForeignLabels.isOne(name);
    }

    /** Whether a file with this name is a {@code labels.csv}. */
    public static boolean isOwn(String name) {
        return FileNames.base(name).equals(NAME);
    }

    /**
     * Reads a file that {@link #isOne}.
     *
     * @param source name of the data set for messages
     * @param name path of the file in the data set
     * @return empty if the file holds no labels
     * @throws InvalidDatasetException if the file is invalid; the message gives the line
     */
    public static Optional<LabelsCsv> parse(String source, String name, byte[] bytes) {
        String file = source + ": " + name;
        if (bytes.length > MAX_BYTES) {
            throw new InvalidDatasetException(file + " must have at most " + MAX_BYTES + " bytes");
        }
        return isOwn(name) ? Optional.of(parse(file, bytes, HEADER)) : ForeignLabels.parse(file, name, bytes);
    }

    static LabelsCsv parse(String source, byte[] bytes, List<String> header) {
        try (CsvReader<CsvRecord> records = READER.ofCsvRecord(text(source, bytes))) {
            return new LabelsCsv(source, labels(source, records.iterator(), header));
        } catch (CsvParseException e) {
            throw new InvalidDatasetException(source + ": " + e.getMessage(), e);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a text is read from memory", impossible);
        }
    }

    /** @param labels of the files, which are named as in the file's own folder */
    static LabelsCsv of(String source, Map<String, String> labels) {
        Map<String, String> checked = new LinkedHashMap<>();
        labels.forEach((file, label) -> checked.put(FileNames.composed(file), label(source + ": ", label)));
        return new LabelsCsv(source, checked);
    }

    private static Map<String, String> labels(String source, Iterator<CsvRecord> records, List<String> header) {
        List<String> first = records.hasNext() ? records.next().getFields() : List.of("");
        if (!first.equals(header)) {
            throw new InvalidDatasetException(source + ": the first line is \""
                    + FileNames.shown(String.join(",", first)) + "\", must be \"" + String.join(",", header) + '"');
        }
        Map<String, String> labels = new LinkedHashMap<>();
        records.forEachRemaining(row -> {
            String at = source + ", line " + row.getStartingLineNumber() + ": ";
            if (row.getFieldCount() != HEADER.size()) {
                throw new InvalidDatasetException(
                        at + row.getFieldCount() + " fields, must be 2; quote what holds a comma");
            }
            String file = FileNames.composed(row.getField(0));
            if (labels.put(file, label(at, row.getField(1))) != null) {
                throw new InvalidDatasetException(at + "the file " + FileNames.shown(file) + " is named twice");
            }
        });
        return labels;
    }

    static String text(String source, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new InvalidDatasetException(source + " must be in UTF-8", e);
        }
    }

    private static String label(String at, String written) {
        String label = FileNames.composed(written);
        boolean blanks = !label.equals(label.strip());
        if (label.isEmpty()
                || label.length() > MAX_LABEL
                || blanks
                || label.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidDatasetException(at + "the label \"" + FileNames.shown(label) + "\" must have 1 … "
                    + MAX_LABEL + " characters, no control characters and no blanks at its ends");
        }
        return label;
    }

    /** The classes; empty if the file says that there are none. */
    public Set<String> classes() {
        return Set.copyOf(labels.values());
    }

    /** The class of a picture, or null; {@code file} is relative to the folder of this file. */
    @Nullable
    String label(String file) {
        return labels.get(FileNames.composed(file));
    }

    /**
     * Checks that this file names exactly the given pictures.
     *
     * @param isForeign whether it may name others, too: the lists of other programs are copied with a part of their pictures
     * @throws InvalidDatasetException if pictures have no line or lines have no picture; the message names them
     */
    void requireExactly(Collection<String> files, boolean isForeign) {
        List<String> missing =
                files.stream().filter(file -> label(file) == null).toList();
        Set<String> present = new TreeSet<>();
        files.forEach(file -> present.add(FileNames.composed(file)));
        List<String> unknown =
                labels.keySet().stream().filter(file -> !present.contains(file)).toList();
        List<String> wrong = new ArrayList<>();
        if (!missing.isEmpty()) {
            wrong.add("has no line for " + FileNames.some(missing));
        }
        if (!unknown.isEmpty() && !isForeign) {
            wrong.add("names " + FileNames.some(unknown) + ", which " + (unknown.size() == 1 ? "is" : "are")
                    + " not there");
        }
        if (!wrong.isEmpty()) {
            throw new InvalidDatasetException(source + " " + String.join(", and ", wrong));
        }
    }

    /** The classes of these pictures, each of which has a line. */
    Set<String> classesOf(Collection<String> files) {
        return files.stream().map(file -> String.valueOf(label(file))).collect(Collectors.toSet());
    }

    public LabelsCsv without(Predicate<String> file) {
        Map<String, String> kept = new LinkedHashMap<>(labels);
        kept.keySet().removeIf(file);
        return new LabelsCsv(source, kept);
    }

    public byte[] written() {
        StringWriter text = new StringWriter();
        CsvWriter rows = WRITER.build(text);
        rows.writeRecord(HEADER);
        labels.forEach(rows::writeRecord);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
