package io.stepwise.schedule;

import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.image.ContactSheet;
import io.stepwise.image.Pixels;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A picture along a schedule: {@code x_t = sqrt(ᾱ_t)·x0 + sqrt(1 − ᾱ_t)·ε} (Ho et al. 2020, https://arxiv.org/abs/2006.11239,
 * eq. 4), with x0 in [-1, 1]. ε is the same at every timestep: draw 0 of image 0 of the seed, see {@link CounterNoise}.
 *
 * @param picture x0
 * @param schedule gives ᾱ
 * @param timesteps the ones to show, each 0 … T-1
 * @param seed of the noise
 */
public record NoisedPicture(Pixels picture, NoiseSchedule schedule, List<Integer> timesteps, long seed) {
    private static final int MARGIN = 2;
    private static final int WHITE = 0xffffff;

    public NoisedPicture {
        timesteps = List.copyOf(timesteps);
    }

    /** {@code count} timesteps that are spread evenly from 0 to T-1, at least 2. */
    public static List<Integer> spread(int timesteps, int count) {
        return IntStream.range(0, count)
                .map(i -> (int) Math.round(i * (timesteps - 1.0) / (count - 1)))
                .boxed()
                .toList();
    }

    /** x_t at each timestep; what lies outside of [-1, 1] is cut off. */
    public List<Pixels> images() {
        int length = picture.data().length;
        float[] x0 = new float[length];
        picture.toSigned(x0, 0, false);
        double[] noise = new double[length];
        CounterNoise.fill(seed, 0, 0, noise, 0, length);
        return timesteps.stream().map(t -> at(t, x0, noise)).toList();
    }

    private Pixels at(int t, float[] x0, double[] noise) {
        double signal = Math.sqrt(schedule.alphasCumprod(t));
        double sigma = Math.sqrt(1 - schedule.alphasCumprod(t));
        float[] noised = new float[x0.length];
        for (int i = 0; i < noised.length; i++) {
            noised[i] = (float) (signal * x0[i] + sigma * noise[i]);
        }
        return Pixels.fromSigned(noised, 0, picture.channels(), picture.height(), picture.width());
    }

    /** The images in a row, each below its timestep. */
    public Pixels sheet() {
        List<String> captions = timesteps.stream().map(t -> "t = " + t).toList();
        return new ContactSheet(timesteps.size(), MARGIN, WHITE, captions, List.of()).of(images());
    }
}
