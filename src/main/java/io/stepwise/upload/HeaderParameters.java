package io.stepwise.upload;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a header such as {@code Content-Disposition: form-data; name="file"; filename="a.png"}: what browsers,
 * curl and the libraries write, quoted with {@code \"} or {@code %22}, or as RFC 8187 has it ({@code filename*}).
 */
final class HeaderParameters {
    private final String header;
    private int at;

    private HeaderParameters(String header) {
        this.header = header;
    }

    /** By name in lower case; an extended {@code name*} stands for {@code name}. */
    static Map<String, String> of(String header) {
        HeaderParameters reader = new HeaderParameters(header);
        Map<String, String> parameters = new LinkedHashMap<>();
        Map<String, String> extended = new LinkedHashMap<>();
        reader.at = end(header, 0, ";");
        while (reader.at < header.length()) {
            reader.at++;
            int equals = end(header, reader.at, "=;");
            String name = header.substring(reader.at, equals).strip().toLowerCase(Locale.ROOT);
            reader.at = equals;
            if (equals < header.length() && header.charAt(equals) == '=') {
                reader.at++;
                String value = reader.value();
                String decoded = name.endsWith("*") ? decoded(value) : null;
                if (decoded != null) {
                    extended.put(name.substring(0, name.length() - 1).strip(), decoded);
                } else {
                    parameters.putIfAbsent(name, value);
                }
            }
        }
        parameters.putAll(extended);
        return parameters;
    }

    private static int end(String text, int from, String stops) {
        int end = from;
        while (end < text.length() && stops.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** Up to the next semicolon. */
    private String value() {
        while (at < header.length() && header.charAt(at) == ' ') {
            at++;
        }
        if (at == header.length() || header.charAt(at) != '"') {
            int end = end(header, at, ";");
            String value = header.substring(at, end).strip();
            at = end;
            return value;
        }
        StringBuilder value = new StringBuilder();
        at++;
        while (at < header.length() && header.charAt(at) != '"') {
            char c = header.charAt(at);
            char next = at + 1 < header.length() ? header.charAt(at + 1) : 0;
            boolean escaped = c == '\\' && (next == '"' || next == '\\');
            value.append(escaped ? next : c);
            at += escaped ? 2 : 1;
        }
        at = end(header, at, ";");
        return value.toString().replace("%22", "\"");
    }

    /** {@code UTF-8''%e2%82%ac.png} as text; null when it is malformed or in another encoding. */
    private static @Nullable String decoded(String value) {
        String[] parts = value.split("'", 3);
        if (parts.length < 3 || !parts[0].equalsIgnoreCase("UTF-8")) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(value.length());
        String text = parts[2];
        try {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) == '%') {
                    bytes.put((byte) Integer.parseInt(text, i + 1, i + 3, 16));
                    i += 2;
                } else {
                    bytes.put((byte) text.charAt(i));
                }
            }
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException | NumberFormatException | IndexOutOfBoundsException e) {
            return null;
        }
    }
}
