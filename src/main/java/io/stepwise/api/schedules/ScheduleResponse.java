package io.stepwise.api.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.training.spec.ScheduleChoice;

/**
 * The tables of a schedule.
 *
 * @param schedule as a training job takes it, every field filled in
 * @param timesteps T
 * @param terminalSignal sqrt(ᾱ) of the last timestep
 * @param leaksSignal whether that is so much that images sampled from pure noise get tinted
 * @param betas one per timestep
 * @param alphasCumprod one per timestep
 */
@SuppressWarnings("ArrayRecordComponent") // only written, never compared
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ScheduleResponse(
        JsonNode schedule,
        int timesteps,
        double terminalSignal,
        boolean leaksSignal,
        double[] betas,
        double[] alphasCumprod) {
    static ScheduleResponse of(ScheduleChoice choice, NoiseSchedule schedule) {
        return new ScheduleResponse(
                NoiseRequest.MAPPER.valueToTree(choice),
                schedule.timesteps(),
                schedule.terminalSignal(),
                schedule.leaksSignal(),
                schedule.betas(),
                schedule.alphasCumprod());
    }
}
