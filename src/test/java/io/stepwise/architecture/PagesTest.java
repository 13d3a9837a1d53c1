package io.stepwise.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links between pages, and from the code to pages, lead somewhere. */
class PagesTest {
    private static final Pattern LINK = Pattern.compile("]\\((?!https?://)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern MENTION = Pattern.compile("\\bdocs/([\\w/.-]+\\.(?:md|png|json))(?:#([\\w-]+))?");
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`");

    static List<Path> pages() throws IOException {
        return Stream.concat(Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")), files("docs", ".md"))
                .toList();
    }

    private static Stream<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void links_ofAPage_leadSomewhere(Path page) throws IOException {
        Path folder = page.toAbsolutePath().getParent();
        List<String> broken = new ArrayList<>();
        for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
            Path target = link.group(1).isEmpty() ? page.toAbsolutePath() : folder.resolve(link.group(1));
            if (!leadsSomewhere(target, link.group(2))) {
                broken.add(link.group());
            }
        }
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main", "src/test/java", "docker", "k8s", ".ci"})
    void mentions_ofPages_leadSomewhere(String folder) throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path file : files(folder, "").filter(Files::isRegularFile).toList()) {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            MENTION.matcher(text)
                    .results()
                    .filter(mention -> !leadsSomewhere(Path.of("docs", mention.group(1)), mention.group(2)))
                    .forEach(mention -> broken.add(file + ": " + mention.group()));
        }
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/adr", "docs/measurements"})
    void index_ofAFolder_listsAllItsPages(String folder) throws IOException {
        String index = Files.readString(Path.of(folder, "README.md"));

        assertThat(files(folder, ".md")
                        .map(page -> page.getFileName().toString())
                        .filter(page -> !page.equals("README.md")))
                .allSatisfy(page -> assertThat(index).contains("(" + page + ")"));
    }

    @Test
    void architecture_namesOnlyClassesThatExist() throws IOException {
        Set<String> classes = files("src", ".java")
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());

        assertThat(CLASS.matcher(Files.readString(Path.of("docs/architecture.md")))
                        .results()
                        .map(name -> name.group(1))
                        .filter(name -> !name.equals("GradientCollector"))) // DJL's
                .isNotEmpty()
                .isSubsetOf(classes);
    }

    private static boolean leadsSomewhere(Path target, @Nullable String anchor) {
        try {
            return Files.exists(target)
                    && (anchor == null || headings(Files.readString(target)).contains(anchor));
        } catch (IOException e) {
            return false;
        }
    }

    /** The anchors that GitHub gives to a page's headings. */
    private static Set<String> headings(String page) {
        return page.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
