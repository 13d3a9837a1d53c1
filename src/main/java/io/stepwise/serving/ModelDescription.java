package io.stepwise.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model of the repository.
 *
 * @param isDefault whether it answers requests that name no model
 * @param servedVersion the version that serves, or that would if the model were in memory; null if none can
 * @param pinned the version that is configured to serve; null means the newest
 * @param description the description in {@code model.json}
 * @param labels names of the classes of the served version, in the order of their numbers
 * @param size of its images; null if unknown
 * @param kind diffusion, gan or vae; null if unknown
 * @param trouble the reason why it is not served as configured; null if it is
 * @param versions ascending
 */
public record ModelDescription(
        String name,
        boolean isDefault,
        @Nullable Integer servedVersion,
        @Nullable Integer pinned,
        String description,
        List<String> labels,
        @Nullable ImageSize size,
        @Nullable String kind,
        @Nullable String trouble,
        List<Version> versions) {

    public ModelDescription {
        labels = List.copyOf(labels);
        versions = List.copyOf(versions);
    }

    /**
     * A version of the model.
     *
     * @param serves whether it answers requests that name no version
     * @param loaded whether it is in memory
     * @param refused the reason why it cannot be loaded; null if none is known
     */
    public record Version(int number, boolean serves, boolean loaded, @Nullable String refused) {
        Version refusedFor(@Nullable String reason) {
            return new Version(number, serves, loaded, reason);
        }
    }

    /** Width and height in pixels. */
    public record ImageSize(int width, int height) {}
}
