package io.stepwise.app;

import io.stepwise.app.config.StepwiseConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command line that starts this program again in another process. */
final class OwnProgram {
    private OwnProgram() {}

    /**
     * The JVM and its arguments, up to but not including the command.
     *
     * @param settings keys of {@link StepwiseConfig} and their values; they come before the settings of this process
     */
    static List<String> command(List<String> javaOptions, Map<String, String> settings) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        command.add("-Dai.djl.offline=true");
        Map<String, String> all = new TreeMap<>();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("stepwise."))
                .forEach(name -> all.put(name, System.getProperty(name)));
        all.putAll(settings);
        all.forEach((name, value) -> command.add("-D" + name + "=" + value));
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith("quarkus-run.jar")) {
            command.addAll(List.of("-jar", Path.of(classPath).toAbsolutePath().toString()));
        } else {
            command.addAll(List.of("-cp", classPath, Main.class.getName()));
        }
        return command;
    }
}
