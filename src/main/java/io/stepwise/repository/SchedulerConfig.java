package io.stepwise.repository;

/** diffusers' {@code scheduler_config.json}. Plain names and numbers, as in the file. */
public sealed interface SchedulerConfig permits DiscreteSchedulerConfig, EdmSchedulerConfig {
    /** diffusers' class, for example {@code DDPMScheduler}. */
    String className();

    /** T, at least 1; an EDM scheduler doesn't use it. */
    int numTrainTimesteps();

    /** What the network's output means. */
    String predictionType();

    /** How its author lays out the noise levels, such as {@code leading} timesteps or {@code karras} sigmas. */
    String layout();
}
