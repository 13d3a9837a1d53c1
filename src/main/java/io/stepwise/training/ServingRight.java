package io.stepwise.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.ModelMissingException;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelSettings;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpec.Publish;
import io.stepwise.training.spec.TrainingSpec.PublishAs;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Whether the versions of a run serve by themselves. Publishing and serving are two rights: a client that may only train
 * replaces no served version, unless an operator has set that the model serves its latest. The first versions of a model
 * replace nothing, so they serve.
 *
 * @param spec with the right {@code publishAs}
 * @param warnings what the run's versions will do, for people
 */
public record ServingRight(TrainingSpec spec, List<String> warnings) {
    /**
     * @param fields that were given
     * @param asked what they say
     * @param mayServe whether the client may choose the served version
     * @throws InvalidMessageException when the fields ask for what the client may not do
     */
    public static ServingRight of(ObjectNode fields, TrainingSpec asked, ModelRepository models, boolean mayServe)
            throws IOException {
        String model = asked.model();
        ModelSettings settings = models.settings(model);
        int served;
        try {
            served = models.served(model).number();
        } catch (ModelMissingException e) {
            return new ServingRight(asked, List.of());
        }
        if (asked.publish() == Publish.NEVER || settings.servedVersion() != null) {
            return new ServingRight(asked, List.of());
        }
        if (asked.publishAs() == PublishAs.RELEASE && (mayServe || settings.followsLatest())) {
            return new ServingRight(
                    asked,
                    List.of("each version of this job replaces version " + served + ", which model " + model
                            + " serves"));
        }
        if (asked.publishAs() == PublishAs.RELEASE && fields.hasNonNull("publish_as")) {
            throw new InvalidMessageException(
                    "/publish_as",
                    "\"release\"",
                    "candidate with a key without the role admin: model " + model + " serves version " + served
                            + ", and no admin has set that it serves its latest");
        }
        return new ServingRight(
                TrainingSpecJson.with(asked, Map.of("publish_as", "candidate")),
                List.of("the versions of this job are candidates: model " + model + " serves version " + served
                        + " until an admin chooses one of them with PUT /models/" + model + "/served"));
    }
}
