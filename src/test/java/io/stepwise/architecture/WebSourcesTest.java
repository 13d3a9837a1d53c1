package io.stepwise.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The TypeScript of the page: small files that don't import each other in circles, types included. */
class WebSourcesTest {
    private static final Path ROOT = Path.of("src/main/web");
    private static final int LONGEST = 300;

    /** What is imported at once; a program that is loaded later may import the one that loads it. */
    private static final Pattern IMPORT = Pattern.compile("(?:from|^import) '(\\.[^']+)'", Pattern.MULTILINE);

    private static Map<Path, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            Map<Path, String> sources = new TreeMap<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".ts")).toList()) {
                sources.put(file, Files.readString(file));
            }
            assertThat(sources).hasSizeGreaterThan(50);
            return sources;
        }
    }

    @Test
    void files_haveAtMost300Lines() throws IOException {
        sources()
                .forEach((file, text) ->
                        assertThat(text.lines().count()).as(file.toString()).isLessThanOrEqualTo(LONGEST));
    }

    /** Takes away, again and again, what imports nothing that is left: circles stay. */
    @Test
    void imports_haveNoCircles() throws IOException {
        Map<Path, Set<Path>> left = new TreeMap<>();
        sources()
                .forEach((file, text) -> left.put(
                        file,
                        IMPORT.matcher(text)
                                .results()
                                .map(found -> file.resolveSibling(found.group(1) + ".ts")
                                        .normalize())
                                .collect(Collectors.toCollection(TreeSet::new))));
        left.values().forEach(imported -> assertThat(left.keySet()).containsAll(imported));
        Set<Path> free = new LinkedHashSet<>();
        do {
            free.clear();
            left.forEach((file, imported) -> {
                if (imported.stream().noneMatch(left::containsKey)) {
                    free.add(file);
                }
            });
            left.keySet().removeAll(free);
        } while (!free.isEmpty());
        assertThat(left).isEmpty();
    }
}
