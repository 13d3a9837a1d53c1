package io.stepwise.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Files and methods stay short enough to be read at one sitting. */
class SourceSizeTest {
    private static final int FILE_LINES = 300;
    private static final int METHOD_LINES = 30;
    private static final int FOLDER_FILES = 28;

    /** What reads top to bottom like the algorithm it implements may be longer. */
    private static final int KERNEL_LINES = 60;

    private static final Set<String> KERNELS = Set.of("forward", "trainingStep", "samplingStep");

    @Test
    void files_inMainSources_areAtMost300Lines() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > FILE_LINES) {
                tooLong.add(file + ": " + lines + " lines");
            }
        }

        assertThat(tooLong).as("files over %d lines", FILE_LINES).isEmpty();
    }

    @Test
    void folders_inMainSources_haveAtMost28Files() throws IOException {
        Map<Path, Long> files =
                sources().stream().collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));

        assertThat(files)
                .allSatisfy((folder, count) ->
                        assertThat(count).as("files in %s", folder).isLessThanOrEqualTo(FOLDER_FILES));
    }

    @Test
    void methods_inMainSources_areAtMost30Lines() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(sources()));
            LongMethods longMethods = new LongMethods(Trees.instance(task).getSourcePositions());
            longMethods.scan(task.parse(), null);

            assertThat(longMethods.seen).as("methods found").isPositive();
            assertThat(longMethods.found).as("methods that are too long").isEmpty();
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> paths = Files.walk(Path.of("src/main/java"))) {
            return paths.filter(path -> path.toString().endsWith(".java")).toList();
        }
    }

    /** Collects the methods whose body, braces included, has too many lines. */
    private static final class LongMethods extends TreeScanner<Void, Void> {
        private final SourcePositions positions;
        private final List<String> found = new ArrayList<>();
        private int seen;
        private CompilationUnitTree unit;

        LongMethods(SourcePositions positions) {
            this.positions = positions;
        }

        @Override
        public Void visitCompilationUnit(CompilationUnitTree tree, Void unused) {
            unit = tree;
            return super.visitCompilationUnit(tree, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            if (method.getBody() != null) {
                seen++;
                LineMap lines = unit.getLineMap();
                long first = lines.getLineNumber(positions.getStartPosition(unit, method.getBody()));
                long last = lines.getLineNumber(positions.getEndPosition(unit, method.getBody()));
                String name = method.getName().toString();
                if (last - first + 1 > (KERNELS.contains(name) ? KERNEL_LINES : METHOD_LINES)) {
                    found.add(unit.getSourceFile().getName() + ": " + name + " has " + (last - first + 1) + " lines");
                }
            }
            return super.visitMethod(method, null);
        }
    }
}
