package io.stepwise.api.generate;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * A file as the text of a JSON field: base64 in either alphabet (RFC 4648, sections 4 and 5), with or without padding, in
 * one line or in many (RFC 2045), alone or as a data URL (RFC 2397) of any media type.
 */
final class EncodedPicture {
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";

    private EncodedPicture() {}

    /**
     * The file.
     *
     * @throws IllegalArgumentException if the text is none of these forms
     */
    static byte[] decoded(String text) {
        String base64 = text.strip();
        if (base64.regionMatches(true, 0, DATA, 0, DATA.length())) {
            int comma = base64.indexOf(',');
            String head = base64.substring(0, Math.max(comma, 0)).stripTrailing();
            if (!head.toLowerCase(Locale.ROOT).endsWith(BASE64)) {
                throw new IllegalArgumentException("a data URL must be " + DATA + "image/png" + BASE64 + ",…");
            }
            base64 = base64.substring(comma + 1).strip();
            if (base64.indexOf('%') >= 0) {
                base64 = URLDecoder.decode(base64.replace("+", "%2B"), StandardCharsets.UTF_8);
            }
        }
        return Base64.getDecoder().decode(inOneLine(base64.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Without line breaks and the blanks beside them, in the usual alphabet. A blank inside a line was a {@code +}. */
    private static byte[] inOneLine(byte[] text) {
        int length = 0;
        boolean beginsLine = true;
        for (int i = 0; i < text.length; i++) {
            byte c = text[i];
            if (c == '\r' || c == '\n') {
                beginsLine = true;
            } else if (!isBlank(c) || !beginsLine && !endsLine(text, i)) {
                text[length++] = c == '-' ? (byte) '+' : c == '_' ? (byte) '/' : c;
                beginsLine = false;
            }
        }
        return Arrays.copyOf(text, length);
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    private static boolean endsLine(byte[] text, int blank) {
        int next = blank;
        while (next < text.length && isBlank(text[next])) {
            next++;
        }
        return next == text.length || text[next] == '\r' || text[next] == '\n';
    }
}
