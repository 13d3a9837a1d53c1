package io.stepwise.training.spec;

import static io.stepwise.schema.FieldError.quoted;

import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.model.training.Loss;
import io.stepwise.schema.FieldChecks;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which fields of an objective go together. */
record ObjectiveRules(FieldChecks checks, PredictionChoice prediction, TimestepSampling sampling) {

    void checkEdm(
            @Nullable ScheduleChoice schedule,
            int timesteps,
            TrainingSpec.Variance variance,
            LossWeighting lossWeighting) {
        String hasNone = "left out for edm, which has noise levels instead of timesteps";
        checks.that("/schedule", shown(schedule), schedule == null, hasNone)
                .that("/timesteps", timesteps, timesteps == 0, hasNone)
                .that(
                        "/variance",
                        constant(variance),
                        variance == TrainingSpec.Variance.FIXED,
                        "fixed for edm, whose samplers have no variance to learn")
                .that(
                        "/loss_weighting",
                        quoted(LossWeightingJson.type(lossWeighting)),
                        lossWeighting instanceof LossWeighting.Plain,
                        "plain for edm, whose preconditioning weighs the noise levels");
        checkType(sampling.type().fitsEdm(), "normal or laplace for edm");
    }

    void checkDiscrete(
            @Nullable ScheduleChoice schedule, int timesteps, ImageSize size, @Nullable SigmaData sigmaData) {
        checks.that("/sigma_data", shown(sigmaData), sigmaData == null, "left out: it is of edm");
        checkType(sampling.type().fitsTimesteps(), "another one: normal is of edm");
        if (schedule != null) {
            schedule.check(timesteps, checks);
            checks.that(
                    "/prediction",
                    constant(prediction),
                    !schedule.zeroTerminalSnr() || prediction != PredictionChoice.EPSILON,
                    "sample or v_prediction where zero_terminal_snr is set: pure noise holds no epsilon to divide by");
            if (schedule.fits(timesteps) && sampling.mean() != null) {
                checkMean(sampling.mean(), schedule.tables(timesteps, size));
            }
        }
    }

    void checkConsistency(
            @Nullable ConsistencySpec tuning, TrainingSpec.Variance variance, LossWeighting weighting, Loss loss) {
        if (tuning == null) {
            return;
        }
        String with = " with consistency";
        boolean hasImages = prediction == PredictionChoice.V_PREDICTION || prediction == PredictionChoice.SAMPLE;
        checks.that(
                        "/prediction",
                        constant(prediction),
                        hasImages,
                        "v_prediction or sample" + with + ", which compares clean images at every noise level")
                .that("/variance", constant(variance), variance == TrainingSpec.Variance.FIXED, "fixed" + with)
                .that(
                        "/loss_weighting",
                        quoted(LossWeightingJson.type(weighting)),
                        weighting instanceof LossWeighting.Plain,
                        "plain" + with + ", which has weights of its own")
                .that("/loss", constant(loss), loss == Loss.L2, "left out" + with + ", which has a loss of its own");
        boolean followsLosses = sampling.type() == TimestepSampling.Type.IMPORTANCE;
        checkType(!followsLosses, "another one" + with);
    }

    private void checkType(boolean fits, String allowed) {
        checks.that("/timestep_sampling/type", constant(sampling.type()), fits, allowed);
    }

    /** A mean far outside of the schedule's range would leave no timestep a probability that can be told from zero. */
    private void checkMean(double mean, NoiseSchedule schedule) {
        double least = Math.log(schedule.snr(schedule.timesteps() - 1));
        double most = Math.log(schedule.snr(0));
        checks.that(
                "/timestep_sampling/mean",
                mean,
                mean >= least && mean <= most,
                String.format(Locale.ROOT, "a log-SNR of the schedule, %.2f … %.2f", least, most));
    }

    private static String shown(@Nullable ScheduleChoice schedule) {
        return schedule == null ? "null" : quoted(schedule.kind().wireName());
    }

    private static Object shown(@Nullable SigmaData sigmaData) {
        return sigmaData == null ? "null" : sigmaData.value() == null ? quoted("measured") : sigmaData.value();
    }

    private static String constant(Enum<?> value) {
        return quoted(value.name().toLowerCase(Locale.ROOT));
    }
}
