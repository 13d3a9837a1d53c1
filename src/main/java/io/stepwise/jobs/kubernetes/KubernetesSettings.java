package io.stepwise.jobs.kubernetes;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How Jobs are made.
 *
 * @param namespace of the Jobs; empty for the service's own
 * @param image of the Jobs; empty for the service's own, which is read from its pod
 * @param queue Kueue's queue in that namespace; empty for none
 * @param gpus of each Job, 0 … 64
 * @param environment variables of the container, except those that the template sets
 */
public record KubernetesSettings(
        Optional<String> namespace,
        Optional<String> image,
        Optional<String> queue,
        int gpus,
        Map<String, String> environment) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** @throws IllegalArgumentException naming the component, its value and what is allowed */
    public KubernetesSettings {
        name("namespace", namespace);
        name("queue", queue);
        if (image.isPresent() && image.get().isBlank()) {
            throw new IllegalArgumentException("image is blank, must name an image");
        }
        if (gpus < 0 || gpus > 64) {
            throw new IllegalArgumentException("gpus is " + gpus + ", must be 0 … 64");
        }
        environment = Map.copyOf(environment);
    }

    private static void name(String component, Optional<String> value) {
        if (value.isPresent() && !LABEL.matcher(value.get()).matches()) {
            throw new IllegalArgumentException(component + " is \"" + value.get()
                    + "\", must be 1 … 63 lower-case letters, digits and '-', a letter or digit first and last");
        }
    }
}
