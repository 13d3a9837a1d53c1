package io.stepwise.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model.
 *
 * @param isDefault whether it answers requests that name no model
 * @param servedVersion the version that serves, or would if the model was in memory; null where none can
 * @param pinned the version that is to serve; null means the newest
 * @param description what {@code model.json} says for people
 * @param labels names of the classes of the served version, in the order of their numbers
 * @param size of its images; null where that isn't known
 * @param trouble why it isn't served as it is to be; null where it is
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
        @Nullable String trouble,
        List<Version> versions) {

    public ModelDescription {
        labels = List.copyOf(labels);
        versions = List.copyOf(versions);
    }

    /**
     * A version in short.
     *
     * @param serves whether it answers requests that name no version
     * @param loaded whether it is in memory
     * @param refused why it can't be loaded; null where that isn't known
     */
    public record Version(int number, boolean serves, boolean loaded, @Nullable String refused) {
        Version refusedFor(@Nullable String reason) {
            return new Version(number, serves, loaded, reason);
        }
    }

    /** Pixels. */
    public record ImageSize(int width, int height) {}
}
