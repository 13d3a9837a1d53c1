package io.stepwise.image;

import java.awt.geom.AffineTransform;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Captions without fonts: a single-stroke alphabet of the printable ASCII characters. Accents are dropped; what is left
 * of other characters is a small box.
 *
 * <p>A glyph is a list of strokes on a grid whose capitals are 16 high, two base-36 digits per point; {@code ~} marks a
 * smooth curve, {@code @} a smooth closed one.
 */
final class Lettering {
    private static final String GLYPHS =
            """
            !000b 0f0g
            "0004 4044
            #3g50 7g90 05b5 0bbb
            $~9371502104275889ac8f5g2f0d 505g
            %0ga0 @20022442 @8c6e8gae
            &~bg3532507265190d3g7fb9
            '0004
            (~4014091e4i
            )~0034493e0i
            *424a 0488 8408
            +0a8a 464e
            ,1f0i
            -0a6a
            .0f0g
            /0i80
            0@5013081d5g9da893
            103404g
            2~0411509195690g 0gag
            3~024081947738 ~3889ac8f4g0e
            48g800bbb
            5901007 ~074687ab8f4g0e
            6~926031060b2f5g8fab8857280b
            700a04g
            8@5021142758879481 @58190c1f5g9fac99
            9~1e4g7faaa581502105285988a5
            :0708 0f0g
            ;1718 1f0i
            <840a8g
            =0888 0c8c
            >048a0g
            ?~0320608376484b 4f4g
            @@6022060a2e6gaecac6a2 @65484a6c8a88
            A0g60cg 2aaa
            B0g00 ~00508194875808 ~086899ac9f6g0g
            C~a3815021050b2f5g8fad
            D0g00 ~004082a6aa8e4g0g
            E90000g9g 0878
            F90000g 0878
            G~a3815021050b2f5g8fad ada969
            H000g a0ag 08a8
            I000g
            J~808c7f4g1f0c
            K000g a00a 46ag
            L000g9g
            M0g006cc0cg
            N0g00aga0
            O@6022060a2e6gaecac6a2
            P0g00 ~006091a4986909
            Q@6022060a2e6gaecac6a2 8bdh
            R0g00 ~006091a4986909 59ag
            S~9371502104275889ac8f5g2f0d
            T00c0 606g
            U~000a1e5g9eaaa0
            V006gc0
            W004g84cgg0
            X00ag a00g
            Y0058a0 585g
            Z00a00gag
            [40000i4i
            \\008i
            ]00404i0i
            ^054085
            _0iai
            `0024
            a959g ~987645170b1e4g7f9d
            b000g ~082655879b8e5g2f0d
            c~887645170b1e4g7f8d
            d909g ~987645170b1e4g7f9d
            e0a9a ~9a8755160a1e5g8f
            f~6041242g 0555
            g~959h8k5l1k ~987645170b1e4g7f9d
            h000g ~082655878b8g
            i050g 0102
            j~252i1k0l 2122
            k000g 850c 3a8g
            l000g
            m050g ~082545676b6g ~6885a5c7cbcg
            n050g ~082655878b8g
            o@45170b1e4g7e8b77
            p050l ~082655879b8e5g2f0d
            q959l ~987645170b1e4g7f9d
            r050g ~082655
            s~774516082a5b7d6f3g0e
            t~202d3f5g 0555
            u~050c1f4g6f8c 858g
            v054g85
            w053g679gc5
            x058g 850g
            y054g 853j0l
            z05850g8g
            {~402226092c2g4i
            |000i
            }~002226492c2g0i
            ~~0b294a6b89
            """;
    private static final double CAPITALS = 16;
    private static final double GAP = 4.5;
    private static final double SPACE = 7;
    private static final double WEIGHT = 0.13;
    private static final Map<Integer, Glyph> ALPHABET = alphabet();
    private static final Glyph UNKNOWN = glyph("040g8g8404");

    /** Its lines, and how wide it is. */
    private record Glyph(Outline lines, double width) {}

    private Lettering() {}

    /** How wide {@code text} is when capitals are {@code size} high. */
    static double width(String text, double size) {
        double width = 0;
        for (int character : characters(text)) {
            width += advance(character);
        }
        return Math.max(0, width - GAP) * size / CAPITALS;
    }

    /**
     * The shape of {@code text}.
     *
     * @param x left end
     * @param baseline where capitals stand
     * @param size height of capitals
     */
    static Outline shape(String text, double x, double baseline, double size) {
        double scale = size / CAPITALS;
        Outline lines = new Outline();
        double at = 0;
        for (int character : characters(text)) {
            if (character != ' ') {
                AffineTransform place = new AffineTransform(scale, 0, 0, scale, x + at * scale, baseline - size);
                lines.add(glyphOf(character).lines().map(place));
            }
            at += advance(character);
        }
        return lines.stroked(Math.max(WEIGHT * size, 1));
    }

    private static int[] characters(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .map(c -> Character.isWhitespace(c) ? ' ' : c)
                .toArray();
    }

    private static double advance(int character) {
        return character == ' ' ? SPACE : glyphOf(character).width() + GAP;
    }

    private static Glyph glyphOf(int character) {
        return ALPHABET.getOrDefault(character, UNKNOWN);
    }

    private static Map<Integer, Glyph> alphabet() {
        Map<Integer, Glyph> glyphs = new HashMap<>();
        for (String line : GLYPHS.split("\n", -1)) {
            if (!line.isEmpty()) {
                glyphs.put((int) line.charAt(0), glyph(line.substring(1)));
            }
        }
        return glyphs;
    }

    private static Glyph glyph(String strokes) {
        Outline lines = new Outline();
        double width = 0;
        for (String stroke : List.of(strokes.split(" ", -1))) {
            boolean smooth = stroke.startsWith("~");
            boolean closed = stroke.startsWith("@");
            List<Double> points = new ArrayList<>();
            for (int i = smooth || closed ? 1 : 0; i < stroke.length(); i += 2) {
                points.add((double) Character.digit(stroke.charAt(i), 36));
                points.add((double) Character.digit(stroke.charAt(i + 1), 36));
                width = Math.max(width, points.get(points.size() - 2));
            }
            double[] xy = points.stream().mapToDouble(Double::doubleValue).toArray();
            lines.add(closed ? Outline.blob(xy) : smooth ? Outline.curve(xy) : straight(xy));
        }
        return new Glyph(lines, width);
    }

    private static Outline straight(double[] xy) {
        Outline line = new Outline().move(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            line.line(xy[i], xy[i + 1]);
        }
        return line;
    }
}
