package io.stepwise.app;

import picocli.CommandLine.Command;

/** The command {@code stepwise} itself, which holds the others. */
@Command(
        name = "stepwise",
        mixinStandardHelpOptions = true,
        version = "stepwise 0.1.0",
        description = "Trains diffusion image models and serves them over HTTP.",
        subcommands = ServeCommand.class)
final class StepwiseCommand {}
