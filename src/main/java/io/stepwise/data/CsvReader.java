package io.stepwise.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of comma-separated values (RFC 4180): fields may be quoted, quotes in them are doubled, lines end with LF or
 * CR LF. Empty lines are passed over.
 */
final class CsvReader {
    /**
     * A record.
     *
     * @param line where it begins, from 1
     */
    record Row(int line, List<String> fields) {}

    private final String source;
    private final String text;
    private int at;
    private int line = 1;

    /** @param source the file, for messages */
    CsvReader(String source, String text) {
        this.source = source;
        this.text = text;
    }

    /**
     * The next record, or null at the end.
     *
     * @throws InvalidDatasetException naming the line where quoting is wrong
     */
    @Nullable
    Row next() {
        while (at < text.length() && lineBreak() > 0) {
            at += lineBreak();
            line++;
        }
        if (at == text.length()) {
            return null;
        }
        int begin = line;
        List<String> fields = new ArrayList<>();
        fields.add(field());
        while (at < text.length() && text.charAt(at) == ',') {
            at++;
            fields.add(field());
        }
        if (at < text.length() && lineBreak() == 0) {
            throw new InvalidDatasetException(
                    source + ", line " + line + ": a comma or the end of the line must follow the closing quote");
        }
        return new Row(begin, List.copyOf(fields));
    }

    private int lineBreak() {
        return text.startsWith("\r\n", at) ? 2 : text.charAt(at) == '\n' ? 1 : 0;
    }

    private String field() {
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        int begin = at;
        while (at < text.length() && text.charAt(at) != ',' && lineBreak() == 0) {
            if (text.charAt(at) == '"') {
                throw new InvalidDatasetException(source + ", line " + line
                        + ": a quote stands in a field that is not quoted; quote the field, double the quote");
            }
            at++;
        }
        return text.substring(begin, at);
    }

    private String quoted() {
        int begin = line;
        StringBuilder field = new StringBuilder();
        at++;
        while (true) {
            int quote = text.indexOf('"', at);
            if (quote < 0) {
                throw new InvalidDatasetException(source + ", line " + begin + ": a closing quote is missing");
            }
            String part = text.substring(at, quote);
            line += (int) part.chars().filter(c -> c == '\n').count();
            field.append(part);
            at = quote + 1;
            if (at == text.length() || text.charAt(at) != '"') {
                return field.toString();
            }
            field.append('"');
            at++;
        }
    }

    /** {@code field} as it stands in a file. */
    static String written(String field) {
        boolean plain = field.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
