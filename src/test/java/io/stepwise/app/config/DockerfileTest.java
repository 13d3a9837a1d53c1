package io.stepwise.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docker/ as far as it can be judged without building it; .ci/image builds and runs the target "cpu". */
class DockerfileTest {
    private static final Set<String> INSTRUCTIONS = Set.of(
            "ARG",
            "FROM",
            "RUN",
            "COPY",
            "ENV",
            "WORKDIR",
            "VOLUME",
            "EXPOSE",
            "STOPSIGNAL",
            "HEALTHCHECK",
            "ENTRYPOINT",
            "CMD",
            "USER",
            "LABEL");

    /** An instruction and what follows it. */
    private record Instruction(String name, String value) {}

    /** Stages by name, in their order, each with its FROM first; what stands before them is "". */
    private static Map<String, List<Instruction>> stages() throws IOException {
        String text = Files.readString(Path.of("docker/Dockerfile"))
                .replaceAll("(?m)^\\s*#.*\\R?", "")
                .replaceAll("\\\\\\R", " ");
        Map<String, List<Instruction>> stages = new LinkedHashMap<>(Map.of("", new ArrayList<>()));
        String stage = "";
        for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
            String[] words = line.strip().split("\\s+", 2);
            if (words[0].equals("FROM")) {
                stage = words[1].replaceAll(".* AS ", "");
                stages.put(stage, new ArrayList<>());
            }
            stages.get(stage).add(new Instruction(words[0], words[1].replaceAll("\\s+", " ")));
        }
        return stages;
    }

    private static List<Instruction> stage(String name) throws IOException {
        return stages().get(name);
    }

    private static String value(String stage, String instruction) throws IOException {
        return stage(stage).stream()
                .filter(each -> each.name().equals(instruction))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError(stage + " has no " + instruction))
                .value();
    }

    @Test
    void instructions_areKnownOnes() throws IOException {
        assertThat(stages().values().stream().flatMap(List::stream).map(Instruction::name))
                .isSubsetOf(INSTRUCTIONS);
        assertThat(stages().keySet())
                .containsExactly("", "build", "natives", "libtorch-cuda", "runtime", "cpu", "cuda");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void image_runsAsANumberedUserAndStandsOnTheRuntime(String target) throws IOException {
        assertThat(value(target, "FROM")).isEqualTo("runtime AS " + target);
        assertThat(value(target, "USER")).matches("[1-9][0-9]*:[1-9][0-9]*");
        List<String> afterUser = stage(target).stream()
                .dropWhile(each -> !each.name().equals("USER"))
                .map(Instruction::name)
                .toList();
        assertThat(afterUser).as("nothing that the user would write").doesNotContain("RUN", "COPY");
        assertThat(value(target, "LABEL"))
                .contains("image.title", "image.description", "image.licenses", "image.version", "image.revision");
    }

    @Test
    void runtime_getsSignalsAndIsChecked() throws IOException {
        assertThat(value("runtime", "ENTRYPOINT")).isEqualTo("[\"/opt/stepwise/bin/stepwise\"]");
        assertThat(value("runtime", "CMD")).isEqualTo("[\"serve\"]");
        assertThat(value("runtime", "STOPSIGNAL")).isEqualTo("SIGTERM");
        assertThat(value("runtime", "HEALTHCHECK"))
                .contains("--start-period=", "CMD [\"/opt/stepwise/bin/healthcheck\"]");
        assertThat(Files.readString(Path.of("docker/image/bin/stepwise")))
                .as("it becomes the JVM")
                .contains("exec java");
    }

    /** What changes with every commit comes after what changes with a dependency, and that after libtorch. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void layers_thatChangeRarely_comeFirst(String target) throws IOException {
        List<String> targets = stage(target).stream()
                .filter(each -> each.name().equals("COPY"))
                .map(each -> each.value().replaceAll(".* ", ""))
                .toList();
        assertThat(targets)
                .containsSubsequence(
                        "/opt/stepwise/libtorch",
                        "/opt/stepwise/djl",
                        "/opt/stepwise/lib",
                        "/var/lib/stepwise/models",
                        "/opt/stepwise/quarkus",
                        "/opt/stepwise/app");
        assertThat(targets).contains("/opt/stepwise/quarkus-run.jar", "/opt/stepwise/LICENSE");
    }

    @Test
    void images_differInTheirNativeLibrariesAlone() throws IOException {
        assertThat(shared("cpu")).isEqualTo(shared("cuda"));
    }

    /** A build has no driver, and CUDA's libtorch can't be loaded without. */
    @Test
    void classesOfTheCudaImage_areArchivedWithTheLibtorchForProcessors() throws IOException {
        assertThat(value("cuda", "RUN"))
                .startsWith("--mount=type=bind,from=natives,source=/unpacked,target=/unpacked ")
                .contains("PYTORCH_FLAVOR=cpu PYTORCH_LIBRARY_PATH=/unpacked/libtorch ", "=/unpacked/cpu/djl ")
                .endsWith(" /opt/stepwise/bin/archive-classes");
    }

    private static List<Instruction> shared(String target) throws IOException {
        return stage(target).stream()
                .filter(each -> !Set.of("FROM", "ENV", "LABEL").contains(each.name()))
                .filter(each -> !each.value().matches(".*/opt/stepwise/(libtorch|djl)"))
                .map(each ->
                        each.value().contains("/archive-classes") ? new Instruction("RUN", "archive-classes") : each)
                .toList();
    }

    @Test
    void libtorch_isThatOfThePom() throws IOException {
        Matcher pom = Pattern.compile("<libtorch.version>(.*)</libtorch.version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(pom.find()).isTrue();
        List<String> args = stage("").stream().map(Instruction::value).toList();
        assertThat(args).contains("LIBTORCH=" + pom.group(1));
        assertThat(args).anyMatch(arg -> arg.startsWith("PYTORCH=pytorch/pytorch:" + pom.group(1) + "-cuda12.8-"));
        assertThat(value("cuda", "ENV")).contains("PYTORCH_FLAVOR=cu128");
        assertThat(value("cpu", "ENV")).contains("PYTORCH_FLAVOR=cpu");
    }

    @Test
    void copiedFiles_areThereAndInTheContext() throws IOException {
        List<String> ignore = Files.readAllLines(Path.of(".dockerignore"));
        assertThat(ignore).as("everything else stays out").contains("*");
        List<String> context = ignore.stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        List<String> sources = stages().values().stream()
                .flatMap(List::stream)
                .filter(each -> each.name().equals("COPY") && !each.value().contains("--from="))
                .flatMap(each -> Stream.of(each.value()
                        .replaceAll("--\\S+ ", "")
                        .replaceAll(" \\S+$", "")
                        .split(" ")))
                .toList();

        assertThat(sources).isNotEmpty().allSatisfy(source -> {
            assertThat(Path.of(source)).exists();
            assertThat(context)
                    .anyMatch(each ->
                            each.equals(source) || source.startsWith(each + "/") || each.startsWith(source + "/"));
        });
        assertThat(context).allSatisfy(each -> assertThat(Path.of(each)).exists());
    }

    @Test
    void scripts_canBeExecutedAndFailEarly() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("docker/image"))) {
            assertThat(files.filter(Files::isRegularFile).filter(file -> !file.endsWith("jvm.options")))
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        assertThat(file).isExecutable();
                        assertThat(Files.readString(file))
                                .startsWith("#!/usr/bin/env bash\n")
                                .contains("set -euo pipefail");
                    });
        }
    }

    /** What compose mounts lies in docker/, and the service is as closed there as in a cluster. */
    @Test
    void compose_mountsWhatIsThere() throws IOException {
        var compose = Manifests.mapper().readTree(Files.readString(Path.of("docker/compose.yaml")));
        compose.path("services").forEach(service -> service.path("volumes").forEach(volume -> {
            String source = volume.asText().replaceAll(":.*", "");
            if (source.startsWith(".")) {
                assertThat(Path.of("docker").resolve(source)).exists();
            } else {
                assertThat(compose.path("volumes").has(source))
                        .as("volume %s", source)
                        .isTrue();
            }
        }));
        var stepwise = compose.path("services").path("stepwise");
        assertThat(stepwise.path("read_only").asBoolean()).isTrue();
        assertThat(stepwise.path("cap_drop").toString()).isEqualTo("[\"ALL\"]");
        assertThat(stepwise.path("ports").toString()).isEqualTo("[\"127.0.0.1:8080:8080\"]");
        stepwise.path("environment").fieldNames().forEachRemaining(name -> assertThat(
                        ConfigKeys.all().keySet())
                .extracting(ConfigKeys::environment)
                .contains(name));
        assertThat(stepwise.path("build").path("dockerfile").asText()).isEqualTo("docker/Dockerfile");
    }
}
