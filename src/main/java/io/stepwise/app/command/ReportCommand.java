package io.stepwise.app.command;

import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.report.Study;
import io.stepwise.report.StudyPlan;
import io.stepwise.torchscript.NativeThreads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reproduces the report that compares diffusion with a GAN and a VAE. */
@Command(
        name = "report",
        showDefaultValues = true,
        description =
                "Trains diffusion models, GANs and VAEs beside each other on the built-in faces, compares them, and"
                        + " writes a page that says which claims of the course report hold.",
        footer = {
            "",
            "Takes about an hour. Ctrl-C stops it at a checkpoint; called again, it goes on.",
            "Example: stepwise report --output docs/report"
        })
final class ReportCommand implements Callable<Integer> {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "The folder of the page; created if it does not exist.")
    private Path output = Path.of("");

    @Option(
            names = "--work",
            paramLabel = "FOLDER",
            description = "Keeps the trainings and the numbers; by default the folder 'report' of STEPWISE_RUNS.")
    private @Nullable Path work;

    @Option(names = "--threads", paramLabel = "N", description = "Native threads.")
    private int threads = 1;

    @Option(
            names = "--no-training",
            description = "Trains nothing: makes what can be made of the trainings that have ended.")
    private boolean noTraining;

    @Option(names = "--quick", description = "Trains a few steps only, which shows nothing but that all of it works.")
    private boolean quick;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        StepwiseConfig config = Settings.read();
        PrintWriter out = spec.commandLine().getOut();
        NativeThreads.ofThisThread(threads);
        Path folder = work == null ? config.runs().resolve(quick ? "report-quick" : "report") : work;
        Study study = new Study(quick ? StudyPlan.quick() : StudyPlan.full(), folder, config.openDatasets(), doing -> {
            out.println(doing);
            out.flush();
        });
        try (StopOnSignal signals = new StopOnSignal()) {
            study.run(output, !noTraining, signals::isAsked);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the report was interrupted");
        }
        return 0;
    }
}
