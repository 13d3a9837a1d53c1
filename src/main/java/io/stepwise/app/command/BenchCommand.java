package io.stepwise.app.command;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.app.config.Settings;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.bench.ModelBench;
import io.stepwise.bench.ProgramTiming;
import io.stepwise.model.CpuFeatures;
import io.stepwise.model.UNet;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.torchscript.Gpus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how fast this machine runs and trains a network. */
@Command(
        name = "bench",
        description = "Measures speed on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "All cases are timed in turn; figures are medians. share is the achieved rate over that of the machine's own",
            "fastest convolution or matrix product in the same number format and the same run.",
            "The load benchmark, bench serve, runs where the sources are; it is no part of the product."
        })
final class BenchCommand implements Runnable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The network to measure, by default that of the configured model, and how to measure it. */
    static final class Measuring {
        @ArgGroup
        private Network network = new Network();

        @Option(
                names = "--seconds",
                paramLabel = "S",
                description = "How long to measure; by default ${DEFAULT-VALUE}.")
        private double seconds = 20;

        @Option(names = "--json", description = "Prints JSON.")
        private boolean json;
    }

    static final class Network {
        @Option(
                names = {"-m", "--model"},
                paramLabel = "NAME",
                description = "A model of the repository; by default the configured one.")
        private @Nullable String model;

        @Option(names = "--unet", paramLabel = "CONFIG", description = "A UNet2DModel configuration (config.json).")
        private @Nullable Path unet;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing: model or train.");
    }

    @Command(name = "model", description = "Times the forward pass in float32, bfloat16 and int8.")
    int model(
            @Mixin Measuring how,
            @Option(
                            names = "--batch",
                            split = ",",
                            defaultValue = "1,8,32",
                            paramLabel = "N",
                            description = "Batch sizes; by default ${DEFAULT-VALUE}.")
                    List<Integer> batches)
            throws IOException {
        UNet net = net(how.network);
        print(net, new ModelBench(net, checked(batches), how.seconds).forward(), how.json);
        return 0;
    }

    @Command(name = "train", description = "Times a training step: loss, gradients, clipping, AdamW and EMA.")
    int train(
            @Mixin Measuring how,
            @Option(
                            names = "--batch",
                            split = ",",
                            defaultValue = "32",
                            paramLabel = "N",
                            description = "Batch sizes; by default ${DEFAULT-VALUE}.")
                    List<Integer> batches)
            throws IOException {
        UNet net = net(how.network);
        print(net, new ModelBench(net, checked(batches), how.seconds).trainingStep(), how.json);
        return 0;
    }

    private List<Integer> checked(List<Integer> batches) {
        for (int batch : batches) {
            if (batch < 1 || batch > 4096) {
                throw new ParameterException(spec.commandLine(), "--batch " + batch + " must be 1 … 4096");
            }
        }
        return batches;
    }

    private static UNet net(Network network) throws IOException {
        if (network.unet != null) {
            return UNet.of(UNetConfigJson.read(network.unet));
        }
        StepwiseConfig config = Settings.read();
        String model = network.model == null ? config.model() : network.model;
        return UNet.of(
                new ModelRepository(config.models()).served(model).pipeline().unetConfig());
    }

    private void print(UNet net, List<ProgramTiming> results, boolean json) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer(net, results)));
        } else {
            table(out, net, results);
        }
        out.flush();
    }

    private static Map<String, Object> answer(UNet net, List<ProgramTiming> results) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("parameters", net.parameterCount());
        answer.put("gflop_per_image", net.flops() / 1e9);
        answer.put("device", Gpus.count() > 0 ? "cuda" : "cpu");
        answer.put("cpus", Runtime.getRuntime().availableProcessors());
        answer.put("fast_bf16", CpuFeatures.here().fastBf16());
        answer.put("results", results);
        return answer;
    }

    private static void table(PrintWriter out, UNet net, List<ProgramTiming> results) {
        out.printf(
                Locale.ROOT,
                "%.2f M parameters, %.3f GFLOP per image and forward%n%n",
                net.parameterCount() / 1e6,
                net.flops() / 1e9);
        out.println("batch  precision           median ms   images/s   GFLOP/s   share");
        for (ProgramTiming row : results) {
            out.printf(
                    Locale.ROOT,
                    "%5d  %-18s %10.1f %10.1f %9.1f %6.0f%%%n",
                    row.batch(),
                    row.precision(),
                    row.medianMs(),
                    row.imagesPerS(),
                    row.gflops(),
                    100 * row.shareOfPeak());
        }
    }
}
