package io.stepwise.api.schedules;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import io.stepwise.schedule.NoisedPicture;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.MessageJson;
import io.stepwise.schema.MessageSchema;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.ScheduleChoice;
import java.util.List;

/**
 * The body of {@code POST /noise} without the picture.
 *
 * @param schedule the schedule
 * @param timesteps T
 * @param imageSize side in pixels to which the picture is brought
 * @param at the timesteps to show; null for eight that are spread evenly
 * @param seed of the noise
 */
record NoiseRequest(
        ScheduleChoice schedule,
        int timesteps,
        int imageSize,
        List<Integer> at,
        @JsonDeserialize(using = MessageJson.UnsignedReader.class) long seed) {
    static final MessageSchema SCHEMA = MessageSchema.of("NoiseRequest");
    static final JsonMapper MAPPER = MessageJson.mapper().build();
    private static final int USUALLY_SHOWN = 8;

    /** @throws io.stepwise.schema.InvalidMessageException naming every field that doesn't fit the number of timesteps */
    NoiseRequest {
        at = at == null ? NoisedPicture.spread(timesteps, USUALLY_SHOWN) : List.copyOf(at);
        FieldChecks checks = new FieldChecks();
        schedule.check(timesteps, checks);
        for (int i = 0; i < at.size(); i++) {
            checks.that("/at/" + i, at.get(i), at.get(i) < timesteps, "an integer, 0 … " + (timesteps - 1));
        }
        checks.orThrow();
    }

    NoiseSchedule tables() {
        return schedule.tables(timesteps, new ImageSize(imageSize, imageSize));
    }

    /** The picture, cropped and resized as for training, along the schedule. */
    NoisedPicture along(Pixels picture) {
        Pixels square = picture.centreCropped(1, 1).withChannels(3);
        Resampling resampling = square.width() >= imageSize ? Resampling.AREA : Resampling.BICUBIC;
        return new NoisedPicture(resampling.resize(square, imageSize, imageSize), tables(), at, seed);
    }
}
