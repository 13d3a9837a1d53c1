package io.stepwise.api.http;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the media type of the answer by the request's {@code Accept} (RFC 9110, section 12.5.1).
 *
 * <p>An offered media type has the quality of the most specific range that covers it. Among the types of the highest
 * quality, the one with the more specific range wins, then the one that the client names earlier, then the one offered
 * earlier. A range that cannot be parsed covers nothing.
 *
 * <p>Written by hand because Quarkus REST's {@code Request.selectVariant} does not match {@code IMAGE/PNG}, answers a
 * malformed header with 400, and ignores the order in which the client names its types.
 */
public final class Negotiation {
    private Negotiation() {}

    /**
     * The best of {@code offered}.
     *
     * @param accept the header's values, empty if the client sent none
     * @param offered media types without parameters, in the order of the service's preference
     * @return empty if the client accepts none of them
     */
    public static Optional<String> choose(List<String> accept, List<String> offered) {
        if (accept.size() == 1 && offered.contains(accept.get(0))) { // the usual case for programs
            return Optional.of(accept.get(0));
        }
        List<Range> ranges = ranges(accept);
        Optional<Match> best = offered.stream()
                .flatMap(type -> match(type, ranges).stream())
                .filter(match -> match.range.quality > 0)
                .min(Match.BEST_FIRST);
        return best.map(match -> match.type);
    }

    /**
     * The best of {@code offered} for a request.
     *
     * @throws ProblemException if the client accepts none of them
     */
    public static String choose(HttpHeaders headers, List<String> offered) {
        List<String> accept = headers.getRequestHeader(HttpHeaders.ACCEPT);
        return choose(accept, offered)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.NOT_ACCEPTABLE,
                        "Accept is \"" + String.join(", ", accept) + "\", must cover one of "
                                + String.join(", ", offered) + "."));
    }

    private static Optional<Match> match(String type, List<Range> ranges) {
        MediaType offered = MediaType.valueOf(type);
        return ranges.stream()
                .filter(range -> range.type.isCompatible(offered))
                .min(Comparator.comparingInt((Range range) -> -range.specificity()))
                .map(range -> new Match(type, range));
    }

    private static List<Range> ranges(List<String> accept) {
        String header = String.join(",", accept);
        List<Range> ranges = new ArrayList<>();
        for (String element : (header.isBlank() ? MediaType.WILDCARD : header).split(",", -1)) {
            Range.parse(element, ranges.size()).ifPresent(ranges::add);
        }
        return ranges;
    }

    private record Match(String type, Range range) {
        static final Comparator<Match> BEST_FIRST = Comparator.comparingDouble((Match match) -> -match.range.quality)
                .thenComparingInt(match -> -match.range.specificity())
                .thenComparingInt(match -> match.range.place);
    }

    /** A media range such as {@code image/*;q=0.8}, with its position in the header. */
    private record Range(MediaType type, double quality, int place) {
        static Optional<Range> parse(String element, int place) {
            try {
                MediaType type = MediaType.valueOf(element.replaceAll("\\s", ""));
                double quality = Double.parseDouble(type.getParameters().getOrDefault("q", "1"));
                return quality >= 0 && quality <= 1 ? Optional.of(new Range(type, quality, place)) : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        int specificity() {
            if (type.isWildcardType()) {
                return 0;
            }
            return type.isWildcardSubtype() ? 1 : 2;
        }
    }
}
