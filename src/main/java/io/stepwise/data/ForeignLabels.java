package io.stepwise.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.upload.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files of other programs that say which picture belongs to which class. Three are read: {@code dataset.json} of
 * StyleGAN's and EDM's {@code dataset_tool.py}, and {@code metadata.csv} and {@code metadata.jsonl} of Hugging Face's
 * imagefolder. Other tables and lists of labels are refused, because their classes would be lost without a word.
 */
public final class ForeignLabels {
    private static final String STYLEGAN = "dataset.json";
    private static final String IMAGEFOLDER_LINES = "metadata.jsonl";
    static final String IMAGEFOLDER_TABLE = "metadata.csv";

    private static final Set<String> TABLES =
            Set.of("csv", "tsv", "jsonl", "ndjson", "parquet", "arrow", "xls", "xlsx", "ods");
    private static final Set<String> LISTS = Set.of("json", "txt", "xml", "yaml", "yml", "mat", "npy", "pkl", "pickle");
    private static final String WORDS =
            ".*(label|annotation|metadata|class|categor|caption|attr_|attribute|target|instances_).*";

    /** Enough for half a million pictures, and few enough for the memory. */
    private static final int MAX_TOKENS = 4_000_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ForeignLabels() {}

    /** Whether a file with this name, folders and all, can be one that {@link #parse} reads. */
    static boolean isOne(String file) {
        return Set.of(STYLEGAN, IMAGEFOLDER_LINES, IMAGEFOLDER_TABLE).contains(FileNames.base(file));
    }

    /**
     * Whether a {@code dataset.json} that was found, not sent, is about other pictures: it names none of these. Other programs
     * leave such files in folders, and a file of that name may as well be of no data set at all.
     */
    static boolean isOfOthers(String file, LabelsCsv labels, Collection<String> pictures) {
        String folder = FileNames.folder(file);
        return FileNames.base(file).equals(STYLEGAN)
                && pictures.stream()
                        .noneMatch(picture ->
                                picture.startsWith(folder) && labels.label(picture.substring(folder.length())) != null);
    }

    /** Whether a file with this name most likely holds labels in a form that isn't read. */
    static boolean isUnread(String file) {
        String base = FileNames.base(file).toLowerCase(Locale.ROOT);
        String extension = PictureIndex.extension(base);
        return TABLES.contains(extension) || LISTS.contains(extension) && base.matches(WORDS);
    }

    /**
     * Reads a file that {@link #isOne}.
     *
     * @param source of the file, for messages
     * @return empty if it holds no labels: it is the {@code dataset.json} of an upload, or one for another purpose
     * @throws InvalidDatasetException if it holds labels in a form that isn't read
     */
    static Optional<LabelsCsv> parse(String source, String file, byte[] bytes) {
        return switch (FileNames.base(file)) {
            case STYLEGAN -> styleGan(source, bytes);
            case IMAGEFOLDER_LINES -> Optional.of(LabelsCsv.of(source, lines(source, bytes)));
            default -> Optional.of(LabelsCsv.parse(source, bytes, LabelsCsv.IMAGEFOLDER_HEADER));
        };
    }

    /** {@code {"labels": [["00000/img00000000.png", 6], …]}}; null instead of the list means that there are none. */
    private static Optional<LabelsCsv> styleGan(String source, byte[] bytes) {
        JsonNode file;
        try {
            file = JSON.readTree(bytes);
        } catch (StreamConstraintsException e) {
            throw new InvalidDatasetException(source + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            return Optional.empty(); // no JSON, so nobody's list of labels
        }
        JsonNode pairs = file.path("labels");
        if (pairs.isMissingNode() || file.has("format") && file.has("folders")) {
            return Optional.empty();
        }
        Map<String, String> labels = new LinkedHashMap<>();
        if (pairs.isObject()) {
            pairs.properties().forEach(pair -> put(source, labels, pair.getKey(), pair.getValue()));
        } else if (pairs.isArray()) {
            for (JsonNode pair : pairs) {
                if (pair.size() != 2 || !pair.path(0).isTextual()) {
                    throw new InvalidDatasetException(source + ": labels has " + shown(pair)
                            + ", must have pairs of a file's name and the number of its class");
                }
                put(source, labels, pair.get(0).textValue(), pair.get(1));
            }
        } else if (!pairs.isNull()) {
            throw new InvalidDatasetException(source + ": labels is " + shown(pairs) + ", must be a list of pairs");
        }
        return Optional.of(LabelsCsv.of(source, labels));
    }

    /** One object per line, such as {@code {"file_name": "a.png", "label": "cat"}}. */
    private static Map<String, String> lines(String source, byte[] bytes) {
        Map<String, String> labels = new LinkedHashMap<>();
        try (MappingIterator<JsonNode> lines =
                JSON.readerFor(JsonNode.class).readValues(LabelsCsv.text(source, bytes))) {
            while (lines.hasNextValue()) {
                JsonNode line = lines.nextValue();
                if (line.size() != 2 || !line.path("file_name").isTextual() || !line.has("label")) {
                    throw new InvalidDatasetException(
                            source + ": " + shown(line) + " must have file_name and label, and nothing else");
                }
                put(source, labels, line.get("file_name").textValue(), line.get("label"));
            }
            return labels;
        } catch (JsonProcessingException e) {
            throw new InvalidDatasetException(source + ": " + e.getOriginalMessage(), e);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a text is read from memory", impossible);
        }
    }

    private static void put(String source, Map<String, String> labels, String file, JsonNode label) {
        if (!label.isTextual() && !label.isIntegralNumber()) {
            throw new InvalidDatasetException(source + ": the label of " + FileNames.shown(file) + " is " + shown(label)
                    + ", must be a text or an integer");
        }
        if (labels.put(file, label.asText()) != null) {
            throw new InvalidDatasetException(source + ": the file " + FileNames.shown(file) + " is named twice");
        }
    }

    private static String shown(JsonNode value) {
        return FileNames.shown(value.toString());
    }
}
