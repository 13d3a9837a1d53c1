package io.stepwise.api.schedules;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.schedule.NoisedPicture;
import io.stepwise.schema.MessageJson;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A picture along a schedule.
 *
 * @param seed of the noise: a number, or a string beyond 2^53
 * @param timesteps T
 * @param images in the order of the request
 */
record NoiseResponse(Object seed, int timesteps, List<Image> images) {
    /**
     * The picture at a timestep.
     *
     * @param alphasCumprod ᾱ there
     * @param b64 a PNG file in base64
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Image(int timestep, double alphasCumprod, String b64) {}

    static NoiseResponse of(NoisedPicture noised) {
        List<Pixels> pixels = noised.images();
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < pixels.size(); i++) {
            int t = noised.timesteps().get(i);
            images.add(new Image(
                    t,
                    noised.schedule().alphasCumprod(t),
                    Base64.getEncoder().encodeToString(Png.encode(pixels.get(i)))));
        }
        return new NoiseResponse(
                MessageJson.unsigned(noised.seed()), noised.schedule().timesteps(), images);
    }
}
