package io.stepwise.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a study trains and how much it measures.
 *
 * @param trainings the specifications, the most important first; each publishes a model of a name of its own
 * @param images that are made and compared with as many real ones, at least 8
 * @param costSteps training steps over which the cost of one is measured, at least 1
 */
public record StudyPlan(List<TrainingSpec> trainings, int images, int costSteps) {
    private static final String FILE = "/report/trainings.json";
    private static final int IMAGES = 256;
    private static final int COST_STEPS = 40;
    private static final int QUICK_STEPS = 4;
    private static final int QUICK_IMAGES = 8;

    public StudyPlan {
        trainings = List.copyOf(trainings);
    }

    /** Takes about an hour. */
    public static StudyPlan full() {
        try (InputStream file = StudyPlan.class.getResourceAsStream(FILE)) {
            List<TrainingSpec> trainings = new ArrayList<>();
            for (JsonNode each : new JsonMapper().readTree(file)) {
                trainings.add(TrainingSpecJson.read(each));
            }
            return new StudyPlan(trainings, IMAGES, COST_STEPS);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The same with so few steps and images that it shows nothing but that all of it works. */
    public static StudyPlan quick() {
        Map<String, Object> few = Map.of("steps", QUICK_STEPS, "checkpoint_every", 2, "warmup_steps", 0);
        List<TrainingSpec> trainings = full().trainings.stream()
                .map(spec -> TrainingSpecJson.with(spec, few))
                .toList();
        return new StudyPlan(trainings, QUICK_IMAGES, 1);
    }
}
